//! CSL-JSON, and JSON Lines of everything known.

use serde_json::{Map, Value, json};

use super::{Entry, abstract_text, database, date, keywords, line, pages, pmid};
use crate::record::RecordKind;

/// One record as a CSL item; the decision stands in `note`, where Zotero shows it under Extra.
fn item(entry: &Entry) -> Value {
    let r = &entry.record;
    let mut out = Map::new();
    out.insert("id".into(), json!(format!("pmid:{}", r.pmid)));
    out.insert("type".into(), json!(if r.kind == RecordKind::Book { "chapter" } else { "article-journal" }));
    let authors: Vec<Value> = r
        .authors
        .iter()
        .map(|a| match &a.collective {
            Some(group) => json!({ "literal": line(group) }),
            None => {
                let mut name = Map::new();
                let first = a.fore_name.as_ref().or(a.initials.as_ref());
                for (key, value) in [("family", a.last_name.as_ref()), ("given", first), ("suffix", a.suffix.as_ref())]
                {
                    name.extend(value.map(|v| (key.to_owned(), json!(line(v)))));
                }
                Value::Object(name)
            }
        })
        .collect();
    if !authors.is_empty() {
        out.insert("author".into(), Value::Array(authors));
    }
    if let Some(d) = date(r) {
        let mut parts = vec![json!(d.year)];
        parts.extend(d.month.map(|m| json!(m)));
        parts.extend(d.month.and(d.day).map(|d| json!(d)));
        out.insert("issued".into(), json!({ "date-parts": [parts] }));
    }
    let mut add = |key: &str, value: &str| {
        if !value.trim().is_empty() {
            out.insert(key.into(), json!(line(value).trim()));
        }
    };
    add("title", &r.title);
    add("container-title", &r.journal.title);
    add("container-title-short", r.journal.iso_abbreviation.as_deref().unwrap_or(""));
    add("volume", r.journal.volume.as_deref().unwrap_or(""));
    add("issue", r.journal.issue.as_deref().unwrap_or(""));
    if let Some((first, last)) = pages(r) {
        add("page", &last.map_or(first.clone(), |l| format!("{first}-{l}")));
    }
    add("ISSN", r.journal.issn.as_deref().unwrap_or(""));
    add("DOI", r.doi.as_deref().unwrap_or(""));
    add("PMID", &pmid(r));
    add("PMCID", r.pmc.as_deref().unwrap_or(""));
    add("abstract", &abstract_text(r));
    add("language", r.languages.first().map_or("", String::as_str));
    add("keyword", &keywords(r).join(", "));
    add("source", database(r));
    add("note", &format!("tamis: {}", entry.decision()));
    Value::Object(out)
}

/// A record as an item of a CSL-JSON array.
///
/// # Errors
/// When a value cannot be written, which memory does not refuse.
pub(super) fn csl_json(entry: &Entry) -> serde_json::Result<String> {
    // No line break stands within a string of JSON.
    Ok(format!("  {}", serde_json::to_string_pretty(&item(entry))?.replace('\n', "\n  ")))
}

/// A line of JSON: the whole record and its fate.
///
/// # Errors
/// When a value cannot be written, which memory does not refuse.
pub(super) fn jsonl(entry: &Entry) -> serde_json::Result<String> {
    let Entry { record, fate, label } = entry;
    let row = json!({ "pmid": record.pmid, "fate": fate, "label": label, "record": record });
    Ok(serde_json::to_string(&row)? + "\n")
}
