//! Records with their decisions into the files of other tools.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::picture::deliver;
use super::{Outcome, Workplace, advice, history};
use crate::entrez::service::medline;
use crate::entrez::xml::read_record;
use crate::export::references::{Entry, bibtex, csl, endnote, line, ris, tables};
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

/// The records asked for, in PubMed's order.
///
/// # Errors
/// When a criterion is not in the protocol or a record cannot be read.
pub fn entries(place: &Workplace, store: &mut Store, filter: &Filter) -> Result<(SearchRun, Vec<Entry>)> {
    let stand = history::of(place, store, filter.run)?;
    let order = stand.order();
    for c in &filter.criteria {
        if !order.contains(c) {
            let near = crate::protocol::table::nearest(c, order.iter().map(String::as_str));
            let help =
                near.map_or(format!("the criteria are: {}", order.join(", ")), |n| format!("did you mean `{n}`?"));
            return Err(advice(format!("the protocol has no criterion `{c}`"), help));
        }
    }
    let mut out = Vec::new();
    for fate in stand.fates(store, &order)?.into_iter().filter(|f| filter.takes(f)) {
        let Some(stored) = store.record(stand.run.id, fate.pmid)? else { continue };
        let record =
            read_record(&stored.xml).with_context(|| format!("while reading the stored record {}", fate.pmid))?;
        let label =
            fate.decision.criterion().and_then(|c| stand.criteria.iter().find(|x| x.0 == c)).map(|c| c.1.clone());
        let entry = Entry { record, fate, label };
        let full = entry.read_in_full();
        if filter.stage.is_none_or(|s| (s == Reading::FullText) == full) {
            out.push(entry);
        }
    }
    Ok((stand.run, out))
}

fn nbib(entries: &[Entry]) -> String {
    let one = |e: &Entry| format!("{}GN  - tamis: {}\n", medline(&e.record), line(&e.decision()));
    entries.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// `tamis export`.
///
/// # Errors
/// When nothing fits the filter, or the file cannot be written.
pub fn command(place: &Workplace, format: Format, filter: &Filter, file: Option<&Path>) -> Result<Outcome> {
    let mut store = place.store()?;
    let (run, entries) = entries(place, &mut store, filter)?;
    if entries.is_empty() {
        return Err(advice(format!("no record of run {} fits", run.id), "see what there is with `tamis flow`"));
    }
    let bytes = match format {
        Format::Ris => ris::ris(&entries).into_bytes(),
        Format::Nbib => nbib(&entries).into_bytes(),
        Format::EndnoteXml => endnote::endnote_xml(&entries).into_bytes(),
        Format::Bibtex => bibtex::bibtex(&entries).into_bytes(),
        Format::CslJson => csl::csl_json(&entries)?.into_bytes(),
        Format::Asreview => tables::asreview(&entries)?,
        Format::Rayyan => tables::rayyan(&entries)?,
        Format::Covidence => tables::covidence(&entries)?,
        Format::Colrev => bibtex::colrev(&entries, &place.order()).into_bytes(),
        Format::Jsonl => csl::jsonl(&entries)?.into_bytes(),
    };
    deliver(&bytes, file, "the export")?;
    if entries.iter().any(|e| super::fetch::is_synthetic(&e.record)) {
        eprintln!("note: synthetic records; no article, patient or author in this file exists");
    }
    if let Some(file) = file {
        eprintln!("{}: {} records of run {}", file.display(), entries.len(), run.id);
    }
    Ok(Outcome::Done)
}
