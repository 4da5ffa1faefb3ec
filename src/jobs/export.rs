//! Records with their decisions into the files of other tools.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::{Outcome, Printed, Whole, Workplace, advice, figure, history, stored};
use crate::entrez::service::medline;
use crate::export::references::{Entry, Form, References};
use crate::flow::Fate;
use crate::store::{SearchRun, Store};

/// The formats written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// RIS, for most reference managers; decision in N1 and as a keyword
    Ris,
    /// PubMed's own text format; decision in GN
    Nbib,
    /// EndNote XML; decision in label and research notes
    EndnoteXml,
    /// BibTeX; decision in note
    Bibtex,
    /// CSL-JSON, for Zotero, pandoc; decision in note
    CslJson,
    /// ASReview's CSV; asreview_label 1, 0 or empty
    Asreview,
    /// Rayyan's CSV; RAYYAN-INCLUSION in notes
    Rayyan,
    /// Covidence's CSV; decision in Tags
    Covidence,
    /// CoLRev's records.bib with its states
    Colrev,
    /// One line of JSON a record, everything known
    Jsonl,
    /// Parquet, one row a record, for DuckDB, R and Spark
    Parquet,
}

/// Which decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// In the review
    Included,
    /// Out
    Excluded,
    /// Awaiting a person
    Unresolved,
}

/// Which readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Reading {
    /// Decided on title and abstract
    TitleAbstract,
    /// Decided on the full text, or by a consensus
    FullText,
}

/// What to write.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A search run, as its flow was last reported.
    pub run: Option<i64>,
    /// Decisions; empty is all.
    pub decisions: Vec<Which>,
    /// Criteria that decided; empty is all.
    pub criteria: Vec<String>,
    /// The reading.
    pub stage: Option<Reading>,
    /// The reviewer.
    pub reviewer: Option<String>,
}

impl Filter {
    fn takes(&self, entry: &Fate) -> bool {
        let name = entry.decision.name();
        let wanted = |w: &Which| match w {
            Which::Included => name == "included",
            Which::Excluded => name == "excluded",
            Which::Unresolved => name == "unresolved",
        };
        (self.decisions.is_empty() || self.decisions.iter().any(wanted))
            && (self.criteria.is_empty()
                || entry.decision.criterion().is_some_and(|c| self.criteria.iter().any(|x| x == c)))
            && self.reviewer.as_ref().is_none_or(|r| entry.reviewer.as_ref() == Some(r))
    }
}

/// Calls `take` with each record asked for, in PubMed's order; one is held at a time.
///
/// # Errors
/// When a criterion is not in the protocol or a record cannot be read; what `take` returns.
fn each(
    place: &Workplace,
    store: &mut Store,
    filter: &Filter,
    mut take: impl FnMut(Entry) -> Result<()>,
) -> Result<SearchRun> {
    let stand = history::of(place, store, filter.run)?;
    let order = stand.order();
    figure::named(&order, &filter.criteria)?;
    for fate in stand.fates(store, &order)?.into_iter().filter(|f| filter.takes(f)) {
        let Some((_, record)) = stored(store, stand.run.id, fate.pmid)? else { continue };
        let label =
            fate.decision.criterion().and_then(|c| stand.criteria.iter().find(|x| x.0 == c)).map(|c| c.1.clone());
        let entry = Entry { record, fate, label };
        let full = entry.read_in_full();
        if filter.stage.is_none_or(|s| (s == Reading::FullText) == full) {
            take(entry)?;
        }
    }
    Ok(stand.run)
}

/// What is told when a file is done.
#[derive(Default)]
struct Told {
    records: usize,
    synthetic: bool,
}

impl Told {
    fn see(&mut self, entry: &Entry) {
        self.records += 1;
        self.synthetic |= super::fetch::is_synthetic(&entry.record);
    }

    fn tell(&self, run: &SearchRun, file: Option<&Path>) -> Result<Outcome> {
        if self.records == 0 {
            return Err(advice(format!("no record of run {} fits", run.id), "see what there is with `tamis flow`"));
        }
        if self.synthetic {
            eprintln!("note: synthetic records; no article, patient or author in this file exists");
        }
        if let Some(file) = file {
            eprintln!("{}: {} records of run {}", file.display(), self.records, run.id);
        }
        Ok(Outcome::Done)
    }
}

#[cfg(feature = "parquet")]
fn parquet(place: &Workplace, store: &mut Store, filter: &Filter, file: Option<&Path>) -> Result<Outcome> {
    let Some(file) = file else {
        return Err(advice("Parquet is no text to be printed", "name a file with -o FILE.parquet"));
    };
    let mut rows = crate::export::parquet::Records::new(Whole::begin(file)?)?;
    let mut told = Told::default();
    let run = each(place, store, filter, |entry| {
        told.see(&entry);
        Ok(rows.push(&entry)?)
    })?;
    if told.records > 0 {
        rows.end()?.end()?;
    }
    told.tell(&run, Some(file))
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Workplace, _: &mut Store, _: &Filter, _: Option<&Path>) -> Result<Outcome> {
    Err(super::corpus::export::without_parquet())
}

/// `tamis export`.
///
/// # Errors
/// When nothing fits the filter, or the file cannot be written.
pub fn command(place: &Workplace, format: Format, filter: &Filter, file: Option<&Path>) -> Result<Outcome> {
    let mut store = place.store()?;
    let form = match format {
        Format::Ris => Form::Ris,
        Format::Nbib => Form::Nbib(medline),
        Format::EndnoteXml => Form::EndnoteXml,
        Format::Bibtex => Form::Bibtex,
        Format::CslJson => Form::CslJson,
        Format::Asreview => Form::Asreview,
        Format::Rayyan => Form::Rayyan,
        Format::Covidence => Form::Covidence,
        Format::Colrev => Form::Colrev(place.order()),
        Format::Jsonl => Form::Jsonl,
        Format::Parquet => return parquet(place, &mut store, filter, file),
    };
    let (mut told, mut whole) = (Told::default(), file.map(Whole::begin).transpose()?);
    let out: &mut dyn Write = match &mut whole {
        Some(whole) => whole,
        None => &mut Printed,
    };
    let mut records = References::new(form, out);
    let run = each(place, &mut store, filter, |entry| {
        told.see(&entry);
        records.push(&entry).context("while writing the export")
    });
    let run = run.map_err(|e| match file {
        None if told.records > 0 => e.context("what was printed is not whole; -o FILE writes all or nothing"),
        _ => e,
    })?;
    if told.records > 0 {
        records.end().context("while writing the export")?;
        whole.map_or(Ok(()), Whole::end)?;
    }
    told.tell(&run, file)
}
