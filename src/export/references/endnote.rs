//! EndNote XML: `xml/records/record`, text wrapped in `style`.

use std::fmt::Write;

use super::{Entry, abstract_text, address, database, date, keywords, line, name, pages, pmid};
use crate::export::figure::escape;
use crate::record::RecordKind;

fn styled(tag: &str, text: &str, out: &mut String) {
    let text = line(text);
    // XML 1.0 has no place for these two, escaped or not.
    let text: String = text.trim().chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    if !text.is_empty() {
        let _ =
            write!(out, r#"<{tag}><style face="normal" font="default" size="100%">{}</style></{tag}>"#, escape(&text));
    }
}

pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><records>\n";
pub(super) const TAIL: &str = "</records></xml>\n";

/// A record, by its number in the file from 1. The decision stands in `research-notes` and `label`.
pub(super) fn endnote_xml(entry: &Entry, place: u64) -> String {
    let mut out = String::new();
    let r = &entry.record;
    let (kind, number) = if r.kind == RecordKind::Book { ("Book", 6) } else { ("Journal Article", 17) };
    let _ = write!(
        out,
        r#"<record><source-app name="tamis">tamis</source-app><rec-number>{place}</rec-number><ref-type name="{kind}">{number}</ref-type>"#
    );
    out.push_str("<contributors><authors>");
    for a in &r.authors {
        styled("author", &name(a), &mut out);
    }
    out.push_str("</authors></contributors><titles>");
    styled("title", &r.title, &mut out);
    styled("secondary-title", &r.journal.title, &mut out);
    styled("translated-title", r.vernacular_title.as_deref().unwrap_or(""), &mut out);
    out.push_str("</titles><periodical>");
    styled("full-title", &r.journal.title, &mut out);
    styled("abbr-1", r.journal.iso_abbreviation.as_deref().unwrap_or(""), &mut out);
    out.push_str("</periodical>");
    if let Some((first, last)) = pages(r) {
        styled("pages", &last.map_or(first.clone(), |l| format!("{first}-{l}")), &mut out);
    }
    styled("volume", r.journal.volume.as_deref().unwrap_or(""), &mut out);
    styled("number", r.journal.issue.as_deref().unwrap_or(""), &mut out);
    out.push_str("<keywords>");
    keywords(r).iter().for_each(|k| styled("keyword", k, &mut out));
    out.push_str("</keywords><dates>");
    styled("year", &date(r).map(|d| d.year.to_string()).unwrap_or_default(), &mut out);
    out.push_str("</dates>");
    styled("isbn", r.journal.issn.as_deref().unwrap_or(""), &mut out);
    styled("accession-num", &pmid(r), &mut out);
    styled("electronic-resource-num", r.doi.as_deref().unwrap_or(""), &mut out);
    styled("custom2", r.pmc.as_deref().unwrap_or(""), &mut out);
    styled("abstract", &abstract_text(r), &mut out);
    styled("label", entry.fate.decision.name(), &mut out);
    styled("research-notes", &format!("tamis: {}", entry.decision()), &mut out);
    styled("remote-database-name", database(r), &mut out);
    styled("language", &r.languages.join("; "), &mut out);
    out.push_str("<urls><related-urls>");
    styled("url", &address(r), &mut out);
    out.push_str("</related-urls></urls></record>\n");
    out
}
