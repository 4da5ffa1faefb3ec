//! Reads EFetch XML: sets of articles, streamed article by article.
//!
//! Both dialects (EFetch's one line a record with character references, and the FTP files'
//! indented UTF-8) give the same text. The DTD is neither fetched nor trusted; entities are not
//! expanded.

use std::io::{BufRead, BufReader, Read};

use thiserror::Error;

use crate::record::{Pmid, Record};

mod article;
mod tree;

/// Why XML cannot be read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("line {line}, column {column}: {message}{}", after(.last))]
pub struct XmlError {
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// What is wrong, and what was expected.
    pub message: String,
    /// The last PMID that was read whole.
    pub last: Option<Pmid>,
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

/// Reads one article's element, as the store keeps it.
///
/// # Errors
/// When it is not well-formed or has no PMID.
pub fn read_record(raw: &[u8]) -> Result<Record, XmlError> {
    let fail = |offset: usize, message: String| {
        let (line, column) = place(raw, offset);
        XmlError { line, column, message, last: None }
    };
    let element = tree::parse(raw).map_err(|f| fail(f.offset, f.message))?;
    article::record(&element)
        .ok_or_else(|| fail(0, format!("expected an article with a PMID, found <{}>", element.name)))
}

/// Reads a whole answer.
///
/// # Errors
/// When it is cut, not well-formed, or no set of articles; names line, column and last PMID.
pub fn read_articles(xml: &[u8]) -> Result<ArticleSet, XmlError> {
    let mut set = ArticleSet::default();
    let mut articles = Vec::new();
    let deleted = stream(xml, |fetched| {
        articles.push(fetched);
        Ok(())
    })?;
    set.articles = articles;
    set.deleted = deleted;
    Ok(set)
}

/// Reads a file's articles one by one; `.gz` is recognised by its first bytes.
///
/// # Errors
/// As [`read_articles`]; also what `each` returns.
pub fn for_each_article(
    reader: impl Read + 'static,
    each: impl FnMut(Fetched) -> Result<(), XmlError>,
) -> Result<Vec<Pmid>, XmlError> {
    let io = |e: std::io::Error| XmlError { line: 0, column: 0, message: e.to_string(), last: None };
    let mut buffered = BufReader::with_capacity(1 << 16, reader);
    let packed = buffered.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]);
    if packed {
        stream(BufReader::with_capacity(1 << 16, flate2::read::MultiGzDecoder::new(buffered)), each)
    } else {
        stream(buffered, each)
    }
}

fn place(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = before.len() - before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1) + 1;
    (line, column)
}

/// Cuts the stream at the end tags of articles, which cannot occur in text (`<` is escaped there).
fn stream(
    mut reader: impl BufRead,
    mut each: impl FnMut(Fetched) -> Result<(), XmlError>,
) -> Result<Vec<Pmid>, XmlError> {
    let mut deleted = Vec::new();
    let mut last = None;
    let mut chunk: Vec<u8> = Vec::new();
    let (mut line, mut column) = (1_usize, 1_usize);
    let mut opened = false;
    loop {
        // `>` ends every tag, so that a chunk never splits one.
        let got = reader.read_until(b'>', &mut chunk).map_err(|e| XmlError {
            line,
            column,
            message: format!("the answer breaks off: {e}"),
            last,
        })?;
        let fail = |offset: usize, message: String| {
            let (l, c) = place(&chunk, offset);
            XmlError { line: line + l - 1, column: if l == 1 { column + c - 1 } else { c }, message, last }
        };
        if got == 0 {
            let rest = chunk.trim_ascii();
            return Err(fail(
                chunk.len(),
                if !opened && rest.is_empty() {
                    "the answer is empty; expected <PubmedArticleSet>".to_owned()
                } else {
                    "the XML ends before </PubmedArticleSet>: the answer was cut".to_owned()
                },
            ));
        }
        if !opened {
            if chunk.ends_with(b"<PubmedArticleSet>") || is_root(&chunk) {
                opened = true;
                if chunk.ends_with(b"/>") {
                    return Ok(deleted);
                }
                advance(&mut chunk, &mut line, &mut column);
                continue;
            }
            if let Some(message) = not_a_set(&chunk) {
                return Err(fail(0, message));
            }
            continue;
        }
        if chunk.ends_with(b"</PubmedArticleSet>") {
            return Ok(deleted);
        }
        if chunk.ends_with(b"</DeleteCitation>") {
            let element = tree::parse(chunk.trim_ascii()).map_err(|f| fail(f.offset, f.message))?;
            deleted.extend(element.all("PMID").filter_map(|p| p.text().parse().ok()).map(Pmid));
            advance(&mut chunk, &mut line, &mut column);
        } else if chunk.ends_with(b"</PubmedArticle>") || chunk.ends_with(b"</PubmedBookArticle>") {
            let start = chunk.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
            let raw = &chunk[start..];
            let element = tree::parse(raw).map_err(|f| fail(start + f.offset, f.message))?;
            let record =
                article::record(&element).ok_or_else(|| fail(start, "an article without a PMID".to_owned()))?;
            last = Some(record.pmid);
            let raw = raw.to_vec();
            advance(&mut chunk, &mut line, &mut column);
            each(Fetched { record, raw })?;
        }
    }
}

fn is_root(chunk: &[u8]) -> bool {
    let tag = chunk.iter().rposition(|b| *b == b'<').map_or(chunk, |i| &chunk[i..]);
    tag.starts_with(b"<PubmedArticleSet")
}

/// What the answer is, when its root is something else.
fn not_a_set(chunk: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(chunk);
    let tag = &text[text.rfind('<').unwrap_or(0)..];
    if tag.starts_with("<?") || tag.starts_with("<!") || tag.starts_with("</") && !tag.starts_with("</ERROR") {
        return None;
    }
    if let Some(end) = text.find("</ERROR>") {
        let start = text.find("<ERROR>").map_or(0, |i| i + 7);
        return Some(format!("the service answered with an error: {}", &text[start.min(end)..end]));
    }
    if tag.starts_with("<eFetchResult") || tag.starts_with("<ERROR") {
        return None;
    }
    let shown: String = tag.chars().take(60).collect();
    Some(format!("expected <PubmedArticleSet>, found {shown}"))
}

fn advance(chunk: &mut Vec<u8>, line: &mut usize, column: &mut usize) {
    let (lines, columns) = place(chunk, chunk.len());
    *column = if lines == 1 { *column + columns - 1 } else { columns };
    *line += lines - 1;
    chunk.clear();
}

#[cfg(test)]
mod tests;
