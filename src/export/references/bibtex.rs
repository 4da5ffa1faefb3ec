//! BibTeX, plain and as CoLRev's `records.bib` with its states.

use std::fmt::Write;

use super::{Entry, abstract_text, date, keywords, line, pages, pmid};
use crate::flow::Decision;
use crate::record::{Author, RecordKind};

/// Text that TeX takes for nothing but text. Braces are balanced whatever the text holds.
fn tex(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in line(text).trim().chars() {
        // Two of these beside each other TeX makes one sign of: a dash, a quotation mark.
        if c == before && matches!(c, '-' | '\'' | '`') {
            out.push_str("{}");
        }
        before = c;
        match c {
            '\\' => out.push_str("{\\textbackslash}"),
            '{' => out.push_str("\\{"),
            '}' => out.push_str("\\}"),
            '~' => out.push_str("{\\textasciitilde}"),
            '^' => out.push_str("{\\textasciicircum}"),
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// `Last, Suffix, First`; a group in braces, so that nobody takes it apart.
fn author(a: &Author) -> String {
    if let Some(group) = &a.collective {
        return format!("{{{}}}", tex(group));
    }
    let first = a.fore_name.as_ref().or(a.initials.as_ref());
    // A name that holds the word "and" would be two names.
    let part = |text: &String| {
        let text = tex(text);
        if text.split(' ').any(|w| w.eq_ignore_ascii_case("and")) { format!("{{{text}}}") } else { text }
    };
    [a.last_name.as_ref(), a.suffix.as_ref(), first].into_iter().flatten().map(part).collect::<Vec<_>>().join(", ")
}

/// The key of a record: the first author's letters, the year, the PMID.
fn key(entry: &Entry) -> String {
    let first = entry.record.authors.first();
    let name = first.and_then(|a| a.last_name.as_ref().or(a.collective.as_ref())).map_or("", String::as_str);
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let year = date(&entry.record).map(|d| d.year.to_string()).unwrap_or_default();
    format!("{letters}{year}pmid{}", entry.record.pmid)
}

fn fields(entry: &Entry) -> Vec<(&'static str, String)> {
    let r = &entry.record;
    let option = |text: &Option<String>| text.as_deref().map(tex).unwrap_or_default();
    let pages = pages(r).map(|(first, last)| last.map_or(tex(&first), |l| format!("{}--{}", tex(&first), tex(&l))));
    let journal = if r.kind == RecordKind::Book { "booktitle" } else { "journal" };
    vec![
        ("author", r.authors.iter().map(author).collect::<Vec<_>>().join(" and ")),
        // Braces keep capitals such as ALK.
        ("title", format!("{{{}}}", tex(&r.title))),
        (journal, tex(&r.journal.title)),
        ("year", date(r).map(|d| d.year.to_string()).unwrap_or_default()),
        ("month", date(r).and_then(|d| d.month).map(|m| m.to_string()).unwrap_or_default()),
        ("volume", option(&r.journal.volume)),
        ("number", option(&r.journal.issue)),
        ("pages", pages.unwrap_or_default()),
        ("issn", option(&r.journal.issn)),
        ("doi", option(&r.doi)),
        ("pmid", pmid(r)),
        ("pmcid", option(&r.pmc)),
        ("language", tex(&r.languages.join(", "))),
        ("abstract", tex(&abstract_text(r))),
        ("keywords", tex(&keywords(r).join(", "))),
    ]
}

fn write(entry: &Entry, first: Vec<(&'static str, String)>) -> String {
    let kind = if entry.record.kind == RecordKind::Book { "incollection" } else { "article" };
    let mut out = format!("@{kind}{{{}", key(entry));
    for (name, value) in first.into_iter().chain(fields(entry)).filter(|f| !f.1.is_empty() && f.1 != "{}") {
        let _ = write!(out, ",\n  {name:<30} = {{{value}}}");
    }
    out + "\n}\n\n"
}

/// A record in plain BibTeX; the decision stands in `note`.
pub(super) fn bibtex(entry: &Entry) -> String {
    write(entry, vec![("note", tex(&format!("tamis: {}", entry.decision())))])
}

/// The state CoLRev gives a record.
pub(super) fn state(entry: &Entry) -> &'static str {
    match (&entry.fate.decision, entry.read_in_full()) {
        (Decision::Included, true) => "rev_included",
        (Decision::Included, false) => "rev_prescreen_included",
        (Decision::Excluded(_), true) => "rev_excluded",
        (Decision::Excluded(_), false) => "rev_prescreen_excluded",
        (Decision::Unresolved(_), _) => "md_processed",
    }
}

/// A record of CoLRev's `records.bib`. `criteria` are the protocol's, in order: up to the one that excludes, a report met
/// none.
pub(super) fn colrev(entry: &Entry, criteria: &[String]) -> String {
    let mut first = vec![
        ("colrev_origin", format!("pubmed.bib/{}", entry.record.pmid)),
        ("colrev_status", state(entry).to_owned()),
        ("colrev.pubmed.pubmedid", pmid(&entry.record)),
    ];
    match &entry.fate.decision {
        Decision::Excluded(c) if entry.read_in_full() => {
            let until = criteria.iter().position(|x| x == c).map_or(criteria.len(), |i| i + 1);
            let word = |x: &String| format!("{x}={}", if x == c { "out" } else { "in" });
            first.push(("screening_criteria", criteria[..until].iter().map(word).collect::<Vec<_>>().join(";")));
        }
        Decision::Excluded(c) => first.push(("prescreen_exclusion", tex(c))),
        Decision::Included if entry.read_in_full() => {
            let all = criteria.iter().map(|c| format!("{c}=in")).collect::<Vec<_>>().join(";");
            first.push(("screening_criteria", all));
        }
        _ => {}
    }
    if entry.record.is_retracted() {
        first.push(("retracted", "yes".into()));
    }
    write(entry, first)
}
