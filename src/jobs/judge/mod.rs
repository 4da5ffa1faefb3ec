//! `tamis judge`: a person's ruling, appended to that person's file of judgements.
//!
//! The text is the truth: a ruling is written to the file first, whole or not at all, and read from there into the
//! database. Nothing is taken out of a file; a change of mind and an undo are entries of their own.

use anyhow::Result;
use jiff::civil::Date;

use super::{Outcome, Workplace, advice, history, print, screen};
use crate::entrez::xml::read_record;
use crate::flow::Fate;
use crate::protocol::{Judgement, Stage, Verdict};
use crate::record::{Pmid, Record, terminal_safe};
use crate::store::Store;

mod file;
pub mod import;

/// What is ruled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The report is in.
    Include,
    /// It is out, for this criterion.
    Exclude(String),
    /// This criterion does not exclude it.
    Keep(String),
    /// The last ruling that still stands is taken back.
    Undo,
}

/// The reading a ruling rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Reading {
    /// Title and abstract
    TitleAbstract,
    /// The full text
    FullText,
    /// Two reviewers' agreement, or a third's ruling
    Consensus,
}

/// What was typed.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// The PMID.
    pub pmid: u64,
    /// What is ruled.
    pub word: Word,
    /// The reading it rests on.
    pub stage: Option<Reading>,
    /// The sentence it rests on.
    pub quote: Option<String>,
    /// Why it convinces.
    pub note: Option<String>,
    /// The reviewer.
    pub by: String,
    /// The day; none is today.
    pub when: Option<Date>,
    /// How many cases the report brings.
    pub cases: Option<u32>,
}

impl Ruling {
    /// The judgement as its file holds it; none for an undo.
    fn judgement(&self, when: Date) -> Result<Option<Judgement>> {
        let missing =
            |what: &str| advice(format!("a judgement needs {what}"), "see the examples of `tamis judge --help`");
        let (verdict, criterion) = match &self.word {
            Word::Include => (Verdict::Include, None),
            Word::Exclude(c) => (Verdict::Exclude, Some(c.clone())),
            Word::Keep(c) => (Verdict::Keep, Some(c.clone())),
            Word::Undo => return Ok(None),
        };
        let stage = match self.stage.ok_or_else(|| missing("the reading it rests on: --stage"))? {
            Reading::TitleAbstract => Stage::TitleAbstract,
            Reading::FullText => Stage::FullText,
            Reading::Consensus => Stage::Consensus,
        };
        Ok(Some(Judgement {
            pmid: Pmid(self.pmid),
            stage,
            verdict,
            criterion,
            quote: self.quote.clone().ok_or_else(|| missing("the sentence it rests on: --quote"))?,
            note: self.note.clone(),
            when,
            cases: self.cases,
            line: 0,
        }))
    }
}

/// The record in the newest run that holds it.
///
/// # Errors
/// When records were fetched and this is none of them.
fn known(place: &Workplace, store: &Store, pmid: Pmid) -> Result<Option<Record>> {
    let runs = store.runs(&place.review.name)?;
    for run in runs.iter().rev() {
        if let Some(stored) = store.record(run.id, pmid)? {
            return Ok(Some(read_record(&stored.xml)?));
        }
    }
    if runs.is_empty() {
        return Ok(None);
    }
    Err(advice(
        format!("no search of `{}` brought a record with PMID {pmid}", place.review.name),
        format!("see why with `tamis query why {pmid}`; judgements are given on records that were found"),
    ))
}

/// What becomes of a record in the newest run.
fn fate(place: &Workplace, store: &mut Store, pmid: Pmid) -> Result<Option<Fate>> {
    let Some(run) = store.run(&place.review.name, None)? else { return Ok(None) };
    let stand = history::today(place, store, &run)?;
    Ok(stand.fates(store, &stand.order())?.into_iter().find(|f| f.pmid == pmid))
}

fn word(fate: Option<&Fate>) -> String {
    match fate {
        None => "not among the records of the newest search".to_owned(),
        Some(f) => match (f.decision.criterion(), &f.reviewer) {
            (Some(c), Some(who)) => format!("{}: {c} ({who})", f.decision.name()),
            (Some(c), None) => format!("{}: {c}", f.decision.name()),
            (None, _) => f.decision.name().to_owned(),
        },
    }
}

fn in_record(record: &Record, quote: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let quote = plain(quote);
    record.passages().iter().any(|p| plain(p.text).contains(&quote))
}

/// `tamis judge PMID`.
///
/// # Errors
/// When the ruling is not whole, the criterion or the record is not known, or a file cannot be written; then nothing
/// has changed.
pub fn command(mut place: Workplace, ruling: Ruling) -> Result<Outcome> {
    let when = match ruling.when {
        Some(when) => when,
        None => super::today()?,
    };
    let judgement = ruling.judgement(when)?;
    let pmid = Pmid(ruling.pmid);
    let mut store = place.store()?;
    let record = known(&place, &store, pmid)?;
    let before = fate(&place, &mut store, pmid)?;
    let text = match &judgement {
        None => file::undo(pmid, ruling.note.as_deref(), when),
        Some(judgement) => {
            if let Some(record) = record.as_ref().filter(|_| judgement.stage == Stage::TitleAbstract)
                && !in_record(record, &judgement.quote)
            {
                eprintln!("warning: the quote does not stand in the title or abstract of {pmid}");
            }
            file::entry(judgement)
        }
    };
    let written = file::append(&mut place, &ruling.by, &text)?;
    if store.run(&place.review.name, None)?.is_none() {
        store.import_judgements(&place.review.name, &place.review.judgements, &super::now())?;
    }
    let after = fate(&place, &mut store, pmid)?;
    print(&format!(
        "{}: written for {}\n{}: {} -> {}\n",
        written.display(),
        terminal_safe(&ruling.by),
        pmid,
        terminal_safe(&word(before.as_ref())),
        terminal_safe(&word(after.as_ref()))
    ))?;
    let a = place.argument();
    let waiting = match store.run(&place.review.name, None)? {
        Some(run) => {
            let (_, fates) = screen::fates(&place, &mut store, &run, &place.order())?;
            fates.into_iter().find(|f| f.decision.name() == "unresolved")
        }
        None => None,
    };
    place.next(&match waiting {
        Some(f) => format!("tamis explain{a} {}, which awaits a person", f.pmid),
        None => format!("tamis flow{a}; commit the file of judgements"),
    });
    Ok(Outcome::Done)
}
