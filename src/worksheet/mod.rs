//! Included reports into case rows: the extraction worksheet.
//!
//! A cell is filled beforehand only where the record says so of its one patient, and then it
//! carries the sentence. Blank means *not reported here*, never *no*.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::protocol::Vocabulary;
use crate::record::{Field, Record};
use crate::screen::text::{Standing, is_background, sentences, speaks_of_others, standing};
use crate::screen::{Evidence, Weight};

mod columns;
pub mod filled;
pub mod patients;

pub use columns::COLUMNS;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Free text.
    Text,
    /// One of the codes.
    Code,
    /// A number.
    Number {
        /// Smallest.
        min: i32,
        /// Largest.
        max: i32,
        /// Without decimals.
        whole: bool,
    },
}

/// A column of the worksheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its key in CSV headers and JSON, for example `fusion_partner`.
    pub key: &'static str,
    /// Its heading in a spreadsheet.
    pub heading: &'static str,
    /// What belongs in it, with its unit.
    pub help: &'static str,
    /// The codes it accepts; empty for free text and numbers.
    pub codes: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What stands in it.
    pub value: String,
    /// Where the record says so.
    pub evidence: Option<Evidence>,
}

/// One case (patient): cells in the order of [`COLUMNS`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The report.
    pub pmid: u64,
    /// Its DOI.
    pub doi: Option<String>,
    /// First author, journal, year.
    pub citation: String,
    /// Its title.
    pub title: String,
    /// What PubMed announces of it: `retracted: J 2021;3:9`. Empty when nothing.
    pub announced: String,
    /// The case within the report, from 1.
    pub case: u32,
    /// How many rows the report has.
    pub of: u32,
    /// The cells.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The row's name, by which a filled worksheet is matched again: `PMID.case`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.pmid, self.case)
    }
}

/// The worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Worksheet {
    /// The review's name.
    pub review: String,
    /// Whether any record is synthetic.
    pub synthetic: bool,
    /// Columns after the identifying ones.
    pub columns: Vec<Column>,
    /// Rows in the order of the reports.
    pub rows: Vec<Row>,
    /// How suggestions fared when people filled the sheet, by column; empty until one was taken back.
    pub trust: Vec<Trust>,
}

/// How the suggestions of a column fared: the confidence they have earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Trust {
    /// The column's key.
    pub column: &'static str,
    /// Suggestions that people left as they were.
    pub kept: usize,
    /// Suggestions in rows that people handed in.
    pub of: usize,
}

impl Worksheet {
    /// Counts, column by column, how many suggestions stand in the cells that people handed in. To be asked before
    /// [`Worksheet::fill`].
    pub fn tried(&self, cells: &BTreeMap<String, BTreeMap<String, String>>) -> Vec<Trust> {
        let mut list = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            let suggested = self.rows.iter().filter(|r| r.cells[i].evidence.is_some());
            let judged = suggested.filter_map(|r| Some((&r.cells[i].value, cells.get(&r.key())?.get(column.key)?)));
            let (of, kept) =
                judged.fold((0, 0), |(of, kept), (ours, theirs)| (of + 1, kept + usize::from(ours == theirs)));
            if of > 0 {
                list.push(Trust { column: column.key, kept, of });
            }
        }
        list
    }

    /// Puts a person's cells, by row and column key, over what was filled beforehand. A row that a person has handed
    /// in is theirs as a whole: a cell they left blank stays blank. Gives the handed-in rows that no report has now.
    pub fn fill(&mut self, cells: &BTreeMap<String, BTreeMap<String, String>>) -> Vec<String> {
        let mut left: Vec<String> = cells.keys().cloned().collect();
        for row in &mut self.rows {
            let key = row.key();
            let Some(own) = cells.get(&key) else { continue };
            left.retain(|k| *k != key);
            for (column, cell) in self.columns.iter().zip(&mut row.cells) {
                if let Some(value) = own.get(column.key).filter(|v| **v != cell.value) {
                    *cell = Cell { value: value.clone(), evidence: None };
                }
            }
        }
        left
    }
}

/// Finds the fusions in a sentence: place and partner.
pub type FusionMatcher<'a> = dyn Fn(&str) -> Vec<(Range<usize>, String)> + 'a;

/// What filling beforehand may use.
pub struct Hints<'a> {
    /// The protocol's vocabularies.
    pub vocabularies: &'a BTreeMap<String, Vocabulary>,
    /// Fusions in a sentence: place and partner.
    pub fusion: &'a FusionMatcher<'a>,
}

/// A column, a pattern, and the value it means; `$1` is the pattern's first group.
const PATTERNS: &[(&str, &str, &str)] = &[
    ("age_years", r"(?i)\b(\d{1,2})[- ]years?[- ]old\b", "$1"),
    ("age_years", r"(?i)\baged (\d{1,2}) years\b", "$1"),
    ("sex", r"(?i)\b(?:man|boy|male|gentleman)\b", "male"),
    ("sex", r"(?i)\b(?:woman|girl|female|lady)\b", "female"),
    ("response", r"(?i)\bcomplete (?:\w+ ){0,2}(?:response|remission)\b", "CR"),
    ("response", r"(?i)\bpartial (?:\w+ ){0,2}(?:response|remission)\b", "PR"),
    ("response", r"(?i)\bstable disease\b|\bdisease (?:was|remained) stable\b", "SD"),
    ("stage", r"(?i)\bstage IV\b|\bmetastatic\b", "IV"),
    (
        "next_alk_inhibitor",
        r"(?i)\b(?:switch(?:ed)?|changed?|second[- ]line|subsequent(?:ly)?|then|followed by|thereafter)\b.{0,60}\b(alectinib|brigatinib|ceritinib|lorlatinib|ensartinib)\b",
        "$1",
    ),
    ("survival_status", r"(?i)\b(?:is|remains|was) alive\b|\balive (?:at|after|without|with)\b", "censored"),
    ("survival_status", r"(?i)\b(?:patient|he|she|man|woman|boy|girl|child) died\b", "dead"),
];

#[allow(clippy::expect_used)]
static COMPILED: LazyLock<Vec<(&'static str, Regex, &'static str)>> = LazyLock::new(|| {
    PATTERNS.iter().map(|(c, p, v)| (*c, Regex::new(p).expect("constant patterns, tried by the tests"), *v)).collect()
});

/// One thing found for a column.
struct Found {
    column: &'static str,
    value: String,
    evidence: Evidence,
}

/// The rows of a report, filled as far as the record tells.
pub fn rows(record: &Record, cases: u32, hints: &Hints<'_>) -> Vec<Row> {
    let found = if cases == 1 { facts(record, hints) } else { Vec::new() };
    let cells: Vec<Cell> = COLUMNS
        .iter()
        .map(|column| {
            if column.key == "year" {
                return Cell { value: record.year().map(|y| y.to_string()).unwrap_or_default(), evidence: None };
            }
            let mut values: Vec<&Found> = Vec::new();
            for f in found.iter().filter(|f| f.column == column.key) {
                if !values.iter().any(|v| v.value == f.value) {
                    values.push(f);
                }
            }
            match values.as_slice() {
                [one] => Cell { value: one.value.clone(), evidence: Some(one.evidence.clone()) },
                // Several partners are a list; two ages or two responses are a question for a person.
                [first, ..] if column.key == "fusion_partner" => Cell {
                    value: values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>().join("; "),
                    evidence: Some(first.evidence.clone()),
                },
                _ => Cell::default(),
            }
        })
        .collect();
    (1..=cases)
        .map(|case| Row {
            pmid: record.pmid.0,
            doi: record.doi.clone(),
            citation: record.short_citation(),
            title: record.title.clone(),
            announced: record.announcements(),
            case,
            of: cases,
            cells: cells.clone(),
        })
        .collect()
}

fn facts(record: &Record, hints: &Hints<'_>) -> Vec<Found> {
    let mut out = Vec::new();
    for passage in record.passages() {
        if !matches!(passage.field, Field::Title | Field::Abstract) || is_background(passage.label) {
            continue;
        }
        for range in sentences(passage.text) {
            let sentence = &passage.text[range.clone()];
            if passage.field == Field::Abstract && speaks_of_others(sentence) {
                continue;
            }
            let mut add = |column: &'static str, at: Range<usize>, value: String| {
                if standing(sentence, at.clone()) != Standing::Affirmed {
                    return;
                }
                let evidence = Evidence {
                    field: passage.address(),
                    start: range.start + at.start,
                    end: range.start + at.end,
                    quote: sentence[at].to_owned(),
                    sentence: sentence.to_owned(),
                    rule: format!("worksheet.{column}"),
                    weight: Weight::Keeps,
                    value: Some(value.clone()),
                };
                out.push(Found { column, value, evidence });
            };
            for (at, partner) in (hints.fusion)(sentence) {
                add("fusion_partner", at, partner);
            }
            for (column, pattern, value) in COMPILED.iter() {
                for found in pattern.captures_iter(sentence) {
                    let Some(whole) = found.get(0) else { continue };
                    let value = match found.get(1) {
                        Some(group) => value.replace("$1", &group.as_str().to_lowercase()),
                        None => (*value).to_owned(),
                    };
                    add(column, whole.range(), value);
                }
            }
            if passage.field == Field::Title {
                for term in hints.vocabularies.get("sarcoma").map(|v| v.terms.as_slice()).unwrap_or_default() {
                    for word in &term.words {
                        let stem = word.trim_end_matches('*');
                        if let Some(at) = sentence.to_ascii_lowercase().find(&stem.to_ascii_lowercase()) {
                            add("histomorphology", at..at + stem.len(), term.name.clone());
                            break;
                        }
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{AbstractSection, Pmid};

    fn filled(text: &str, cases: u32) -> BTreeMap<&'static str, String> {
        let mut record = Record::new(Pmid(1));
        record.abstract_sections = vec![AbstractSection { text: text.into(), ..Default::default() }];
        let hints = Hints { vocabularies: &BTreeMap::new(), fusion: &|_| Vec::new() };
        let row = rows(&record, cases, &hints).remove(0);
        COLUMNS
            .iter()
            .zip(row.cells)
            .filter(|(_, c)| !c.value.is_empty())
            .map(|(c, cell)| (c.key, cell.value))
            .collect()
    }

    #[test]
    fn suggestions_earn_trust_by_what_people_left_of_them() {
        let mut record = Record::new(Pmid(1));
        let text = "A 35-year-old man had a partial response.".to_owned();
        record.abstract_sections = vec![AbstractSection { text, ..Default::default() }];
        let hints = Hints { vocabularies: &BTreeMap::new(), fusion: &|_| Vec::new() };
        let sheet = Worksheet { columns: COLUMNS.to_vec(), rows: rows(&record, 1, &hints), ..Worksheet::default() };
        assert_eq!(sheet.tried(&BTreeMap::new()), [], "nobody has looked yet");
        let cells = [("age_years", "35"), ("response", "SD"), ("site", "lung")];
        let row = cells.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let told = sheet.tried(&[("1.1".to_owned(), row)].into());
        let told: Vec<_> = told.iter().map(|t| (t.column, t.kept, t.of)).collect();
        assert_eq!(told, [("age_years", 1, 1), ("response", 0, 1)], "a cell nobody suggested earns nothing");
    }

    #[test]
    fn a_cell_is_filled_where_the_record_says_so_and_blank_where_it_does_not() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("A 35-year-old man had a partial response.", &[("age_years", "35"), ("response", "PR"), ("sex", "male")]),
            ("A girl aged 7 years; she had no complete response.", &[("age_years", "7"), ("sex", "female")]),
            ("A complete response may be expected.", &[]),
            ("A 7-year-old boy and his 40-year-old mother were seen.", &[("sex", "male")]),
            ("He was then given alectinib.", &[("next_alk_inhibitor", "alectinib")]),
        ];
        for (text, expected) in cases {
            let got = filled(text, 1);
            let got: Vec<(&str, &str)> = got.iter().map(|(k, v)| (*k, v.as_str())).collect();
            assert_eq!(got, *expected, "{text}");
        }
        assert!(filled("A 35-year-old man.", 4).is_empty(), "of several patients nothing is known to be one's");
    }
}
