//! Criteria on records: outcome and evidence.

use serde::{Deserialize, Serialize};

mod assess;
pub mod case;
mod engine;
pub mod fusion;
mod look;
mod plan;
mod reading;
mod standing;
pub mod text;
pub mod words;

pub use assess::{Cases, Screener};
pub use engine::engine;

/// What a criterion says of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The reason for exclusion holds.
    Met,
    /// It does not hold.
    NotMet,
    /// The record does not tell.
    Unclear,
}

impl Outcome {
    /// The word used in the database, in tables and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::Unclear => "unclear",
        }
    }
}

/// Which way a piece of evidence speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// For excluding.
    Excludes,
    /// For keeping.
    Keeps,
}

/// A place in a record that a rule rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Address of the passage, `abstract:2`.
    pub field: String,
    /// First byte in the passage.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The text between them.
    pub quote: String,
    /// The sentence around it; of a very long one the part around the quote, with `…` where it is cut.
    pub sentence: String,
    /// The rule that found it, as a path in the protocol, `no-alk-fusion.excludes_if.any[2]`.
    pub rule: String,
    /// Which way it speaks.
    pub weight: Weight,
    /// What the rule read from it: the partner's symbol, the number of patients, the vocabulary's term.
    pub value: Option<String>,
}

/// One criterion on one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The criterion's id.
    pub criterion: String,
    /// What it says.
    pub outcome: Outcome,
    /// Why, in a sentence: which rule held, or what was missing.
    pub reason: String,
    /// Where it stands.
    pub evidence: Vec<Evidence>,
}
