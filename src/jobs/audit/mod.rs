//! Why every record is in or out: one at a time, or all as text, CSV, JSON and HTML.

use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;

use super::history::{self, Stand};
use super::{Outcome, Workplace, advice, figure, print, print_json};
use crate::export::{Dossier, Event, Heading, audit_csv, audit_html, audit_text, explain};
use crate::flow::Flow;
use crate::record::Pmid;
use crate::store::{SearchRun, Store};

mod dossier;

use dossier::{Past, dossier};

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

/// The flow and the dossiers of all records of what it stands on.
pub(super) fn all(place: &Workplace, store: &mut Store, stand: &Stand) -> Result<(Flow, Vec<Dossier>)> {
    let flow = figure::counted(place, store, stand, &figure::Options::default())?;
    let past = Past::read(place, store, stand)?;
    let mut list = Vec::new();
    for fate in &stand.fates(store, &stand.order())? {
        list.extend(dossier(place, store, stand, &past, fate)?);
    }
    Ok((flow, list))
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
pub fn write(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Vec<std::path::PathBuf>> {
    let stand = history::today(place, store, run)?;
    let (flow, list) = all(place, store, &stand)?;
    save(place, store, &stand, &flow, &list)
}

/// The bytes of `audit.csv`, which hold no clock of this machine.
///
/// # Errors
/// When a stored record cannot be read.
pub fn csv(place: &Workplace, store: &mut Store, stand: &Stand) -> Result<Vec<u8>> {
    let (flow, list) = all(place, store, stand)?;
    let mut csv = Vec::new();
    audit_csv::audit_csv(&list, &heading(place, store, stand, flow.synthetic)?, &mut csv)?;
    Ok(csv)
}

fn save(
    place: &Workplace,
    store: &Store,
    stand: &Stand,
    flow: &Flow,
    list: &[Dossier],
) -> Result<Vec<std::path::PathBuf>> {
    let heading = heading(place, store, stand, flow.synthetic)?;
    let mut csv = Vec::new();
    audit_csv::audit_csv(list, &heading, &mut csv)?;
    let html = audit_html::audit_html(flow, &heading, list)?;
    Ok(vec![place.write("audit.csv", &csv)?, place.write("audit.html", html.as_bytes())?])
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

/// Leaves the records asked for.
fn choose(place: &Workplace, store: &Store, stand: &Stand, options: &Options, list: &mut Vec<Dossier>) -> Result<()> {
    for pmid in &options.records {
        if !list.iter().any(|d| d.record.pmid.0 == *pmid) {
            return Err(not_found(store, &stand.run, Pmid(*pmid)));
        }
    }
    if let Some(criterion) = &options.criterion {
        // The same check, and the same advice, as for `flow --without`.
        figure::order(&stand.order(), &figure::Options { order: vec![criterion.clone()], ..Default::default() })?;
    }
    let since = options.changed_since.as_deref().map(|text| moment(place, store, text)).transpose()?;
    list.retain(|d| {
        let news = |e: &&Event| !matches!(e.kind, "found" | "revision" | "decision");
        let changed = |since: &str| d.events.iter().filter(news).any(|e| not_before(&e.at, since));
        (options.records.is_empty() || options.records.contains(&d.record.pmid.0))
            && options.criterion.as_deref().is_none_or(|c| d.fate.decision.criterion() == Some(c))
            && options.reviewer.as_deref().is_none_or(|r| d.judgements.iter().any(|j| j.reviewer == r || j.file() == r))
            && since.as_deref().is_none_or(changed)
    });
    Ok(())
}

/// `tamis audit`.
///
/// # Errors
/// When a record, criterion, run or day named is not known, or a stored record cannot be read.
pub fn command(place: &Workplace, options: &Options) -> Result<Outcome> {
    let mut store = place.store()?;
    let stand = history::of(place, &mut store, options.run)?;
    let (flow, mut list) = all(place, &mut store, &stand)?;
    let format = match options.format {
        Some(format) => format,
        None if options.chooses() => Format::Text,
        None => {
            for path in save(place, &store, &stand, &flow, &list)? {
                print(&format!("{}\n", path.display()))?;
            }
            place.next("open audit.html in a browser");
            return Ok(Outcome::Done);
        }
    };
    let total = list.len();
    choose(place, &store, &stand, options, &mut list)?;
    let heading = heading(place, &store, &stand, flow.synthetic)?;
    match format {
        Format::Json => print_json(&json!({
            "review": place.review.name,
            "run": stand.run.id,
            "protocol": stand.protocol,
            "protocol_first_seen": heading.protocol.as_ref().map(|p| &p.1),
            "records": list.iter().map(explain::explain_json).collect::<Vec<_>>(),
        }))?,
        Format::Csv => {
            let mut csv = Vec::new();
            audit_csv::audit_csv(&list, &heading, &mut csv)?;
            print(&String::from_utf8_lossy(&csv))?;
        }
        Format::Html => print(&audit_html::audit_html(&flow, &heading, &list)?)?,
        Format::Text => match list.as_slice() {
            [one] => print(&explain::explain_text(one, &heading, None, place.width, place.color))?,
            list => print(&audit_text::text(list, &heading, total, place.width))?,
        },
    }
    if format == Format::Text && list.len() != 1 {
        place.next("everything of one record: tamis audit --record PMID");
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
    let past = Past::read(place, &store, &stand)?;
    let found = match fates.iter().find(|f| f.pmid == pmid) {
        Some(fate) => dossier(place, &store, &stand, &past, fate)?.map(|d| (fate, d)),
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
