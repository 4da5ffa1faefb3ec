//! What changed between two revisions of a record, and what PubMed announces of an article: retractions, expressions of
//! concern, corrections.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{Pmid, Record};

/// Fields that PubMed keeps for itself: a change in them alone changes nothing a reviewer read.
const BOOKKEEPING: [&str; 9] = [
    "version",
    "status",
    "indexing_method",
    "date_completed",
    "date_revised",
    "history",
    "publication_status",
    "citation_subsets",
    "other_ids",
];

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The field's name in [`Record`], for example `mesh`.
    pub field: String,
    /// What was there and is not any more; of a list, the entries.
    pub before: String,
    /// What is there now and was not.
    pub after: String,
    /// Whether it is a field that PubMed keeps for itself.
    pub bookkeeping: bool,
}

/// A value on one line: its texts and numbers in order, identifiers left out.
fn plain(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => String::new(),
        Value::String(s) => s.clone(),
        Value::Number(n) => n.to_string(),
        Value::Array(list) => list.iter().map(plain).filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; "),
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| *key != "ui")
            .map(|(_, v)| plain(v))
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// Field by field, in the order of [`Record`]; empty when the revisions say the same.
pub fn changes(old: &Record, new: &Record) -> Vec<FieldChange> {
    let value = |record: &Record| serde_json::to_value(record).unwrap_or_default();
    let (old, new) = (value(old), value(new));
    let mut list = Vec::new();
    for (field, after) in new.as_object().into_iter().flatten() {
        let before = &old[field];
        if before == after {
            continue;
        }
        let (before, after) = match (before, after) {
            (Value::Array(before), Value::Array(after)) => {
                let without = |these: &[Value], those: &[Value]| {
                    plain(&Value::Array(these.iter().filter(|v| !those.contains(v)).cloned().collect()))
                };
                (without(before, after), without(after, before))
            }
            _ => (plain(before), plain(after)),
        };
        list.push(FieldChange {
            bookkeeping: BOOKKEEPING.contains(&field.as_str()),
            field: field.clone(),
            before,
            after,
        });
    }
    list
}

/// What PubMed announces of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// The article was retracted: publication type `Retracted Publication`, or `RetractionIn`.
    Retracted,
    /// `ExpressionOfConcernIn`, or a retraction of a part.
    Concern,
    /// `ErratumIn`, `CorrectedandRepublishedIn` or `UpdateIn`. A corrected article is not a retracted one.
    Corrected,
    /// The record is itself the notice that another article is retracted.
    RetractionNotice,
}

impl NoticeKind {
    /// What a `CommentsCorrections/@RefType` announces of the article it stands with (PubMed DTD); none for comments.
    pub fn of_reference(kind: &str) -> Option<Self> {
        Some(match kind {
            "RetractionIn" | "RetractedandRepublishedIn" => Self::Retracted,
            "ExpressionOfConcernIn" | "PartialRetractionIn" => Self::Concern,
            "ErratumIn" | "CorrectedandRepublishedIn" | "UpdateIn" => Self::Corrected,
            "RetractionOf" => Self::RetractionNotice,
            _ => return None,
        })
    }

    /// What a publication type announces of its own article.
    pub fn of_publication_type(name: &str) -> Option<Self> {
        match name {
            "Retracted Publication" => Some(Self::Retracted),
            "Retraction of Publication" => Some(Self::RetractionNotice),
            _ => None,
        }
    }

    /// The word used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retracted => "retracted",
            Self::Concern => "expression of concern",
            Self::Corrected => "corrected",
            Self::RetractionNotice => "notice of retraction",
        }
    }
}

/// One announcement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Notice {
    /// What.
    pub kind: NoticeKind,
    /// Where it stands, as PubMed cites it.
    pub source: Option<String>,
    /// The announcement's own PMID.
    pub pmid: Option<Pmid>,
}

impl Record {
    /// Every announcement of this article, the gravest first.
    pub fn notices(&self) -> Vec<Notice> {
        let mut list = BTreeSet::new();
        for c in &self.corrections {
            let Some(kind) = NoticeKind::of_reference(&c.kind) else { continue };
            list.insert(Notice { kind, source: Some(c.source.clone()).filter(|s| !s.is_empty()), pmid: c.pmid });
        }
        for kind in self.publication_types.iter().filter_map(|t| NoticeKind::of_publication_type(&t.name)) {
            if !list.iter().any(|n| n.kind == kind) {
                list.insert(Notice { kind, source: None, pmid: None });
            }
        }
        list.into_iter().collect()
    }
}

impl Notice {
    /// In words: `retracted: J 2021;3:9 (PMID 34000000)`.
    pub fn words(&self) -> String {
        let place = self.source.as_deref().map_or(String::new(), |s| format!(": {s}"));
        let pmid = self.pmid.map_or(String::new(), |p| format!(" (PMID {p})"));
        format!("{}{place}{pmid}", self.kind.name())
    }
}

impl Record {
    /// Every announcement in words, joined by semicolons; empty when there is none.
    pub fn announcements(&self) -> String {
        self.notices().iter().map(Notice::words).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Correction, MeshHeading, PublicationType};

    #[test]
    fn a_change_names_the_field_and_what_came_and_went() {
        let heading = |name: &str| MeshHeading { descriptor: name.into(), ui: Some("D1".into()), ..Default::default() };
        let mut old = Record::new(Pmid(1));
        old.mesh = vec![heading("Humans"), heading("Animals")];
        let mut new = old.clone();
        new.mesh = vec![heading("Animals"), heading("Mice")];
        new.status = Some("MEDLINE".into());
        let told: Vec<_> =
            changes(&old, &new).into_iter().map(|c| (c.field, c.before, c.after, c.bookkeeping)).collect();
        assert_eq!(
            told,
            [
                ("status".into(), String::new(), "MEDLINE".into(), true),
                ("mesh".into(), "Humans".into(), "Mice".into(), false)
            ]
        );
        assert!(changes(&old, &old).is_empty());
    }

    #[test]
    fn an_erratum_is_no_retraction_and_a_notice_of_retraction_is_not_retracted_itself() {
        let correction = |kind: &str| Correction { kind: kind.into(), source: "J 2022".into(), ..Default::default() };
        let typed = |name: &str| PublicationType { ui: None, name: name.into() };
        type Case<'a> = (&'a str, Vec<&'a str>, Vec<&'a str>, Vec<NoticeKind>, bool);
        let cases: Vec<Case<'_>> = vec![
            ("nothing", vec![], vec![], vec![], false),
            ("by its type", vec!["Retracted Publication"], vec![], vec![NoticeKind::Retracted], true),
            ("by the link alone", vec![], vec!["RetractionIn"], vec![NoticeKind::Retracted], true),
            (
                "by both, told once",
                vec!["Retracted Publication"],
                vec!["RetractionIn"],
                vec![NoticeKind::Retracted],
                true,
            ),
            ("an erratum", vec![], vec!["ErratumIn"], vec![NoticeKind::Corrected], false),
            ("a concern", vec![], vec!["ExpressionOfConcernIn"], vec![NoticeKind::Concern], false),
            (
                "the notice",
                vec!["Retraction of Publication"],
                vec!["RetractionOf"],
                vec![NoticeKind::RetractionNotice],
                false,
            ),
            ("a comment", vec![], vec!["CommentIn"], vec![], false),
        ];
        for (sentence, types, links, kinds, retracted) in cases {
            let mut record = Record::new(Pmid(1));
            record.publication_types = types.into_iter().map(typed).collect();
            record.corrections = links.into_iter().map(correction).collect();
            assert_eq!(record.notices().iter().map(|n| n.kind).collect::<Vec<_>>(), kinds, "{sentence}");
            assert_eq!(record.is_retracted(), retracted, "{sentence}");
        }
    }
}
