//! One article's XML as a flat tree: what quick-xml says, in order, as offsets into the text.
//!
//! An article is read whole (the median is 8 kB, the largest known 0.5 MB) and let go again; the set around it is
//! streamed. The lists are used again from article to article, so that reading one allocates nothing but what its
//! record keeps.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A stretch of the article's text, or of what stands for its character references.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: u32,
    end: u32,
    resolved: bool,
}

#[derive(Debug, Clone, Copy)]
struct Attribute {
    name: Piece,
    value: Piece,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// An element's name or a text.
    piece: Piece,
    /// The first node after this one and all within.
    next: u32,
    /// Its attributes.
    attributes: (u32, u32),
    is_text: bool,
}

/// The lists that a tree lies in.
#[derive(Debug, Default)]
pub(super) struct Room {
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    open: Vec<u32>,
    resolved: String,
}

/// An element of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'t> {
    room: &'t Room,
    xml: &'t str,
    at: u32,
}

/// Why a fragment is no element.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// Nothing of a record is read from here: the tags are checked, the tree is spared.
const PASSED_OVER: &str = "ReferenceList";

impl Room {
    /// Parses the element that `xml` begins with.
    pub(super) fn parse<'t>(&'t mut self, xml: &'t [u8]) -> Result<Element<'t>, Fault> {
        let xml = std::str::from_utf8(xml)
            .map_err(|e| Fault { offset: e.valid_up_to(), message: "the text is not UTF-8".into() })?;
        if u32::try_from(xml.len()).is_err() {
            return Err(Fault { offset: 0, message: "an article of more than 4 GB".into() });
        }
        self.nodes.clear();
        self.attributes.clear();
        self.open.clear();
        self.resolved.clear();
        self.read(xml)?;
        Ok(Element { room: self, xml, at: 0 })
    }

    fn read(&mut self, xml: &str) -> Result<(), Fault> {
        let mut reader = Reader::from_str(xml);
        // Depth within what is passed over.
        let mut passed_over = 0_usize;
        loop {
            let at = reader.buffer_position() as usize;
            let fault = |message: String| Fault { offset: at, message };
            let event = reader.read_event().map_err(|e| fault(e.to_string()))?;
            match event {
                Event::Start(start) => {
                    if passed_over > 0 || start.name().as_ref() == PASSED_OVER {
                        passed_over += 1;
                        self.look_at_attributes(&start, xml).map_err(fault)?;
                    } else {
                        self.open.push(self.nodes.len() as u32);
                        self.start(&start, xml).map_err(fault)?;
                    }
                }
                Event::Empty(start) => {
                    if passed_over > 0 {
                        self.look_at_attributes(&start, xml).map_err(fault)?;
                    } else {
                        self.start(&start, xml).map_err(fault)?;
                        if self.open.is_empty() {
                            return Ok(());
                        }
                    }
                }
                Event::End(_) if passed_over > 0 => passed_over -= 1,
                Event::End(_) => {
                    let Some(done) = self.open.pop() else { return Err(fault("an end tag too many".into())) };
                    self.nodes[done as usize].next = self.nodes.len() as u32;
                    if self.open.is_empty() {
                        return Ok(());
                    }
                }
                Event::Text(text) if passed_over == 0 => self.text(of(xml, &text)),
                Event::CData(data) if passed_over == 0 => self.text(of(xml, &data)),
                Event::GeneralRef(reference) => {
                    let name: &str = &reference;
                    let resolved = reference.resolve_char_ref().map_err(|e| fault(e.to_string()))?;
                    if passed_over == 0 {
                        let start = self.resolved.len() as u32;
                        match (resolved, quick_xml::escape::resolve_predefined_entity(name)) {
                            (Some(c), _) => self.resolved.push(c),
                            (None, Some(text)) => self.resolved.push_str(text),
                            // Never expanded: an entity nobody declared here stays as it is written.
                            (None, None) => self.resolved.extend(["&", name, ";"]),
                        }
                        self.text(Piece { start, end: self.resolved.len() as u32, resolved: true });
                    }
                }
                Event::Eof => return Err(fault("the text ends within an element".into())),
                _ => {}
            }
        }
    }

    fn text(&mut self, piece: Piece) {
        if !self.open.is_empty() {
            let next = self.nodes.len() as u32 + 1;
            self.nodes.push(Node { piece, next, attributes: (0, 0), is_text: true });
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, xml: &str) -> Result<(), String> {
        let name = start.name();
        let (from, to) = self.read_attributes(start, xml)?;
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { piece: of(xml, name.as_ref()), next, attributes: (from, to), is_text: false });
        Ok(())
    }

    fn look_at_attributes(&mut self, start: &BytesStart<'_>, xml: &str) -> Result<(), String> {
        let (from, _) = self.read_attributes(start, xml)?;
        self.attributes.truncate(from as usize);
        Ok(())
    }

    fn read_attributes(&mut self, start: &BytesStart<'_>, xml: &str) -> Result<(u32, u32), String> {
        let from = self.attributes.len();
        if start.len() > start.name().as_ref().len() {
            // quick-xml's own look for doubles makes a list for every tag.
            for attribute in start.attributes().with_checks(false) {
                let attribute = attribute.map_err(|e| e.to_string())?;
                let name = attribute.key.as_ref();
                if self.attributes[from..].iter().any(|a| self.string(a.name, xml) == name) {
                    return Err(format!("the attribute {name} stands twice in one tag"));
                }
                let value = match attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| e.to_string())? {
                    Cow::Borrowed(value) => of(xml, value),
                    Cow::Owned(value) => {
                        let start = self.resolved.len() as u32;
                        self.resolved.push_str(&value);
                        Piece { start, end: self.resolved.len() as u32, resolved: true }
                    }
                };
                self.attributes.push(Attribute { name: of(xml, name), value });
            }
        }
        Ok((from as u32, self.attributes.len() as u32))
    }

    fn string<'t>(&'t self, piece: Piece, xml: &'t str) -> &'t str {
        let from = if piece.resolved { self.resolved.as_str() } else { xml };
        &from[piece.start as usize..piece.end as usize]
    }
}

/// Where a part of the article stands in it.
fn of(xml: &str, part: &str) -> Piece {
    let start = (part.as_ptr() as usize - xml.as_ptr() as usize) as u32;
    Piece { start, end: start + part.len() as u32, resolved: false }
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node {
        &self.room.nodes[self.at as usize]
    }

    /// Its name.
    pub(super) fn name(self) -> &'t str {
        self.room.string(self.node().piece, self.xml)
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let (from, to) = self.node().attributes;
        let all = &self.room.attributes[from as usize..to as usize];
        all.iter().find(|a| self.room.string(a.name, self.xml) == name).map(|a| self.room.string(a.value, self.xml))
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        let end = self.node().next;
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            while at < end {
                let child = Self { at, ..self };
                at = child.node().next;
                if !child.node().is_text {
                    return Some(child);
                }
            }
            None
        })
    }

    /// Children of that name.
    pub(super) fn all(self, name: &'static str) -> impl Iterator<Item = Self> {
        self.elements().filter(move |e| e.name() == name)
    }

    /// The element at a path of child names, `Journal/JournalIssue/Volume`.
    pub(super) fn at(self, path: &str) -> Option<Self> {
        path.split('/').try_fold(self, |element, name| element.elements().find(|e| e.name() == name))
    }

    /// The text of this element and all within, in order, white space folded. Block formulas are kept.
    pub(super) fn text(self) -> Cow<'t, str> {
        let within = &self.room.nodes[self.at as usize + 1..self.node().next as usize];
        let mut texts = within.iter().filter(|n| n.is_text).map(|n| self.room.string(n.piece, self.xml));
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(one), None) if is_folded(one) => Cow::Borrowed(one),
            (Some(one), None) => Cow::Owned(fold(one)),
            (Some(one), Some(two)) => {
                let mut raw = String::with_capacity(within.iter().filter(|n| n.is_text).map(Node::len).sum());
                raw.push_str(one);
                raw.push_str(two);
                raw.extend(texts);
                Cow::Owned(if is_folded(&raw) { raw } else { fold(&raw) })
            }
        }
    }

    /// The same, to keep.
    pub(super) fn string(self) -> String {
        self.text().into_owned()
    }

    /// The text at a path; none when it is missing or empty.
    pub(super) fn text_at(self, path: &str) -> Option<Cow<'t, str>> {
        self.at(path).map(Self::text).filter(|t| !t.is_empty())
    }

    /// The same, to keep.
    pub(super) fn string_at(self, path: &str) -> Option<String> {
        self.text_at(path).map(Cow::into_owned)
    }
}

impl Node {
    fn len(&self) -> usize {
        (self.piece.end - self.piece.start) as usize
    }
}

/// Whether folding would leave a text as it is.
fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    !bytes.starts_with(b" ")
        && !bytes.ends_with(b" ")
        && !bytes.iter().fold(false, |found, b| found | matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r'))
        && !bytes.windows(2).fold(false, |found, w| found | (w[0] == b' ' && w[1] == b' '))
}

/// Folds runs of ASCII white space to one blank and trims; other blanks (no-break, thin) are the author's.
fn fold(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for word in raw.split(|c: char| c.is_ascii_whitespace()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
