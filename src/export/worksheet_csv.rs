//! The worksheet as CSV.

use std::io::Write;

use super::audit_csv::cell;
use crate::worksheet::Worksheet;

/// Writes one row a case, the evidence of filled cells in the last column. Starts with a byte
/// order mark, so that Excel reads UTF-8.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(sheet: &Worksheet, mut out: impl Write) -> Result<(), csv::Error> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(out);
    let mut head = vec!["row_key", "pmid", "doi", "citation", "title", "announced", "case", "of_cases"];
    head.extend(sheet.columns.iter().map(|c| c.key));
    head.push("evidence");
    writer.write_record(&head)?;
    for row in &sheet.rows {
        let mut cells = vec![
            row.key(),
            row.pmid.to_string(),
            cell(row.doi.as_deref().unwrap_or("")),
            cell(&row.citation),
            cell(&row.title),
            cell(&row.announced),
            row.case.to_string(),
            row.of.to_string(),
        ];
        cells.extend(row.cells.iter().map(|c| cell(&c.value)));
        let evidence = sheet.columns.iter().zip(&row.cells).filter_map(|(column, c)| {
            let e = c.evidence.as_ref()?;
            Some(format!("{}: \"{}\" [{}]", column.key, e.quote, e.field))
        });
        cells.push(cell(&evidence.collect::<Vec<_>>().join("; ")));
        writer.write_record(&cells)?;
    }
    writer.flush()?;
    Ok(())
}
