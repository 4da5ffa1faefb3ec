//! The review as text, read and checked: protocol, vocabularies, published figure, judgements.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::record::Pmid;

pub mod analysis;
pub mod announced;
pub mod case;
pub mod diff;
pub(crate) mod judgements;
pub mod load;
pub mod rule;
pub mod table;

/// The review as declared by the files of its folder.
#[derive(Debug, Clone)]
pub struct Review {
    /// Its short name: the folder's.
    pub name: String,
    /// `protocol.toml` and `vocabulary/`.
    pub protocol: Protocol,
    /// `published.toml`, if the review has a figure to be compared with.
    pub published: Option<Published>,
    /// `judgements/*.toml`, one file a reviewer, in the order of their names.
    pub judgements: Vec<JudgementFile>,
    /// `cases/*.toml`: what the rules must say of small records.
    pub cases: Vec<case::Case>,
    /// Warnings of the loader: worth showing, not fatal.
    pub warnings: Vec<String>,
}

/// `protocol.toml` with the vocabularies it uses.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// A sentence naming the review.
    pub title: String,
    /// Where the review was published, as a citation.
    pub citation: Option<String>,
    /// The search.
    pub search: Search,
    /// Criteria in the order in which they exclude.
    pub criteria: Vec<Criterion>,
    /// How the number of cases in a report is read from its record.
    pub case_count: Option<rule::Rule>,
    /// Vocabularies by name.
    pub vocabularies: BTreeMap<String, Vocabulary>,
    /// SHA-256 in lower-case hexadecimal over `protocol.toml` and every vocabulary file.
    pub hash: String,
    /// The text of `protocol.toml`, kept with the screening.
    pub text: String,
    /// The files the hash is over, with their texts.
    pub files: load::Files,
}

/// What is asked of the database.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    /// Database and platform, `PubMed`.
    pub database: String,
    /// The string as the review printed it.
    pub printed: String,
    /// The string as it is sent.
    pub sent: String,
    /// Every difference between the two, with its reason.
    pub repairs: Vec<Repair>,
    /// Which date the window is about: `pdat`, `edat`, `mdat` or `crdt`.
    pub date_field: String,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
    /// The day the published search was run.
    pub run_on: Option<Date>,
    /// NLM's list of MeSH descriptors for trying the string on local records: a path, from the review's folder.
    pub mesh: Option<String>,
}

/// One change from the printed to the sent string.
#[derive(Debug, Clone, Serialize)]
pub struct Repair {
    /// What was printed.
    pub before: String,
    /// What is sent.
    pub after: String,
    /// Why.
    pub reason: String,
}

/// A criterion, phrased as the reason for which a record is excluded.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Its id, for example `no-fusion-partner`.
    pub id: String,
    /// The label of the figure's box.
    pub label: String,
    /// Where the review says so: a quotation.
    pub source: String,
    /// What a record must have for the rules to be able to tell, in words.
    pub needs: Vec<String>,
    /// What its rules' silence means, in words.
    pub absence: String,
    /// The rule that, found, excludes.
    pub excludes_if: rule::Rule,
    /// The rule that, found, keeps.
    pub keeps_if: rule::Rule,
    /// What holds when both are found.
    pub on_conflict: Policy,
    /// What holds when neither is found.
    pub if_silent: Policy,
}

/// What a criterion says when its rules do not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// A person must tell.
    Unclear,
    /// The record is kept.
    Keep,
    /// The record is excluded. Never allowed for silence.
    Exclude,
}

/// A list of things with the words for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    /// Its name: the file's.
    pub name: String,
    /// Its terms in order.
    pub terms: Vec<Term>,
    /// Phrases that hold a word of the list and mean something else, such as `Rous sarcoma virus`.
    pub decoys: Vec<String>,
    /// Whether words are taken as they stand, without plurals and other spellings.
    pub exact: bool,
}

/// One thing and every word for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The preferred name, for example `inflammatory myofibroblastic tumor`.
    pub name: String,
    /// Synonyms, spellings and inflections; a final `*` stands for any ending.
    pub words: Vec<String>,
    /// Abbreviations and gene symbols, matched with their case.
    pub symbols: Vec<String>,
}

/// `published.toml`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Published {
    /// Where the numbers stand.
    pub citation: String,
    /// Records found.
    pub identified: u64,
    /// Excluded records by criterion id, in the figure's order.
    pub excluded: Vec<(String, u64)>,
    /// Included studies.
    pub studies: u64,
    /// Included cases.
    pub cases: Option<u64>,
    /// Every other number the paper prints: `(key, numerator or value, denominator, where)`.
    pub numbers: Vec<PublishedNumber>,
    /// Contradictions of the paper and the reading taken.
    pub readings: Vec<Reading>,
}

/// A printed number other than the figure's boxes.
#[derive(Debug, Clone, Serialize)]
pub struct PublishedNumber {
    /// Its key, for example `response.or`.
    pub key: String,
    /// Its value; none of a P.
    pub value: Option<f64>,
    /// What it is out of.
    pub of: Option<f64>,
    /// Lower limit of its 95 % interval.
    pub low: Option<f64>,
    /// Upper limit of its 95 % interval.
    pub high: Option<f64>,
    /// A P that is printed.
    pub p: Option<f64>,
    /// The bound that a P is printed to lie below.
    pub p_below: Option<f64>,
    /// The reading that it hangs on, by its id.
    pub reading: Option<String>,
    /// Where the paper prints it: a quotation.
    pub source: String,
}

/// A place where the paper contradicts itself or leaves open, and what is taken here.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// Its id; empty when no number hangs on it.
    pub id: String,
    /// The contradiction.
    pub problem: String,
    /// The reading taken.
    pub taken: String,
}

/// One reviewer's file of judgements.
#[derive(Debug, Clone)]
pub struct JudgementFile {
    /// Path relative to the review's folder.
    pub path: String,
    /// SHA-256 of its text.
    pub hash: String,
    /// The reviewer, by name or role.
    pub reviewer: String,
    /// The judgements in the order of the file, also those taken back.
    pub judgements: Vec<Judgement>,
    /// What was taken back, in the order of the file.
    pub undone: Vec<Undo>,
}

/// A judgement taken back: an entry of its own, the judgement stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// The line of the judgement taken back.
    pub undoes: usize,
    /// Why.
    pub note: Option<String>,
    /// The day.
    pub when: Date,
    /// The line of the file it stands on, from 1.
    pub line: usize,
}

/// What a person ruled on one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The record.
    pub pmid: Pmid,
    /// On what reading.
    pub stage: Stage,
    /// The ruling.
    pub verdict: Verdict,
    /// The criterion it is about; always for `exclude` and `keep`, never for `include`.
    pub criterion: Option<String>,
    /// The sentence it rests on.
    pub quote: String,
    /// Where the sentence stands or why it convinces.
    pub note: Option<String>,
    /// The day.
    pub when: Date,
    /// How many cases the report brings, when the person counted them.
    pub cases: Option<u32>,
    /// The line of the file it stands on, from 1.
    pub line: usize,
}

/// The reading a judgement rests on; later stages outrank earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Title and abstract.
    TitleAbstract,
    /// The full text.
    FullText,
    /// Two reviewers' agreement, or a third's ruling.
    Consensus,
}

impl Stage {
    /// The stage of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::TitleAbstract, Self::FullText, Self::Consensus].into_iter().find(|s| s.name() == name)
    }

    /// The word used in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::TitleAbstract => "title-abstract",
            Self::FullText => "full-text",
            Self::Consensus => "consensus",
        }
    }
}

/// A ruling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The report is in.
    Include,
    /// The report is out, for the criterion named.
    Exclude,
    /// The criterion named does not exclude it; the others still may.
    Keep,
}

impl Verdict {
    /// The verdict of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Include, Self::Exclude, Self::Keep].into_iter().find(|v| v.name() == name)
    }

    /// The word used in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Exclude => "exclude",
            Self::Keep => "keep",
        }
    }
}
