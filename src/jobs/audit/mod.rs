//! Why every record is in or out: one at a time, or all as text, CSV, JSON and HTML.

use std::cell::RefCell;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::history::{self, Stand};
use super::{Outcome, Printed, Whole, Workplace, advice, figure, print, print_json};
use crate::export::audit_csv::AuditCsv;
use crate::export::audit_text::AuditText;
use crate::export::{Dossier, Event, Heading, audit_html, explain};
use crate::flow::{Fate, Flow};
use crate::record::Pmid;
use crate::store::{SearchRun, Store};

mod dossier;

use dossier::Dossiers;

/// The forms an audit is printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line a record, or everything of one record
    Text,
    /// For spreadsheets
    Csv,
    /// For scripts
    Json,
    /// One page for a browser, which needs nothing else
    Html,
}

/// Which records to show, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The run, as its flow was last reported; none is the newest, as of now.
    pub run: Option<i64>,
    /// Only these PMIDs.
    pub records: Vec<u64>,
    /// Only records that this criterion excludes or holds up.
    pub criterion: Option<String>,
    /// Only records that this reviewer judged.
    pub reviewer: Option<String>,
    /// Only records with a revision, a judgement or another decision since: a day, or a run's number.
    pub changed_since: Option<String>,
    /// Print as; none writes `audit.csv` and `audit.html`, or prints text when records are chosen.
    pub format: Option<Format>,
}

impl Options {
    fn chooses(&self) -> bool {
        !self.records.is_empty() || self.criterion.is_some() || self.reviewer.is_some() || self.changed_since.is_some()
    }
}

/// Records on a page of `audit.html`: what a browser bears, and what is held in memory.
const PAGE: usize = 2_000;
/// Most records on one page that was asked for as one.
const ONE_PAGE: usize = 5 * PAGE;

/// Calls `take` with the dossiers of the fates given, one after the other; one is held at a time.
pub(super) fn each<'f>(
    place: &Workplace,
    store: &Store,
    stand: &Stand,
    fates: impl IntoIterator<Item = &'f Fate>,
    mut take: impl FnMut(Dossier) -> Result<()>,
) -> Result<()> {
    let dossiers = Dossiers::read(place, store, stand)?;
    for fate in fates {
        if let Some(one) = dossiers.of(fate)? {
            take(one)?;
        }
    }
    Ok(())
}

/// The flow of what is shown.
pub(super) fn counted(place: &Workplace, store: &mut Store, stand: &Stand) -> Result<Flow> {
    figure::counted(place, store, stand, &figure::Options::default())
}

/// The head of the audit.
pub(super) fn heading(place: &Workplace, store: &Store, stand: &Stand, synthetic: bool) -> Result<Heading> {
    let first_seen = store.protocol_first_seen(&stand.protocol)?.unwrap_or_default();
    let mut heading = figure::heading(place, &stand.run, synthetic);
    let source = |id: &str| heading.criteria.iter().find(|c| c.0 == id).map_or(String::new(), |c| c.2.clone());
    heading.criteria = stand.criteria.iter().map(|(id, label)| (id.clone(), label.clone(), source(id))).collect();
    heading.protocol = Some((stand.protocol.clone(), first_seen));
    Ok(heading)
}

/// Writes `audit.csv` and `audit.html`; returns where.
///
/// # Errors
/// When a stored record cannot be read, or a file cannot be written.
pub fn write(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Vec<PathBuf>> {
    let stand = history::today(place, store, run)?;
    let flow = counted(place, store, &stand)?;
    save(place, store, &stand, &flow)
}

/// Writes `audit.csv`, which holds no clock of this machine, to `out`, and gives that back.
///
/// # Errors
/// When a stored record cannot be read, or `out` not written.
pub fn csv<W: Write>(place: &Workplace, store: &mut Store, stand: &Stand, out: W) -> Result<W> {
    let flow = counted(place, store, stand)?;
    let heading = heading(place, store, stand, flow.synthetic)?;
    let mut csv = AuditCsv::begin(&heading, out)?;
    each(place, store, stand, &stand.fates(store, &stand.order())?, |d| Ok(csv.add(&d)?))?;
    Ok(csv.end()?)
}

/// Writes the table, and a page for every [`PAGE`] records.
fn save(place: &Workplace, store: &Store, stand: &Stand, flow: &Flow) -> Result<Vec<PathBuf>> {
    let heading = heading(place, store, stand, flow.synthetic)?;
    let fates = stand.fates(store, &stand.order())?;
    let pages = fates.len().div_ceil(PAGE).max(1);
    let table = place.out.join("audit.csv");
    let mut csv = AuditCsv::begin(&heading, Whole::begin(&table)?)?;
    let (mut paths, mut page) = (vec![table], Vec::new());
    let bar = place.bar(fates.len() as u64, "auditing");
    let turn = |page: &mut Vec<Dossier>, paths: &mut Vec<PathBuf>| {
        let number = paths.len();
        let html = audit_html::audit_html(flow, &heading, page, (number, pages))?;
        paths.push(place.write(&audit_html::file_name(number), html.as_bytes())?);
        page.clear();
        anyhow::Ok(())
    };
    each(place, store, stand, &fates, |d| {
        csv.add(&d)?;
        page.push(d);
        bar.inc(1);
        if page.len() == PAGE { turn(&mut page, &mut paths) } else { Ok(()) }
    })?;
    if !page.is_empty() || paths.len() == 1 {
        turn(&mut page, &mut paths)?;
    }
    bar.finish_and_clear();
    csv.end()?.end()?;
    // Pages of an audit that was longer.
    for old in paths.len().. {
        if std::fs::remove_file(place.out.join(audit_html::file_name(old))).is_err() {
            break;
        }
    }
    Ok(paths)
}

/// The day or moment since which records changed.
fn moment(place: &Workplace, store: &Store, text: &str) -> Result<String> {
    if let Ok(id) = text.parse::<i64>() {
        return Ok(place.run(store, Some(id))?.asked.asked_at);
    }
    match text.parse::<Date>() {
        Ok(day) => Ok(day.to_string()),
        Err(_) => Err(advice(
            format!("`{text}` is neither a day nor the number of a run"),
            "write a day as 2021-08-22; the runs are numbered in `tamis status`",
        )),
    }
}

/// Whether a moment is not before another, where either may be a day only.
fn not_before(at: &str, since: &str) -> bool {
    let both = at.len().min(since.len());
    at.get(..both) >= since.get(..both)
}

/// The fates of the records asked for by number, and how many there are in all.
fn named(store: &Store, stand: &Stand, options: &Options) -> Result<(Vec<Fate>, usize)> {
    let mut fates = stand.fates(store, &stand.order())?;
    let total = fates.len();
    for pmid in &options.records {
        if !fates.iter().any(|f| f.pmid.0 == *pmid) {
            return Err(not_found(store, &stand.run, Pmid(*pmid)));
        }
    }
    fates.retain(|f| options.records.is_empty() || options.records.contains(&f.pmid.0));
    Ok((fates, total))
}

/// Whether a record is among those asked for.
fn chosen(options: &Options, since: Option<&str>, d: &Dossier) -> bool {
    let news = |e: &&Event| !matches!(e.kind, "found" | "revision" | "decision");
    let changed = |since: &str| d.events.iter().filter(news).any(|e| not_before(&e.at, since));
    options.criterion.as_deref().is_none_or(|c| d.fate.decision.criterion() == Some(c))
        && options.reviewer.as_deref().is_none_or(|r| d.judgements.iter().any(|j| j.reviewer == r || j.file() == r))
        && since.is_none_or(changed)
}

/// The audit as JSON.
#[derive(Serialize)]
struct Report<T> {
    #[serde(flatten)]
    head: Value,
    records: T,
}

/// Items that come one after the other, as one JSON list.
struct Streamed<F>(RefCell<F>);

impl<F: FnMut(&mut dyn FnMut(Value) -> Result<()>) -> Result<()>> Serialize for Streamed<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeSeq};
        let mut list = serializer.serialize_seq(None)?;
        let mut add = |value: Value| list.serialize_element(&value).map_err(|e| anyhow::anyhow!("{e}"));
        (self.0.borrow_mut())(&mut add).map_err(|e| S::Error::custom(format!("{e:#}")))?;
        list.end()
    }
}

fn too_long_a_page(place: &Workplace) -> anyhow::Error {
    let a = place.argument();
    advice(
        format!("more than {ONE_PAGE} records are more than a browser bears on one page"),
        format!("`tamis audit{a}` writes pages of {PAGE}; or choose with --criterion, --reviewer or --changed-since"),
    )
}

/// `tamis audit`.
///
/// # Errors
/// When a record, criterion, run or day named is not known, or a stored record cannot be read.
pub fn command(place: &Workplace, options: &Options) -> Result<Outcome> {
    let mut store = place.store()?;
    let stand = history::of(place, &mut store, options.run)?;
    let flow = counted(place, &mut store, &stand)?;
    let format = match options.format {
        Some(format) => format,
        None if options.chooses() => Format::Text,
        None => {
            for path in save(place, &store, &stand, &flow)? {
                print(&format!("{}\n", path.display()))?;
            }
            place.next("open audit.html in a browser");
            return Ok(Outcome::Done);
        }
    };
    figure::named(&stand.order(), &options.criterion)?;
    let since = options.changed_since.as_deref().map(|text| moment(place, &store, text)).transpose()?;
    let (fates, total) = named(&store, &stand, options)?;
    let heading = heading(place, &store, &stand, flow.synthetic)?;
    let stream = |take: &mut dyn FnMut(Dossier) -> Result<()>| {
        let take = |d: Dossier| if chosen(options, since.as_deref(), &d) { take(d) } else { Ok(()) };
        each(place, &store, &stand, &fates, take)
    };
    match format {
        Format::Json => {
            let records = |add: &mut dyn FnMut(Value) -> Result<()>| stream(&mut |d| add(explain::explain_json(&d)));
            let head = json!({
                "review": place.review.name,
                "run": stand.run.id,
                "protocol": stand.protocol,
                "protocol_first_seen": heading.protocol.as_ref().map(|p| &p.1),
            });
            let mut out = BufWriter::new(Printed);
            serde_json::to_writer_pretty(&mut out, &Report { head, records: Streamed(RefCell::new(records)) })?;
            out.write_all(b"\n").and_then(|()| out.flush()).context("while writing to standard output")?;
        }
        Format::Csv => {
            let mut csv = AuditCsv::begin(&heading, Printed)?;
            stream(&mut |d| Ok(csv.add(&d)?))?;
            csv.end()?;
        }
        Format::Html => {
            // Without a choice it is known beforehand.
            if !options.chooses() && fates.len() > ONE_PAGE {
                return Err(too_long_a_page(place));
            }
            let mut list = Vec::new();
            stream(&mut |d| {
                list.push(d);
                if list.len() > ONE_PAGE { Err(too_long_a_page(place)) } else { Ok(()) }
            })?;
            print(&audit_html::audit_html(&flow, &heading, &list, (1, 1))?)?;
        }
        Format::Text => {
            let (mut table, mut first) = (AuditText::new(place.width), None);
            stream(&mut |d| {
                table.add(&d);
                first.get_or_insert(d);
                Ok(())
            })?;
            match first {
                Some(one) if table.records() == 1 => {
                    print(&explain::explain_text(&one, &heading, None, place.width, place.color))?;
                }
                _ => {
                    print(&table.end(&heading, total))?;
                    place.next("everything of one record: tamis audit --record PMID");
                }
            }
        }
    }
    Ok(Outcome::Done)
}

/// `tamis explain PMID`.
///
/// # Errors
/// When the run holds no such record, saying why.
pub fn explain(place: &Workplace, pmid: u64, run: Option<i64>, as_json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let stand = history::of(place, &mut store, run)?;
    let pmid = Pmid(pmid);
    let order = stand.order();
    let fates = stand.fates(&store, &order)?;
    let found = match fates.iter().find(|f| f.pmid == pmid) {
        Some(fate) => Dossiers::read(place, &store, &stand)?.of(fate)?.map(|d| (fate, d)),
        None => None,
    };
    let Some((fate, dossier)) = found else {
        let refusal = store.refusals(stand.run.id)?.into_iter().find(|r| r.pmid == pmid);
        if let (Some(refusal), true) = (&refusal, as_json) {
            print_json(&json!({ "pmid": pmid, "decision": "not-retrieved", "reason": refusal.reason }))?;
            return Ok(Outcome::Done);
        }
        return Err(not_found(&store, &stand.run, pmid));
    };
    if as_json {
        print_json(&explain::explain_json(&dossier))?;
        return Ok(Outcome::Done);
    }
    // What would become of it if the deciding criterion were not there.
    let would_be = match fate.decision.criterion() {
        Some(criterion) if order.iter().any(|c| c == criterion) => {
            let rest: Vec<String> = order.iter().filter(|c| *c != criterion).cloned().collect();
            stand.fates(&store, &rest)?.into_iter().find(|f| f.pmid == pmid)
        }
        _ => None,
    };
    let synthetic = super::fetch::is_synthetic(&dossier.record);
    let heading = heading(place, &store, &stand, synthetic)?;
    print(&explain::explain_text(&dossier, &heading, would_be.as_ref(), place.width, place.color))?;
    Ok(Outcome::Done)
}

/// A PMID that is not among the run's records: refused, or never found.
fn not_found(store: &Store, run: &SearchRun, pmid: Pmid) -> anyhow::Error {
    let refusal = store.refusals(run.id).unwrap_or_default().into_iter().find(|r| r.pmid == pmid);
    match refusal {
        Some(r) => advice(
            format!("PMID {pmid} was found, but PubMed gives no record: {}", r.reason),
            "look it up on PubMed's site; it may have been merged with another",
        ),
        None => advice(
            format!("search run {} did not find PMID {pmid}", run.id),
            format!("see which clause lost it with `tamis query why {pmid}`"),
        ),
    }
}
