//! A TOML table being read with care: every key asked for is remembered, every key nobody asked
//! for is reported with the nearest one that exists, and every problem keeps its place.

use std::cell::RefCell;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Problems, Source};

/// Where the problems of one file are gathered while it is read.
#[derive(Debug, Default)]
pub struct Findings(RefCell<Vec<Diagnostic>>);

impl Findings {
    /// Adds a problem.
    pub fn push(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// All problems in the order of their place; `Ok` when none is an error.
    pub fn finish(self, source: &Source) -> Result<Vec<Diagnostic>, Problems> {
        let mut list = self.0.into_inner();
        list.sort_by_key(|d| d.span.start);
        if list.iter().any(|d| d.severity == crate::diagnostic::Severity::Error) {
            Err(Problems { source: source.clone(), list })
        } else {
            Ok(list)
        }
    }
}

/// Parses a TOML text as far as it goes; syntax errors are added to `findings` (code `P001`).
pub fn parse<'a>(source: &'a Source, findings: &Findings) -> Spanned<DeTable<'a>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        findings.push(Diagnostic::error("P001", span, format!("not TOML: {}", error.message())));
    }
    table
}

/// A table being read.
pub struct Table<'t, 'a> {
    table: &'t DeTable<'a>,
    span: Range<usize>,
    path: String,
    asked: RefCell<Vec<&'static str>>,
    findings: &'t Findings,
}

/// A value with its place and the findings it reports to.
#[derive(Clone)]
pub struct Node<'t, 'a> {
    value: &'t DeValue<'a>,
    span: Range<usize>,
    path: String,
    findings: &'t Findings,
}

impl<'t, 'a> Table<'t, 'a> {
    /// The whole document.
    pub fn root(document: &'t Spanned<DeTable<'a>>, findings: &'t Findings) -> Self {
        Self::new(document.get_ref(), document.span(), String::new(), findings)
    }

    fn new(table: &'t DeTable<'a>, span: Range<usize>, path: String, findings: &'t Findings) -> Self {
        Self { table, span, path, asked: RefCell::default(), findings }
    }

    /// Byte span of the table in the source.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Its dotted path, empty for the document.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where problems go.
    pub fn findings(&self) -> &'t Findings {
        self.findings
    }

    /// The value of a key, if it is there.
    pub fn optional(&self, key: &'static str) -> Option<Node<'t, 'a>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref().as_ref() == key)?;
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Some(Node { value: value.get_ref(), span: value.span(), path, findings: self.findings })
    }

    /// The value of a key that must be there; its absence is reported (`P003`).
    pub fn required(&self, key: &'static str) -> Option<Node<'t, 'a>> {
        let found = self.optional(key);
        if found.is_none() {
            let place = if self.path.is_empty() { "the file".to_owned() } else { format!("[{}]", self.path) };
            let end = self.span.start + 1;
            self.findings.push(
                Diagnostic::error("P003", self.span.start..end, format!("{place} lacks the key `{key}`"))
                    .help(format!("add a line `{key} = …`")),
            );
        }
        found
    }

    /// A required text, empty when missing or of another type (which is reported).
    pub fn text(&self, key: &'static str) -> String {
        self.required(key).and_then(|n| n.text()).unwrap_or_default()
    }

    /// Every key with its place and value, for tables whose keys are names (all count as asked for).
    pub fn entries(&self) -> Vec<(String, Range<usize>, Node<'t, 'a>)> {
        self.table
            .iter()
            .map(|(k, v)| {
                let key = k.get_ref().to_string();
                let path = if self.path.is_empty() { key.clone() } else { format!("{}.{key}", self.path) };
                let node = Node { value: v.get_ref(), span: v.span(), path, findings: self.findings };
                (key, k.span(), node)
            })
            .collect()
    }

    /// Reports every key that was never asked for (`P002`). Call it when the table has been read.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) {
                let mut problem = Diagnostic::error("P002", key.span(), format!("unknown key `{name}`"))
                    .label("not a key of this table");
                if let Some(near) = nearest(name, asked.iter().copied()) {
                    problem = problem.help(format!("did you mean `{near}`?"));
                } else {
                    problem = problem.help(format!("the keys here are: {}", asked.join(", ")));
                }
                self.findings.push(problem);
            }
        }
    }
}

impl<'t, 'a> Node<'t, 'a> {
    /// Byte span of the value.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Its dotted path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where problems go.
    pub fn findings(&self) -> &'t Findings {
        self.findings
    }

    /// Reports a problem with this value.
    pub fn problem(&self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, self.span(), message));
    }

    fn wrong_type<T>(&self, expected: &str) -> Option<T> {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem("P004", format!("`{}` is {found}; expected {expected}", self.path));
        None
    }

    /// As text.
    pub fn text(&self) -> Option<String> {
        match self.value {
            DeValue::String(s) => Some(s.to_string()),
            _ => self.wrong_type("a text in quotes"),
        }
    }

    /// Whether it is a text, without reporting.
    pub fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// Whether it is a table, without reporting.
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether it is a list, without reporting.
    pub fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// As true or false.
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(b) => Some(*b),
            _ => self.wrong_type("true or false"),
        }
    }

    /// As a whole number.
    pub fn integer(&self) -> Option<i64> {
        match self.value {
            DeValue::Integer(i) => match i64::from_str_radix(&i.as_str().replace('_', ""), i.radix()) {
                Ok(n) => Some(n),
                Err(_) => self.wrong_type("a smaller whole number"),
            },
            _ => self.wrong_type("a whole number"),
        }
    }

    /// As a number with or without decimals.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(_) => self.integer().map(|n| n as f64),
            DeValue::Float(x) => match x.as_str().replace('_', "").parse() {
                Ok(n) => Some(n),
                Err(_) => self.wrong_type("a number"),
            },
            _ => self.wrong_type("a number"),
        }
    }

    /// As a calendar day, written bare (`2021-08-22`) or in quotes.
    pub fn date(&self) -> Option<Date> {
        let text = match self.value {
            DeValue::Datetime(d) => d.to_string(),
            DeValue::String(s) => s.to_string(),
            _ => return self.wrong_type("a date, for example 2021-08-22"),
        };
        match text.parse() {
            Ok(date) => Some(date),
            Err(_) => self.wrong_type("a day of the calendar, for example 2021-08-22"),
        }
    }

    /// As a table.
    pub fn table(&self) -> Option<Table<'t, 'a>> {
        match self.value {
            DeValue::Table(t) => Some(Table::new(t, self.span(), self.path.clone(), self.findings)),
            _ => self.wrong_type("a table"),
        }
    }

    /// As a list of values.
    pub fn list(&self) -> Option<Vec<Node<'t, 'a>>> {
        match self.value {
            DeValue::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, v)| Node {
                        value: v.get_ref(),
                        span: v.span(),
                        path: format!("{}[{}]", self.path, i + 1),
                        findings: self.findings,
                    })
                    .collect(),
            ),
            _ => self.wrong_type("a list"),
        }
    }

    /// As a list of texts; a single text counts as a list of one.
    pub fn texts(&self) -> Vec<String> {
        if self.is_text() {
            return self.text().into_iter().collect();
        }
        self.list().unwrap_or_default().iter().filter_map(Node::text).collect()
    }

    /// As a list of some words, or one of them; anything else is reported as by [`Self::choice`].
    pub fn choices<T: Copy>(&self, words: &[(&str, T)]) -> Vec<T> {
        if self.is_text() {
            return self.choice(words).into_iter().collect();
        }
        self.list().unwrap_or_default().iter().filter_map(|n| n.choice(words)).collect()
    }

    /// As one of some words; anything else is reported with the nearest word (`P005`).
    pub fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == text) {
            return Some(*value);
        }
        let all = words.iter().map(|(w, _)| *w).collect::<Vec<_>>();
        let mut problem = Diagnostic::error("P005", self.span(), format!("`{text}` is not a value of `{}`", self.path))
            .label("not known");
        problem = match nearest(&text, all.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("the values are: {}", all.join(", "))),
        };
        self.findings.push(problem);
        None
    }
}

/// The candidate most like a word, when any is like it enough to be worth suggesting.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .map(|c| (strsim::jaro_winkler(word, c), c))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_reported_with_its_nearest_neighbour_and_all_problems_at_once() {
        let source = Source::new("p.toml", "titel = \"x\"\nn = \"two\"\nday = 2021-02-31\n");
        let findings = Findings::default();
        let document = parse(&source, &findings);
        let table = Table::root(&document, &findings);
        assert_eq!(table.text("title"), "");
        assert!(table.required("n").and_then(|n| n.integer()).is_none());
        table.optional("day");
        table.finish();
        let problems = findings.finish(&source).expect_err("there are problems");
        let codes: Vec<_> = problems.list.iter().map(|d| d.code).collect();
        assert!(codes.contains(&"P002") && codes.contains(&"P003") && codes.contains(&"P004"), "{codes:?}");
        let drawn = problems.render(false);
        assert!(drawn.contains("did you mean `title`"), "{drawn}");
    }
}
