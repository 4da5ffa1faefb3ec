//! Reads EFetch XML: sets of articles, streamed article by article.
//!
//! Both dialects (EFetch's one line a record with character references, and the FTP files'
//! indented UTF-8) give the same text. The DTD is neither fetched nor trusted; entities are not
//! expanded.

use std::cell::RefCell;
use std::io::Read;

use thiserror::Error;

use crate::record::{Pmid, Record};

mod article;
mod batch;
mod descriptors;
mod stream;
mod tree;
mod unpack;

pub use batch::{Batch, Batches};
pub use descriptors::read_descriptors;
pub use stream::{Kind, Piece, Pieces, Place};
pub use unpack::unpack;

/// Why XML cannot be read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line}, column {column}: {message}{}", after(.last))]
pub struct XmlError {
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
    /// Bytes before it, after decompression.
    pub offset: u64,
    /// The number of the article it is in or follows, from 1; 0 before the first.
    pub number: u64,
    /// What is wrong, and what was expected.
    pub message: String,
    /// The last PMID that was read whole.
    pub last: Option<Pmid>,
}

impl XmlError {
    fn at(place: Place, message: String, last: Option<Pmid>) -> Self {
        let Place { offset, line, column, number } = place;
        Self { line, column, offset, number, message, last }
    }
}

fn after(last: &Option<Pmid>) -> String {
    last.map_or_else(|| " (before any record)".to_owned(), |p| format!(" (after PMID {p})"))
}

/// An article with the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What it says.
    pub record: Record,
    /// Its element, byte for byte.
    pub raw: Vec<u8>,
}

/// An EFetch answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleSet {
    /// Articles and books in their order.
    pub articles: Vec<Fetched>,
    /// PMIDs of `DeleteCitation`.
    pub deleted: Vec<Pmid>,
}

thread_local! {
    /// The lists of the tree, used again from record to record.
    static ROOM: RefCell<tree::Room> = RefCell::default();
}

impl Piece<'_> {
    /// Reads an article or a book.
    ///
    /// # Errors
    /// When it is not well-formed or has no PMID.
    pub fn record(&self) -> Result<Record, XmlError> {
        self.read(|element| {
            article::record(element).ok_or_else(|| match element.name() {
                "PubmedArticle" | "PubmedBookArticle" => "an article without a PMID".to_owned(),
                name => format!("expected an article with a PMID, found <{name}>"),
            })
        })
    }

    /// Reads which citations a deletion names, with their versions.
    ///
    /// # Errors
    /// When it is not well-formed, or names something that is no PMID.
    pub fn deleted(&self) -> Result<Vec<(Pmid, u32)>, XmlError> {
        self.read(|element| {
            let pmids = element.all("PMID");
            pmids.map(|p| article::pmid(p).ok_or_else(|| format!("`{}` is no PMID", p.text()))).collect()
        })
    }

    fn read<T>(&self, work: impl FnOnce(tree::Element<'_>) -> Result<T, String>) -> Result<T, XmlError> {
        ROOM.with_borrow_mut(|room| {
            let fault = |f: tree::Fault| {
                let offset = f.offset.min(self.raw.len());
                XmlError::at(self.place.after(&self.raw[..offset]), f.message, None)
            };
            let element = room.parse(self.raw).map_err(fault)?;
            work(element).map_err(|message| XmlError::at(self.place, message, None))
        })
    }
}

/// Reads one article's element, as the store keeps it.
///
/// # Errors
/// When it is not well-formed or has no PMID.
pub fn read_record(raw: &[u8]) -> Result<Record, XmlError> {
    let place = Place { offset: 0, line: 1, column: 1, number: 1 };
    Piece { kind: Kind::Article, raw, place }.record()
}

/// Reads a whole answer.
///
/// # Errors
/// When it is cut, not well-formed, or no set of articles; names line, column and last PMID.
pub fn read_articles(xml: &[u8]) -> Result<ArticleSet, XmlError> {
    let mut articles = Vec::new();
    let deleted = each(Pieces::new(xml), |fetched| {
        articles.push(fetched);
        Ok(())
    })?;
    Ok(ArticleSet { articles, deleted })
}

/// Reads a file's articles one by one; `.gz` is recognised by its first bytes.
///
/// # Errors
/// As [`read_articles`]; also what `each` returns.
pub fn for_each_article(
    reader: impl Read + Send + 'static,
    look: impl FnMut(Fetched) -> Result<(), XmlError>,
) -> Result<Vec<Pmid>, XmlError> {
    let start = Place { offset: 0, line: 1, column: 1, number: 0 };
    let reader = unpack(reader).map_err(|e| XmlError::at(start, e.to_string(), None))?;
    each(Pieces::new(reader), look)
}

fn each(
    mut pieces: Pieces<impl Read>,
    mut look: impl FnMut(Fetched) -> Result<(), XmlError>,
) -> Result<Vec<Pmid>, XmlError> {
    let mut deleted = Vec::new();
    let mut last = None;
    while let Some(piece) = pieces.next_piece()? {
        let within = |error| XmlError { last, ..error };
        match piece.kind {
            Kind::Deletion => deleted.extend(piece.deleted().map_err(within)?.into_iter().map(|(pmid, _)| pmid)),
            Kind::Article => {
                let record = piece.record().map_err(within)?;
                let raw = piece.raw.to_vec();
                last = Some(record.pmid);
                pieces.last = last;
                look(Fetched { record, raw })?;
            }
        }
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests;
