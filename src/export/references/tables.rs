//! CSV in the dialects of ASReview, Rayyan and Covidence. UTF-8 without a byte order mark, as their importers want it.

use super::{Entry, abstract_text, address, date, keywords, line, name, pages, pmid};
use crate::export::audit_csv::cell;

/// A line of CSV.
///
/// # Errors
/// When it cannot be written, which memory does not refuse.
pub(super) fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for one in cells {
        writer.write_field(cell(one.as_ref()))?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer.into_inner().map_err(|e| e.into_error().into())
}

fn authors(entry: &Entry, joint: &str) -> String {
    entry.record.authors.iter().map(name).collect::<Vec<_>>().join(joint)
}

fn option(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn page_range(entry: &Entry) -> String {
    pages(&entry.record).map(|(first, last)| last.map_or(first.clone(), |l| format!("{first}-{l}"))).unwrap_or_default()
}

fn number(n: Option<impl ToString>) -> String {
    n.map(|n| n.to_string()).unwrap_or_default()
}

pub(super) const ASREVIEW: [&str; 10] =
    ["title", "abstract", "authors", "keywords", "doi", "url", "year", "pmid", "asreview_label", "asreview_note"];

/// A record for ASReview: `asreview_label` is 1, 0 or empty.
pub(super) fn asreview(e: &Entry) -> Vec<String> {
    let r = &e.record;
    vec![
        r.title.clone(),
        abstract_text(r),
        authors(e, "; "),
        keywords(r).join("; "),
        option(&r.doi),
        address(r),
        number(r.year()),
        pmid(r),
        e.relevant().map(|r| if r { "1" } else { "0" }.to_owned()).unwrap_or_default(),
        format!("tamis: {}", e.decision()),
    ]
}

/// A name or reason that Rayyan's note syntax can hold.
fn plain(text: &str) -> String {
    line(text)
        .chars()
        .map(|c| if "\"',|{}=>".contains(c) { ' ' } else { c })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The decision as Rayyan writes it in notes.
pub(super) fn rayyan_note(entry: &Entry) -> String {
    let word = match entry.relevant() {
        Some(true) => "Included",
        Some(false) => "Excluded",
        None => "Maybe",
    };
    let who = plain(entry.fate.reviewer.as_deref().unwrap_or("tamis"));
    let mut out = format!("RAYYAN-INCLUSION: {{\"{who}\"=>\"{word}\"}}");
    if let (Some(false), Some(label)) = (entry.relevant(), &entry.label) {
        out.push_str(&format!(" | RAYYAN-EXCLUSION-REASONS: {}", plain(label)));
    }
    out
}

pub(super) const RAYYAN: [&str; 21] = [
    "key",
    "title",
    "year",
    "month",
    "day",
    "journal",
    "issn",
    "volume",
    "issue",
    "pages",
    "authors",
    "url",
    "language",
    "publisher",
    "location",
    "abstract",
    "notes",
    "doi",
    "keywords",
    "pubmed_id",
    "pmc_id",
];

/// A record for Rayyan: authors joined by "and", the decision in `notes`.
pub(super) fn rayyan(e: &Entry) -> Vec<String> {
    let (r, j, d) = (&e.record, &e.record.journal, date(&e.record));
    vec![
        format!("pmid{}", r.pmid),
        r.title.clone(),
        number(d.map(|d| d.year)),
        number(d.and_then(|d| d.month)),
        number(d.and_then(|d| d.day)),
        j.title.clone(),
        option(&j.issn),
        option(&j.volume),
        option(&j.issue),
        page_range(e),
        authors(e, " and "),
        address(r),
        r.languages.join("; "),
        String::new(),
        option(&j.country),
        abstract_text(r),
        rayyan_note(e),
        option(&r.doi),
        keywords(r).join("; "),
        pmid(r),
        option(&r.pmc),
    ]
}

pub(super) const COVIDENCE: [&str; 16] = [
    "Title",
    "Authors",
    "Abstract",
    "Published Year",
    "Published Month",
    "Journal",
    "Volume",
    "Issue",
    "Pages",
    "Accession Number",
    "DOI",
    "Ref",
    "Covidence #",
    "Study",
    "Notes",
    "Tags",
];

/// A record for Covidence, with the columns of its own export; the decision stands in `Tags` and `Notes`.
pub(super) fn covidence(e: &Entry) -> Vec<String> {
    let (r, j, d) = (&e.record, &e.record.journal, date(&e.record));
    let first = r.authors.first();
    let study = first.and_then(|a| a.last_name.clone().or_else(|| a.collective.clone())).unwrap_or_default();
    let year = number(d.map(|d| d.year));
    vec![
        r.title.clone(),
        authors(e, "; "),
        abstract_text(r),
        year.clone(),
        number(d.and_then(|d| d.month)),
        j.title.clone(),
        option(&j.volume),
        option(&j.issue),
        page_range(e),
        pmid(r),
        option(&r.doi),
        String::new(),
        String::new(),
        format!("{study} {year}").trim().to_owned(),
        format!("tamis: {}", e.decision()),
        e.fate.decision.name().to_owned(),
    ]
}
