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
    /// The sentence before and after the quote: where it stands as words of its own, else where it first stands.
    pub fn around(&self) -> Option<(&str, &str)> {
        let split = |at: usize| (&self.sentence[..at], &self.sentence[at + self.quote.len()..]);
        let joined = |a: Option<char>, b: Option<char>| {
            a.is_some_and(char::is_alphanumeric) && b.is_some_and(char::is_alphanumeric)
        };
        let apart = |at: &usize| {
            let ((before, after), quote) = (split(*at), self.quote.chars());
            !joined(before.chars().next_back(), quote.clone().next())
                && !joined(quote.clone().next_back(), after.chars().next())
        };
        let mut places = self.sentence.match_indices(&self.quote).map(|(at, _)| at);
        let first = places.clone().next()?;
        Some(split(places.find(apart).unwrap_or(first)))
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
    fn a_quote_is_marked_where_it_stands_as_words_of_its_own() {
        let cases = [
            ("ALK", "ALKBH5 and ALK were seen.", Some(("ALKBH5 and ", " were seen."))),
            ("ALK", "ALK-rearranged", Some(("", "-rearranged"))),
            ("1 case", "11 cases and 1 case", Some(("11 cases and ", ""))),
            ("sarcom", "A sarcoma.", Some(("A ", "a."))),
            ("märz", "im märz.", Some(("im ", "."))),
            ("absent", "Nothing here.", None),
        ];
        for (quote, sentence, expected) in cases {
            let evidence = Evidence {
                field: "title".into(),
                start: 0,
                end: 0,
                quote: quote.into(),
                sentence: sentence.into(),
                rule: String::new(),
                weight: Weight::Keeps,
                value: None,
            };
            assert_eq!(evidence.around(), expected, "{quote} in {sentence}");
        }
    }
}
