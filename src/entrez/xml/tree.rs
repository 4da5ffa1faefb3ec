//! One article's XML as a small tree, read with quick-xml events.
//!
//! An article is read whole (the median is 8 kB, the largest known 0.5 MB) and let go again; the
//! set around it is streamed.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element with its attributes and children.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|c| match c {
            Node::Element(e) => Some(e),
            Node::Text(_) => None,
        })
    }

    /// Children of that name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |e| e.name == name)
    }

    /// The element at a path of child names, `Journal/JournalIssue/Volume`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.elements().find(|e| e.name == name))
    }

    /// The text of this element and all within, in order, white space folded. Block formulas are kept.
    pub(super) fn text(&self) -> String {
        let mut raw = String::new();
        self.collect(&mut raw);
        fold(&raw)
    }

    fn collect(&self, out: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(t) => out.push_str(t),
                Node::Element(e) => e.collect(out),
            }
        }
    }

    /// The text at a path; none when it is missing or empty.
    pub(super) fn text_at(&self, path: &str) -> Option<String> {
        self.at(path).map(Self::text).filter(|t| !t.is_empty())
    }
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

/// Why a fragment is no element.
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// Parses one element, which must be all there is.
pub(super) fn parse(xml: &[u8]) -> Result<Element, Fault> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut stack: Vec<Element> = Vec::new();
    let fault = |offset: u64, message: String| Fault { offset: offset as usize, message };
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|e| fault(at, e.to_string()))?;
        match event {
            Event::Start(start) => stack.push(open(&start).map_err(|m| fault(at, m))?),
            Event::End(_) => {
                let Some(done) = stack.pop() else { return Err(fault(at, "an end tag too many".into())) };
                match stack.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(done)),
                    None => return Ok(done),
                }
            }
            Event::Text(text) => {
                let text: &str = &text;
                add(&mut stack, text);
            }
            Event::CData(data) => {
                let text: &str = &data;
                add(&mut stack, text);
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    Ok(None) => {
                        let name: &str = &reference;
                        match quick_xml::escape::resolve_predefined_entity(name) {
                            Some(text) => text.to_owned(),
                            // Never expanded: an entity nobody declared here stays as it is written.
                            None => format!("&{name};"),
                        }
                    }
                    Err(e) => return Err(fault(at, e.to_string())),
                };
                add(&mut stack, &resolved);
            }
            Event::Eof => return Err(fault(at, "the text ends within an element".into())),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn add(stack: &mut [Element], text: &str) {
    if let Some(top) = stack.last_mut() {
        if let Some(Node::Text(last)) = top.children.last_mut() {
            last.push_str(text);
        } else {
            top.children.push(Node::Text(text.to_owned()));
        }
    }
}

fn open(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| e.to_string())?;
        element.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}
