//! For the terminal.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};

use super::{Block, Document, Span, Table};
use crate::record::terminal_safe;

impl Document {
    /// The text without its title; lines are at most `width` columns. Pictures are told in words.
    pub fn text(&self, width: usize) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            match block {
                Block::Heading(_, text) => out.push_str(&format!("\n{}\n", terminal_safe(text))),
                Block::Paragraph(line) => paragraph(&mut out, "", line, width),
                Block::Warning(text) => paragraph(&mut out, "! ", &[Span::Text(text.clone())], width),
                Block::List(items) => items.iter().for_each(|line| paragraph(&mut out, "• ", line, width)),
                Block::Table(t) => out.push_str(&format!("{}\n", table(t, width))),
                Block::Code(text) => text.lines().for_each(|l| out.push_str(&format!("  {}\n", terminal_safe(l)))),
                Block::Picture(p) => paragraph(&mut out, "", &[Span::Text(p.says.clone())], width),
            }
        }
        out
    }
}

fn words(line: &[Span]) -> String {
    terminal_safe(&line.iter().map(Span::words).collect::<String>()).into_owned()
}

fn paragraph(out: &mut String, mark: &str, line: &[Span], width: usize) {
    let mut column = 0;
    for word in format!("{mark}{}", words(line)).split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push_str("\n  ");
            column = 2;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

fn table(t: &Table, width: usize) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    // A line above, one below, and one under the head, as journals print tables.
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().top_border(line).header_separator(line).bottom_border(line));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width as u16);
    table.set_header(&t.head);
    for row in &t.rows {
        table.add_row(row.iter().map(|c| words(c)).collect::<Vec<_>>());
    }
    for i in &t.right {
        if let Some(column) = table.column_mut(*i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
