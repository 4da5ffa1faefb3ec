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

use super::text::{Token, tokens};

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
    /// By word: the phrases that begin with it.
    begins: Vec<Vec<u32>>,
    /// By word: its value, if it is a number word.
    values: Vec<Option<u32>>,
    numbered: Vec<u32>,
    phrases: Vec<Phrase>,
    names: Vec<String>,
    sets: Set,
}

/// A phrase found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The list it belongs to.
    pub set: Set,
    /// Its first word.
    pub first: u32,
    /// The word after its last.
    pub end: u32,
    /// What it stands for.
    pub name: Option<u32>,
    /// The first number in it.
    pub number: Option<u32>,
    decoy: bool,
}

const NUMBERS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
const TENS: &[(&str, u32)] =
    &[("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90)];

/// British and American spellings of the same stem.
const SPELLINGS: &[(&str, &str)] = &[
    ("tumour", "tumor"),
    ("aemia", "emia"),
    ("haem", "hem"),
    ("oesophag", "esophag"),
    ("oestr", "estr"),
    ("paediatr", "pediatr"),
    ("gynaec", "gynec"),
    ("anaesth", "anesth"),
    ("behaviour", "behavior"),
    ("favour", "favor"),
    ("harbour", "harbor"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("labelled", "labeled"),
    ("programme", "program"),
    ("goitre", "goiter"),
    ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"),
    ("ise", "ize"),
    ("isation", "ization"),
    ("ysed", "yzed"),
];

fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    for (british, american) in SPELLINGS {
        for (from, to) in [(british, american), (american, british)] {
            // `ise` and its like stand at the end of a stem only.
            let there = if from.len() <= 4 { word.ends_with(from) } else { word.contains(from) };
            if there && !(from.len() > 4 && word.contains(to) && to.contains(from)) {
                all.push(word.replacen(from, to, 1));
            }
        }
    }
    all
}

fn plural(word: &str) -> Option<String> {
    let irregular = [("man", "men"), ("woman", "women"), ("child", "children"), ("mouse", "mice"), ("nevus", "nevi")];
    if let Some((_, many)) = irregular.iter().find(|(one, _)| *one == word) {
        return Some((*many).to_owned());
    }
    if word.len() < 4 && word != "boy" || !word.ends_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiou".contains(c));
    if let Some(stem) = word.strip_suffix("sis") {
        return Some(format!("{stem}ses"));
    }
    if let Some(stem) = word.strip_suffix('y').filter(|s| !vowel(s.chars().last())) {
        return Some(format!("{stem}ies"));
    }
    match word.ends_with('s') || word.ends_with("ch") || word.ends_with("sh") || word.ends_with('x') {
        true if word.ends_with("ss") || !word.ends_with('s') => Some(format!("{word}es")),
        true => None,
        false => Some(format!("{word}s")),
    }
}

/// A letter's place in the trie; letters of other alphabets have none.
fn letter(c: char) -> Option<usize> {
    Some(match c {
        'a'..='z' => c as usize - 'a' as usize,
        'A'..='Z' => c as usize - 'A' as usize,
        '0'..='9' => 26 + (c as usize - '0' as usize),
        '+' => 36,
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

impl Default for Lexicon {
    fn default() -> Self {
        let mut lexicon = Self {
            nodes: vec![Node::default()],
            words: HashMap::new(),
            begins: Vec::new(),
            values: Vec::new(),
            numbered: Vec::new(),
            phrases: Vec::new(),
            names: Vec::new(),
            sets: 0,
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
        let id = self.begins.len() as u32;
        self.begins.push(Vec::new());
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
            let id = self.phrases.len() as u32;
            match &elements[0] {
                Element::Word(words) => words.iter().for_each(|w| self.begins[*w as usize].push(id)),
                Element::Number => self.numbered.push(id),
                Element::Gap => continue,
            }
            let cased = (form == Form::Symbol).then(|| parts.iter().map(|p| (*p).to_owned()).collect());
            self.phrases.push(Phrase { set, elements, name, cased, decoy });
        }
    }

    fn look(&self, word: &str, ids: &mut Vec<u32>) {
        let mut at = 0_usize;
        for c in word.chars() {
            let Some(letter) = letter(c) else { return };
            at = self.nodes[at].next[letter] as usize;
            if at == 0 {
                return;
            }
            ids.extend(&self.nodes[at].open);
        }
        ids.extend(&self.nodes[at].whole);
    }

    /// Reads a text: its words, and every phrase in it, sorted by list and place. Of overlapping phrases
    /// of one list the first and longest counts.
    pub fn scan(&self, text: &str, sentences: &[Range<usize>]) -> (Vec<Token>, Vec<Hit>) {
        let words = tokens(text, sentences);
        let mut ids: Vec<u32> = Vec::with_capacity(words.len() * 2);
        let mut ends: Vec<u32> = Vec::with_capacity(words.len());
        for token in &words {
            self.look(&text[token.range()], &mut ids);
            ends.push(ids.len() as u32);
        }
        let reading = Words { text, words: &words, ids: &ids, ends: &ends };
        let mut hits = Vec::new();
        for at in 0..words.len() {
            for id in reading.at(at) {
                for phrase in &self.begins[*id as usize] {
                    self.try_phrase(*phrase, at, &reading, &mut hits);
                }
            }
            if !self.numbered.is_empty() && self.number(at, &reading).is_some() {
                for phrase in &self.numbered {
                    self.try_phrase(*phrase, at, &reading, &mut hits);
                }
            }
        }
        hits.sort_unstable_by_key(|h| (h.set, h.first, std::cmp::Reverse(h.end), !h.decoy));
        let mut last = (Set::MAX, 0_u32);
        hits.retain(|h| {
            let free = h.set != last.0 || h.first >= last.1;
            if free {
                last = (h.set, h.end);
            }
            free
        });
        hits.retain(|h| !h.decoy);
        (words, hits)
    }

    fn try_phrase(&self, phrase: u32, at: usize, reading: &Words<'_>, hits: &mut Vec<Hit>) {
        let p = &self.phrases[phrase as usize];
        let mut number = None;
        let Some(end) = self.follow(&p.elements, at, reading, true, &mut number) else { return };
        if let Some(cased) = &p.cased {
            let same = cased.iter().zip(&reading.words[at..end]).all(|(want, token)| {
                let found = &reading.text[token.range()];
                found == want || found.strip_suffix('s') == Some(want)
            });
            if !same {
                return;
            }
        }
        hits.push(Hit { set: p.set, first: at as u32, end: end as u32, name: p.name, number, decoy: p.decoy });
    }

    /// The place after the elements, if they stand at `at`. `loose` after a gap: any mark may stand before.
    fn follow(
        &self,
        elements: &[Element],
        at: usize,
        reading: &Words<'_>,
        loose: bool,
        number: &mut Option<u32>,
    ) -> Option<usize> {
        let Some((first, rest)) = elements.split_first() else { return Some(at) };
        if let Element::Gap = first {
            return (0..=GAP).find_map(|skip| {
                let within = (at..at + skip + 1).all(|i| reading.words.get(i).is_some_and(|w| !w.begins_sentence));
                if within { self.follow(rest, at + skip, reading, true, number) } else { None }
            });
        }
        let token = reading.words.get(at)?;
        if !loose && (!token.joined || token.begins_sentence) {
            return None;
        }
        match first {
            Element::Word(ids) => {
                let found = reading.at(at);
                if !ids.iter().any(|id| found.contains(id)) {
                    return None;
                }
                self.follow(rest, at + 1, reading, false, number)
            }
            Element::Number => {
                let (value, used) = self.number(at, reading)?;
                number.get_or_insert(value);
                self.follow(rest, at + used, reading, false, number)
            }
            Element::Gap => None,
        }
    }

    /// A number at a word and how many words it takes: `33`, `seven`, `forty-four`.
    fn number(&self, at: usize, reading: &Words<'_>) -> Option<(u32, usize)> {
        let word = &reading.text[reading.words.get(at)?.range()];
        if word.as_bytes()[0].is_ascii_digit() {
            return word.parse().ok().map(|n| (n, 1));
        }
        let value = |i: usize| reading.at(i).iter().find_map(|id| self.values[*id as usize]);
        let first = value(at)?;
        if (20..100).contains(&first)
            && let Some(next) = reading.words.get(at + 1).filter(|w| w.joined).and_then(|_| value(at + 1))
            && (1..10).contains(&next)
        {
            return Some((first + next, 2));
        }
        Some((first, 1))
    }
}

/// The words of a text with the lexicon's words they are.
struct Words<'t> {
    text: &'t str,
    words: &'t [Token],
    ids: &'t [u32],
    ends: &'t [u32],
}

impl Words<'_> {
    fn at(&self, i: usize) -> &[u32] {
        let from = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.ids[from..self.ends[i] as usize]
    }
}
