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

impl Evidence {
    /// The sentence before and after the quote, given the passage's text: the quote at its place, else where it first
    /// stands.
    pub fn around(&self, passage: &str) -> Option<(&str, &str)> {
        // Of a very long sentence a part is kept, with `…` where it was cut.
        let cut = if self.sentence.starts_with('…') { '…'.len_utf8() } else { 0 };
        let kept = self.sentence[cut..].trim_end_matches('…');
        let is_here = |at: &usize| {
            let from = (self.start + cut).checked_sub(*at).and_then(|from| passage.get(from..));
            from.is_some_and(|text| text.starts_with(kept))
        };
        let mut places = self.sentence.match_indices(&self.quote).map(|(at, _)| at);
        let first = places.clone().next()?;
        let at = places.find(is_here).unwrap_or(first);
        Some((&self.sentence[..at], &self.sentence[at + self.quote.len()..]))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_marked_at_its_place() {
        let passage = "Aim. Kein ALK in März, but ALK in RNA. … ALK end.";
        let cases = [
            ("the first", "ALK", 0, "Kein ALK in März, but ALK in RNA.", Some(("Kein ", " in März, but ALK in RNA."))),
            ("the second", "ALK", 1, "Kein ALK in März, but ALK in RNA.", Some(("Kein ALK in März, but ", " in RNA."))),
            ("of a part", "ALK", 1, "…ALK in März, but ALK in…", Some(("…ALK in März, but ", " in…"))),
            ("a sentence with such a sign", "ALK", 2, "… ALK end.", Some(("… ", " end."))),
            ("another passage", "ALK", 1, "ALK or ALK", Some(("", " or ALK"))),
            ("nowhere", "ROS1", 0, "Nothing here.", None),
        ];
        for (what, quote, nth, sentence, expected) in cases {
            let start = passage.match_indices(quote).nth(nth).map_or(0, |(at, _)| at);
            let evidence = Evidence {
                field: "abstract:1".into(),
                start,
                end: start + quote.len(),
                quote: quote.into(),
                sentence: sentence.into(),
                rule: String::new(),
                weight: Weight::Keeps,
                value: None,
            };
            assert_eq!(evidence.around(passage), expected, "{what}");
        }
    }
}
