//! PubMed's search language: the search string as a tree with places, what is wrong with it, and
//! whether a record matches.
//!
//! Where PubMed's own behaviour cannot be known from outside, the choice made here is written in
//! `docs/search-semantics.md`.

use std::fmt;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};

mod codes;
mod field;
mod heard;
mod history;
pub mod index;
mod lex;
mod matching;
mod parse;
mod repair;
mod review;
pub mod thesaurus;

pub use codes::{CODES, Code, pages};
pub use field::SearchField;
pub use heard::{heard, lost};
pub use matching::{Clause, Hit};
pub use parse::parse;
pub use repair::{Change, Question, Repair, repair};

/// A search string read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree; none when an error stands in the way.
    pub query: Option<Query>,
    /// Everything noticed, errors and warnings, in the order of their place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether it must not be run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// The first error of a search string, in words.
pub fn first_error(text: &str) -> Option<String> {
    parse(text).diagnostics.into_iter().find(|d| d.severity == Severity::Error).map(|d| d.message)
}

/// A search string as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(crate) root: Node,
    pub(crate) text: String,
}

/// How two parts are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Both.
    And,
    /// Either.
    Or,
    /// The first and not the second.
    Not,
}

impl Operator {
    /// As PubMed writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
            Self::Not => "NOT",
        }
    }
}

/// A part of the tree with its place in the string.
#[derive(Debug, Clone)]
pub struct Node {
    /// UTF-8 byte offsets.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// Places do not make two queries differ.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Node {}

/// The kinds of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A run of parts under one operator, evaluated left to right.
    Group(Operator, Vec<Node>),
    /// A term in a field.
    Term(Term),
    /// A range in a date or number field.
    Range {
        /// First value, inclusive.
        from: String,
        /// Last value, inclusive.
        to: String,
        /// The field.
        field: SearchField,
    },
}

/// A term in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its text without quotes.
    pub text: String,
    /// Whether it was quoted.
    pub quoted: bool,
    /// The field; [`SearchField::All`] when untagged.
    pub field: SearchField,
    /// Whether it carries a tag.
    pub tagged: bool,
    /// `:noexp`.
    pub no_explosion: bool,
    /// `:~N`: words at most that many words apart.
    pub proximity: Option<u32>,
    /// The headings that a MeSH term stands for beside the one it names: those below it, and the one an entry term
    /// belongs to. Empty until a list of descriptors tells.
    pub headings: Vec<String>,
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.print(f, true)
    }
}

impl Node {
    fn print(&self, f: &mut fmt::Formatter<'_>, top: bool) -> fmt::Result {
        match &self.kind {
            Kind::Group(operator, parts) => {
                if !top {
                    f.write_str("(")?;
                }
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        write!(f, " {} ", operator.name())?;
                    }
                    part.print(f, false)?;
                }
                if !top {
                    f.write_str(")")?;
                }
                Ok(())
            }
            Kind::Term(term) => {
                if term.quoted {
                    write!(f, "\"{}\"", term.text)?;
                } else {
                    f.write_str(&term.text)?;
                }
                if term.tagged {
                    write!(f, "[{}", term.field.tag())?;
                    if term.no_explosion {
                        f.write_str(":noexp")?;
                    }
                    if let Some(n) = term.proximity {
                        write!(f, ":~{n}")?;
                    }
                    f.write_str("]")?;
                }
                Ok(())
            }
            Kind::Range { from, to, field } => write!(f, "{from}:{to}[{}]", field.tag()),
        }
    }
}

impl Query {
    /// The string it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Terms tagged as MeSH that are no heading, as `is_heading` knows them (`Q030`).
    pub fn unknown_headings(&self, is_heading: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
        fn visit(node: &Node, is_heading: &dyn Fn(&str) -> bool, out: &mut Vec<Diagnostic>) {
            match &node.kind {
                Kind::Group(_, parts) => parts.iter().for_each(|p| visit(p, is_heading, out)),
                Kind::Term(t)
                    if matches!(t.field, SearchField::Mesh | SearchField::MeshMajor) && !t.text.contains('*') =>
                {
                    let heading = t.text.split('/').next().unwrap_or("").trim();
                    if !is_heading(heading) {
                        out.push(
                            Diagnostic::warning("Q030", node.span.clone(), format!("`{heading}` is no MeSH heading"))
                                .help("look it up in the MeSH browser; an entry term names the heading it belongs to"),
                        );
                    }
                }
                Kind::Term(_) | Kind::Range { .. } => {}
            }
        }
        let mut out = Vec::new();
        visit(&self.root, is_heading, &mut out);
        out
    }

    /// What is run, written as PubMed writes its translation: full field names, short truncation gone.
    pub fn translation(&self) -> String {
        fn write(node: &Node, top: bool, out: &mut String) {
            match &node.kind {
                Kind::Group(operator, parts) => {
                    if !top {
                        out.push('(');
                    }
                    for (i, part) in parts.iter().enumerate() {
                        if i > 0 {
                            out.push_str(&format!(" {} ", operator.name()));
                        }
                        write(part, false, out);
                    }
                    if !top {
                        out.push(')');
                    }
                }
                Kind::Term(t) => {
                    let text = t.effective();
                    let quote = if text.contains('*') && !t.quoted { "" } else { "\"" };
                    out.push_str(&format!("{quote}{}{quote}[{}", text.to_lowercase(), t.field.full_name()));
                    if t.no_explosion {
                        out.push_str(":noexp");
                    }
                    if let Some(n) = t.proximity {
                        out.push_str(&format!(":~{n}"));
                    }
                    out.push(']');
                }
                Kind::Range { from, to, field } => out.push_str(&format!("{from}:{to}[{}]", field.full_name())),
            }
        }
        let mut out = String::new();
        write(&self.root, true, &mut out);
        out
    }
}

impl Node {
    /// How many terms and groups it has, itself included.
    pub(crate) fn size(&self) -> usize {
        match &self.kind {
            Kind::Group(_, parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Kind::Term(_) | Kind::Range { .. } => 1,
        }
    }
}

impl Term {
    /// An untagged term.
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            quoted: false,
            field: SearchField::All,
            tagged: false,
            no_explosion: false,
            proximity: None,
            headings: Vec::new(),
        }
    }

    /// The text as PubMed runs it: four characters must stand before the first `*` of a term or
    /// phrase, else every `*` becomes a blank (NLM Technical Bulletin 2024 May-Jun).
    pub fn effective(&self) -> String {
        let text = self.text.trim();
        match text.find('*') {
            Some(i) if text[..i].chars().count() < 4 => {
                text.replace('*', " ").split_whitespace().collect::<Vec<_>>().join(" ")
            }
            _ => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
