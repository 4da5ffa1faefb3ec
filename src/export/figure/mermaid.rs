//! The figure as a Mermaid flowchart, for Markdown pages.

use std::fmt::Write;

use super::Figure;

/// Text that Mermaid takes for nothing but text: its entities are `#` codes.
fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || " .,:*()=-/+\u{2020}".contains(c) => out.push(c),
            '\u{a0}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

/// Writes the boxes from top to bottom.
pub fn mermaid(figure: &Figure) -> String {
    let mut out =
        format!("flowchart TD\n  accTitle: {}\n  accDescr: {}\n", safe(&figure.title), safe(&figure.description));
    for node in &figure.nodes {
        let lines: Vec<String> = node.lines.iter().map(|l| safe(&l.text)).collect();
        let _ = writeln!(out, "  {}[\"{}\"]", node.key, lines.join("<br/>"));
    }
    for (from, to) in &figure.arrows {
        let _ = writeln!(out, "  {from} --> {to}");
    }
    for note in &figure.notes {
        let _ = writeln!(out, "  %% {}", safe(note));
    }
    out
}
