//! The audit as CSV, one row a record, for spreadsheets.

use std::io::Write;

use super::{Dossier, Heading};
use crate::flow::Decision;
use crate::screen::{Outcome, Weight};

/// A cell that no spreadsheet takes for a formula, without characters that steer, and no longer than one may be.
pub fn cell(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    // Excel holds 32,767 characters in a cell.
    let clean: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).take(32_700).collect();
    // OWASP, CSV injection: a leading apostrophe makes it text.
    if clean.trim_start().starts_with(['=', '+', '-', '@']) { format!("'{clean}") } else { clean }
}

/// The sentence the decision rests on: a person's quote, else the rule's.
pub fn deciding_quote(d: &Dossier) -> String {
    let decides = |j: &&super::SignedJudgement| {
        j.standing == "stands" && j.judgement.criterion.as_deref() == d.fate.decision.criterion()
    };
    if let Some(j) = d.judgements.iter().rev().find(decides) {
        return j.judgement.quote.clone();
    }
    let Decision::Excluded(criterion) = &d.fate.decision else { return String::new() };
    let assessment = d.assessments.iter().find(|a| a.criterion == *criterion && a.outcome == Outcome::Met);
    let evidence = assessment.and_then(|a| a.evidence.iter().find(|e| e.weight == Weight::Excludes));
    evidence.map(|e| e.sentence.clone()).unwrap_or_default()
}

/// The audit under way, a row a record.
pub struct AuditCsv<'h, W: Write> {
    writer: csv::Writer<W>,
    heading: &'h Heading,
}

impl<'h, W: Write> AuditCsv<'h, W> {
    /// Begins with a byte order mark, so that Excel reads UTF-8, and the names of the columns.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn begin(heading: &'h Heading, mut out: W) -> Result<Self, csv::Error> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        let mut head = vec![
            "pmid",
            "citation",
            "title",
            "decision",
            "criterion",
            "decided_by",
            "stage",
            "reviewer",
            "judged_on",
            "quote",
            "cases",
        ];
        let criteria = &heading.criteria;
        head.extend(criteria.iter().map(|c| c.0.as_str()));
        head.extend(["announced", "changes_of_mind", "protocol"]);
        writer.write_record(&head)?;
        Ok(Self { writer, heading })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, d: &Dossier) -> Result<(), csv::Error> {
        let criteria = &self.heading.criteria;
        let protocol = self.heading.protocol.as_ref().map_or("", |p| p.0.as_str());
        let when = d
            .judgements
            .iter()
            .rev()
            .find(|j| j.standing == "stands")
            .map(|j| j.judgement.when.to_string())
            .unwrap_or_default();
        let mut row = vec![
            d.record.pmid.to_string(),
            cell(&d.record.short_citation()),
            cell(&d.record.title),
            d.fate.decision.name().to_owned(),
            d.fate.decision.criterion().unwrap_or("").to_owned(),
            d.fate.decided_by.name().to_owned(),
            d.fate.stage.map_or("", |s| s.name()).to_owned(),
            cell(d.fate.reviewer.as_deref().unwrap_or("")),
            when,
            cell(&deciding_quote(d)),
            d.fate.cases.map(|c| c.to_string()).unwrap_or_default(),
        ];
        for (id, ..) in criteria {
            row.push(d.assessments.iter().find(|a| a.criterion == *id).map_or("", |a| a.outcome.name()).to_owned());
        }
        row.push(cell(&d.record.announcements()));
        let minds = d.judgements.iter().filter(|j| j.standing != "stands").map(|j| {
            let criterion = j.judgement.criterion.as_deref().map_or(String::new(), |c| format!(" {c}"));
            format!("{} {}: {}{criterion}, {}", j.judgement.when, j.reviewer, j.judgement.verdict.name(), j.standing)
        });
        row.push(cell(&minds.collect::<Vec<_>>().join("; ")));
        row.push(protocol.to_owned());
        self.writer.write_record(&row)
    }

    /// Ends; gives what was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> Result<W, csv::Error> {
        self.writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_is_never_a_formula_and_holds_no_control_character() {
        for (text, expected) in [("=1+1", "'=1+1"), (" @x", "' @x"), ("plain", "plain"), ("a\u{1b}[31mb", "a [31mb")] {
            assert_eq!(super::cell(text), expected);
        }
    }
}
