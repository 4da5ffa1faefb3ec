//! As Markdown with GitHub's tables and Mermaid diagrams, which pandoc reads too.

use super::{Block, Document, Span, Table};
use crate::record::terminal_safe;

impl Document {
    /// The text as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", escaped(&self.title));
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(level, text) => {
                    out.push_str(&format!("{} {}\n", "#".repeat(usize::from(*level)), escaped(text)));
                }
                Block::Paragraph(line) => out.push_str(&format!("{}\n", inline(line))),
                Block::Warning(text) => out.push_str(&format!("> **{}**\n", escaped(text))),
                Block::List(items) => items.iter().for_each(|i| out.push_str(&format!("- {}\n", inline(i)))),
                Block::Table(t) => table(&mut out, t),
                Block::Code(text) => code(&mut out, "", text),
                Block::Picture(p) => {
                    if let Some(diagram) = &p.mermaid {
                        code(&mut out, "mermaid", diagram);
                        out.push('\n');
                    }
                    out.push_str(&format!("*{}*\n", escaped(&p.says)));
                }
            }
        }
        out
    }
}

/// Lines between fences that no line of theirs can close.
fn code(out: &mut String, language: &str, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let text: String = text.lines().map(|l| format!("{}\n", terminal_safe(l))).collect();
    out.push_str(&format!("{fence}{language}\n{text}{fence}\n"));
}

/// Plain text that Markdown shows as it stands: what could be markup is escaped, line breaks are blanks.
fn escaped(text: &str) -> String {
    let text = terminal_safe(text);
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match c {
            '\n' | '\t' | '\r' => {
                out.push(' ');
                continue;
            }
            '<' => {
                out.push_str("&lt;");
                continue;
            }
            '&' => {
                out.push_str("&amp;");
                continue;
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.push('\\'),
            '#' | '+' | '-' | '>' | '=' if i == 0 => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

fn inline(line: &[Span]) -> String {
    let mut out = String::new();
    for span in line {
        match span {
            Span::Text(t) => out.push_str(&escaped(t)),
            Span::Strong(t) => out.push_str(&format!("**{}**", escaped(t))),
            Span::Link(t, address) => out.push_str(&format!("[{}](<{}>)", escaped(t), address.replace(['<', '>'], ""))),
            // A bar would end a table's cell even within code, so code is shown as words there.
            Span::Code(t) if t.contains(['`', '|', '\n']) => out.push_str(&escaped(t)),
            Span::Code(t) => out.push_str(&format!("`{}`", terminal_safe(t))),
        }
    }
    out
}

fn table(out: &mut String, t: &Table) {
    let row = |out: &mut String, cells: Vec<String>| out.push_str(&format!("| {} |\n", cells.join(" | ")));
    row(out, t.head.iter().map(|h| escaped(h)).collect());
    row(out, (0..t.head.len()).map(|i| if t.right.contains(&i) { "---:" } else { "---" }.to_owned()).collect());
    for cells in &t.rows {
        let mut cells: Vec<String> = cells.iter().map(|c| inline(c)).collect();
        cells.resize(t.head.len(), String::new());
        row(out, cells);
    }
}
