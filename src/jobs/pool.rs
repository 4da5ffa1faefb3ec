//! The pooled analysis of a filled worksheet: tables, pictures, and the paper's numbers beside ours.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::json;

use super::{Outcome, PROGRAM, Workplace, advice, print, print_json};
use crate::diagnostic::Source;
use crate::export::document::Document;
use crate::export::report::Pooled;
use crate::export::{grid_svg, pooled_csv, pooled_text, survival_svg, swimmer_svg};
use crate::pooled::against::{Answer, Verdict, against};
use crate::pooled::analysis::analyse;
use crate::pooled::cases::Case;
use crate::pooled::results::{Results, ShareRow};
use crate::protocol::analysis::{Plan, read};
use crate::record::Pmid;
use crate::store::Store;
use crate::worksheet::patients::{Pair, possible_duplicates};
use crate::worksheet::{COLUMNS, Cell, Row, Worksheet};

/// Columns of a worksheet's file that are no cells to fill, and that a plan may ask about.
const IDENTIFYING: [&str; 3] = ["pmid", "case", "of_cases"];

/// What to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables for the terminal.
    Text,
    /// For scripts.
    Json,
    /// One row a number.
    Csv,
}

/// The plan of a review.
///
/// # Errors
/// When it has none, or it is faulty.
pub fn plan(place: &Workplace) -> Result<Plan> {
    let Some(text) = place.located.files.get("analysis.toml") else {
        return Err(advice(
            format!("`{}` has no analysis.toml", place.review.name),
            "write one beside protocol.toml; queries/README.md explains its keys, queries/alk-crizotinib has an example",
        ));
    };
    let mut columns: Vec<&str> = COLUMNS.iter().map(|c| c.key).collect();
    columns.extend(IDENTIFYING);
    let name = place.located.folder.join("analysis.toml").display().to_string();
    Ok(read(&Source::new(name, text.as_str()), &columns)?)
}

/// The cases of a worksheet's CSV.
///
/// # Errors
/// When a column is missing, or a row has no key or one that another has.
fn cases(name: &str, text: &str) -> Result<Vec<Case>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let head = reader.headers().with_context(|| format!("while reading {name}"))?.clone();
    let missing: Vec<&str> = std::iter::once("row_key")
        .chain(IDENTIFYING)
        .chain(COLUMNS.iter().map(|c| c.key))
        .filter(|c| !head.iter().any(|h| h == *c))
        .collect();
    if !missing.is_empty() {
        return Err(advice(
            format!("{name} is no filled worksheet: it lacks the columns {}", missing.join(", ")),
            "start from the worksheet that `tamis worksheet` writes",
        ));
    }
    let mut out: Vec<Case> = Vec::new();
    for row in reader.records() {
        let row = row.with_context(|| format!("while reading {name}"))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cells: std::collections::BTreeMap<String, String> = (head.iter().zip(row.iter()))
            .filter(|(h, _)| *h != "row_key")
            .map(|(h, v)| (h.to_owned(), v.trim().to_owned()))
            .collect();
        let key = head.iter().position(|h| h == "row_key").and_then(|i| row.get(i)).unwrap_or("").trim().to_owned();
        if key.is_empty() || out.iter().any(|c| c.key == key) {
            let what =
                if key.is_empty() { "has no row_key".to_owned() } else { format!("has the row_key {key} of another") };
            return Err(advice(format!("{name}:{line}: this row {what}"), "a row_key is PMID.case, and stands once"));
        }
        out.push(Case { key, cells });
    }
    Ok(out)
}

/// The review's own worksheet: the one last taken back, else the one the twin ships; with its name.
fn found(place: &Workplace, store: Option<&Store>) -> Result<Option<(String, Vec<Case>)>> {
    if let Some(store) = store
        && let Some((import, cells)) = store.worksheet(&place.review.name)?
    {
        return Ok(Some((format!("{}, taken back {}", import.file, import.at), imported(cells))));
    }
    let shipped = place.located.folder.join("twin/worksheet.csv");
    shipped.is_file().then(|| read_cases(&shipped)).transpose()
}

/// The cases of a worksheet's file, with its name.
fn read_cases(path: &Path) -> Result<(String, Vec<Case>)> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        advice(
            format!("{name} cannot be read as text: {e}"),
            "--worksheet takes the CSV; an Excel file is taken back with `tamis worksheet import FILE`, and then pooled",
        )
    })?;
    let cases = cases(&name, &text)?;
    Ok((name, cases))
}

/// The cases of a worksheet that was taken back: its rows by their keys, with what the keys tell.
fn imported(rows: std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>>) -> Vec<Case> {
    let report = |key: &str| key.split('.').next().unwrap_or("").to_owned();
    let mut of: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    rows.keys().for_each(|k| *of.entry(report(k)).or_default() += 1);
    let case = |(key, mut cells): (String, std::collections::BTreeMap<String, String>)| {
        let pmid = report(&key);
        cells.insert("of_cases".into(), of[&pmid].to_string());
        cells.insert("case".into(), key.split('.').nth(1).unwrap_or("1").to_owned());
        cells.insert("pmid".into(), pmid);
        Case { key, cells }
    };
    rows.into_iter().map(case).collect()
}

/// Cases of different reports that may be one patient.
fn duplicates(place: &Workplace, cases: &[Case]) -> Vec<Pair> {
    let cell = |case: &Case, key: &str| Cell { value: case.cell(key).unwrap_or("").to_owned(), evidence: None };
    let row = |case: &Case| Row {
        pmid: case.number("pmid").unwrap_or_default() as u64,
        case: case.number("case").unwrap_or(1.0) as u32,
        of: case.number("of_cases").unwrap_or(1.0) as u32,
        cells: COLUMNS.iter().map(|c| cell(case, c.key)).collect(),
        ..Row::default()
    };
    let sheet = Worksheet {
        review: place.review.name.clone(),
        columns: COLUMNS.to_vec(),
        rows: cases.iter().map(row).collect(),
        ..Worksheet::default()
    };
    possible_duplicates(&sheet, &std::collections::BTreeMap::new())
}

/// The same analysis without the second case of each pair that may be one patient.
#[derive(Debug, Serialize)]
struct Sensitivity {
    pairs: Vec<Pair>,
    without: Vec<String>,
    results: Results,
}

impl Sensitivity {
    /// Overall proportions beside those of all cases.
    fn document(&self, all: &Results) -> Document {
        let mut out = Document::default();
        out.heading("Cases that may be one patient, and what changes without the second of each");
        let pairs = self.pairs.iter().map(|p| format!("{} and {}: {}", p.first, p.second, p.reasons.join(", ")));
        let show = |r: &ShareRow| format!("{}/{}", r.share.k, r.share.n);
        let changes = all.shares.iter().zip(&self.results.shares).filter_map(|(with, without)| {
            let (a, b) = (with.rows.first()?, without.rows.first()?);
            (a.share != b.share).then(|| format!("{}: {} becomes {}", with.label, show(a), show(b)))
        });
        out.list(pairs.chain(changes).map(|line| vec![line.into()]));
        out
    }
}

/// Everything that is written.
struct Pool {
    worksheet: String,
    synthetic: bool,
    without: Vec<String>,
    results: Results,
    answers: Vec<Answer>,
    sensitivity: Option<Sensitivity>,
}

fn of(place: &Workplace, plan: &Plan, worksheet: String, mut cases: Vec<Case>, without: &[String]) -> Result<Pool> {
    if let Some(unknown) = without.iter().find(|k| !cases.iter().any(|c| c.key == **k)) {
        return Err(advice(format!("{worksheet} has no case {unknown}"), "name cases by their row_key, PMID.case"));
    }
    cases.retain(|c| !without.contains(&c.key));
    let synthetic = cases.iter().any(|c| c.number("pmid").is_some_and(|p| Pmid(p as u64).is_synthetic()));
    let results = analyse(plan, &cases);
    let answers = place.review.published.as_ref().map(|p| against(&results, plan, p)).unwrap_or_default();
    let pairs = duplicates(place, &cases);
    let sensitivity = (!pairs.is_empty()).then(|| {
        let without: Vec<String> = pairs.iter().map(|p| p.second.clone()).collect();
        cases.retain(|c| !without.contains(&c.key));
        Sensitivity { pairs, without, results: analyse(plan, &cases) }
    });
    Ok(Pool { worksheet, synthetic, without: without.to_vec(), results, answers, sensitivity })
}

const SYNTHETIC: &str = "Synthetic cases: no patient here exists.";

/// The drawings: id, what each shows, SVG.
fn pictures(pool: &Pool) -> Vec<(&str, &str, String)> {
    let note = if pool.synthetic { SYNTHETIC } else { "" };
    let results = &pool.results;
    let curves = results.survival.iter().map(|s| (&*s.id, &*s.label, survival_svg::svg(s, note)));
    let bars = results.swimmers.iter().map(|s| (&*s.id, &*s.label, swimmer_svg::svg(s, note)));
    let marks = results.grids.iter().map(|g| (&*g.id, &*g.label, grid_svg::svg(g, note)));
    curves.chain(bars).chain(marks).collect()
}

/// The pooled analysis as the report shows it; in words, why there is none.
///
/// # Errors
/// When the plan or the worksheet is faulty.
pub(super) fn reported(place: &Workplace, store: &Store) -> Result<std::result::Result<Pooled, String>> {
    if !place.located.files.contains_key("analysis.toml") {
        return Ok(Err("the review has no plan of analysis (analysis.toml)".to_owned()));
    }
    let plan = plan(place)?;
    let Some((worksheet, cases)) = found(place, Some(store))? else {
        return Ok(Err("no filled worksheet has been taken back yet".to_owned()));
    };
    let pool = of(place, &plan, worksheet, cases, &[])?;
    let mut tables = pooled_text::document(&pool.results, &pool.answers);
    if let Some(sensitivity) = &pool.sensitivity {
        tables.append(sensitivity.document(&pool.results));
    }
    Ok(Ok(Pooled {
        title: plan.title.clone(),
        worksheet: pool.worksheet.clone(),
        synthetic: pool.synthetic,
        tables,
        pictures: pictures(&pool).into_iter().map(|(_, label, svg)| (label.to_owned(), svg)).collect(),
    }))
}

/// `tamis pool`.
///
/// # Errors
/// When there is no plan or no worksheet, or either is faulty; when a result cannot be written.
pub fn command(
    place: &Workplace,
    file: Option<PathBuf>,
    without: &[String],
    format: Format,
    check: bool,
) -> Result<Outcome> {
    let plan = plan(place)?;
    let (worksheet, cases) = match file {
        Some(file) => read_cases(&file)?,
        None => found(place, Store::read(&place.db)?.as_ref())?.ok_or_else(|| {
            advice(
                format!("there is no filled worksheet of `{}`", place.review.name),
                "write one with `tamis worksheet`, fill it, and take it back with `tamis worksheet import FILE`",
            )
        })?,
    };
    let pool = of(place, &plan, worksheet, cases, without)?;
    let json = json!({
        "review": place.review.name, "program": PROGRAM, "worksheet": pool.worksheet, "synthetic": pool.synthetic,
        "without": pool.without, "results": pool.results, "published": pool.answers,
        "possible_duplicates": pool.sensitivity,
    });
    let mut csv = Vec::new();
    pooled_csv::write(&pool.results, &mut csv)?;
    match format {
        Format::Json => print_json(&json)?,
        Format::Csv => print(&String::from_utf8_lossy(&csv))?,
        Format::Text => {
            let width = place.width.min(120);
            let mut out = format!("{}\nworksheet: {}\n", plan.title, pool.worksheet);
            if !pool.without.is_empty() {
                out.push_str(&format!("without {}\n", pool.without.join(", ")));
            }
            if pool.synthetic {
                out.push_str(&format!("{}\n", SYNTHETIC.to_uppercase()));
            }
            out.push_str(&pooled_text::document(&pool.results, &pool.answers).text(width));
            if let Some(sensitivity) = &pool.sensitivity {
                out.push_str(&sensitivity.document(&pool.results).text(width));
            }
            let mut beside = Vec::new();
            pooled_csv::write_against(&pool.answers, &mut beside)?;
            let mut paths = vec![
                place.write("pooled.json", (serde_json::to_string_pretty(&json)? + "\n").as_bytes())?,
                place.write("pooled.csv", &csv)?,
                place.write("pooled-beside-the-paper.csv", &beside)?,
            ];
            for (id, _, svg) in pictures(&pool) {
                paths.push(place.write(&format!("{id}.svg"), svg.as_bytes())?);
                if cfg!(feature = "png") {
                    paths.push(place.write(&format!("{id}.png"), &super::picture::png(&svg)?)?);
                }
            }
            out.push_str("\nfiles:\n");
            for path in paths {
                out.push_str(&format!("  {}\n", path.display()));
            }
            print(&out)?;
            place.next("open the pictures; `--format json` gives every number with every method");
        }
    }
    let unexplained = pool.answers.iter().any(|a| matches!(a.verdict, Verdict::Differs | Verdict::NotPlanned));
    Ok(if check && unexplained { Outcome::Differs } else { Outcome::Done })
}
