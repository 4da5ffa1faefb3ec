//! A BibTeX or BibLaTeX entry into a record, by way of the biblatex crate, which undoes TeX.

use biblatex::{Bibliography, ChunksExt, Entry};

use super::convert::{doi, keywords, languages, named, pmid, section, tidy};
use crate::record::{PartialDate, Pmid, Record};

/// Reads one entry.
///
/// # Errors
/// The line within the entry, from 0, and what is wrong.
pub(super) fn read(piece: &str) -> Result<Record, (usize, String)> {
    let read = Bibliography::parse(piece).map_err(|e| {
        // What is never closed is missed at the end, and began here.
        let inner = piece.get(..e.span.start).filter(|before| before.trim_end().len() < piece.trim_end().len());
        let line = inner.map_or(0, |before| before.matches('\n').count());
        (line, format!("BibTeX: {}", e.kind))
    })?;
    let entry = read.iter().next().ok_or((0, "BibTeX: no entry was found here".to_owned()))?;
    Ok(record(entry))
}

fn record(entry: &Entry) -> Record {
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|k| entry.get(k)).map(|chunks| tidy(&chunks.format_verbatim()));
        found.filter(|t| !t.is_empty())
    };
    let number = |keys: &[&str]| text(keys).and_then(|t| t.get(..4.min(t.len())).and_then(|y| y.trim().parse().ok()));
    // CoLRev keeps PubMed's number under a name of its own.
    let found = text(&["pmid", "colrev.pubmed.pubmedid", "pubmed_id"]);
    let mut r = Record::new(found.as_deref().and_then(pmid).unwrap_or(Pmid(0)));
    r.title = text(&["title"]).unwrap_or_default();
    r.abstract_sections = section(text(&["abstract"]).as_deref());
    r.authors = entry.author().unwrap_or_default().iter().map(|p| named(&p.name, &p.given_name)).collect();
    r.journal.title = text(&["journal", "journaltitle", "booktitle"]).unwrap_or_default();
    r.journal.volume = text(&["volume"]);
    r.journal.issue = text(&["number", "issue"]);
    r.journal.pages = text(&["pages"]).map(|p| p.replace("--", "-").replace('–', "-"));
    r.journal.issn = text(&["issn"]);
    r.pub_date = number(&["year", "date"]).map(|year| PartialDate { year, month: None, day: None });
    r.doi = text(&["doi"]).map(|d| doi(&d));
    r.pmc = text(&["pmcid"]);
    r.languages = text(&["language"]).as_deref().map(languages).unwrap_or_default();
    r.keywords = keywords(text(&["keywords"]).unwrap_or_default().split([';', ',']));
    r
}
