//! A text of headings, paragraphs, tables and pictures, said once and written as a page, as Markdown or on a terminal.
//!
//! Every string in it is plain text, and may be a record's: each writer escapes for its own form.

use crate::record::Pmid;

mod html;
mod markdown;
mod text;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words.
    Text(String),
    /// Words that stand out.
    Strong(String),
    /// A search string, a hash, a command.
    Code(String),
    /// Words that lead to an address.
    Link(String, String),
}

impl<T: Into<String>> From<T> for Span {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

impl Span {
    /// A PMID that leads to PubMed, if PubMed has it.
    pub fn pmid(pmid: Pmid) -> Self {
        match pmid.is_on_pubmed() {
            true => Self::Link(pmid.to_string(), pmid.address()),
            false => Self::Text(pmid.to_string()),
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Text(t) | Self::Strong(t) | Self::Code(t) | Self::Link(t, _) => t,
        }
    }
}

/// A line of pieces.
pub type Line = Vec<Span>;

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' names.
    pub head: Vec<String>,
    /// Rows of cells; a row may be short.
    pub rows: Vec<Vec<Line>>,
    /// Columns of numbers, from 0: they stand to the right.
    pub right: Vec<usize>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The drawing.
    pub svg: String,
    /// What it shows, for those who do not see it.
    pub says: String,
    /// The same for Markdown: a Mermaid diagram; none leaves the words alone.
    pub mermaid: Option<String>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, of level 2 or 3.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Line),
    /// Something that must not be overlooked.
    Warning(String),
    /// A list.
    List(Vec<Line>),
    /// A table.
    Table(Table),
    /// Lines that stay as they are.
    Code(String),
    /// A picture.
    Picture(Picture),
}

/// A text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Its parts.
    pub blocks: Vec<Block>,
}

impl Document {
    /// An empty text.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Adds a heading of a section.
    pub fn section(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(2, text.into()));
    }

    /// Adds a heading within a section.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(3, text.into()));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(vec![Span::Text(text.into())]));
    }

    /// Adds a paragraph of pieces.
    pub fn line(&mut self, line: Line) {
        self.blocks.push(Block::Paragraph(line));
    }

    /// Adds a list.
    pub fn list(&mut self, items: impl IntoIterator<Item = Line>) {
        self.blocks.push(Block::List(items.into_iter().collect()));
    }

    /// Adds a table; `right` are the columns of numbers.
    pub fn table<C: Into<Span>>(&mut self, head: &[&str], rows: Vec<Vec<C>>, right: &[usize]) {
        let rows = rows.into_iter().map(|r| r.into_iter().map(|c| vec![c.into()]).collect()).collect();
        self.lines(head, rows, right);
    }

    /// Adds a table whose cells are lines of pieces.
    pub fn lines(&mut self, head: &[&str], rows: Vec<Vec<Line>>, right: &[usize]) {
        let head = head.iter().map(|h| (*h).to_owned()).collect();
        self.blocks.push(Block::Table(Table { head, rows, right: right.to_vec() }));
    }

    /// Adds another text's parts.
    pub fn append(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
    }
}

#[cfg(test)]
mod tests;
