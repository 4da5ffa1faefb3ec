//! A record read once: its words, sentences and phrases, for all rules to look into.

use std::cell::{Cell, OnceCell};
use std::ops::Range;

use super::standing::{Cues, Standing};
use super::text::{Token, section, sentences};
use super::words::{Hit, Hits, Lexicon, Set};
use crate::protocol::rule::Section;
use crate::record::{Field, Passage, Record};

/// A text with its words and phrases.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) tokens: Vec<Token>,
    pub(super) sentences: Vec<Sentence>,
    pub(super) hits: Hits,
    /// Semicolons and brackets with their bytes: they bound what a word reaches.
    marks: Vec<(u32, u8)>,
}

/// A sentence of a text.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) bytes: Range<usize>,
    pub(super) words: Range<u32>,
}

impl Text {
    pub(super) fn new(lexicon: &Lexicon, text: &str) -> Self {
        let ranges = sentences(text);
        let (tokens, hits) = lexicon.scan(text, &ranges);
        let mut sentences = Vec::with_capacity(ranges.len());
        let mut next = 0_u32;
        for bytes in ranges {
            let first = next;
            while tokens.get(next as usize).is_some_and(|t| (t.start as usize) < bytes.end) {
                next += 1;
            }
            sentences.push(Sentence { bytes, words: first..next });
        }
        let bytes = text.as_bytes();
        let marks = memchr::memchr3_iter(b';', b'(', b')', bytes).map(|i| (i as u32, bytes[i])).collect();
        Self { tokens, sentences, hits, marks }
    }

    /// The hits of a list within a sentence.
    pub(super) fn in_sentence(&self, set: Set, words: &Range<u32>) -> &[Hit] {
        &self.hits.all()[self.hits.within(set, words)]
    }

    /// Whether a comma, bracket or the like stands before a word.
    pub(super) fn apart(&self, word: u32) -> bool {
        self.tokens.get(word as usize).is_some_and(|t| !t.joined)
    }

    /// Whether a semicolon, or the end of a bracket that began before, stands between the words before and
    /// after a range.
    pub(super) fn breaks(&self, words: Range<u32>) -> bool {
        if self.marks.is_empty() {
            return false;
        }
        let from = words.start.checked_sub(1).and_then(|i| self.tokens.get(i as usize)).map_or(0, |t| t.end);
        let to = self.tokens.get(words.end as usize).map_or(u32::MAX, |t| t.start);
        let first = self.marks.partition_point(|(at, _)| *at < from);
        let mut open = 0_u32;
        self.marks[first..].iter().take_while(|(at, _)| *at < to).any(|(_, mark)| match mark {
            b'(' => {
                open += 1;
                false
            }
            b')' if open > 0 => {
                open -= 1;
                false
            }
            _ => true,
        })
    }

    /// The bytes from a word to another.
    pub(super) fn bytes_of(&self, words: &Range<u32>) -> Range<usize> {
        let first = self.tokens.get(words.start as usize).map_or(0, |t| t.start as usize);
        let last = words.end.checked_sub(1).and_then(|i| self.tokens.get(i as usize));
        first..last.map_or(first, |t| t.end as usize)
    }

    /// The words that bytes touch.
    pub(super) fn words_of(&self, bytes: &Range<usize>) -> Range<u32> {
        let first = self.tokens.partition_point(|t| (t.end as usize) <= bytes.start);
        let end = self.tokens.partition_point(|t| (t.start as usize) < bytes.end);
        first as u32..end.max(first) as u32
    }
}

/// A passage of a record, read when a rule first looks into it.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) passage: Passage<'a>,
    pub(super) section: Section,
    /// Whether the abstract has headings.
    labelled: bool,
    lexicon: &'a Lexicon,
    cues: &'a Cues,
    taken_in: OnceCell<TakenIn>,
}

#[derive(Debug)]
struct TakenIn {
    text: Text,
    /// By sentence of an abstract: whether it tells of others.
    background: Vec<bool>,
    /// By hit: how it stands, once somebody asked.
    stands: Vec<Cell<Option<Standing>>>,
}

impl Read<'_> {
    fn taken_in(&self) -> &TakenIn {
        self.taken_in.get_or_init(|| {
            let text = Text::new(self.lexicon, self.passage.text);
            let background = match self.passage.field {
                Field::Abstract => background(&text, self.section, self.labelled, self.cues),
                _ => Vec::new(),
            };
            let stands = vec![Cell::new(None); text.hits.all().len()];
            TakenIn { text, background, stands }
        })
    }

    /// Its words and phrases.
    pub(super) fn text(&self) -> &Text {
        &self.taken_in().text
    }

    /// Whether a sentence tells of others.
    pub(super) fn background(&self, sentence: usize) -> bool {
        self.taken_in().background.get(sentence).copied().unwrap_or(false)
    }

    /// How a hit stands, given its place among the hits.
    pub(super) fn standing(&self, hit: usize, sentence: usize) -> Standing {
        let TakenIn { text, stands, .. } = self.taken_in();
        if let Some(known) = stands[hit].get() {
            return known;
        }
        let h = &text.hits.all()[hit];
        let (how, _) = self.cues.standing(text, h.first..h.end, &text.sentences[sentence].words);
        stands[hit].set(Some(how));
        how
    }
}

/// The passages of a record in the fields that rules look into.
pub(super) fn read<'a>(record: &'a Record, fields: &[Field], lexicon: &'a Lexicon, cues: &'a Cues) -> Vec<Read<'a>> {
    let mut passages = record.passages();
    let labelled = passages.iter().any(|p| p.field == Field::Abstract && p.label.is_some());
    passages.retain(|p| fields.contains(&p.field));
    let read = |passage: Passage<'a>| {
        let section = if passage.field == Field::Abstract { section(passage.label) } else { Section::Unlabelled };
        Read { passage, section, labelled, lexicon, cues, taken_in: OnceCell::new() }
    };
    passages.into_iter().map(read).collect()
}

/// Which sentences tell of others. In an abstract without headings the sentences before the first that
/// tells of something done, or of somebody, are the background.
fn background(text: &Text, section: Section, labelled: bool, cues: &Cues) -> Vec<bool> {
    if matches!(section, Section::Background | Section::Objective) {
        return vec![true; text.sentences.len()];
    }
    let has = |set: Set, s: &Sentence| !text.in_sentence(set, &s.words).is_empty();
    let opening = if labelled {
        0
    } else {
        let own = |s: &Sentence| has(cues.own, s) || has(cues.past, s) && !has(cues.elsewhere, s);
        text.sentences.iter().position(own).unwrap_or(0)
    };
    text.sentences.iter().enumerate().map(|(i, s)| i < opening || cues.tells_of_others(text, &s.words)).collect()
}
