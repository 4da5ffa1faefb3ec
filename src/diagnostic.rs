//! What is wrong with a text, where, and what to do: shared by everything that reads text.
//!
//! A [`Diagnostic`] points at a byte span of a [`Source`] (a protocol, a search string, a
//! spreadsheet's cell …). Readers collect all of them before they give up, so that one mistake
//! does not hide the next.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Cannot go on.
    Error,
}

/// One problem at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// A stable code, for example `Q014` or `P003`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// UTF-8 byte offsets into the source; empty for "at this point".
    pub span: Range<usize>,
    /// What stands under the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a span.
    pub fn error(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: message.into(), span, label: String::new(), help: None }
    }

    /// A warning at a span.
    pub fn warning(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// A note at a span.
    pub fn note(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, span, message) }
    }

    /// With words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A text and the name it goes by in messages (a path, or `search string`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path or description.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A named text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset, both from 1; columns count characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// Draws one diagnostic with its place and a caret; `color` adds ANSI styles.
pub fn render(source: &Source, diagnostic: &Diagnostic, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let clean = crate::record::terminal_safe(&diagnostic.message);
    let floor = |mut i: usize| {
        i = i.min(source.text.len());
        while !source.text.is_char_boundary(i) {
            i -= 1;
        }
        i
    };
    let span = floor(diagnostic.span.start)..floor(diagnostic.span.end.max(diagnostic.span.start));
    let mut group = level.primary_title(clean.as_ref()).id(diagnostic.code).element(
        Snippet::source(&source.text)
            .path(&source.name)
            .annotation(AnnotationKind::Primary.span(span).label(&diagnostic.label)),
    );
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Several problems of one text: the error of every reader of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The text they are in.
    pub source: Source,
    /// All of them, in the order of their place.
    pub list: Vec<Diagnostic>,
}

impl Problems {
    /// Every problem drawn, one after the other.
    pub fn render(&self, color: bool) -> String {
        self.list.iter().map(|d| render(&self.source, d, color)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.list.len();
        write!(f, "{n} problem{} in {}", if n == 1 { "" } else { "s" }, self.source.name)
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        let source = Source::new("f", "é\nab");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column(2), (1, 2));
        assert_eq!(source.line_column(4), (2, 2));
        assert_eq!(source.line_column(99), (2, 3));
    }

    #[test]
    fn a_drawn_problem_names_file_line_column_and_advice() {
        let source = Source::new("protocol.toml", "a = 1\nbogus = 2\n");
        let problem = Diagnostic::error("P001", 6..11, "unknown key `bogus`").label("not a key").help("remove it");
        let drawn = render(&source, &problem, false);
        assert!(drawn.contains("protocol.toml:2:1"), "{drawn}");
        assert!(drawn.contains("^^^^^ not a key"), "{drawn}");
        assert!(drawn.contains("remove it"), "{drawn}");
    }
}
