//! Included reports into case rows: the extraction worksheet.

use serde::Serialize;

use crate::screen::Evidence;

/// A column of the worksheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its key in CSV headers and JSON, for example `fusion_partner`.
    pub key: &'static str,
    /// Its heading in a spreadsheet.
    pub heading: &'static str,
    /// What belongs in it, with its unit.
    pub help: &'static str,
    /// The codes it accepts; empty for free text.
    pub codes: &'static [&'static str],
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What stands in it; blank means *not reported here*, never *no*.
    pub value: String,
    /// Where the record says so, for cells filled before extraction.
    pub evidence: Option<Evidence>,
}

/// One case (patient): cells in the order of the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The report.
    pub pmid: u64,
    /// The case within the report, from 1.
    pub case: u32,
    /// How many rows the report has.
    pub of: u32,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// The worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Worksheet {
    /// The review's name.
    pub review: String,
    /// Whether any record is synthetic.
    pub synthetic: bool,
    /// Columns after the identifying ones.
    pub columns: Vec<Column>,
    /// Rows in the order of the reports.
    pub rows: Vec<Row>,
}
