//! The audit as a table for the terminal, a line a record.

use comfy_table::{ContentArrangement, Table, presets};

use super::{Dossier, Heading, audit_csv};
use crate::record::terminal_safe;

/// At most so many characters.
fn short(text: &str, most: usize) -> String {
    let safe = terminal_safe(text).replace(['\n', '\t'], " ");
    if safe.chars().count() <= most {
        return safe;
    }
    safe.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The table under way, a line a record.
#[derive(Debug)]
pub struct AuditText {
    table: Table,
    width: usize,
}

impl AuditText {
    /// Begins a table of so many columns of the terminal.
    pub fn new(width: usize) -> Self {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width as u16);
        table.set_header(["pmid", "decision", "by", "day", "evidence"]);
        Self { table, width }
    }

    /// How many records it has.
    pub fn records(&self) -> usize {
        self.table.row_count()
    }

    /// Adds a record.
    pub fn add(&mut self, d: &Dossier) {
        let decision = match d.fate.decision.criterion() {
            Some(criterion) => format!("{}: {criterion}", d.fate.decision.name()),
            None => d.fate.decision.name().to_owned(),
        };
        let by = d.fate.reviewer.clone().unwrap_or_else(|| d.fate.decided_by.name().to_owned());
        let day = d.judgements.iter().rev().find(|j| j.standing == "stands").map(|j| j.judgement.when.to_string());
        let notices: String =
            d.record.notices().iter().map(|n| format!("{}; ", n.kind.name().to_uppercase())).collect();
        let quote = short(&audit_csv::deciding_quote(d), self.width.saturating_sub(60).max(30));
        self.table.add_row([
            d.record.pmid.to_string(),
            decision,
            short(&by, 30),
            day.unwrap_or_default(),
            format!("{notices}{quote}"),
        ]);
    }

    /// Draws it; `total` is how many records the run has.
    pub fn end(self, heading: &Heading, total: usize) -> String {
        let mut out = String::new();
        if heading.synthetic {
            out.push_str("SYNTHETIC RECORDS: no article, patient or author below exists\n");
        }
        if let Some((hash, first_seen)) = &heading.protocol {
            out.push_str(&format!("protocol {}, first seen {first_seen}\n", hash.get(..12).unwrap_or(hash)));
        }
        out.push_str(&format!("{}\n{} of {total} records\n", self.table, self.records()));
        out
    }
}
