//! A record taken apart for an index, and a query as questions to that index. What an index must answer is what
//! `matching` answers for one record: there a field's meaning is written once, here it is only laid out in columns.

use std::collections::HashSet;

use super::matching::{self, Word};
use super::{Kind, Node, Operator, Query, SearchField, Term};
use crate::record::{Field, Passage, Record};

/// Columns of words, in the order of [`Parts::columns`]. The last holds values: each is one word, see [`token`].
pub const COLUMNS: [&str; 9] =
    ["title", "abstract", "keyword", "foreign_keyword", "substance", "type", "rest", "affiliation", "value"];
const AFFILIATION: usize = 7;
const VALUE: usize = 8;

/// Columns of days, in the order of [`Parts::days`].
pub const DAYS: [&str; 6] = ["print", "electronic", "entrez", "mesh", "revised", "completed"];

/// Stands between two passages of a column, so that no phrase crosses from one to the next. No word can be this.
const GAP: &str = "\u{b6}";
/// How much an index is told of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Enough for nearness of up to twenty words and for phrases of affiliations.
    Most,
    /// What costs least: phrases are kept apart, and of affiliations the words alone are told.
    Least,
}

impl Detail {
    /// Gaps between passages: nearness over fewer words does not cross them.
    fn gaps(self) -> u32 {
        match self {
            Self::Most => 20,
            Self::Least => 1,
        }
    }
}

/// A record taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Words of each of [`COLUMNS`], folded, with blanks between.
    pub columns: [String; COLUMNS.len()],
    /// The day of each of [`DAYS`] as a number, 20210822.
    pub days: [Option<u32>; DAYS.len()],
}

/// Adds a text as one word of an index that cuts at ASCII other than small letters and digits: those go to a private
/// place of Unicode, so that different texts stay different words.
fn push_token(text: &str, out: &mut String) {
    let plain = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9');
    if text.bytes().all(plain) {
        return out.push_str(text);
    }
    out.extend(text.chars().map(|c| match c {
        c if c.is_ascii() && !plain(c as u8) => char::from_u32(0xe000 + u32::from(c)).unwrap_or(c),
        c => c,
    }));
}

/// A text as one word of an index.
pub fn token(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_token(text, &mut out);
    out
}

/// What stands between the words of a value that is one word.
pub const BLANK: char = '\u{e020}';

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    matching::each_word(text, |word, _, _| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    });
    out
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
        F::Affiliation => &[AFFILIATION],
        _ => return None,
    })
}

/// The columns of days that a field asks.
fn days_of(field: SearchField) -> &'static [usize] {
    use SearchField as F;
    match field {
        F::PublicationDate => &[0, 1],
        F::PrintDate => &[0],
        F::ElectronicDate => &[1],
        F::EntrezDate | F::CreateDate => &[2],
        F::MeshDate => &[3],
        F::ModificationDate => &[4],
        F::CompletionDate => &[5],
        _ => &[],
    }
}

/// A column of passages as it grows.
struct Column<'o> {
    whole: &'o mut String,
    gaps: u32,
}

impl Column<'_> {
    fn add(&mut self, text: &str) {
        let before = self.whole.len();
        if before > 0 {
            for _ in 0..self.gaps {
                self.whole.push(' ');
                self.whole.push_str(GAP);
            }
        }
        let start = self.whole.len();
        matching::each_word(text, |word, _, _| {
            if !self.whole.is_empty() {
                self.whole.push(' ');
            }
            push_token(word, self.whole);
        });
        if self.whole.len() == start {
            self.whole.truncate(before);
        }
    }
}

/// The column of values as it grows.
struct Values<'o>(&'o mut String);

impl Values<'_> {
    fn begin(&mut self, field: SearchField) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(field.tag());
        push_token("=", self.0);
    }

    /// A value letter by letter.
    fn exact(&mut self, field: SearchField, text: &str) {
        self.begin(field);
        push_token(text, self.0);
    }

    /// A value as its words.
    fn words(&mut self, field: SearchField, text: &str) {
        self.begin(field);
        self.more(text);
    }

    fn more(&mut self, text: &str) {
        let mut first = true;
        matching::each_word(text, |word, _, _| {
            if !std::mem::take(&mut first) {
                self.0.push(BLANK);
            }
            push_token(word, self.0);
        });
    }

    fn heading(&mut self, field: SearchField, descriptor: &str, qualifier: &str) {
        self.words(field, descriptor);
        push_token("/", self.0);
        self.more(qualifier);
    }
}

/// Takes a record apart.
pub fn parts(record: &Record, detail: Detail) -> Parts {
    use SearchField as F;
    let mut out = Parts::default();
    for passage in record.passages() {
        Column { whole: &mut out.columns[column(&passage)], gaps: detail.gaps() }.add(passage.text);
    }
    affiliations(record, detail, &mut out.columns[AFFILIATION]);
    values(record, &mut Values(&mut out.columns[VALUE]));
    for field in [F::PrintDate, F::ElectronicDate, F::EntrezDate, F::MeshDate, F::ModificationDate, F::CompletionDate] {
        let date = matching::dates(record, field).first().map(|d| number(d.first_day()));
        days_of(field).iter().for_each(|at| out.days[*at] = date);
    }
    out
}

/// Authors of one place name it again and again: once is enough.
fn affiliations(record: &Record, detail: Detail, out: &mut String) {
    let mut list: Vec<&str> = record.authors.iter().flat_map(|a| &a.affiliations).map(String::as_str).collect();
    list.sort_unstable();
    list.dedup();
    if detail == Detail::Most {
        let mut column = Column { whole: out, gaps: detail.gaps() };
        return list.into_iter().for_each(|place| column.add(place));
    }
    let mut seen: HashSet<String> = HashSet::new();
    for place in list {
        matching::each_word(place, |word, _, _| {
            if !seen.contains(word) {
                seen.insert(word.to_owned());
                out.push(' ');
                push_token(word, out);
            }
        });
    }
}

fn values(record: &Record, out: &mut Values<'_>) {
    use SearchField as F;
    let journal = &record.journal;
    let names = [&journal.iso_abbreviation, &journal.medline_ta, &journal.nlm_id, &journal.issn];
    out.words(F::Journal, &journal.title);
    names.into_iter().flatten().for_each(|n| out.words(F::Journal, n));
    for (field, text) in [(F::Volume, &journal.volume), (F::Issue, &journal.issue), (F::Place, &journal.country)] {
        text.iter().for_each(|t| out.words(field, t));
    }
    if let Some(pages) = &journal.pages {
        out.exact(F::Pages, pages);
        if let Some((first, _)) = pages.split_once('-') {
            out.exact(F::Pages, first);
        }
    }
    record.languages.iter().for_each(|l| out.exact(F::Language, &l.to_lowercase()));
    record.grants.iter().for_each(|g| out.exact(F::Grant, &g.to_lowercase()));
    for bank in &record.data_banks {
        out.exact(F::SecondarySource, &bank.to_lowercase());
        bank.split('/').nth(1).into_iter().for_each(|n| out.exact(F::SecondarySource, &n.to_lowercase()));
    }
    let ids = record.doi.iter().chain(&record.pmc).chain(record.other_ids.iter().map(|i| &i.1));
    ids.for_each(|i| out.exact(F::ArticleId, &i.to_lowercase()));
    record.publication_types.iter().for_each(|t| out.words(F::PublicationType, &t.name));
    for subset in matching::SUBSETS {
        if matching::subset(record, subset) == Some(true) {
            out.exact(F::Subset, subset);
        }
    }
    let mut subheadings: Vec<&str> = Vec::new();
    for heading in &record.mesh {
        let mut add = |qualifier: &str, major| {
            out.heading(F::Mesh, &heading.descriptor, qualifier);
            if major {
                out.heading(F::MeshMajor, &heading.descriptor, qualifier);
            }
        };
        add("", heading.major || heading.qualifiers.iter().any(|q| q.major));
        heading.qualifiers.iter().for_each(|q| add(&q.name, heading.major || q.major));
        subheadings.extend(heading.qualifiers.iter().map(|q| q.name.as_str()));
    }
    subheadings.sort_unstable();
    subheadings.dedup();
    subheadings.into_iter().for_each(|name| out.words(F::Subheading, name));
    for author in &record.authors {
        author.collective.iter().for_each(|c| out.words(F::CorporateAuthor, c));
        out.words(F::Author, &author.display());
    }
    let ends = [(F::FirstAuthor, record.authors.first()), (F::LastAuthor, record.authors.last())];
    ends.into_iter().for_each(|(field, a)| a.into_iter().for_each(|a| out.words(field, &a.display())));
    record.investigators.iter().for_each(|a| out.words(F::Investigator, &a.display()));
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
    /// A value of a field (by its tag), one of some.
    Value(&'static str, Vec<Value>),
    /// A day from the first to the last, inclusive, in one of some of [`DAYS`].
    Days(&'static [usize], u32, u32),
    /// PMIDs, inclusive ranges.
    Pmids(Vec<(u64, u64)>),
    /// Every record.
    Everything,
    /// No record.
    Nothing,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// This.
    Whole(String),
    /// Something that begins so.
    Begins(String),
    /// Something that holds this.
    Holds(String),
    /// This, where `*` stands for any run of letters and digits.
    Open(String),
}

/// A query as an index can answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Whether what it finds is what the query matches. Else it finds more, and each record decides for itself: nearness
    /// over more words than there are gaps, or of a word with itself; an asterisk in an author; a phrase of an
    /// affiliation when only its words are told.
    pub exact: bool,
}

impl Query {
    /// The query as questions to an index of [`parts`]: what matches is among what they find.
    pub fn asked(&self, detail: Detail) -> Asked {
        let mut reading = Reading { detail, exact: true };
        let question = reading.question(self.root(), true);
        Asked { question, exact: reading.exact }
    }
}

struct Reading {
    detail: Detail,
    exact: bool,
}

impl Reading {
    /// `more`: where the index cannot tell, whether it shall find too much rather than too little.
    fn question(&mut self, node: &Node, more: bool) -> Question {
        match &node.kind {
            Kind::Group(Operator::Not, parts) => {
                let list = parts.iter().enumerate().map(|(i, p)| self.question(p, more == (i == 0))).collect();
                Question::Group(Operator::Not, list)
            }
            Kind::Group(operator, parts) => {
                Question::Group(*operator, parts.iter().map(|p| self.question(p, more)).collect())
            }
            Kind::Range { from, to, field } if *field == SearchField::Pmid => match (from.parse(), to.parse()) {
                (Ok(from), Ok(to)) => Question::Pmids(vec![(from, to)]),
                _ => Question::Nothing,
            },
            Kind::Range { from, to, field } => days(*field, from, to),
            Kind::Term(term) => self.term(term, more),
        }
    }

    fn term(&mut self, term: &Term, more: bool) -> Question {
        use SearchField as F;
        let (text, tag) = (term.text.as_str(), term.field.tag());
        let one = |text: String| Question::Value(tag, vec![open(text)]);
        if term.field.is_date() {
            return days(term.field, text, text);
        }
        if matching::words(&term.effective()).is_empty() {
            return Question::Nothing;
        }
        if let Some(columns) = columns_of(term.field) {
            let words = self.words(columns, term, more);
            if term.field != F::PublicationType || term.headings.is_empty() {
                return words;
            }
            let below = Question::Value(tag, term.headings.iter().map(|h| open(folded(h))).collect());
            return Question::Group(Operator::Or, vec![words, below]);
        }
        match term.field {
            F::Mesh | F::MeshMajor => {
                let (descriptor, qualifier) = text.split_once('/').unwrap_or((text, ""));
                let qualifier = folded(&matching::qualifier(qualifier));
                if text.contains('/') && qualifier.is_empty() {
                    return Question::Nothing;
                }
                let own = folded(descriptor);
                let names = term.headings.iter().map(|h| folded(h)).chain([own]);
                Question::Value(tag, names.map(|n| open(format!("{n}/{qualifier}"))).collect())
            }
            F::Subheading => one(folded(&matching::qualifier(text))),
            F::Language => Question::Value(tag, matching::language_codes(text).into_iter().map(Value::Whole).collect()),
            F::Author | F::FirstAuthor | F::LastAuthor | F::Investigator => {
                let name = folded(text);
                match name.contains(' ') {
                    _ if name.is_empty() => Question::Nothing,
                    _ if name.contains('*') => {
                        let head = name.split('*').next().unwrap_or_default().to_owned();
                        self.cannot_tell(Question::Value(tag, vec![Value::Begins(head)]), more)
                    }
                    // `smith j` also finds `smith ja`; `smith` alone finds every Smith.
                    true => Question::Value(tag, vec![Value::Begins(name)]),
                    false => {
                        let more = format!("{name} ");
                        Question::Value(tag, vec![Value::Whole(name), Value::Begins(more)])
                    }
                }
            }
            F::Journal | F::Volume | F::Issue | F::Place | F::CorporateAuthor => one(folded(text)),
            F::Pages => Question::Value(tag, vec![Value::Whole(text.to_owned())]),
            F::Grant => Question::Value(tag, vec![Value::Holds(text.to_lowercase())]),
            F::SecondarySource | F::ArticleId => Question::Value(tag, vec![Value::Whole(text.to_lowercase())]),
            F::Pmid => Question::Pmids(text.split([' ', ',']).filter_map(|p| p.parse().ok()).map(|p| (p, p)).collect()),
            F::Subset if text.trim().eq_ignore_ascii_case("all") => Question::Everything,
            F::Subset => Question::Value(tag, vec![Value::Whole(matching::subset_name(text))]),
            _ => Question::Nothing,
        }
    }

    fn cannot_tell(&mut self, most: Question, more: bool) -> Question {
        self.exact = false;
        if more { most } else { Question::Nothing }
    }

    fn words(&mut self, columns: &'static [usize], term: &Term, more: bool) -> Question {
        let words: Vec<String> = matching::words(&term.effective()).into_iter().map(|w: Word| w.text).collect();
        let each = |words: &[String]| {
            Question::Group(Operator::And, words.iter().map(|w| Question::Phrase(columns, vec![w.clone()])).collect())
        };
        if self.detail == Detail::Least && columns == [AFFILIATION] && words.len() > 1 {
            return self.cannot_tell(each(&words), more);
        }
        let Some(between) = term.proximity else { return Question::Phrase(columns, words) };
        let mut different = words.clone();
        different.sort();
        different.dedup();
        if different.len() < words.len() || words.len() == 1 {
            return self.cannot_tell(each(&different), more);
        }
        let near = Question::Near(columns, words, between);
        if between < self.detail.gaps() { near } else { self.cannot_tell(near, more) }
    }
}

fn open(text: String) -> Value {
    if text.contains('*') { Value::Open(text) } else { Value::Whole(text) }
}

fn days(field: SearchField, from: &str, to: &str) -> Question {
    match (matching::day(from, false), matching::day(to, true)) {
        (Some(a), Some(b)) => Question::Days(days_of(field), number(a), number(b)),
        _ => Question::Nothing,
    }
}
