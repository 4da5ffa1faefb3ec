//! The audit as CSV, one row a record, for spreadsheets.

use std::io::Write;

use super::Dossier;
use crate::flow::Decision;
use crate::screen::{Outcome, Weight};

/// A cell that no spreadsheet takes for a formula, without control characters.
pub fn cell(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // OWASP, CSV injection: a leading apostrophe makes it text.
    if clean.trim_start().starts_with(['=', '+', '-', '@']) { format!("'{clean}") } else { clean }
}

/// The sentence the decision rests on: a person's quote, else the rule's.
pub fn deciding_quote(d: &Dossier) -> String {
    if let Some(j) = d.judgements.iter().rev().find(|j| j.judgement.criterion.as_deref() == d.fate.decision.criterion())
    {
        return j.judgement.quote.clone();
    }
    let Decision::Excluded(criterion) = &d.fate.decision else { return String::new() };
    let assessment = d.assessments.iter().find(|a| a.criterion == *criterion && a.outcome == Outcome::Met);
    let evidence = assessment.and_then(|a| a.evidence.iter().find(|e| e.weight == Weight::Excludes));
    evidence.map(|e| e.sentence.clone()).unwrap_or_default()
}

/// Writes the audit. Starts with a byte order mark, so that Excel reads UTF-8.
///
/// # Errors
/// When `out` cannot be written.
pub fn audit_csv(
    dossiers: &[Dossier],
    criteria: &[(String, String, String)],
    mut out: impl Write,
) -> Result<(), csv::Error> {
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
    head.extend(criteria.iter().map(|c| c.0.as_str()));
    writer.write_record(&head)?;
    for d in dossiers {
        let when = d.judgements.last().map(|j| j.judgement.when.to_string()).unwrap_or_default();
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
        writer.write_record(&row)?;
    }
    writer.flush()?;
    Ok(())
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
