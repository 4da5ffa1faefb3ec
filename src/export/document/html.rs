//! As one page that needs nothing else: no script, nothing fetched, pictures within.

use askama::Template;
use base64::Engine as _;

use super::{Block, Document, Picture, Span};
use crate::export::safe;

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    title: String,
    contents: Vec<(usize, String)>,
    blocks: &'a [Block],
}

fn source(picture: &Picture) -> String {
    base64::engine::general_purpose::STANDARD.encode(&picture.svg)
}

impl Document {
    /// The text as a page of HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which its types rule out.
    pub fn html(&self) -> Result<String, askama::Error> {
        let sections = self.blocks.iter().enumerate();
        let sections = sections.filter_map(|(i, b)| match b {
            Block::Heading(2, text) => Some((i, safe(text))),
            _ => None,
        });
        Page { title: safe(&self.title), contents: sections.collect(), blocks: &self.blocks }.render()
    }
}
