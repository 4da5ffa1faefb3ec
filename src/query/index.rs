//! A record taken apart for an index, and a query as questions to that index. What an index must answer is what
//! `matching` answers for one record: there a field's meaning is written once, here it is only laid out in rows.

use super::matching::{self, Word};
use super::{Kind, Node, Operator, Query, SearchField, Term};
use crate::record::{Field, Passage, Record};

/// Columns of words, in the order of [`Parts::columns`].
pub const COLUMNS: [&str; 8] =
    ["title", "abstract", "keyword", "foreign_keyword", "substance", "type", "rest", "affiliation"];

/// Stands between two passages of a column, so that no phrase and no nearness crosses from one to the next. No word
/// can be this.
const GAP: &str = "\u{b6}";
/// Gaps between passages: words that stand at most so far apart are told from words of two passages.
const WIDTH: u32 = 20;

/// A record taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Words of each of [`COLUMNS`], folded, with blanks between.
    pub columns: [String; COLUMNS.len()],
    /// Values of other fields: the field's tag and the value.
    pub values: Vec<(&'static str, String)>,
    /// MeSH: descriptor, qualifier (empty for the descriptor itself), whether major.
    pub headings: Vec<(String, String, bool)>,
    /// Authors: `au`, `1au`, `lastau` or `ir`, and the folded name.
    pub authors: Vec<(&'static str, String)>,
    /// Dates: the field's tag and the day as a number, 20210822.
    pub dates: Vec<(&'static str, u32)>,
}

fn folded(text: &str) -> String {
    matching::words(text).iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The day as a number.
fn number((year, month, day): (i16, u8, u8)) -> u32 {
    u32::try_from(year).unwrap_or(0) * 10_000 + u32::from(month) * 100 + u32::from(day)
}

fn column(passage: &Passage<'_>) -> usize {
    match passage.field {
        Field::Title => 0,
        Field::Abstract | Field::OtherAbstract => 1,
        Field::Keyword if passage.label.is_none_or(|owner| owner == "NOTNLM") => 2,
        Field::Keyword => 3,
        Field::Chemical | Field::SupplementaryMesh => 4,
        Field::PublicationType => 5,
        _ => 6,
    }
}

/// The columns in which a field's words are looked for; none when it has no words.
fn columns_of(field: SearchField) -> Option<&'static [usize]> {
    use SearchField as F;
    Some(match field {
        F::Title => &[0],
        F::TitleAbstract => &[0, 1, 2],
        F::OtherTerm => &[2, 3],
        F::Substance => &[4],
        F::PublicationType => &[5],
        F::All | F::TextWord => &[0, 1, 2, 3, 4, 5, 6],
        F::Affiliation => &[7],
        _ => return None,
    })
}

/// Takes a record apart.
pub fn parts(record: &Record) -> Parts {
    use SearchField as F;
    let mut out = Parts::default();
    let gap = format!(" {}", [GAP; WIDTH as usize].join(" "));
    let mut add = |column: usize, text: &str| {
        let words = folded(text);
        if words.is_empty() {
            return;
        }
        let whole = &mut out.columns[column];
        if !whole.is_empty() {
            whole.push_str(&gap);
            whole.push(' ');
        }
        whole.push_str(&words);
    };
    for passage in record.passages() {
        add(column(&passage), passage.text);
    }
    for affiliation in record.authors.iter().flat_map(|a| &a.affiliations) {
        add(7, affiliation);
    }
    let mut value = |field: F, text: String| out.values.push((field.tag(), text));
    let journal = &record.journal;
    let names = [&journal.iso_abbreviation, &journal.medline_ta, &journal.nlm_id, &journal.issn];
    value(F::Journal, folded(&journal.title));
    names.into_iter().flatten().for_each(|n| value(F::Journal, folded(n)));
    for (field, text) in [(F::Volume, &journal.volume), (F::Issue, &journal.issue), (F::Place, &journal.country)] {
        text.iter().for_each(|t| value(field, folded(t)));
    }
    if let Some(pages) = &journal.pages {
        value(F::Pages, pages.clone());
        value(F::Pages, pages.split('-').next().unwrap_or("").to_owned());
    }
    record.languages.iter().for_each(|l| value(F::Language, l.to_lowercase()));
    record.grants.iter().for_each(|g| value(F::Grant, g.to_lowercase()));
    for bank in &record.data_banks {
        value(F::SecondarySource, bank.to_lowercase());
        bank.split('/').nth(1).into_iter().for_each(|n| value(F::SecondarySource, n.to_lowercase()));
    }
    let ids = record.doi.iter().chain(&record.pmc).chain(record.other_ids.iter().map(|i| &i.1));
    ids.for_each(|i| value(F::ArticleId, i.to_lowercase()));
    for author in &record.authors {
        author.collective.iter().for_each(|c| value(F::CorporateAuthor, folded(c)));
    }
    record.publication_types.iter().for_each(|t| value(F::PublicationType, folded(&t.name)));
    for heading in &record.mesh {
        heading.qualifiers.iter().for_each(|q| value(F::Subheading, folded(&q.name)));
    }
    for subset in matching::SUBSETS {
        if matching::subset(record, subset) == Some(true) {
            value(F::Subset, (*subset).to_owned());
        }
    }
    for heading in &record.mesh {
        let descriptor = folded(&heading.descriptor);
        let major = heading.major || heading.qualifiers.iter().any(|q| q.major);
        out.headings.push((descriptor.clone(), String::new(), major));
        for q in &heading.qualifiers {
            out.headings.push((descriptor.clone(), folded(&q.name), heading.major || q.major));
        }
    }
    let mut author = |tag, a: &crate::record::Author| out.authors.push((tag, folded(&a.display())));
    record.authors.iter().for_each(|a| author("au", a));
    record.authors.first().into_iter().for_each(|a| author("1au", a));
    record.authors.last().into_iter().for_each(|a| author("lastau", a));
    record.investigators.iter().for_each(|a| author("ir", a));
    for field in SearchField::dates() {
        for date in matching::dates(record, field) {
            out.dates.push((field.tag(), number(date.first_day())));
        }
    }
    out.values.sort();
    out.values.dedup();
    out.headings.sort();
    out.headings.dedup();
    out.authors.sort();
    out.authors.dedup();
    out.dates.sort_unstable();
    out.dates.dedup();
    out
}

/// A query as questions to an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Parts joined.
    Group(Operator, Vec<Question>),
    /// Words side by side in one of some columns (by their places in [`COLUMNS`]); `*` stands for any run of letters and digits.
    Phrase(&'static [usize], Vec<String>),
    /// Different words in any order within some columns, with at most so many other words between.
    Near(&'static [usize], Vec<String>, u32),
    /// A value of a field, one of some; `*` within stands for any run of letters and digits.
    Value(&'static str, Vec<String>),
    /// A text within a value of a field.
    Within(&'static str, String),
    /// A heading that is one of some, with a qualifier or without, major or not. `*` as in a value.
    Heading(Vec<String>, Option<String>, bool),
    /// An author: the words of a name, the last of several of which may be the beginning of a word.
    Author(&'static str, Vec<String>),
    /// A day from the first to the last, inclusive.
    Days(&'static str, u32, u32),
    /// PMIDs, inclusive ranges.
    Pmids(Vec<(u64, u64)>),
    /// Every record.
    Everything,
    /// No record.
    Nothing,
}

impl Query {
    /// The query as questions to an index; none when an index cannot answer it as `matches` does (nearness over more
    /// than twenty words or of a word with itself, an asterisk in an author): then record by record.
    pub fn questions(&self) -> Option<Question> {
        question(self.root())
    }
}

fn question(node: &Node) -> Option<Question> {
    Some(match &node.kind {
        Kind::Group(operator, parts) => {
            Question::Group(*operator, parts.iter().map(question).collect::<Option<Vec<_>>>()?)
        }
        Kind::Range { from, to, field } if *field == SearchField::Pmid => match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => Question::Pmids(vec![(from, to)]),
            _ => Question::Nothing,
        },
        Kind::Range { from, to, field } => days(*field, from, to),
        Kind::Term(term) => of_term(term)?,
    })
}

fn days(field: SearchField, from: &str, to: &str) -> Question {
    match (matching::day(from, false), matching::day(to, true)) {
        (Some(a), Some(b)) => Question::Days(field.tag(), number(a), number(b)),
        _ => Question::Nothing,
    }
}

fn of_term(term: &Term) -> Option<Question> {
    use SearchField as F;
    let (text, tag) = (term.text.as_str(), term.field.tag());
    let folded = || folded(text);
    if term.field.is_date() {
        return Some(days(term.field, text, text));
    }
    if let Some(columns) = columns_of(term.field) {
        let words = words(columns, term)?;
        if term.field != F::PublicationType || term.headings.is_empty() {
            return Some(words);
        }
        let below = Question::Value(tag, term.headings.iter().map(|h| self::folded(h)).collect());
        return Some(Question::Group(Operator::Or, vec![words, below]));
    }
    Some(match term.field {
        F::Mesh | F::MeshMajor => {
            let (descriptor, qualifier) = match text.split_once('/') {
                Some((d, q)) => (d, Some(q)),
                None => (text, None),
            };
            let own = self::folded(descriptor);
            let names = term.headings.iter().map(|h| self::folded(h)).chain([own]).collect();
            Question::Heading(
                names,
                qualifier.map(|q| self::folded(&matching::qualifier(q))),
                term.field == F::MeshMajor,
            )
        }
        F::Subheading => Question::Value(tag, vec![self::folded(&matching::qualifier(text))]),
        F::Language => Question::Value(tag, matching::language_codes(text)),
        F::Author | F::FirstAuthor | F::LastAuthor | F::Investigator => {
            let wanted: Vec<String> = matching::words(text).into_iter().map(|w| w.text).collect();
            if wanted.iter().any(|w| w.contains('*')) {
                return None;
            }
            Question::Author(tag, wanted)
        }
        F::Journal | F::Volume | F::Issue | F::Place | F::CorporateAuthor => Question::Value(tag, vec![folded()]),
        F::Pages => Question::Value(tag, vec![text.to_owned()]),
        F::Grant => Question::Within(tag, text.to_lowercase()),
        F::SecondarySource | F::ArticleId => Question::Value(tag, vec![text.to_lowercase()]),
        F::Pmid => Question::Pmids(text.split([' ', ',']).filter_map(|p| p.parse().ok()).map(|p| (p, p)).collect()),
        F::Subset if text.trim().eq_ignore_ascii_case("all") => Question::Everything,
        F::Subset => Question::Value(tag, vec![matching::subset_name(text)]),
        _ => Question::Nothing,
    })
}

fn words(columns: &'static [usize], term: &Term) -> Option<Question> {
    let words: Vec<String> = matching::words(&term.effective()).into_iter().map(|w: Word| w.text).collect();
    if words.is_empty() {
        return Some(Question::Nothing);
    }
    let Some(between) = term.proximity else { return Some(Question::Phrase(columns, words)) };
    let mut different = words.clone();
    different.sort();
    different.dedup();
    (between < WIDTH && different.len() == words.len() && words.len() > 1)
        .then_some(Question::Near(columns, words, between))
}
