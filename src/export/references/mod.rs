//! Records with their decisions, in the formats of reference managers and screening tools.
//!
//! Each format carries the decision in its own way: a note and a keyword in RIS, a label column in ASReview, a note in
//! Rayyan's syntax, a state in CoLRev. Text of records is data: no spreadsheet takes it for a formula, and a line
//! break never starts a new field.

use std::borrow::Cow;

use crate::flow::{Decision, Fate};
use crate::protocol::Stage;
use crate::record::{Author, PartialDate, Record};

mod bibtex;
mod csl;
mod endnote;
mod ris;
mod stream;
mod tables;

pub use stream::{Form, References};

/// A record and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record.
    pub record: Record,
    /// Its fate.
    pub fate: Fate,
    /// The label of the criterion it was excluded for, or waits at.
    pub label: Option<String>,
}

impl Entry {
    /// The decision in words: `excluded: Non-human (rule)`.
    pub fn decision(&self) -> String {
        let name = self.fate.decision.name();
        let label = self.label.as_deref().map(|l| format!(": {}", line(l))).unwrap_or_default();
        let who = self.fate.reviewer.as_deref().unwrap_or(self.fate.decided_by.name());
        let stage = self.fate.stage.map(|s| format!(", {}", s.name())).unwrap_or_default();
        format!("{name}{label} ({}{stage})", line(who))
    }

    /// Whether the decision rests on the full text.
    pub fn read_in_full(&self) -> bool {
        matches!(self.fate.stage, Some(Stage::FullText | Stage::Consensus))
    }

    /// 1 included, 0 excluded, none when nobody has decided.
    pub fn relevant(&self) -> Option<bool> {
        match self.fate.decision {
            Decision::Included => Some(true),
            Decision::Excluded(_) => Some(false),
            Decision::Unresolved(_) => None,
        }
    }
}

/// Text on one line, without control characters.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}') {
        let clean: String =
            text.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect();
        Cow::Owned(clean.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(text)
    }
}

/// `Alpha, Ann`, with the suffix last as RIS and BibTeX have it; a group by its name.
fn name(a: &Author) -> String {
    match (&a.collective, &a.last_name) {
        (Some(group), _) => line(group).into_owned(),
        (None, last) => {
            let first = a.fore_name.as_ref().or(a.initials.as_ref());
            let parts: Vec<&str> =
                [last.as_ref(), first, a.suffix.as_ref()].into_iter().flatten().map(String::as_str).collect();
            line(&parts.join(", ")).into_owned()
        }
    }
}

/// The abstract as one text, labels before their sections.
pub(super) fn abstract_text(record: &Record) -> String {
    let part = |s: &crate::record::AbstractSection| match &s.label {
        Some(label) => format!("{label}: {}", s.text),
        None => s.text.clone(),
    };
    line(&record.abstract_sections.iter().map(part).collect::<Vec<_>>().join(" ")).into_owned()
}

/// The record's PMID; nothing of a record that PubMed does not have.
fn pmid(record: &Record) -> String {
    if record.pmid.is_own() { String::new() } else { record.pmid.to_string() }
}

/// PubMed's page of the record, if PubMed has it.
fn address(record: &Record) -> String {
    if record.pmid.is_own() { String::new() } else { record.pmid.address() }
}

/// The database the record is from, where that is PubMed.
fn database(record: &Record) -> &'static str {
    if record.pmid.is_own() { "" } else { "PubMed" }
}

/// The day the article is cited under.
fn date(record: &Record) -> Option<PartialDate> {
    record.pub_date.or_else(|| record.electronic_date())
}

/// First and last page; the last is written out: `123-8` ends at 128.
fn pages(record: &Record) -> Option<(String, Option<String>)> {
    let text = record.journal.pages.as_deref()?;
    let (first, last) = match text.split_once('-') {
        Some((first, last)) if !last.is_empty() => (first, Some(last)),
        _ => (text, None),
    };
    let last = last.map(|last| match first.len().checked_sub(last.len()) {
        Some(kept) if kept > 0 && last.bytes().all(|b| b.is_ascii_digit()) && first.is_char_boundary(kept) => {
            format!("{}{last}", &first[..kept])
        }
        _ => last.to_owned(),
    });
    Some((first.to_owned(), last))
}

/// Keywords and MeSH descriptors, each once.
fn keywords(record: &Record) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in record.keywords.iter().map(|k| &k.text).chain(record.mesh.iter().map(|m| &m.descriptor)) {
        let text = line(text).into_owned();
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

#[cfg(test)]
mod tests;
