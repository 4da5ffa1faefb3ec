//! Stage 5: one row a case for every included report, for data extraction.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Outcome, Workplace, print, print_json, screen, stored};
use crate::export::{worksheet_csv, worksheet_xlsx};
use crate::flow::Decision;
use crate::record::Pmid;
use crate::screen::fusion;
use crate::store::{SearchRun, Store};
use crate::worksheet::{COLUMNS, Hints, Worksheet, rows};

/// Builds the worksheet of a run.
pub fn build(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Worksheet> {
    let (_, fates) = screen::fates(place, store, run, &place.order())?;
    let vocabularies = &place.review.protocol.vocabularies;
    let finder = fusion::Finder::new("ALK", vocabularies.get("fusion-partners"));
    let partners =
        |text: &str| finder.find(text).into_iter().filter_map(|m| m.partner.map(|p| (m.span, p))).collect::<Vec<_>>();
    let hints = Hints { vocabularies, fusion: &partners };
    let mut sheet = Worksheet { review: place.review.name.clone(), columns: COLUMNS.to_vec(), ..Worksheet::default() };
    for fate in fates.iter().filter(|f| f.decision == Decision::Included) {
        let Some((_, record)) = stored(store, run.id, fate.pmid)? else { continue };
        sheet.synthetic |= super::fetch::is_synthetic(&record);
        // A report whose number of cases nobody knows still gets a row to write in.
        sheet.rows.extend(rows(&record, fate.cases.unwrap_or(1).max(1), &hints));
    }
    if let Some((_, cells)) = store.worksheet(&place.review.name)? {
        sheet.trust = sheet.tried(&cells);
        let left = sheet.fill(&cells);
        if !left.is_empty() {
            eprintln!(
                "note: {} handed-in rows belong to no included report now; they are kept in the database: {}",
                left.len(),
                left.join(", ")
            );
        }
    }
    Ok(sheet)
}

/// The affiliations of each report of a worksheet, by PMID.
///
/// # Errors
/// When a stored record cannot be read.
pub(super) fn centres(store: &Store, run: &SearchRun, sheet: &Worksheet) -> Result<BTreeMap<u64, Vec<String>>> {
    let mut centres = BTreeMap::new();
    for row in &sheet.rows {
        if let Some((_, record)) = stored(store, run.id, Pmid(row.pmid))? {
            centres.insert(row.pmid, record.authors.into_iter().flat_map(|a| a.affiliations).collect());
        }
    }
    Ok(centres)
}

/// The bytes of `worksheet.csv`.
pub fn csv(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Vec<u8>> {
    let mut csv = Vec::new();
    worksheet_csv::write(&build(place, store, run)?, &mut csv)?;
    Ok(csv)
}

/// Writes `worksheet.csv` and `worksheet.xlsx`; returns where.
pub fn write(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<(Worksheet, Vec<std::path::PathBuf>)> {
    let sheet = build(place, store, run)?;
    let mut csv = Vec::new();
    worksheet_csv::write(&sheet, &mut csv)?;
    let about = worksheet_xlsx::About {
        title: place.review.protocol.title.clone(),
        source: super::source::shown(&run.asked.source),
        searched_on: run.asked.asked_at.chars().take(10).collect(),
        program: super::PROGRAM.to_owned(),
        protocol: place.review.protocol.hash.clone(),
    };
    let xlsx = worksheet_xlsx::xlsx(&sheet, &about)?;
    let paths = vec![place.write("worksheet.csv", &csv)?, place.write("worksheet.xlsx", &xlsx)?];
    Ok((sheet, paths))
}

/// `tamis worksheet`.
pub fn command(place: &Workplace, run: Option<i64>, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    if json {
        print_json(&build(place, &mut store, &run)?)?;
        return Ok(Outcome::Done);
    }
    let (sheet, paths) = write(place, &mut store, &run)?;
    let mut reports: Vec<u64> = sheet.rows.iter().map(|r| r.pmid).collect();
    reports.dedup();
    print(&format!("{} cases of {} reports\n", sheet.rows.len(), reports.len()))?;
    let told: Vec<String> = sheet.trust.iter().map(|t| format!("{} {} of {}", t.column, t.kept, t.of)).collect();
    if !told.is_empty() {
        print(&format!("suggestions that people left as they were: {}\n", told.join(", ")))?;
    }
    for path in paths {
        print(&format!("{}\n", path.display()))?;
    }
    place.next("fill the blanks in worksheet.xlsx, then `tamis worksheet import worksheet.xlsx`");
    Ok(Outcome::Done)
}
