//! `tamis verify`: a published search, or an earlier one of this review, run again and graded. Nothing is stored.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::source::{self, Described};
use super::update::gone;
use super::{Outcome, Workplace, advice, figure, history, print, print_json, search};
use crate::entrez::xml::read_articles;
use crate::flow::Flow;
use crate::flow::grade::{Grade, Graded, grade, within_a_tenth};
use crate::record::{Record, terminal_safe};
use crate::store::{NewRun, SearchRun, Store};

/// PMIDs looked up to tell when a record came; more are counted only.
const MOST: usize = 200;

/// A record that came since, with the days it is dated and entered PubMed.
#[derive(Debug, Clone, Serialize)]
struct Came {
    pmid: u64,
    citation: String,
    dated: Vec<String>,
    entered: Option<String>,
}

/// A record that is not found any more.
#[derive(Debug, Clone, Serialize)]
struct Went {
    pmid: u64,
    kind: &'static str,
    reason: String,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
struct Report {
    /// `published`, or the run's number.
    of: String,
    window: String,
    term: String,
    then: u64,
    now: u64,
    /// Whether the count is within ten per cent of what it was (Rethlefsen 2024).
    reproduced: bool,
    /// The run whose PMIDs are compared; none when no run asked for this.
    compared_with: Option<i64>,
    came: Vec<Came>,
    /// How many came, also those not looked up.
    came_n: usize,
    went: Vec<Went>,
    /// The boxes of the published figure.
    boxes: Vec<Graded>,
}

/// The source to ask when none was named: the run's own, else the review's usual one.
///
/// # Errors
/// When local files cannot be read.
pub fn usual(place: &Workplace, run: Option<i64>) -> Result<Described> {
    let source = match run {
        Some(id) => source::reparse(&place.run(&place.store()?, Some(id))?.asked.source, &place.located),
        None => source::parse(&[], &place.located),
    };
    source::describe(source, &place.located)
}

/// What is asked again: the string and the window; and the run that asked it before.
fn before(place: &Workplace, store: &Store, run: Option<i64>) -> Result<(NewRun, Option<SearchRun>, u64)> {
    if let Some(id) = run {
        let run = place.run(store, Some(id))?;
        let then = run.asked.reported;
        return Ok((run.asked.clone(), Some(run), then));
    }
    let Some(published) = &place.review.published else {
        return Err(advice(
            format!("`{}` has no published figure to verify", place.review.name),
            "add published.toml, or name one of your own searches with --run N",
        ));
    };
    let search = &place.review.protocol.search;
    let (from, to) = (search.from.to_string(), search.to.to_string());
    let known = store.runs(&place.review.name)?.into_iter().rfind(|r| {
        (r.asked.term.as_str(), r.asked.date_from.as_str(), r.asked.date_to.as_str()) == (&search.sent, &from, &to)
    });
    let asked = NewRun {
        review: place.review.name.clone(),
        source: String::new(),
        endpoint: String::new(),
        term: search.sent.clone(),
        date_field: search.date_field.clone(),
        date_from: from,
        date_to: to,
        asked_at: String::new(),
        program: String::new(),
        reported: 0,
        translation: String::new(),
        says: String::new(),
        database_info: String::new(),
    };
    Ok((asked, known, published.identified))
}

/// The flow that was last reported of a run.
fn flow_of(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Option<Flow>> {
    let Some(stand) = history::last(store, run)? else { return Ok(None) };
    Ok(Some(figure::counted(place, store, &stand, &figure::Options::default())?))
}

/// `tamis verify`.
///
/// # Errors
/// When there is nothing to verify, or PubMed cannot be asked.
pub fn command(
    place: &Workplace,
    described: &Described,
    options: &search::Options,
    run: Option<i64>,
    json: bool,
) -> Result<Outcome> {
    let mut store = place.store()?;
    let (asked, known, then) = before(place, &store, run)?;
    let request = search::request(&asked.term, &asked.date_field, &asked.date_from, &asked.date_to);
    let hits: BTreeSet<u64> = match &known {
        Some(run) => store.hits(run.id)?.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let again = SearchRun { id: 0, asked: asked.clone() };
    let comparing = known.is_some();
    let before = known.clone().unwrap_or_else(|| again.clone());
    let (count, found, records, gone) = described.ask(place, &options.net, |client| async move {
        let whole = client.search_all(&request, &|_, _| {}).await.context("while running the search again")?;
        let found: BTreeSet<u64> = whole.pmids.iter().copied().collect();
        let came: Vec<u64> = found.difference(&hits).copied().take(if comparing { MOST } else { 0 }).collect();
        let records: Vec<Record> = if came.is_empty() {
            Vec::new()
        } else {
            let body = client.efetch_ids(&came).await.context("while asking for what came")?;
            read_articles(&body)?.articles.into_iter().map(|a| a.record).collect()
        };
        let went: Vec<u64> = hits.difference(&found).copied().collect();
        let gone = gone::ask(&client, &went, &before, &again).await?;
        let mut records = records;
        records.sort_by_key(|r| r.pmid);
        Ok((whole.answer.count, found.difference(&hits).count(), records, gone))
    })?;
    let day = |d: crate::record::PartialDate| d.to_string();
    let came = records.iter().map(|r| Came {
        pmid: r.pmid.0,
        citation: r.short_citation(),
        dated: gone::dates(r, &asked.date_field).into_iter().map(day).collect(),
        entered: r.history_date("entrez").map(day),
    });
    let flow = match (&known, run, &place.review.published) {
        (Some(known), None, Some(_)) => flow_of(place, &mut store, known)?,
        _ => None,
    };
    let boxes = match (&place.review.published, run) {
        (Some(published), None) => grade(published, count, flow.as_ref()),
        _ => Vec::new(),
    };
    let report = Report {
        of: run.map_or("published".to_owned(), |id| format!("run {id}")),
        window: format!("{} to {}", asked.date_from, asked.date_to),
        term: asked.term.clone(),
        then,
        now: count,
        reproduced: within_a_tenth(count, then),
        compared_with: known.as_ref().map(|k| k.id),
        came: came.collect(),
        came_n: if comparing { found } else { 0 },
        went: gone.into_iter().map(|d| Went { pmid: d.pmid.0, kind: d.kind, reason: d.reason }).collect(),
        boxes,
    };
    if json {
        print_json(&report)?;
    } else {
        print(&text(&report, place.width))?;
    }
    let sound = report.reproduced && report.boxes.iter().all(|b| b.grade != Grade::Not);
    let a = place.argument();
    place.next(&match (report.compared_with, flow.is_some() || run.is_some()) {
        (None, _) => format!("tamis run{a}, to know the PMIDs and the boxes too"),
        (_, false) => format!("tamis flow{a}, to grade the boxes too"),
        _ => format!("tamis update{a}, to bring the review up to date"),
    });
    Ok(if sound { Outcome::Done } else { Outcome::Differs })
}

fn text(report: &Report, width: usize) -> String {
    let mut out = format!(
        "{} ({})\n{} records then, {} now: {}\n",
        report.of,
        report.window,
        report.then,
        report.now,
        if report.reproduced { "within ten per cent" } else { "more than ten per cent away" }
    );
    match report.compared_with {
        None => out.push_str("which came and went cannot be known: no run of this database asked for it, and a publication gives no PMIDs\n"),
        Some(run) => out.push_str(&format!(
            "compared with run {run}: {} came, {} went\n",
            report.came_n,
            report.went.len()
        )),
    }
    for c in &report.came {
        let entered = c.entered.as_deref().unwrap_or("?");
        out.push_str(&format!(
            "  + {}  {}; dated {}, entered PubMed {entered}\n",
            c.pmid,
            terminal_safe(&c.citation),
            c.dated.join(" and ")
        ));
    }
    if report.came_n > report.came.len() {
        out.push_str(&format!("  + {} more\n", report.came_n - report.came.len()));
    }
    for w in &report.went {
        out.push_str(&format!("  - {}  {}\n", w.pmid, terminal_safe(&w.reason)));
    }
    if !report.boxes.is_empty() {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY);
        table.set_width(width.min(100) as u16);
        table.set_header(["box", "published", "here", "grade", "why"]);
        for b in &report.boxes {
            let ours = b.ours.map_or("-".to_owned(), |n| n.to_string());
            table.add_row([b.name.clone(), b.theirs.to_string(), ours, b.grade.name().to_owned(), b.why.clone()]);
        }
        for i in 1..3 {
            if let Some(column) = table.column_mut(i) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        out.push_str(&format!("\n{table}\n"));
    }
    out
}
