//! Stage 3: applies the protocol's criteria to every record of a run, and reads the judgements.

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, now, print, print_json};
use crate::entrez::xml::read_record;
use crate::flow::Fate;
use crate::screen::Screener;
use crate::store::{SearchRun, Store, StoredAssessment};

/// Records screened in one transaction.
const BATCH: usize = 250;

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
    let bar = place.bar(left, "screening");
    loop {
        let batch = store.to_screen(screening, run.id, BATCH)?;
        if batch.is_empty() {
            break;
        }
        let mut done = Vec::with_capacity(batch.len());
        for (revision, xml) in batch {
            let record = read_record(&xml).with_context(|| format!("while screening revision {revision}"))?;
            let (assessments, cases) = screener.screen(&record);
            done.push(StoredAssessment { revision, assessments, cases });
        }
        store.add_assessments(screening, &done)?;
        bar.inc(done.len() as u64);
    }
    bar.finish_and_clear();
    let (import, judgements_changed) = store.import_judgements(&review.name, &review.judgements, &now())?;
    let stored = store.identification(run)?;
    Ok(Account {
        run: run.id,
        screening,
        assessed: left,
        before: stored.identified - stored.duplicates - stored.not_retrieved - left,
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
