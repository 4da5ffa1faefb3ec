//! Cuts a stream of sets into its articles, without holding more than one.
//!
//! Articles are cut at their end tags, which cannot occur in text (`<` is escaped there); what lies between is read by
//! `tree`. Several sets in one stream, as `efetch >> file` makes them, are read one after the other.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memmem, memrchr};

use super::XmlError;
use crate::record::Pmid;

/// Bytes asked for at a time.
const BLOCK: usize = 1 << 17;

/// Where something stands in a stream, counted after decompression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub offset: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
    /// Its number among the stream's articles and books, from 1.
    pub number: u64,
}

/// What a piece of a set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `PubmedArticle` or `PubmedBookArticle`.
    Article,
    /// `DeleteCitation` or `DeleteDocument`.
    Deletion,
}

/// A piece of a set, cut and not yet read.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its element, byte for byte.
    pub raw: &'a [u8],
    /// Where it begins.
    pub place: Place,
}

/// The pieces of a stream, one after the other.
#[derive(Debug)]
pub struct Pieces<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What was handed out, and where what was read ends.
    start: usize,
    end: usize,
    /// Where `start` stands.
    place: Place,
    opened: bool,
    any: bool,
    /// Whether articles may come without a set around them, and whether they do.
    loose: bool,
    bare: bool,
    /// The last PMID read whole, for messages; who reads the pieces says it.
    pub last: Option<Pmid>,
}

impl<R: Read> Pieces<R> {
    /// The pieces of plain XML; see [`super::unpack`] for compressed files.
    pub fn new(reader: R) -> Self {
        let place = Place { offset: 0, line: 1, column: 1, number: 0 };
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            place,
            opened: false,
            any: false,
            loose: false,
            bare: false,
            last: None,
        }
    }

    /// The same of a stream that may also be empty, or hold articles without a set around them, as they come when a
    /// file was cut into records for many machines.
    pub fn loose(reader: R) -> Self {
        Self { loose: true, any: true, ..Self::new(reader) }
    }

    /// Bytes read so far.
    pub fn offset(&self) -> u64 {
        self.place.offset
    }

    /// The next piece; none when the last set has ended.
    ///
    /// # Errors
    /// When the stream is cut, cannot be read, or is no set of articles.
    pub fn next_piece(&mut self) -> Result<Option<Piece<'_>>, XmlError> {
        loop {
            if !self.opened {
                if !self.head()? {
                    return Ok(None);
                }
                continue;
            }
            let Some(tag) = self.tag()? else {
                if self.bare && self.start == self.end {
                    return Ok(None);
                }
                return Err(self.cut());
            };
            let (kind, end): (_, &[u8]) = match tag.as_slice() {
                b"PubmedArticle" => (Kind::Article, b"</PubmedArticle>"),
                b"PubmedBookArticle" => (Kind::Article, b"</PubmedBookArticle>"),
                b"DeleteCitation" => (Kind::Deletion, b"</DeleteCitation>"),
                b"DeleteDocument" => (Kind::Deletion, b"</DeleteDocument>"),
                b"/PubmedArticleSet" => {
                    self.until(b">")?;
                    self.opened = false;
                    continue;
                }
                b"!--" => {
                    self.until(b"-->")?;
                    continue;
                }
                _ if tag.first() == Some(&b'?') => {
                    self.until(b"?>")?;
                    continue;
                }
                _ => {
                    let tag = String::from_utf8_lossy(&tag).into_owned();
                    return Err(self.fail(0, format!("expected <PubmedArticle>, found <{tag}>")));
                }
            };
            let mut place = self.place;
            if kind == Kind::Article {
                self.place.number += 1;
                place.number += 1;
            }
            let length = self.until(end)?;
            let raw = &self.buffer[self.start - length..self.start];
            return Ok(Some(Piece { kind, raw, place }));
        }
    }

    /// Reads up to and with the root's start tag; false when the stream ends before another set.
    fn head(&mut self) -> Result<bool, XmlError> {
        let mut length = 0;
        loop {
            let Some(end) = self.find(length, |text| memchr(b'>', text).map(|i| i + 1))? else {
                let blank = self.buffer[self.start..self.end].trim_ascii().is_empty();
                if self.any && blank {
                    self.advance(self.end - self.start);
                    return Ok(false);
                }
                return Err(match blank {
                    true => self.fail(0, "the answer is empty; expected <PubmedArticleSet>".to_owned()),
                    false => self.cut(),
                });
            };
            length = end;
            let head = &self.buffer[self.start..self.start + length];
            let tag = &head[memrchr(b'<', head).unwrap_or(0)..];
            if tag.starts_with(b"<PubmedArticleSet") {
                self.any = true;
                self.opened = !tag.ends_with(b"/>");
                self.advance(length);
                return Ok(true);
            }
            if self.loose && (tag.starts_with(b"<PubmedArticle") || tag.starts_with(b"<PubmedBookArticle")) {
                self.bare = true;
                self.opened = true;
                self.advance(length - tag.len());
                return Ok(true);
            }
            if let Some(message) = not_a_set(head) {
                return Err(self.fail(0, message));
            }
        }
    }

    /// The name in the next tag, which the stream then stands before; none at its end.
    fn tag(&mut self) -> Result<Option<Vec<u8>>, XmlError> {
        let blank = self.find(0, |text| text.iter().position(|b| !b.is_ascii_whitespace()))?;
        self.advance(blank.unwrap_or(self.end - self.start));
        let ends = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
        let Some(length) = self.find(0, |text| text.iter().skip(1).position(ends).map(|i| i + 1))? else {
            return Ok(None);
        };
        let word = &self.buffer[self.start..self.start + length];
        if word.first() != Some(&b'<') {
            let shown: String = String::from_utf8_lossy(word).chars().take(60).collect();
            return Err(self.fail(0, format!("expected <PubmedArticle>, found `{shown}`")));
        }
        let name = &word[1..];
        Ok(Some(if name.starts_with(b"!--") { b"!--".to_vec() } else { name.to_vec() }))
    }

    /// Hands out everything up to and with these bytes; returns how much.
    fn until(&mut self, end: &[u8]) -> Result<usize, XmlError> {
        let finder = memmem::Finder::new(end);
        let mut searched = 0;
        loop {
            let text = &self.buffer[self.start..self.end];
            if let Some(at) = finder.find(&text[searched..]) {
                let length = searched + at + end.len();
                self.advance(length);
                return Ok(length);
            }
            searched = text.len().saturating_sub(end.len() - 1);
            if !self.fill()? {
                return Err(self.cut());
            }
        }
    }

    /// The first place after `from` that `look` sees, reading on until it does; none at the end of the stream.
    fn find(&mut self, from: usize, look: impl Fn(&[u8]) -> Option<usize>) -> Result<Option<usize>, XmlError> {
        loop {
            if let Some(at) = look(&self.buffer[self.start + from..self.end]) {
                return Ok(Some(from + at));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads some more; false at the end of the stream.
    fn fill(&mut self) -> Result<bool, XmlError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < BLOCK / 2 {
            self.buffer.resize(self.buffer.len() + BLOCK, 0);
        }
        loop {
            return match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => Ok(false),
                Ok(n) => {
                    self.end += n;
                    Ok(true)
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => Err(self.fail(self.end - self.start, format!("the answer breaks off: {e}"))),
            };
        }
    }

    fn advance(&mut self, length: usize) {
        let number = self.place.number;
        self.place = self.place.after(&self.buffer[self.start..self.start + length]);
        self.place.number = number;
        self.start += length;
    }

    fn cut(&self) -> XmlError {
        self.fail(self.end - self.start, "the XML ends before </PubmedArticleSet>: the answer was cut".to_owned())
    }

    fn fail(&self, offset: usize, message: String) -> XmlError {
        XmlError::at(self.place.after(&self.buffer[self.start..self.start + offset]), message, self.last)
    }
}

impl Place {
    /// The place behind a text that begins here.
    pub(super) fn after(self, text: &[u8]) -> Self {
        let lines = memchr_iter(b'\n', text).count() as u64;
        let column = match memrchr(b'\n', text) {
            Some(newline) => (text.len() - newline) as u64,
            None => self.column + text.len() as u64,
        };
        Self { offset: self.offset + text.len() as u64, line: self.line + lines, column, number: self.number }
    }
}

/// What the answer is, when its root is something else.
fn not_a_set(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
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
