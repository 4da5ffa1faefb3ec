//! What a protocol says of articles that were retracted or put in doubt after they were published.
//!
//! `[announced]` is read as criteria of its own that stand after the review's: they hold up, or exclude, what would
//! otherwise be in, and change no other box. Their assessments, judgements and audit are those of any criterion.

use super::rule::{Rule, RuleKind};
use super::table::Table;
use super::{Criterion, Policy};
use crate::diagnostic::Diagnostic;
use crate::record::NoticeKind;

/// The keys, each with the criterion's id, its box's label and what is announced.
const KEYS: [(&str, &str, &str, NoticeKind); 2] = [
    ("retracted", "retracted", "Retracted publications", NoticeKind::Retracted),
    ("concern", "expression-of-concern", "Publications under an expression of concern", NoticeKind::Concern),
];

/// The keys of the table and the ids of their criteria.
pub(super) fn ids() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().map(|(key, id, ..)| (*key, *id))
}

/// Whether a criterion is one of these, not of the review's own.
pub fn is_one(id: &str) -> bool {
    KEYS.iter().any(|(_, known, ..)| *known == id)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Keep,
    Person,
    Exclude,
}

/// Reads the table into criteria: none for what is kept.
pub(super) fn read(table: Table<'_, '_>, own: &[Criterion]) -> Vec<Criterion> {
    let words = [("keep", Wish::Keep), ("person", Wish::Person), ("exclude", Wish::Exclude)];
    let mut out = Vec::new();
    for (key, id, label, kind) in KEYS {
        let Some(node) = table.optional(key) else { continue };
        let wish = node.choice(&words).unwrap_or(Wish::Keep);
        if own.iter().any(|c| c.id == id) {
            let problem =
                Diagnostic::error("P029", node.span(), format!("the review has a criterion `{id}` of its own"));
            table
                .findings()
                .push(problem.help(format!("take out `announced.{key}`, or give that criterion another id")));
        }
        let found = |to: &str| Rule { path: format!("announced.{key}.{to}"), kind: RuleKind::Announced(vec![kind]) };
        if wish != Wish::Keep {
            out.push(Criterion {
                id: id.to_owned(),
                label: label.to_owned(),
                source: format!("announced.{key} = \"{}\"", if wish == Wish::Person { "person" } else { "exclude" }),
                needs: Vec::new(),
                absence: "A record of which PubMed announces nothing is kept.".to_owned(),
                excludes_if: found("excludes"),
                // What speaks for both sides waits for a person.
                keeps_if: if wish == Wish::Person { found("keeps") } else { Rule::never() },
                on_conflict: Policy::Unclear,
                if_silent: Policy::Keep,
            });
        }
    }
    table.finish();
    out
}
