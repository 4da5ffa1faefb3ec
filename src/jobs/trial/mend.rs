//! The smallest change of a clause that would find a record it misses.

use crate::query::{Kind, Node, Query, SearchField, Term, parse};
use crate::record::{Field, Record};

/// A change of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The clause as it is.
    pub before: String,
    /// As it would find the record; empty when it would have to go.
    pub after: String,
    /// In words.
    pub what: String,
}

/// The clauses joined with AND of which none finds the record; one alone when the string is no AND.
pub(super) fn failing<'q>(query: &'q Query, record: &Record) -> Vec<&'q Node> {
    fn visit<'q>(node: &'q Node, query: &Query, record: &Record, out: &mut Vec<&'q Node>) {
        if matches(&query.text()[node.span.clone()], record) {
            return;
        }
        match &node.kind {
            Kind::Group(crate::query::Operator::And, parts) => parts.iter().for_each(|p| visit(p, query, record, out)),
            _ => out.push(node),
        }
    }
    let mut out = Vec::new();
    visit(query.root(), query, record, &mut out);
    out
}

fn matches(text: &str, record: &Record) -> bool {
    parse(text).query.is_some_and(|q| q.matches(record))
}

/// Changes of a failing clause that find the record, the smallest first.
pub(super) fn changes(clause: &Node, text: &str, record: &Record) -> Vec<Change> {
    let before = &text[clause.span.clone()];
    let mut terms = Vec::new();
    gather(clause, &mut terms);
    let mut out: Vec<Change> = Vec::new();
    let mut offer = |after: String, what: String| {
        if !out.iter().any(|c| c.after == after) && matches(&after, record) {
            out.push(Change { before: before.to_owned(), after, what });
        }
    };
    // Within the clause: one term for another.
    let put = |node: &Node, new: &str| {
        let at = node.span.start - clause.span.start..node.span.end - clause.span.start;
        format!("{}{new}{}", &before[..at.start], &before[at.end..])
    };
    for (node, term) in &terms {
        for (new, what) in spellings(term) {
            offer(put(node, &new), what);
        }
    }
    for (node, term) in &terms {
        for (new, what) in wider(term) {
            offer(put(node, &new), what);
        }
    }
    for (node, term) in &terms {
        for word in longer_words(term, record) {
            let tag = term.field.tag();
            let alternative = format!("{word}[{tag}]");
            let joined = match &clause.kind {
                Kind::Group(crate::query::Operator::Or, _) => {
                    put(node, &format!("{} OR {alternative}", &text[node.span.clone()]))
                }
                _ => format!("({before} OR {alternative})"),
            };
            offer(joined, format!("add `{alternative}`: truncation opens the end of a word, not its beginning"));
        }
    }
    out
}

fn gather<'n>(node: &'n Node, out: &mut Vec<(&'n Node, &'n Term)>) {
    match &node.kind {
        Kind::Group(_, parts) => parts.iter().for_each(|p| gather(p, out)),
        Kind::Term(term) => out.push((node, term)),
        Kind::Range { .. } => {}
    }
}

fn show(term: &Term, text: &str, field: SearchField) -> String {
    let near = term.proximity.map(|n| format!(":~{n}")).unwrap_or_default();
    let quote = if term.quoted || text.contains(' ') { "\"" } else { "" };
    format!("{quote}{text}{quote}[{}{near}]", field.tag())
}

/// British and American, plural and singular.
fn spellings(term: &Term) -> Vec<(String, String)> {
    const PAIRS: [(&str, &str); 9] = [
        ("tumor", "tumour"),
        ("color", "colour"),
        ("leukemia", "leukaemia"),
        ("anemia", "anaemia"),
        ("pediatric", "paediatric"),
        ("esophag", "oesophag"),
        ("hemorrhag", "haemorrhag"),
        ("ization", "isation"),
        ("randomized", "randomised"),
    ];
    let lower = term.text.to_lowercase();
    let mut out = Vec::new();
    for (american, british) in PAIRS {
        for (from, to, whose) in [(american, british, "British"), (british, american, "American")] {
            if lower.contains(from) {
                out.push((show(term, &lower.replace(from, to), term.field), format!("the {whose} spelling")));
            }
        }
    }
    if !lower.ends_with('*') && term.proximity.is_none() && lower.chars().count() >= 4 {
        let stem = lower.strip_suffix("ies").or(lower.strip_suffix('s')).or(lower.strip_suffix('y')).unwrap_or(&lower);
        out.push((show(term, &format!("{lower}*"), term.field), "any ending, the plural among them".to_owned()));
        out.push((show(term, &format!("{stem}*"), term.field), "any ending, the singular among them".to_owned()));
        for (american, british) in PAIRS {
            if lower.contains(american) {
                let other = lower.replace(american, british);
                out.push((
                    show(term, &format!("{other}*"), term.field),
                    "the British spelling with any ending".to_owned(),
                ));
            }
        }
    }
    out
}

/// Wider fields, and a phrase as words near each other or anywhere.
fn wider(term: &Term) -> Vec<(String, String)> {
    use SearchField as F;
    let mut out = Vec::new();
    let fields: &[F] = match term.field {
        F::Title => &[F::TitleAbstract, F::TextWord],
        F::TitleAbstract | F::OtherTerm | F::Mesh | F::MeshMajor => &[F::TextWord],
        _ => &[],
    };
    for field in fields {
        out.push((
            show(term, &term.text, *field),
            format!("in {} instead of {}", field.full_name(), term.field.full_name()),
        ));
    }
    if term.quoted && !term.text.contains('*') && matches!(term.field, F::Title | F::TitleAbstract) {
        for n in [2, 5] {
            let near = Term { proximity: Some(n), ..term.clone() };
            out.push((show(&near, &term.text, term.field), format!("its words within {n} of each other")));
        }
        let words: Vec<String> = term.text.split_whitespace().map(|w| format!("{w}[{}]", term.field.tag())).collect();
        out.push((format!("({})", words.join(" AND ")), "its words anywhere in the field".to_owned()));
    }
    out
}

/// Words of a record that end as a term begins: `rhabdomyosarcoma` for `sarcoma*`.
fn longer_words(term: &Term, record: &Record) -> Vec<String> {
    let stem = term.text.trim_end_matches('*').to_lowercase();
    if stem.chars().count() < 5 || stem.contains(' ') {
        return Vec::new();
    }
    let mut out: Vec<String> = Vec::new();
    for passage in record.passages() {
        if !matches!(passage.field, Field::Title | Field::Abstract | Field::Keyword) {
            continue;
        }
        for word in passage.text.split(|c: char| !c.is_alphanumeric()) {
            let word = word.to_lowercase();
            if let Some(at) = word.find(&stem).filter(|at| *at > 0) {
                let word = format!("{}*", &word[..at + stem.len()]);
                if !out.contains(&word) {
                    out.push(word);
                }
            }
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::record::Pmid;

    #[test]
    fn each_near_miss_has_its_smallest_change() {
        let string = "ALK[tiab] AND (crizotinib*[tiab] OR \"kinase inhibitor\"[ti]) AND (sarcoma*[tiab] OR \"inflammatory myofibroblastic tumor\"[ti])";
        let cases: &[(&str, &str, &[&str], &str)] = &[
            (
                "a British spelling",
                "ALK and crizotinib in an inflammatory myofibroblastic tumour",
                &[],
                "\"inflammatory myofibroblastic tumour\"[ti]",
            ),
            (
                "a plural",
                "ALK and crizotinib in inflammatory myofibroblastic tumors",
                &[],
                "\"inflammatory myofibroblastic tumor*\"[ti]",
            ),
            (
                "a British plural",
                "ALK and crizotinib in inflammatory myofibroblastic tumours",
                &[],
                "\"inflammatory myofibroblastic tumour*\"[ti]",
            ),
            ("a word before", "ALK and crizotinib in rhabdomyosarcoma", &[], "rhabdomyosarcoma*[tiab]"),
            (
                "a phrase in the abstract",
                "ALK sarcoma",
                &["A kinase inhibitor was given."],
                "\"kinase inhibitor\"[tiab]",
            ),
            ("words apart", "ALK sarcoma and inhibitor of a kinase", &[], "\"kinase inhibitor\"[ti:~2]"),
        ];
        let query = parse(string).query.unwrap();
        for (sentence, title, texts, expected) in cases {
            let mut record = Record::new(Pmid(1));
            record.title = (*title).into();
            record.abstract_sections = texts
                .iter()
                .map(|t| crate::record::AbstractSection { text: (*t).into(), ..Default::default() })
                .collect();
            let failing = failing(&query, &record);
            assert_eq!(failing.len(), 1, "{sentence}");
            let found = changes(failing[0], string, &record);
            assert!(found.first().is_some_and(|c| c.after.contains(expected)), "{sentence}: {found:?}");
        }
    }

    #[test]
    fn of_a_record_that_is_found_nothing_fails() {
        let query = parse("a1[ti] AND b1[ti]").query.unwrap();
        let mut record = Record::new(Pmid(1));
        record.title = "a1 b1".into();
        assert!(failing(&query, &record).is_empty());
        record.title = "c1".into();
        assert_eq!(failing(&query, &record).len(), 2);
    }
}
