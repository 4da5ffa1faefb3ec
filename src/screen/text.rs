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

/// What a byte is to the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Byte {
    OfWord,
    /// A comma, a bracket and the like: words on both sides are not joined.
    Mark,
    /// Part of a character beyond ASCII.
    Wide,
    Other,
}

const BYTES: [Byte; 256] = {
    let mut kinds = [Byte::Other; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        if b.is_ascii_alphanumeric() {
            kinds[i] = Byte::OfWord;
        } else if matches!(b, b',' | b';' | b':' | b'(' | b')' | b'[' | b']' | b'.' | b'?' | b'!' | b'=' | b'<' | b'>')
        {
            kinds[i] = Byte::Mark;
        } else if !b.is_ascii() {
            kinds[i] = Byte::Wide;
        }
        i += 1;
    }
    kinds
};

/// How many bytes from here on are of one word.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        match BYTES[usize::from(*b)] {
            Byte::OfWord => at += 1,
            Byte::Wide => match text[at..].chars().next() {
                Some(c) if c.is_alphanumeric() => at += c.len_utf8(),
                _ => break,
            },
            Byte::Mark | Byte::Other => break,
        }
    }
    at
}

/// The words of a text. A plus sign at the end of a word is a word; an `'s` is none.
pub fn tokens(text: &str, sentences: &[Range<usize>]) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 6 + 1);
    let mut sentences = sentences.iter().map(|s| s.start).peekable();
    let (mut at, mut joined) = (0, true);
    let mut push = |start: usize, end: usize, joined: bool| {
        let mut begins_sentence = false;
        while sentences.next_if(|s| *s <= start).is_some() {
            begins_sentence = true;
        }
        out.push(Token { start: start as u32, end: end as u32, joined, begins_sentence });
    };
    while let Some(b) = bytes.get(at) {
        let length = match BYTES[usize::from(*b)] {
            Byte::OfWord | Byte::Wide => word_length(&text[at..]),
            Byte::Mark => {
                joined = false;
                0
            }
            Byte::Other => 0,
        };
        if length == 0 {
            at += if b.is_ascii() { 1 } else { text[at..].chars().next().map_or(1, char::len_utf8) };
            continue;
        }
        let end = at + length;
        let genitive = length == 1 && *b == b's' && text[..at].ends_with(['\'', '\u{2019}']);
        if !genitive {
            push(at, end, joined);
        }
        joined = true;
        at = end;
        if bytes.get(end) == Some(&b'+') {
            push(end, end + 1, joined);
            at += 1;
        }
    }
    out
}

/// Abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "vs", "al", "fig", "no", "approx", "ca", "dr", "cf", "resp", "st", "spp", "mr", "mrs", "ms"];

/// Bytes after which a sentence is cut at the next blank before: a table without a full stop is no sentence,
/// and what is sought in one must not take longer than a sentence allows.
const LONGEST: usize = 4_000;

/// The sentences of a text as byte ranges, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::with_capacity(text.len() / 100 + 1);
    let mut start = 0;
    let bytes = text.as_bytes();
    for i in memchr::memchr3_iter(b'.', b'?', b'!', bytes) {
        if !bytes.get(i + 1).is_some_and(u8::is_ascii_whitespace) {
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
        cut(text, start..end, &mut out);
        start = end;
    }
    cut(text, start..text.len(), &mut out);
    out
}

/// Adds a sentence, in pieces if it is too long.
fn cut(text: &str, mut range: Range<usize>, out: &mut Vec<Range<usize>>) {
    while range.len() > LONGEST {
        let piece = &text[range.start..boundary(text, range.start + LONGEST)];
        let at = range.start + piece.rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(piece.len());
        out.extend(trimmed(text, range.start..at));
        range.start = at;
    }
    out.extend(trimmed(text, range));
}

/// The last boundary of a character at or before a byte.
pub(super) fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let length = piece.trim().len();
    (length > 0).then(|| start..start + length)
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
    fn a_text_without_a_full_stop_is_cut_at_a_blank() {
        let text = "tumour grade\u{2013}2 ".repeat(1_000);
        let found = sentences(&text);
        assert!(found.len() > 4 && found.iter().all(|s| s.len() <= LONGEST));
        assert!(found.iter().all(|s| text[s.clone()].ends_with(['r', '2'])), "no word is broken");
        assert_eq!(sentences(&"x".repeat(9_000)).len(), 3, "where there is no blank, anywhere");
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
