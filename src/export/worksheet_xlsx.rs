//! The worksheet as an Excel workbook: drop-downs for coded columns, frozen headings, links, and
//! a note with the evidence on every cell filled beforehand.

use rust_xlsxwriter::{
    DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, Note, Url, Workbook, Worksheet as Page,
    XlsxError,
};

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
}

const FIXED: &[(&str, f64)] =
    &[("Row", 13.0), ("PMID", 11.0), ("DOI", 20.0), ("Citation", 26.0), ("Title", 50.0), ("Case", 6.0), ("Of", 5.0)];

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
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    let page = workbook.add_worksheet().set_name("Columns")?;
    for (i, name) in ["key", "heading", "what belongs in it", "codes"].iter().enumerate() {
        page.write_string_with_format(0, i as u16, *name, &bold)?;
    }
    for (i, column) in sheet.columns.iter().enumerate() {
        let row = i as u32 + 1;
        page.write_string(row, 0, column.key)?.write_string(row, 1, column.heading)?;
        page.write_string_with_format(row, 2, column.help, &wrap)?.write_string(row, 3, column.codes.join(", "))?;
    }
    page.set_column_width(0, 20)?.set_column_width(1, 20)?.set_column_width(2, 70)?.set_column_width(3, 50)?;
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
    workbook.save_to_buffer()
}

fn cases(page: &mut Page, sheet: &Worksheet) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_background_color(0xDBE7F3);
    let filled = Format::new().set_background_color(0xFFF4CC);
    page.set_name("Cases")?;
    for (i, (name, width)) in FIXED.iter().enumerate() {
        page.write_string_with_format(0, i as u16, *name, &head)?.set_column_width(i as u16, *width)?;
    }
    let first = FIXED.len() as u16;
    let last_row = sheet.rows.len().max(1) as u32;
    for (i, column) in sheet.columns.iter().enumerate() {
        let at = first + i as u16;
        page.write_string_with_format(0, at, column.heading, &head)?.set_column_width(at, 16)?;
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
        if row.pmid < 99_000_001 {
            let link =
                Url::new(format!("https://pubmed.ncbi.nlm.nih.gov/{}/", row.pmid)).set_text(row.pmid.to_string());
            page.write_url(r, 1, link)?;
            if let Some(doi) = &row.doi {
                page.write_url(r, 2, Url::new(format!("https://doi.org/{doi}")).set_text(clean(doi)))?;
            }
        } else {
            page.write_string(r, 1, row.pmid.to_string())?;
            page.write_string(r, 2, clean(row.doi.as_deref().unwrap_or("")))?;
        }
        page.write_string(r, 3, clean(&row.citation))?.write_string(r, 4, clean(&row.title))?;
        page.write_number(r, 5, row.case)?.write_number(r, 6, row.of)?;
        for (j, (column, cell)) in sheet.columns.iter().zip(&row.cells).enumerate() {
            let at = first + j as u16;
            if cell.value.is_empty() {
                continue;
            }
            let format = if cell.evidence.is_some() { filled.clone() } else { Format::new() };
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
    page.set_freeze_panes(1, 2)?;
    page.autofilter(0, 0, last_row, first + sheet.columns.len() as u16 - 1)?;
    Ok(())
}
