//! The cases of a review's rules: small records with what each criterion must say of them, `cases/CRITERION.toml`.

use super::Criterion;
use super::table::{Findings, Node, Table, nearest, parse};
use crate::diagnostic::{Diagnostic, Source};
use crate::record::{AbstractSection, Keyword, MeshHeading, Pmid, PublicationType, Qualifier, Record};

/// What a criterion must say of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It excludes.
    Excludes,
    /// It does not.
    Keeps,
    /// It cannot tell.
    Unclear,
}

impl Says {
    /// The word used in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Excludes => "excludes",
            Self::Keeps => "keeps",
            Self::Unclear => "unclear",
        }
    }
}

/// A small record, and what is expected of the rules.
#[derive(Debug, Clone)]
pub struct Case {
    /// `cases/non-human.toml:12`.
    pub place: String,
    /// What it shows, in a sentence.
    pub says: String,
    /// The record.
    pub record: Record,
    /// By criterion: what it must say. A criterion that is not named must not exclude.
    pub expected: Vec<(String, Says)>,
}

/// Reads one file of cases; its name is the criterion they are about.
pub(super) fn read(file: &str, criterion: &str, source: &Source, criteria: &[Criterion], to: &Findings) -> Vec<Case> {
    let document = parse(source, to);
    let root = Table::root(&document, to);
    let known = |id: &str| criteria.iter().any(|c| c.id == id);
    let unknown = |id: &str, span: std::ops::Range<usize>| {
        let problem = Diagnostic::error("P110", span, format!("the protocol has no criterion `{id}`"));
        to.push(match nearest(id, criteria.iter().map(|c| c.id.as_str())) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("name the file after a criterion"),
        });
    };
    if !known(criterion) {
        unknown(criterion, 0..0);
    }
    let says = [("excludes", Says::Excludes), ("keeps", Says::Keeps), ("unclear", Says::Unclear)];
    let mut cases = Vec::new();
    let list = root.optional("case").and_then(|n| n.list()).unwrap_or_default();
    for (number, table) in list.iter().filter_map(Node::table).enumerate() {
        let place = format!("{file}:{}", source.line_column(table.span().start).0);
        let sentence = table.text("says");
        let mut expected = Vec::new();
        if let Some(own) = table.required("is").and_then(|n| n.choice(&says)) {
            expected.push((criterion.to_owned(), own));
        }
        if let Some(others) = table.optional("others").and_then(|n| n.table()) {
            for (id, span, node) in others.entries() {
                if !known(&id) {
                    unknown(&id, span);
                }
                expected.extend(node.choice(&says).map(|s| (id, s)));
            }
        }
        let record = record(&table, number as u64 + 1);
        table.finish();
        cases.push(Case { place, says: sentence, record, expected });
    }
    root.finish();
    cases
}

fn record(table: &Table<'_, '_>, number: u64) -> Record {
    let texts = |key: &'static str| table.optional(key).map(|n| n.texts()).unwrap_or_default();
    let mut record = Record::new(Pmid(number));
    record.title = table.optional("title").and_then(|n| n.text()).unwrap_or_default();
    if let Some(text) = table.optional("text").and_then(|n| n.text()) {
        record.abstract_sections.push(AbstractSection { text, ..Default::default() });
    }
    for entry in table.optional("sections").and_then(|n| n.list()).unwrap_or_default().iter().filter_map(Node::table) {
        let label = entry.optional("label").and_then(|n| n.text());
        record.abstract_sections.push(AbstractSection { label, text: entry.text("text"), ..Default::default() });
        entry.finish();
    }
    record.keywords = texts("keywords").into_iter().map(|text| Keyword { text, ..Default::default() }).collect();
    record.publication_types = texts("types").into_iter().map(|name| PublicationType { ui: None, name }).collect();
    record.languages = table.optional("languages").map_or_else(|| vec!["eng".to_owned()], |n| n.texts());
    record.indexing_method = table.optional("indexed").and_then(|n| n.text());
    // `Sarcoma/drug therapy`, with `*` before what is a major topic.
    for heading in texts("mesh") {
        let mut parts = heading.split('/');
        let first = parts.next().unwrap_or_default();
        let major = |t: &str| (t.trim_start_matches('*').to_owned(), t.starts_with('*'));
        let (descriptor, is_major) = major(first);
        let qualifiers = parts
            .map(|q| {
                let (name, major) = major(q);
                Qualifier { ui: None, name, major }
            })
            .collect();
        record.mesh.push(MeshHeading { ui: None, descriptor, major: is_major, qualifiers });
    }
    record
}
