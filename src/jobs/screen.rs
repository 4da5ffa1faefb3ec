//! Stage 3: applies the protocol's criteria to every record of a run, and reads the judgements.

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, advice, crew, now, print, print_json};
use crate::entrez::xml::read_record;
use crate::flow::Fate;
use crate::screen::Screener;
use crate::store::{SearchRun, Store, StoredAssessment, StoredRecord};

/// Records stored in one transaction, and handed to a worker at once.
const BATCH: usize = 250;
const CHUNK: usize = 50;
/// More workers than one writer can take from would only hold records.
const WORKERS: usize = 4;

/// What a screening leaves behind.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The run screened.
    pub run: i64,
    /// The screening: one protocol by one version of the program.
    pub screening: i64,
    /// Records assessed now.
    pub assessed: u64,
    /// Records that had been assessed before.
    pub before: u64,
    /// The judgements that count.
    pub import: i64,
    /// Whether the judgement files had changed.
    pub judgements_changed: bool,
    /// How many judgements there are.
    pub judgements: u64,
}

/// Assesses the records of a run that a screening has not seen, `left` of them; tells how many were stored.
fn assess(
    place: &Workplace,
    store: &mut Store,
    screener: &Screener,
    (screening, run): (i64, i64),
    left: u64,
) -> Result<u64> {
    let bar = place.bar(left, "screening");
    // Reads through an eye of its own, so that the next records are at hand while these are stored.
    let reader = Store::read(store.path())?
        .with_context(|| format!("{} cannot be opened a second time, to read from it", store.path().display()))?;
    let mut after = -1;
    let (mut done, mut assessed) = (Vec::new(), 0);
    let mut keep = |done: &mut Vec<StoredAssessment>, least: usize| {
        if done.len() >= least {
            store.add_assessments(screening, done)?;
            assessed += done.len() as u64;
            bar.inc(done.len() as u64);
            done.clear();
        }
        anyhow::Ok(())
    };
    let ended = crew::in_order(
        crew::size(None).min(WORKERS),
        move || {
            let chunk = reader.to_screen(screening, run, after, CHUNK)?;
            after = chunk.last().map_or(after, |(pmid, _)| *pmid);
            Ok((!chunk.is_empty()).then_some(chunk))
        },
        |chunk| {
            let one = |(_, StoredRecord { revision, xml })| {
                let record = read_record(&xml).with_context(|| format!("while screening revision {revision}"))?;
                let (assessments, cases) = screener.screen(&record);
                Ok(StoredAssessment { revision, assessments, cases })
            };
            chunk.into_iter().map(one).collect::<Result<Vec<_>>>()
        },
        |chunk: Result<Vec<_>>| {
            done.extend(chunk?);
            keep(&mut done, BATCH)
        },
    );
    // Also of a screening that fails further on.
    keep(&mut done, 1)?;
    ended?;
    bar.finish_and_clear();
    let left = store.count_to_screen(screening, run)?;
    if left > 0 {
        return Err(advice(
            format!("{left} records of run {run} were not screened"),
            "this is a defect of tamis: the flow would not account for them",
        ));
    }
    Ok(assessed)
}

/// Screens what is left and imports the judgements if they changed.
///
/// # Errors
/// When a stored record cannot be read, or the protocol's rules cannot be applied.
pub fn screen(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Account> {
    let review = &place.review;
    let screener =
        Screener::new(&review.protocol).map_err(|e| anyhow!("the protocol's rules cannot be applied: {e}"))?;
    let screening = store.start_screening(&review.name, &review.protocol, PROGRAM, &now())?;
    let left = store.count_to_screen(screening, run.id)?;
    let assessed = if left > 0 { assess(place, store, &screener, (screening, run.id), left)? } else { 0 };
    let (import, judgements_changed) = store.import_judgements(&review.name, &review.judgements, &now())?;
    let stored = store.identification(run)?;
    Ok(Account {
        run: run.id,
        screening,
        assessed,
        before: stored.identified - stored.duplicates - stored.not_retrieved - assessed,
        import,
        judgements_changed,
        judgements: review.judgements.iter().map(|f| f.judgements.len() as u64).sum(),
    })
}

/// Brings screening and judgements up to date, then tells what became of every record.
pub fn fates(place: &Workplace, store: &mut Store, run: &SearchRun, order: &[String]) -> Result<(Account, Vec<Fate>)> {
    let account = screen(place, store, run)?;
    let fates = store.fates(run.id, Some(account.screening), Some(account.import), order)?;
    Ok((account, fates))
}

/// `tamis screen`.
pub fn command(place: &Workplace, run: Option<i64>, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let account = screen(place, &mut store, &run)?;
    if json {
        print_json(&account)?;
    } else {
        print(&format!(
            "run {}: {} records assessed on {} criteria ({} before), {} judgements{}\n",
            account.run,
            account.assessed,
            place.review.protocol.criteria.len(),
            account.before,
            account.judgements,
            if account.judgements_changed { ", read anew" } else { "" }
        ))?;
    }
    place.next(&format!("tamis flow{}", place.argument()));
    Ok(Outcome::Done)
}
