//! One file format a file.

use serde::Serialize;

pub mod audit_csv;
pub mod audit_html;
pub mod audit_text;
mod chart;
pub mod document;
pub mod explain;
pub mod figure;
pub mod flow_text;
pub mod flow_versions;
pub mod grid_svg;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod pooled_csv;
pub mod pooled_text;
pub mod protocol_diff;
pub mod provenance;
pub mod references;
pub mod report;
pub mod sarif;
pub mod survival_svg;
pub mod swimmer_svg;
pub mod update_text;
pub mod worksheet_csv;
pub mod worksheet_xlsx;

use crate::flow::Fate;
use crate::protocol::Judgement;
use crate::record::{Record, terminal_safe};
use crate::screen::{Assessment, Evidence};

/// Text whose control characters and direction overrides are seen on a page, not obeyed.
fn safe(text: &str) -> String {
    terminal_safe(text).into_owned()
}

/// Everything known of one record of a run: what the audit shows.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The record as stored.
    pub record: Record,
    /// What became of it.
    pub fate: Fate,
    /// Every criterion, in the protocol's order.
    pub assessments: Vec<Assessment>,
    /// Every judgement, with the reviewer and the file and line it stands in, oldest first.
    pub judgements: Vec<SignedJudgement>,
    /// What happened to it, oldest first.
    pub events: Vec<Event>,
    /// The search string's clauses against this record.
    pub search: SearchMatch,
}

impl Dossier {
    /// A piece of evidence's sentence before and after its quote.
    fn around<'e>(&self, evidence: &'e Evidence) -> Option<(&'e str, &'e str)> {
        evidence.around(self.record.passage(&evidence.field).map_or("", |p| p.text))
    }
}

/// One thing that happened to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When: RFC 3339, or a day.
    pub at: String,
    /// Who or what did it.
    pub who: String,
    /// What.
    pub what: String,
    /// `found`, `revision`, `changed-revision`, `judgement`, `undo`, `taken-out`, `decision` or `changed-decision`.
    pub kind: &'static str,
}

/// A judgement with its author.
#[derive(Debug, Clone, Serialize)]
pub struct SignedJudgement {
    /// The reviewer.
    pub reviewer: String,
    /// `judgements/NAME.toml:LINE`.
    pub place: String,
    /// `stands`, `superseded` by a later one, or `undone`.
    pub standing: &'static str,
    /// What was ruled.
    #[serde(flatten)]
    pub judgement: Judgement,
}

impl SignedJudgement {
    /// The name of the file it stands in, without folder and ending.
    pub fn file(&self) -> &str {
        let path = self.place.split(':').next().unwrap_or_default();
        path.trim_start_matches("judgements/").trim_end_matches(".toml")
    }
}

/// How the search string fared on one record.
#[derive(Debug, Clone, Serialize)]
pub struct SearchMatch {
    /// Whether it matches as evaluated here.
    pub matched: bool,
    /// Clause by clause.
    pub clauses: Vec<ClauseMatch>,
}

/// One clause of the search string.
#[derive(Debug, Clone, Serialize)]
pub struct ClauseMatch {
    /// Its text.
    pub clause: String,
    /// How deep it stands in the tree, from 0.
    pub depth: usize,
    /// Whether it matches.
    pub matched: bool,
    /// The words that matched, each with its field.
    pub hits: Vec<String>,
}

/// What the audit and the figure say at their head.
#[derive(Debug, Clone, Serialize)]
pub struct Heading {
    /// The review's title.
    pub title: String,
    /// The review's citation.
    pub citation: Option<String>,
    /// Whether any record is synthetic.
    pub synthetic: bool,
    /// The search string as sent.
    pub search: String,
    /// The window, `2010-01-01 to 2021-08-22`.
    pub window: String,
    /// The protocol's hash and when it was first seen, where the audit knows.
    pub protocol: Option<(String, String)>,
    /// Criteria: id, label and source, in order.
    pub criteria: Vec<(String, String, String)>,
}
