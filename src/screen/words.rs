//! Words and phrases as a protocol writes them, and all of them found in one pass over a text.
//!
//! A phrase is words with blanks or hyphens between them. In it, `tumor*` stands for any ending,
//! `was/were` for one or the other, `the?` for a word that may be missing, `…` for up to three words,
//! `#` for a number in figures or words, and a `+` at the end of a word for a plus sign. Plurals and the
//! British and American spelling of a word are found without being listed. Between the words of a
//! phrase stand blanks, hyphens or slashes, but no comma, bracket or full stop, unless there is a `…`.
//!
//! The words of all phrases stand in one trie, which every word of a text is led through once.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::text::{Token, tokens};

mod inflect;
mod seek;

use inflect::{NUMBERS, TENS, plural, spellings};
use seek::Ready;

pub use seek::Hits;

/// Words between which `…` may stand.
const GAP: usize = 3;

/// One of the word lists of a lexicon.
pub type Set = u16;

/// How a list's words are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any case, with plurals and both spellings.
    Word,
    /// Any case, as it stands.
    Exact,
    /// With its capitals, also with an `s` at its end.
    Symbol,
}

#[derive(Debug, Clone)]
enum Element {
    Word(Vec<u32>),
    Number,
    Gap,
}

#[derive(Debug, Clone)]
struct Phrase {
    set: Set,
    elements: Vec<Element>,
    /// What the phrase stands for: an index into the lexicon's names.
    name: Option<u32>,
    /// The words with their capitals, for symbols.
    cased: Option<Vec<String>>,
    /// Whether it only looks like one of its set: it takes the place and is dropped.
    decoy: bool,
}

#[derive(Debug, Clone)]
struct Node {
    next: [u32; LETTERS],
    whole: Vec<u32>,
    open: Vec<u32>,
}

/// Letters, figures and the plus sign.
const LETTERS: usize = 37;

impl Default for Node {
    fn default() -> Self {
        Self { next: [0; LETTERS], whole: Vec::new(), open: Vec::new() }
    }
}

/// Every word list of a protocol and of the language of abstracts.
#[derive(Debug, Clone)]
pub struct Lexicon {
    nodes: Vec<Node>,
    words: HashMap<String, u32>,
    /// By word: its value, if it is a number word.
    values: Vec<Option<u32>>,
    phrases: Vec<Phrase>,
    names: Vec<String>,
    sets: Set,
    /// Made at the first search, dropped when a phrase is added.
    ready: OnceLock<Ready>,
}

/// A phrase found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its first word.
    pub first: u32,
    /// The word after its last.
    pub end: u32,
    /// What it stands for.
    pub name: Option<u32>,
    /// The first number in it.
    pub number: Option<u32>,
}

/// A letter's place in the trie; letters of other alphabets have none.
fn letter(c: char) -> Option<usize> {
    if c.is_ascii() {
        return match PLACES[c as usize] {
            NOWHERE => None,
            place => Some(usize::from(place)),
        };
    }
    Some(match c {
        'à'..='å' | 'À'..='Å' => 0,
        'è'..='ë' | 'È'..='Ë' => 4,
        'ì'..='ï' => 8,
        'ò'..='ö' | 'ø' | 'Ö' => 14,
        'ù'..='ü' | 'Ü' => 20,
        'ç' => 2,
        'ñ' => 13,
        _ => return None,
    })
}

const NOWHERE: u8 = u8::MAX;

const PLACES: [u8; 128] = {
    let mut places = [NOWHERE; 128];
    let mut i = 0;
    while i < 26 {
        places[b'a' as usize + i] = i as u8;
        places[b'A' as usize + i] = i as u8;
        i += 1;
    }
    let mut i = 0;
    while i < 10 {
        places[b'0' as usize + i] = 26 + i as u8;
        i += 1;
    }
    places[b'+' as usize] = 36;
    places
};

impl Default for Lexicon {
    fn default() -> Self {
        let mut lexicon = Self {
            nodes: vec![Node::default()],
            words: HashMap::new(),
            values: Vec::new(),
            phrases: Vec::new(),
            names: Vec::new(),
            sets: 0,
            ready: OnceLock::new(),
        };
        let values = NUMBERS.iter().enumerate().map(|(n, w)| (*w, n as u32)).chain(TENS.iter().copied());
        for (word, value) in values {
            let id = lexicon.word(word, Form::Exact);
            lexicon.values[id as usize] = Some(value);
        }
        lexicon
    }
}

impl Lexicon {
    /// A new, empty list.
    pub fn new_set(&mut self) -> Set {
        self.sets += 1;
        self.sets - 1
    }

    /// A name that phrases may stand for.
    pub fn new_name(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        self.names.len() as u32 - 1
    }

    /// The name of a hit.
    pub fn name(&self, hit: &Hit) -> Option<&str> {
        hit.name.map(|n| self.names[n as usize].as_str())
    }

    fn word(&mut self, word: &str, form: Form) -> u32 {
        let (stem, open) = word.strip_suffix('*').map_or((word, false), |s| (s, true));
        let inflected = form == Form::Word;
        let key = format!("{stem}{}{}", if open { "*" } else { "" }, if inflected { "~" } else { "" });
        if let Some(id) = self.words.get(&key) {
            return *id;
        }
        let id = self.values.len() as u32;
        self.values.push(None);
        self.words.insert(key, id);
        let mut forms = if form == Form::Symbol { vec![stem.to_owned()] } else { spellings(stem) };
        if inflected && !open {
            forms.extend(forms.clone().iter().filter_map(|w| plural(w)));
        }
        if form == Form::Symbol {
            forms.push(format!("{stem}s"));
        }
        forms.dedup();
        for text in forms {
            let mut at = 0_usize;
            for c in text.chars() {
                let Some(letter) = letter(c) else { continue };
                let next = self.nodes[at].next[letter] as usize;
                at = if next == 0 {
                    self.nodes.push(Node::default());
                    let new = self.nodes.len() - 1;
                    self.nodes[at].next[letter] = new as u32;
                    new
                } else {
                    next
                };
            }
            let list = if open { &mut self.nodes[at].open } else { &mut self.nodes[at].whole };
            if !list.contains(&id) {
                list.push(id);
            }
        }
        id
    }

    /// Adds a phrase to a list.
    pub fn add(&mut self, set: Set, phrase: &str, form: Form, name: Option<u32>, decoy: bool) {
        self.ready = OnceLock::new();
        // The spaces of a symbol matter as little as those of a phrase.
        let parts: Vec<&str> = phrase.split([' ', '-', '\u{2010}', '\u{2011}', '\u{2013}']).collect();
        let mut variants: Vec<Vec<&str>> = vec![Vec::new()];
        for part in parts.into_iter().filter(|p| !p.is_empty()) {
            let optional = part.len() > 1 && part.ends_with('?');
            let shorter = if optional { variants.clone() } else { Vec::new() };
            let part = part.trim_end_matches('?');
            variants.iter_mut().for_each(|v| match part.strip_suffix('+').filter(|p| !p.is_empty()) {
                Some(word) => v.extend([word, "+"]),
                None => v.push(part),
            });
            variants.extend(shorter);
        }
        for parts in variants.into_iter().filter(|v| !v.is_empty()) {
            let elements: Vec<Element> = parts
                .iter()
                .map(|part| match *part {
                    "…" | "..." => Element::Gap,
                    "#" => Element::Number,
                    words => Element::Word(
                        words
                            .split('/')
                            .map(|w| match form {
                                Form::Symbol => self.word(w, form),
                                _ => self.word(&w.to_lowercase(), form),
                            })
                            .collect(),
                    ),
                })
                .collect();
            if matches!(elements[0], Element::Gap) {
                continue;
            }
            let cased = (form == Form::Symbol).then(|| parts.iter().map(|p| (*p).to_owned()).collect());
            self.phrases.push(Phrase { set, elements, name, cased, decoy });
        }
    }

    /// Reads a text: its words, and every phrase in it. Of overlapping phrases of one list the first and
    /// longest counts; of equals a look-alike, else the one that was added first.
    pub fn scan(&self, text: &str, sentences: &[Range<usize>]) -> (Vec<Token>, Hits) {
        let words = tokens(text, sentences);
        let hits = self.ready.get_or_init(|| Ready::new(self)).seek(self, text, &words);
        (words, hits)
    }
}
