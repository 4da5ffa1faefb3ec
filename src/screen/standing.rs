//! Whether a mention is affirmed, negated or merely possible, and whether a sentence tells of this report.
//!
//! The method is NegEx (Chapman et al. 2001, J Biomed Inform 34:301): a cue before or after a mention
//! reaches to the next word that ends its scope. The cues stand in `cues.toml`; a look-alike ("not only")
//! takes a cue's place and drops it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::reading::Text;
use super::words::{Form, Hit, Lexicon, Set};

/// How a mention stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Said to be so.
    Affirmed,
    /// Said not to be so.
    Negated,
    /// Said that it may be, or could be, or is to be studied.
    Possible,
}

/// The cues in a lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cues {
    denies: Set,
    denies_next: Set,
    denied: Set,
    supposes: Set,
    supposed: Set,
    ends: Set,
    verbs: Set,
    pub(super) elsewhere: Set,
    pub(super) own: Set,
    pub(super) past: Set,
}

#[allow(clippy::expect_used)]
static WORDS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| toml::from_str(include_str!("cues.toml")).expect("a file of this folder, read by every test"));

impl Cues {
    /// Adds the cues to a lexicon.
    pub(super) fn new(lexicon: &mut Lexicon) -> Self {
        let mut list = |name: &str, decoys: &str| {
            let set = lexicon.new_set();
            for (key, decoy) in [(name, false), (decoys, true)] {
                for phrase in WORDS.get(key).into_iter().flatten() {
                    lexicon.add(set, phrase, Form::Exact, None, decoy);
                }
            }
            set
        };
        Self {
            denies: list("denies", "denies_not"),
            denies_next: list("denies_next", "denies_next_not"),
            denied: list("denied", "denied_not"),
            supposes: list("supposes", "supposes_not"),
            supposed: list("supposed", "supposed_not"),
            ends: list("ends", ""),
            verbs: list("verbs", ""),
            elsewhere: list("elsewhere", ""),
            own: list("own", ""),
            past: list("past", ""),
        }
    }

    /// How the words `at` of a text stand in the sentence of words `sentence`, and the cue that says so.
    pub(super) fn standing(
        &self,
        text: &Text,
        at: Range<u32>,
        sentence: &Range<u32>,
    ) -> (Standing, Option<Range<u32>>) {
        // The cues of a list do not overlap: sorted by their first words, they are sorted by their last.
        let before = |set: Set, reach: u32| {
            let cues = text.in_sentence(set, sentence);
            let found = cues[..cues.partition_point(|c| c.end <= at.start)].iter().rev();
            found.take(3).find(|c| self.reaches_forward(text, c, &at, sentence, reach)).map(|c| c.first..c.end)
        };
        let after = |set: Set, reach: u32| {
            let cues = text.in_sentence(set, &(at.end..sentence.end));
            cues.iter().take(2).find(|c| self.reaches_back(text, c, &at, reach)).map(|c| c.first..c.end)
        };
        // "ALK was not rearranged": the cue stands inside what was found.
        let inside = text.in_sentence(self.denies, &(at.start + 1..at.end)).iter().find(|c| c.end < at.end);
        if let Some(cue) = inside {
            return (Standing::Negated, Some(cue.first..cue.end));
        }
        if let Some(cue) = before(self.denies, 9).or_else(|| before(self.denies_next, 0)) {
            return (Standing::Negated, Some(cue));
        }
        if let Some(cue) = after(self.denied, 5) {
            return (Standing::Negated, Some(cue));
        }
        if let Some(cue) = before(self.supposes, 12) {
            return (Standing::Possible, Some(cue));
        }
        match after(self.supposed, 5) {
            Some(cue) => (Standing::Possible, Some(cue)),
            None => (Standing::Affirmed, None),
        }
    }

    fn scope_ends_between(&self, text: &Text, between: Range<u32>) -> bool {
        text.in_sentence(self.ends, &between).first().is_some_and(|e| e.end <= between.end) || text.breaks(between)
    }

    fn reaches_forward(&self, text: &Text, cue: &Hit, at: &Range<u32>, sentence: &Range<u32>, reach: u32) -> bool {
        if self.scope_ends_between(text, cue.end..at.start) {
            return false;
        }
        // "Without surgery, crizotinib was given": after the comma a clause of its own begins.
        let comma = (cue.end..=at.start).any(|i| text.apart(i));
        if comma && !text.in_sentence(self.verbs, &(at.end..sentence.end.min(at.end + 2))).is_empty() {
            return false;
        }
        // A list may be long: every comma gives the cue new reach.
        let mut walked = 0;
        for i in cue.end..at.start {
            walked = if text.apart(i) { 0 } else { walked + 1 };
            if walked > reach {
                return false;
            }
        }
        true
    }

    fn reaches_back(&self, text: &Text, cue: &Hit, at: &Range<u32>, reach: u32) -> bool {
        cue.first - at.end <= reach && !self.scope_ends_between(text, at.end..cue.first)
    }

    /// Whether a sentence speaks of what is known elsewhere rather than of this report's patients.
    pub(super) fn tells_of_others(&self, text: &Text, sentence: &Range<u32>) -> bool {
        !text.in_sentence(self.elsewhere, sentence).is_empty() && text.in_sentence(self.own, sentence).is_empty()
    }
}

/// The cues alone, for a sentence that stands alone.
static ALONE: LazyLock<(Lexicon, Cues)> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    let cues = Cues::new(&mut lexicon);
    (lexicon, cues)
});

/// How the bytes `at` of a sentence stand in it, and the bytes of the cue.
pub(super) fn alone(sentence: &str, at: Range<usize>) -> (Standing, Option<Range<usize>>) {
    let (lexicon, cues) = &*ALONE;
    let text = Text::new(lexicon, sentence);
    let words = text.words_of(&at);
    let (how, cue) = cues.standing(&text, words, &(0..text.tokens.len() as u32));
    (how, cue.map(|c| text.bytes_of(&c)))
}

/// Whether a sentence speaks of what is known elsewhere rather than of this report's patients.
/// "We report … and review the literature" speaks of its own.
pub fn speaks_of_others(sentence: &str) -> bool {
    let (lexicon, cues) = &*ALONE;
    let text = Text::new(lexicon, sentence);
    cues.tells_of_others(&text, &(0..text.tokens.len() as u32))
}

#[cfg(test)]
mod tests;
