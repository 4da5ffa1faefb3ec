//! The rule language of a protocol: what a criterion looks for in a record.
//!
//! A rule is a table with exactly one of the keys of [`KINDS`], beside keys that say where and how.
//! `queries/README.md` tells each key with an example. Rules are data: the types here say what was
//! asked, and the room `screen` finds it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Vocabulary;
use super::table::Node;
use crate::record::{Field, NoticeKind};

mod read;

pub use read::{KINDS, read};

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its place in the protocol, `no-alk-fusion.excludes_if.any[2]`: evidence cites it.
    pub path: String,
    /// What it looks for.
    pub kind: RuleKind,
}

/// What a rule looks for.
#[derive(Debug, Clone)]
pub enum RuleKind {
    /// Every one of these.
    All(Vec<Rule>),
    /// One of these at least.
    Any(Vec<Rule>),
    /// None of this. It gives no evidence of its own.
    Not(Box<Rule>),
    /// A rule with a name of its own, `[rule.NAME]`.
    Named(String, Box<Rule>),
    /// A MeSH heading.
    Mesh(Mesh),
    /// What kind of living beings the headings name.
    Species(Species),
    /// Who indexed the record.
    Indexed(Vec<Indexing>),
    /// One of these publication types.
    PublicationType(Vec<String>),
    /// One of these language codes; `*` is any.
    Language(Vec<String>),
    /// A word, a phrase, a number or an age.
    Text(TextRule),
    /// All of these in one sentence.
    Near {
        /// The parts.
        parts: Vec<TextRule>,
        /// At most so many words from the first part to the last; anywhere in the sentence without it.
        within: Option<usize>,
        /// Whether the parts must stand in this order.
        ordered: bool,
        /// Where.
        place: Place,
    },
    /// A gene fusion.
    Fusion(FusionRule),
    /// Whether there is an abstract.
    HasAbstract(bool),
    /// One of these was announced of the article.
    Announced(Vec<NoticeKind>),
}

/// A MeSH heading.
#[derive(Debug, Clone)]
pub struct Mesh {
    /// One of these descriptors, letter by letter; MeSH's tree is not followed.
    pub descriptors: Vec<String>,
    /// With one of these qualifiers, when any are given.
    pub qualifiers: Vec<String>,
    /// As a major topic: of the descriptor or, where qualifiers are asked for, of one of them.
    pub major: bool,
}

/// What the check tags and species headings of a record say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Species {
    /// `Humans`.
    Human,
    /// `Animals` or the heading of an animal, whatever else there is.
    Animal,
    /// The same without `Humans`.
    AnimalOnly,
}

/// Who gave a record its headings (`IndexingMethod`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexing {
    /// People.
    People,
    /// A machine, checked by people.
    Curated,
    /// A machine.
    Automated,
    /// Nobody yet.
    Nobody,
}

/// Words, a pattern, a count or an age, at a place.
#[derive(Debug, Clone)]
pub struct TextRule {
    /// What to find.
    pub what: Wanted,
    /// Where.
    pub place: Place,
    /// Whether a negated or merely possible mention counts: `affirmed` by default.
    pub polarity: Polarity,
    /// The least and the greatest number that count, for counts and for ages in years.
    pub range: (Option<u32>, Option<u32>),
}

/// What a text rule finds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Any word of a vocabulary.
    Vocabulary(String),
    /// Words and phrases.
    Words(Vec<String>),
    /// A regular expression, case-insensitive.
    Pattern(String),
    /// A number of these things: `33 patients`, `four previously treated children`.
    Count(Vec<String>),
    /// A person's age: `a 7-year-old boy`, `aged 41 years`.
    Age,
}

/// Which mentions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Neither negated nor hypothetical.
    Affirmed,
    /// Negated only.
    Negated,
    /// Hypothetical only.
    Possible,
    /// All.
    Any,
}

/// A fusion of one gene.
#[derive(Debug, Clone)]
pub struct FusionRule {
    /// The gene's symbol.
    pub gene: String,
    /// Its other names.
    pub also: Vec<String>,
    /// The vocabulary of partners; empty where the review keeps none.
    pub partners: String,
    /// Which fusions count.
    pub partner: Partner,
    /// Where.
    pub place: Place,
}

/// What is known of a fusion's partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partner {
    /// Its name, from the vocabulary or by its form.
    Named,
    /// A name that the vocabulary holds.
    Known,
    /// No name: `ALK-rearranged`, `ALK fusion`.
    Unnamed,
    /// Any fusion, named or not.
    Any,
}

/// Where a rule looks.
#[derive(Debug, Clone)]
pub struct Place {
    /// Fields.
    pub fields: Vec<Field>,
    /// Findings, what is known elsewhere, or both.
    pub told: Told,
    /// Only in these sections of an abstract; empty means all.
    pub sections: Vec<Section>,
    /// Not in these.
    pub except_sections: Vec<Section>,
    /// Not in a sentence that holds one of these words.
    pub unless: Option<Wanted>,
}

/// Whose findings a sentence tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// This report's.
    Findings,
    /// Background, others' work, outlook.
    Background,
    /// Either.
    Anywhere,
}

/// The parts of an abstract, by their headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Background, introduction, rationale, context.
    Background,
    /// Aim, objective, purpose.
    Objective,
    /// Methods, patients, design.
    Methods,
    /// Results, findings.
    Results,
    /// Case presentation, case report, patient concerns.
    Case,
    /// Conclusions, discussion, lessons.
    Conclusions,
    /// No heading, or one of another kind.
    Unlabelled,
}

impl Rule {
    /// A rule that is never found.
    pub fn never() -> Self {
        Self { path: String::new(), kind: RuleKind::Any(Vec::new()) }
    }
}

/// What a rule may refer to while it is read.
pub struct Known<'t, 'a> {
    /// Vocabularies by name.
    pub vocabularies: &'t BTreeMap<String, Vocabulary>,
    /// The named rules of the protocol, not yet read.
    pub rules: BTreeMap<String, Node<'t, 'a>>,
    /// Those that were read; `None` for one that is faulty.
    pub done: RefCell<BTreeMap<String, Option<Rule>>>,
    /// Those being read, to catch a rule that uses itself.
    pub under_way: RefCell<Vec<String>>,
}

impl<'t, 'a> Known<'t, 'a> {
    /// For a protocol's vocabularies and named rules.
    pub fn new(vocabularies: &'t BTreeMap<String, Vocabulary>, rules: BTreeMap<String, Node<'t, 'a>>) -> Self {
        Self { vocabularies, rules, done: RefCell::default(), under_way: RefCell::default() }
    }
}
