//! A lexicon made ready: every word of a text is led through one trie of letters, and what begins there
//! through one trie of phrases, so that phrases which begin alike are sought once.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::super::text::Token;
use super::{Element, GAP, Hit, LETTERS, Lexicon, Set, letter};

/// What a word of a text may be: all such words are alike to the phrases.
#[derive(Debug, Clone, Default)]
struct Kind {
    /// The elements of phrases it may stand for, sorted.
    elements: Vec<u32>,
    /// The steps that phrases come to by beginning with it.
    begins: Vec<u32>,
    /// Its value, if it is a number word.
    value: Option<u32>,
}

/// The kind of all words that no phrase holds.
const NO_KIND: u32 = 0;

/// A place in the trie of phrases.
#[derive(Debug, Clone, Default)]
struct Step {
    /// The steps after each element, sorted by element.
    words: Vec<(u32, u32)>,
    number: Option<u32>,
    gap: Option<u32>,
    /// The phrases that end here.
    ends: Vec<u32>,
}

impl Step {
    /// Whether nothing ends here, and only a word of a phrase leads on.
    fn only_goes_on(&self) -> bool {
        self.ends.is_empty() && self.gap.is_none() && self.number.is_none()
    }
}

#[derive(Debug, Clone)]
struct Node {
    next: [u32; LETTERS],
    /// The kind of a word that ends here, and of one that goes on to where the trie does not.
    whole: u32,
    open: u32,
}

/// A lexicon to seek with.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    nodes: Vec<Node>,
    kinds: Vec<Kind>,
    steps: Vec<Step>,
}

impl Ready {
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        let mut elements: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut of_word: Vec<Vec<u32>> = vec![Vec::new(); lexicon.values.len()];
        let mut steps = vec![Step::default()];
        for (id, phrase) in lexicon.phrases.iter().enumerate() {
            let mut at = 0_usize;
            for element in &phrase.elements {
                let next = steps.len() as u32;
                let step = &mut steps[at];
                let to = match element {
                    Element::Gap => *step.gap.get_or_insert(next),
                    Element::Number => *step.number.get_or_insert(next),
                    Element::Word(words) => {
                        let mut words = words.clone();
                        words.sort_unstable();
                        words.dedup();
                        let new = elements.len() as u32;
                        let element = *elements.entry(words).or_insert_with_key(|words| {
                            words.iter().for_each(|w| of_word[*w as usize].push(new));
                            new
                        });
                        match step.words.binary_search_by_key(&element, |(e, _)| *e) {
                            Ok(there) => step.words[there].1,
                            Err(place) => {
                                step.words.insert(place, (element, next));
                                next
                            }
                        }
                    }
                };
                if to == next {
                    steps.push(Step::default());
                }
                at = to as usize;
            }
            steps[at].ends.push(id as u32);
        }
        let mut ready = Self { nodes: Vec::with_capacity(lexicon.nodes.len()), kinds: Vec::new(), steps };
        ready.sort_words(lexicon, &of_word);
        ready
    }

    /// Gives every node of the trie the kinds of the words that end in it and that go on from it.
    fn sort_words(&mut self, lexicon: &Lexicon, of_word: &[Vec<u32>]) {
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut kind = |mut words: Vec<u32>| {
            words.sort_unstable();
            words.dedup();
            let new = known.len() as u32;
            *known.entry(words).or_insert_with_key(|words| {
                let mut elements: Vec<u32> = words.iter().flat_map(|w| &of_word[*w as usize]).copied().collect();
                elements.sort_unstable();
                elements.dedup();
                let begins = common(&self.steps[0].words, &elements).collect();
                let value = words.iter().find_map(|w| lexicon.values[*w as usize]);
                self.kinds.push(Kind { elements, begins, value });
                new
            })
        };
        let none = kind(Vec::new());
        debug_assert_eq!(none, NO_KIND);
        // A node stands after the one that leads to it, so what its ancestors leave open is known.
        let mut open: Vec<Vec<u32>> = vec![Vec::new(); lexicon.nodes.len()];
        for (at, node) in lexicon.nodes.iter().enumerate() {
            open[at].extend(&node.open);
            for next in node.next.iter().filter(|n| **n != 0) {
                open[*next as usize] = open[at].clone();
            }
            let whole = kind(open[at].iter().chain(&node.whole).copied().collect());
            self.nodes.push(Node { next: node.next, whole, open: kind(open[at].clone()) });
        }
    }

    fn kind_of(&self, word: &str) -> u32 {
        let mut at = 0_usize;
        let mut through = |c: char| {
            let next = letter(c).map_or(0, |l| self.nodes[at].next[l] as usize);
            if next != 0 {
                at = next;
            }
            next != 0
        };
        let whole =
            if word.is_ascii() { word.bytes().all(|b| through(char::from(b))) } else { word.chars().all(&mut through) };
        if whole { self.nodes[at].whole } else { self.nodes[at].open }
    }

    /// Every phrase in a text of these words. Of overlapping phrases of one list the first and longest counts.
    pub(super) fn seek(&self, lexicon: &Lexicon, text: &str, words: &[Token]) -> Hits {
        let kinds: Vec<u32> = words.iter().map(|t| self.kind_of(&text[t.range()])).collect();
        let mut search = Search {
            ready: self,
            lexicon,
            text,
            words,
            kinds: &kinds,
            from: 0,
            found: Vec::with_capacity(words.len() / 4),
        };
        for at in 0..words.len() {
            search.from = search.found.len();
            let next = kinds.get(at + 1).is_some_and(|k| *k != NO_KIND);
            for step in &self.kinds[kinds[at] as usize].begins {
                // Most words of a text are in no phrase.
                if next || !self.steps[*step as usize].only_goes_on() {
                    search.follow(*step, at, at + 1, false, None);
                }
            }
            if let Some(step) = self.steps[0].number
                && let Some((value, used)) = search.number(at)
            {
                search.follow(step, at, at + used, false, Some(value));
            }
        }
        sorted(lexicon, search.found)
    }
}

/// The steps after those elements that are in both lists.
fn common<'a>(steps: &'a [(u32, u32)], elements: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let by_step = steps.len() <= elements.len();
    let (few, many) = if by_step { (steps, &[][..]) } else { (&[][..], elements) };
    let first = few.iter().filter(|(e, _)| elements.binary_search(e).is_ok()).map(|(_, to)| *to);
    let second = many.iter().filter_map(|e| steps.binary_search_by_key(e, |(e, _)| *e).ok()).map(|i| steps[i].1);
    first.chain(second)
}

/// A phrase found, before those that overlap are sorted out.
struct Found {
    phrase: u32,
    first: u32,
    end: u32,
    number: Option<u32>,
}

struct Search<'t> {
    ready: &'t Ready,
    lexicon: &'t Lexicon,
    text: &'t str,
    words: &'t [Token],
    kinds: &'t [u32],
    /// The first found at the place where phrases are sought.
    from: usize,
    found: Vec<Found>,
}

impl Search<'_> {
    /// Goes on from a step with the word `at`. `loose` after a gap: any mark may stand before it.
    fn follow(&mut self, step: u32, first: usize, at: usize, loose: bool, number: Option<u32>) {
        let ready = self.ready;
        let step = &ready.steps[step as usize];
        for phrase in &step.ends {
            self.end(*phrase, first, at, number);
        }
        if let Some(after) = step.gap {
            for place in at..=at + GAP {
                if self.words.get(place).is_none_or(|w| w.begins_sentence) {
                    break;
                }
                self.follow(after, first, place, true, number);
            }
        }
        if step.words.is_empty() && step.number.is_none() {
            return;
        }
        let Some(token) = self.words.get(at) else { return };
        if !loose && (!token.joined || token.begins_sentence) {
            return;
        }
        let kind = &ready.kinds[self.kinds[at] as usize];
        for after in common(&step.words, &kind.elements) {
            self.follow(after, first, at + 1, false, number);
        }
        if let Some(after) = step.number
            && let Some((value, used)) = self.number(at)
        {
            self.follow(after, first, at + used, false, number.or(Some(value)));
        }
    }

    /// A phrase that begins at a place is found there once, with the shortest gaps.
    fn end(&mut self, phrase: u32, first: usize, end: usize, number: Option<u32>) {
        if self.found[self.from..].iter().any(|f| f.phrase == phrase) {
            return;
        }
        if let Some(cased) = &self.lexicon.phrases[phrase as usize].cased {
            let same = cased.iter().zip(&self.words[first..end]).all(|(want, token)| {
                let found = &self.text[token.range()];
                found == want || found.strip_suffix('s') == Some(want)
            });
            if !same {
                return;
            }
        }
        self.found.push(Found { phrase, first: first as u32, end: end as u32, number });
    }

    /// A number at a word and how many words it takes: `33`, `seven`, `forty-four`.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let word = &self.text[self.words.get(at)?.range()];
        if word.as_bytes()[0].is_ascii_digit() {
            return word.parse().ok().map(|n| (n, 1));
        }
        let value = |i: usize| self.ready.kinds[self.kinds[i] as usize].value;
        let first = value(at)?;
        if (20..100).contains(&first)
            && let Some(next) = self.words.get(at + 1).filter(|w| w.joined).and_then(|_| value(at + 1))
            && (1..10).contains(&next)
        {
            return Some((first + next, 2));
        }
        Some((first, 1))
    }
}

/// The phrases found in a text, by list and place.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    list: Vec<Hit>,
    /// By list: its first hit. Empty without hits.
    begins: Vec<u32>,
}

impl Hits {
    /// All of them.
    pub fn all(&self) -> &[Hit] {
        &self.list
    }

    /// Where the hits of a list stand among all.
    pub fn of(&self, set: Set) -> Range<usize> {
        match self.begins.get(set as usize..set as usize + 2) {
            Some(&[from, to]) => from as usize..to as usize,
            _ => 0..0,
        }
    }

    /// Where the hits of a list that begin within these words stand among all.
    pub fn within(&self, set: Set, words: &Range<u32>) -> Range<usize> {
        let all = self.of(set);
        let list = &self.list[all.clone()];
        if list.is_empty() {
            return 0..0;
        }
        let from = all.start + list.partition_point(|h| h.first < words.start);
        let to = all.start + list.partition_point(|h| h.first < words.end);
        from..to
    }
}

/// Puts what was found, which is sorted by place, into lists.
fn sorted(lexicon: &Lexicon, found: Vec<Found>) -> Hits {
    if found.is_empty() {
        return Hits::default();
    }
    let sets = lexicon.sets as usize;
    let set_of = |f: &Found| lexicon.phrases[f.phrase as usize].set as usize;
    let mut ends = vec![0_u32; sets + 1];
    found.iter().for_each(|f| ends[set_of(f) + 1] += 1);
    for set in 0..sets {
        ends[set + 1] += ends[set];
    }
    let mut order = vec![0_u32; found.len()];
    for (i, f) in found.iter().enumerate() {
        let place = &mut ends[set_of(f)];
        order[*place as usize] = i as u32;
        *place += 1;
    }
    let mut hits = Hits { list: Vec::with_capacity(found.len()), begins: Vec::with_capacity(sets + 1) };
    let mut from = 0;
    for end in &ends[..sets] {
        hits.begins.push(hits.list.len() as u32);
        let mut free = 0;
        let of_set = order[from..*end as usize].iter().map(|i| &found[*i as usize]);
        from = *end as usize;
        let mut of_set = of_set.peekable();
        while let Some(mut best) = of_set.next() {
            let rank = |f: &Found| (Reverse(f.end), !lexicon.phrases[f.phrase as usize].decoy, f.phrase);
            while let Some(other) = of_set.next_if(|f| f.first == best.first) {
                if rank(other) < rank(best) {
                    best = other;
                }
            }
            if best.first < free {
                continue;
            }
            free = best.end;
            let phrase = &lexicon.phrases[best.phrase as usize];
            if !phrase.decoy {
                hits.list.push(Hit { first: best.first, end: best.end, name: phrase.name, number: best.number });
            }
        }
    }
    hits.begins.push(hits.list.len() as u32);
    hits
}
