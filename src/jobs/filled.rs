//! Filled worksheets: taken back whole or not at all, compared, and looked through for one patient told twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

use super::{Outcome, PROGRAM, Workplace, advice, now, print, print_json, screen, worksheet};
use crate::flow::Decision;
use crate::record::terminal_safe;
use crate::store::Cells;
use crate::worksheet::filled::{Filled, Problem, check, compare, read_csv, read_xlsx};
use crate::worksheet::patients::possible_duplicates;
use crate::worksheet::{COLUMNS, Worksheet};

/// Problems shown at once; the rest are counted.
const SHOWN: usize = 200;

fn refused(file: &Path, problems: &[Problem]) -> anyhow::Error {
    for p in problems.iter().take(SHOWN) {
        eprintln!("{}: {}", terminal_safe(&p.place), terminal_safe(&p.what));
    }
    if problems.len() > SHOWN {
        eprintln!("… and {} more", problems.len() - SHOWN);
    }
    let s = if problems.len() == 1 { "" } else { "s" };
    advice(
        format!("{} has {} problem{s}; nothing was taken from it", file.display(), problems.len()),
        "mend the cells named above, save, and import again",
    )
}

fn read(file: &Path) -> Result<Filled> {
    let bytes = std::fs::read(file).with_context(|| format!("while reading {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let read = match extension.as_str() {
        "xlsx" => read_xlsx(&bytes, &name),
        "csv" => read_csv(&bytes, &name),
        _ => {
            return Err(advice(
                format!("{} is neither .xlsx nor .csv", file.display()),
                "save it from the spreadsheet as one of the two",
            ));
        }
    };
    read.map_err(|problems| refused(file, &problems))
}

fn cells(filled: &Filled) -> Cells {
    let mut out = Cells::new();
    for row in &filled.rows {
        let value = |key: &str| row.cells.get(key).map(|c| c.value.clone()).unwrap_or_default();
        out.insert(value("row_key"), COLUMNS.iter().map(|c| (c.key.to_owned(), value(c.key))).collect());
    }
    out
}

/// The cells of a worksheet as it would be written now.
fn written(sheet: &Worksheet) -> Cells {
    let columns = |row: &crate::worksheet::Row| {
        sheet.columns.iter().zip(&row.cells).map(|(c, cell)| (c.key.to_owned(), cell.value.clone())).collect()
    };
    sheet.rows.iter().map(|r| (r.key(), columns(r))).collect()
}

/// Every cell that differs: row, column, before, after.
fn difference(before: &Cells, after: &Cells) -> Vec<(String, String, String, String)> {
    let mut out = Vec::new();
    let rows: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for row in rows {
        for column in COLUMNS {
            let value = |cells: &Cells| cells.get(row).and_then(|r| r.get(column.key)).cloned().unwrap_or_default();
            let (old, new) = (value(before), value(after));
            if old != new {
                out.push((row.clone(), column.key.to_owned(), old, new));
            }
        }
    }
    out
}

fn shown(value: &str) -> String {
    if value.is_empty() { "(blank)".to_owned() } else { terminal_safe(value).into_owned() }
}

/// `tamis worksheet import FILE`.
///
/// # Errors
/// When any cell is wrong; then nothing is stored.
pub fn import(place: &Workplace, file: &Path, run: Option<i64>, as_json: bool) -> Result<Outcome> {
    let filled = read(file)?;
    if let Some(review) = filled.review.as_ref().filter(|r| **r != place.review.name) {
        return Err(advice(
            format!("{} is a worksheet of `{review}`, not of `{}`", file.display(), place.review.name),
            format!("name its review: tamis worksheet import {} {review}", file.display()),
        ));
    }
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let (_, fates) = screen::fates(place, &mut store, &run, &place.order())?;
    let reports: BTreeMap<u64, Option<u32>> =
        fates.iter().filter(|f| f.decision == Decision::Included).map(|f| (f.pmid.0, f.cases)).collect();
    let problems = check(&filled, &reports);
    if !problems.is_empty() {
        return Err(refused(file, &problems));
    }
    let new = cells(&filled);
    let last = store.worksheet(&place.review.name)?;
    let (since, before) = match last {
        Some((import, cells)) => (format!("the import of {} ({})", import.at, import.file), cells),
        None => ("the worksheet as tamis fills it".to_owned(), written(&worksheet::build(place, &mut store, &run)?)),
    };
    let changes = difference(&before, &new);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let stored = store.add_worksheet(&place.review.name, run.id, &name, &new, PROGRAM, &now())?;
    if as_json {
        let list: Vec<_> = changes
            .iter()
            .map(|(row, column, old, new)| json!({ "row": row, "column": column, "before": old, "after": new }))
            .collect();
        print_json(&json!({ "rows": new.len(), "stored": stored, "since": since, "changes": list }))?;
        return Ok(Outcome::Done);
    }
    let mut text = String::new();
    for (row, column, old, new) in &changes {
        text.push_str(&format!("{row} {column}: {} -> {}\n", shown(old), shown(new)));
    }
    text.push_str(&format!("{} rows, {} cells changed since {since}\n", new.len(), changes.len()));
    if !stored {
        text.push_str("these cells were imported already; nothing was added\n");
    }
    print(&text)?;
    place.next(&format!("tamis worksheet{} writes it again with what is new", place.argument()));
    Ok(Outcome::Done)
}

/// `tamis worksheet compare A B`.
///
/// # Errors
/// When one cannot be read.
pub fn comparison(place: &Workplace, first: &Path, second: &Path, as_json: bool) -> Result<Outcome> {
    let (table, alone) = compare(&read(first)?, &read(second)?);
    if as_json {
        print_json(&json!({ "columns": table, "rows_in_one_only": alone }))?;
        return Ok(Outcome::Done);
    }
    let mut out = Table::new();
    out.load_style(presets::UTF8_HORIZONTAL_ONLY);
    out.set_width(place.width as u16).set_header(["column", "cells", "equal", "%", "kappa"]);
    for a in &table {
        let percent =
            if a.cells == 0 { String::new() } else { format!("{:.0}", 100.0 * a.equal as f64 / a.cells as f64) };
        let kappa = a.kappa.map_or(String::new(), |k| format!("{k:.2}"));
        out.add_row([a.column.to_owned(), a.cells.to_string(), a.equal.to_string(), percent, kappa]);
    }
    for i in 1..5 {
        if let Some(column) = out.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = format!("{out}\n");
    for a in &table {
        for (row, x, y) in &a.differing {
            text.push_str(&format!("{} {}: {} / {}\n", terminal_safe(row), a.column, shown(x), shown(y)));
        }
    }
    for row in &alone {
        text.push_str(&format!("{}: only one of the two has this row\n", terminal_safe(row)));
    }
    print(&text)?;
    place.next("settle the cells that differ, then `tamis worksheet import FILE`");
    Ok(Outcome::Done)
}

/// `tamis worksheet duplicates`.
///
/// # Errors
/// When a record cannot be read.
pub fn duplicates(place: &Workplace, run: Option<i64>, as_json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let sheet = worksheet::build(place, &mut store, &run)?;
    let centres = worksheet::centres(&store, &run, &sheet)?;
    let pairs = possible_duplicates(&sheet, &centres);
    if as_json {
        print_json(&pairs)?;
        return Ok(Outcome::Done);
    }
    let mut text = String::new();
    for p in &pairs {
        text.push_str(&format!("{} and {}: {}\n", p.first, p.second, terminal_safe(&p.reasons.join(", "))));
    }
    text.push_str(&format!("{} pairs of cases may be one patient, of {} cases\n", pairs.len(), sheet.rows.len()));
    print(&text)?;
    place.next("read both reports; a case told twice belongs in one row only");
    Ok(Outcome::Done)
}
