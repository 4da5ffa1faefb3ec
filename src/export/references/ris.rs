//! RIS: two-letter tag, two blanks, hyphen, blank; `ER` ends a record.

use std::fmt::Write;

use super::{Entry, abstract_text, address, database, date, keywords, line, name, pages, pmid};
use crate::record::RecordKind;

/// A record. The decision stands in `N1`, and in a keyword that Zotero makes a tag.
pub(super) fn ris(entry: &Entry) -> String {
    let mut out = String::new();
    let r = &entry.record;
    let mut add = |tag: &str, text: &str| {
        let text = line(text);
        let text = text.trim();
        if !text.is_empty() {
            let _ = write!(out, "{tag}  - {text}\r\n");
        }
    };
    add("TY", if r.kind == RecordKind::Book { "BOOK" } else { "JOUR" });
    r.authors.iter().for_each(|a| add("AU", &name(a)));
    add("TI", &r.title);
    add("TT", r.vernacular_title.as_deref().unwrap_or(""));
    add("T2", &r.journal.title);
    add("JO", r.journal.iso_abbreviation.as_deref().unwrap_or(""));
    if let Some(d) = date(r) {
        add("PY", &format!("{:04}", d.year));
        let part = |n: Option<u8>| n.map(|n| format!("{n:02}")).unwrap_or_default();
        add("DA", &format!("{:04}/{}/{}", d.year, part(d.month), part(d.day)));
    }
    add("VL", r.journal.volume.as_deref().unwrap_or(""));
    add("IS", r.journal.issue.as_deref().unwrap_or(""));
    if let Some((first, last)) = pages(r) {
        add("SP", &first);
        add("EP", last.as_deref().unwrap_or(""));
    }
    add("SN", r.journal.issn.as_deref().unwrap_or(""));
    add("DO", r.doi.as_deref().unwrap_or(""));
    r.languages.iter().for_each(|l| add("LA", l));
    add("AB", &abstract_text(r));
    add("AN", &pmid(r));
    add("DB", database(r));
    if r.pmid.is_own() {
        add("ID", &r.pmid.to_string());
    }
    add("C2", r.pmc.as_deref().unwrap_or(""));
    r.publication_types.iter().for_each(|t| add("M3", &t.name));
    keywords(r).iter().for_each(|k| add("KW", k));
    add("KW", &format!("tamis:{}", entry.fate.decision.name()));
    add("N1", &format!("tamis: {}", entry.decision()));
    add("UR", &address(r));
    out.push_str("ER  - \r\n\r\n");
    out
}
