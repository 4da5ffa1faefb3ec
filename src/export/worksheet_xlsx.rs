//! The worksheet as an Excel workbook: drop-downs for coded columns, frozen headings, links, and
//! a note with the evidence on every cell filled beforehand.

use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, Note, ProtectionOptions, Url, Workbook,
    Worksheet as Page, XlsxError,
};

use crate::record::Pmid;
use crate::worksheet::{Kind, Worksheet};

/// What the workbook says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// The review's title.
    pub title: String,
    /// Where the records came from.
    pub source: String,
    /// The day of the search.
    pub searched_on: String,
    /// The program and its version.
    pub program: String,
    /// The protocol's hash.
    pub protocol: String,
}

const FIXED: &[(&str, f64)] = &[
    ("Row", 13.0),
    ("PMID", 11.0),
    ("DOI", 20.0),
    ("Citation", 26.0),
    ("Title", 50.0),
    ("Case", 6.0),
    ("Of", 5.0),
    ("Announced", 24.0),
];

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(32_000).collect()
}

/// Makes the workbook's bytes. Text is written as text, never as a formula.
///
/// # Errors
/// When the workbook cannot be put together.
pub fn xlsx(sheet: &Worksheet, about: &About) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same worksheet gives the same bytes.
    let made = ExcelDateTime::from_ymd(2021, 8, 22)?;
    workbook.set_properties(&DocProperties::new().set_title(&about.title).set_creation_datetime(&made));
    cases(workbook.add_worksheet(), sheet)?;
    studies(workbook.add_worksheet(), sheet)?;
    evidence(workbook.add_worksheet(), sheet)?;
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    let page = workbook.add_worksheet().set_name("Dictionary")?;
    for (i, name) in
        ["key", "heading", "what belongs in it", "codes", "suggestions people left as they were"].iter().enumerate()
    {
        page.write_string_with_format(0, i as u16, *name, &bold)?;
    }
    for (i, column) in sheet.columns.iter().enumerate() {
        let row = i as u32 + 1;
        page.write_string(row, 0, column.key)?.write_string(row, 1, column.heading)?;
        page.write_string_with_format(row, 2, column.help, &wrap)?.write_string(row, 3, column.codes.join(", "))?;
        let earned = match sheet.trust.iter().find(|t| t.column == column.key) {
            Some(t) => format!("{} of {}", t.kept, t.of),
            None => "not tried yet".to_owned(),
        };
        page.write_string(row, 4, earned)?;
    }
    page.set_column_width(4, 20)?
        .set_column_width(0, 20)?
        .set_column_width(1, 20)?
        .set_column_width(2, 70)?
        .set_column_width(3, 50)?;
    let page = workbook.add_worksheet().set_name("About")?;
    let mut lines = vec![
        about.title.clone(),
        format!("Review {}, source {}, searched on {}, made by {}", sheet.review, about.source, about.searched_on, about.program),
        "Coloured cells were filled from the record; their notes quote the evidence. Blank means not reported in the record.".into(),
        "Fill the sheet Cases; keep the column Row as it is.".into(),
    ];
    if sheet.synthetic {
        lines.insert(0, "SYNTHETIC RECORDS: no article, patient or author in this workbook exists".into());
    }
    for (i, line) in lines.iter().enumerate() {
        page.write_string(i as u32, 0, clean(line))?;
    }
    // By which a filled workbook is known again.
    let page = workbook.add_worksheet().set_name("tamis")?.set_very_hidden(true);
    page.write_string(0, 0, "review")?.write_string(0, 1, clean(&sheet.review))?;
    page.write_string(1, 0, "protocol")?.write_string(1, 1, clean(&about.protocol))?;
    workbook.save_to_buffer()
}

/// One row a report.
fn studies(page: &mut Page, sheet: &Worksheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color(0xDBE7F3);
    page.set_name("Studies")?.set_freeze_panes(1, 0)?;
    for (i, (name, width)) in
        [("PMID", 11.0), ("DOI", 24.0), ("Citation", 30.0), ("Title", 70.0), ("Cases", 7.0), ("Announced", 40.0)]
            .iter()
            .enumerate()
    {
        page.write_string_with_format(0, i as u16, *name, &head)?.set_column_width(i as u16, *width)?;
    }
    for (i, row) in sheet.rows.iter().filter(|r| r.case == 1).enumerate() {
        let r = i as u32 + 1;
        page.write_string(r, 0, row.pmid.to_string())?.write_string(r, 1, clean(row.doi.as_deref().unwrap_or("")))?;
        page.write_string(r, 2, clean(&row.citation))?.write_string(r, 3, clean(&row.title))?;
        page.write_number(r, 4, row.of)?.write_string(r, 5, clean(&row.announced))?;
    }
    Ok(())
}

/// One row a cell that was filled beforehand, with the sentence it was read from.
fn evidence(page: &mut Page, sheet: &Worksheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color(0xDBE7F3);
    page.set_name("Evidence")?.set_freeze_panes(1, 0)?;
    for (i, (name, width)) in
        [("Row", 13.0), ("Column", 20.0), ("Value", 20.0), ("Quote", 30.0), ("Sentence", 90.0), ("Where", 14.0)]
            .iter()
            .enumerate()
    {
        page.write_string_with_format(0, i as u16, *name, &head)?.set_column_width(i as u16, *width)?;
    }
    let mut r = 0;
    for row in &sheet.rows {
        for (column, cell) in sheet.columns.iter().zip(&row.cells) {
            let Some(e) = &cell.evidence else { continue };
            r += 1;
            page.write_string(r, 0, row.key())?.write_string(r, 1, column.heading)?;
            page.write_string(r, 2, clean(&cell.value))?.write_string(r, 3, clean(&e.quote))?;
            page.write_string(r, 4, clean(&e.sentence))?.write_string(r, 5, clean(&e.field))?;
        }
    }
    Ok(())
}

fn cases(page: &mut Page, sheet: &Worksheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_background_color(0xDBE7F3);
    // The identifying columns stay locked; the rest is for a person to fill.
    let open = Format::new().set_unlocked();
    let filled = Format::new().set_background_color(0xFFF4CC).set_unlocked();
    page.set_name("Cases")?;
    for (i, (name, width)) in FIXED.iter().enumerate() {
        page.write_string_with_format(0, i as u16, *name, &head)?.set_column_width(i as u16, *width)?;
    }
    let first = FIXED.len() as u16;
    let last_row = sheet.rows.len().max(1) as u32;
    for (i, column) in sheet.columns.iter().enumerate() {
        let at = first + i as u16;
        page.write_string_with_format(0, at, column.heading, &head)?.set_column_width(at, 16)?;
        page.set_column_format(at, &open)?;
        let rule = match column.kind {
            Kind::Code => DataValidation::new().allow_list_strings(column.codes)?,
            Kind::Number { min, max, whole: true } => {
                DataValidation::new().allow_whole_number(DataValidationRule::Between(min, max))
            }
            Kind::Number { min, max, whole: false } => {
                DataValidation::new().allow_decimal_number(DataValidationRule::Between(f64::from(min), f64::from(max)))
            }
            Kind::Text => DataValidation::new().allow_any_value(),
        };
        let help: String = column.help.chars().take(250).collect();
        let rule = rule.set_input_title(column.heading)?.set_input_message(help)?;
        page.add_data_validation(1, at, last_row, at, &rule)?;
    }
    for (i, row) in sheet.rows.iter().enumerate() {
        let r = i as u32 + 1;
        page.write_string(r, 0, row.key())?;
        // Synthetic PMIDs lead nowhere.
        if Pmid(row.pmid).is_on_pubmed() {
            let link = Url::new(Pmid(row.pmid).address()).set_text(row.pmid.to_string());
            page.write_url(r, 1, link)?;
            if let Some(doi) = &row.doi {
                page.write_url(r, 2, Url::new(format!("https://doi.org/{doi}")).set_text(clean(doi)))?;
            }
        } else {
            page.write_string(r, 1, row.pmid.to_string())?;
            page.write_string(r, 2, clean(row.doi.as_deref().unwrap_or("")))?;
        }
        page.write_string(r, 3, clean(&row.citation))?.write_string(r, 4, clean(&row.title))?;
        page.write_number(r, 5, row.case)?.write_number(r, 6, row.of)?.write_string(r, 7, clean(&row.announced))?;
        for (j, (column, cell)) in sheet.columns.iter().zip(&row.cells).enumerate() {
            let at = first + j as u16;
            if cell.value.is_empty() {
                continue;
            }
            let format = if cell.evidence.is_some() { filled.clone() } else { open.clone() };
            match (column.kind, cell.value.parse::<f64>()) {
                (Kind::Number { .. }, Ok(n)) => page.write_number_with_format(r, at, n, &format)?,
                _ => page.write_string_with_format(r, at, clean(&cell.value), &format)?,
            };
            if let Some(e) = &cell.evidence {
                let note = format!("{} [{}]", clean(&e.sentence), e.field);
                page.insert_note(r, at, &Note::new(note.chars().take(1000).collect::<String>()).set_author("tamis"))?;
            }
        }
    }
    page.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
    page.set_freeze_panes(1, 2)?;
    page.autofilter(0, 0, last_row, first + sheet.columns.len() as u16 - 1)?;
    Ok(())
}
