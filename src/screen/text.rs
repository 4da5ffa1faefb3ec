//! Text as a reader takes it in: words, sentences, the parts of an abstract.

use std::ops::Range;

use super::standing::alone;
use crate::protocol::rule::Section;

pub use super::standing::{Standing, speaks_of_others};

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Whether only blanks, hyphens, slashes or quotes stand between it and the word before.
    pub joined: bool,
    /// Whether it is the first word of a sentence.
    pub begins_sentence: bool,
}

impl Token {
    /// Its bytes.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The words of a text. A plus sign at the end of a word is a word; an `'s` is none.
pub fn tokens(text: &str, sentences: &[Range<usize>]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 6 + 1);
    let mut sentence_starts = sentences.iter().map(|s| s.start as u32).peekable();
    let (mut joined, mut word): (bool, Option<usize>) = (true, None);
    let mut push = |start: usize, end: usize, joined: bool| {
        if &text[start..end] == "s" && text[..start].ends_with(['\'', '\u{2019}']) {
            return;
        }
        let begins_sentence = sentence_starts.peek().is_some_and(|s| *s <= start as u32);
        while sentence_starts.peek().is_some_and(|s| *s <= start as u32) {
            sentence_starts.next();
        }
        out.push(Token { start: start as u32, end: end as u32, joined, begins_sentence });
    };
    let mut end_word = |at: usize, word: &mut Option<usize>, joined: &mut bool| {
        if let Some(start) = word.take() {
            push(start, at, *joined);
            *joined = true;
        }
    };
    for (i, c) in text.char_indices() {
        let of_word = if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() };
        if of_word {
            word.get_or_insert(i);
        } else if c == '+' && word.is_some() {
            end_word(i, &mut word, &mut joined);
            word = Some(i);
            end_word(i + 1, &mut word, &mut joined);
        } else {
            end_word(i, &mut word, &mut joined);
            if matches!(c, ',' | ';' | ':' | '(' | ')' | '[' | ']' | '.' | '?' | '!' | '=' | '<' | '>') {
                joined = false;
            }
        }
    }
    end_word(text.len(), &mut word, &mut joined);
    out
}

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "vs", "al", "fig", "no", "approx", "ca", "dr", "cf", "resp", "st", "spp", "mr", "mrs", "ms"];

/// The sentences of a text as byte ranges, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        if !matches!(b, b'.' | b'?' | b'!') || !bytes.get(i + 1).is_some_and(u8::is_ascii_whitespace) {
            continue;
        }
        let end = i + 1;
        let last = text[start..i].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
        let begins = text[end..]
            .trim_start()
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '(' | '[' | '"' | '\u{201c}'));
        if !begins || ABBREVIATIONS.iter().any(|a| a.eq_ignore_ascii_case(last)) {
            continue;
        }
        out.push(trimmed(text, start..end));
        start = end;
    }
    if !text[start..].trim().is_empty() {
        out.push(trimmed(text, start..text.len()));
    }
    out
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// How the mention at `at` (byte range in `sentence`) stands in it.
pub fn standing(sentence: &str, at: Range<usize>) -> Standing {
    alone(sentence, at).0
}

/// The part of an abstract that a heading opens.
pub fn section(label: Option<&str>) -> Section {
    let Some(label) = label else { return Section::Unlabelled };
    let label = label.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|w| label.contains(w));
    if has(&["CASE", "PATIENT CONCERN", "DIAGNOS", "INTERVENTION", "OUTCOME", "OBSERVATION", "CLINICAL PRESENTATION"])
        && !has(&["BACKGROUND", "MEASURES"])
    {
        Section::Case
    } else if has(&["RESULT", "FINDING"]) {
        Section::Results
    } else if has(&["METHOD", "PATIENTS", "DESIGN", "MATERIAL", "PROCEDURE", "SETTING", "PARTICIPANT", "DATA SOURCE"]) {
        Section::Methods
    } else if has(&["BACKGROUND", "INTRODUCTION", "RATIONALE", "CONTEXT", "IMPORTANCE"]) {
        Section::Background
    } else if has(&["OBJECTIVE", "AIM", "PURPOSE", "HYPOTHESIS"]) {
        Section::Objective
    } else if has(&["CONCLUSION", "DISCUSSION", "LESSON", "INTERPRETATION", "SIGNIFICANCE", "COMMENT"]) {
        Section::Conclusions
    } else {
        Section::Unlabelled
    }
}

/// Headings under which a sentence tells of others' work or of hopes, not of findings.
pub fn is_background(label: Option<&str>) -> bool {
    matches!(section(label), Section::Background | Section::Objective)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "A tumor (e.g. IMT) grew. It was 3.5 cm. Smith et al. said so! Was it ALK? Yes.";
        let found: Vec<&str> = sentences(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(
            found,
            ["A tumor (e.g. IMT) grew.", "It was 3.5 cm.", "Smith et al. said so!", "Was it ALK?", "Yes."]
        );
    }

    #[test]
    fn words_are_cut_at_hyphens_keep_a_plus_and_drop_an_apostrophe_s() {
        let text = "ALK+ tumour, Ewing's (5-year-old).";
        let found: Vec<(&str, bool)> =
            tokens(text, &sentences(text)).iter().map(|t| (&text[t.range()], t.joined)).collect();
        assert_eq!(
            found,
            [
                ("ALK", true),
                ("+", true),
                ("tumour", true),
                ("Ewing", false),
                ("5", false),
                ("year", true),
                ("old", true)
            ]
        );
    }

    #[test]
    fn headings_are_told_apart() {
        for (label, expected) in [
            ("BACKGROUND", Section::Background),
            ("Background & Aims", Section::Background),
            ("CASE PRESENTATION", Section::Case),
            ("PATIENTS AND METHODS", Section::Methods),
            ("METHODS AND RESULTS", Section::Results),
            ("LESSONS", Section::Conclusions),
            ("FUNDING", Section::Unlabelled),
        ] {
            assert_eq!(section(Some(label)), expected, "{label}");
        }
    }
}
