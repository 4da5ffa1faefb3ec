//! Why every record is in or out: one at a time, or all as CSV and HTML.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{Outcome, Workplace, advice, figure, print, print_json, screen};
use crate::entrez::xml::read_record;
use crate::export::{ClauseMatch, Dossier, SearchMatch, SignedJudgement, audit_csv, audit_html, explain};
use crate::flow::{Fate, Flow};
use crate::query::{self, Clause};
use crate::record::{Pmid, Record};
use crate::store::{SearchRun, Store};

fn clauses(clause: &Clause, depth: usize, out: &mut Vec<ClauseMatch>) {
    out.push(ClauseMatch {
        clause: clause.text.clone(),
        depth,
        matched: clause.matched,
        hits: clause.hits.iter().map(|h| format!("{} [{}]", h.text, h.field)).collect(),
    });
    for child in &clause.children {
        clauses(child, depth + 1, out);
    }
}

fn search_match(term: &str, record: &Record) -> SearchMatch {
    match query::parse(term).query {
        Some(query) => {
            let tree = query.explain(record);
            let mut list = Vec::new();
            clauses(&tree, 0, &mut list);
            SearchMatch { matched: tree.matched, clauses: list }
        }
        None => SearchMatch { matched: false, clauses: Vec::new() },
    }
}

fn dossier(
    place: &Workplace,
    store: &Store,
    run: &SearchRun,
    account: &screen::Account,
    fate: &Fate,
) -> Result<Option<Dossier>> {
    let Some(stored) = store.record(run.id, fate.pmid)? else { return Ok(None) };
    let record = read_record(&stored.xml).with_context(|| format!("while reading the stored record {}", fate.pmid))?;
    let judgements = store
        .judgements(account.import, fate.pmid)?
        .into_iter()
        .map(|(reviewer, path, judgement)| SignedJudgement {
            reviewer,
            place: format!("{path}:{}", judgement.line),
            judgement,
        })
        .collect();
    Ok(Some(Dossier {
        fate: fate.clone(),
        assessments: store.assessments(account.screening, stored.revision, &place.order())?,
        judgements,
        search: search_match(&run.asked.term, &record),
        record,
    }))
}

/// The dossiers of all records of a run, with its flow.
pub fn dossiers(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<(Flow, Vec<Dossier>)> {
    let flow = figure::flow(place, store, run, &figure::Options::default())?;
    let (account, fates) = screen::fates(place, store, run, &place.order())?;
    let mut list = Vec::with_capacity(fates.len());
    for fate in &fates {
        list.extend(dossier(place, store, run, &account, fate)?);
    }
    Ok((flow, list))
}

/// Writes `audit.csv` and `audit.html`; returns where.
pub fn write(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Vec<std::path::PathBuf>> {
    let (flow, list) = dossiers(place, store, run)?;
    let heading = figure::heading(place, run, flow.synthetic);
    let mut csv = Vec::new();
    audit_csv::audit_csv(&list, &heading.criteria, &mut csv)?;
    let html = audit_html::audit_html(&flow, &heading, &list)?;
    Ok(vec![place.write("audit.csv", &csv)?, place.write("audit.html", html.as_bytes())?])
}

/// `tamis audit`.
pub fn command(place: &Workplace, run: Option<i64>, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    if json {
        let (_, list) = dossiers(place, &mut store, &run)?;
        print_json(&list.iter().map(explain::explain_json).collect::<Vec<_>>())?;
        return Ok(Outcome::Done);
    }
    for path in write(place, &mut store, &run)? {
        print(&format!("{}\n", path.display()))?;
    }
    place.next("open audit.html in a browser");
    Ok(Outcome::Done)
}

/// `tamis explain PMID`.
pub fn explain(place: &Workplace, pmid: u64, run: Option<i64>, as_json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let pmid = Pmid(pmid);
    let order = place.order();
    let (account, fates) = screen::fates(place, &mut store, &run, &order)?;
    let Some(fate) = fates.iter().find(|f| f.pmid == pmid) else { return not_found(&store, &run, pmid, as_json) };
    let Some(dossier) = dossier(place, &store, &run, &account, fate)? else {
        return not_found(&store, &run, pmid, as_json);
    };
    if as_json {
        print_json(&explain::explain_json(&dossier))?;
        return Ok(Outcome::Done);
    }
    // What would become of it if the deciding criterion were not there.
    let would_be = match fate.decision.criterion() {
        Some(criterion) if order.iter().any(|c| c == criterion) => {
            let rest: Vec<String> = order.iter().filter(|c| *c != criterion).cloned().collect();
            let other = store.fates(run.id, Some(account.screening), Some(account.import), &rest)?;
            other.into_iter().find(|f| f.pmid == pmid)
        }
        _ => None,
    };
    let heading = figure::heading(place, &run, super::fetch::is_synthetic(&dossier.record));
    print(&explain::explain_text(&dossier, &heading, would_be.as_ref(), place.width, place.color))?;
    Ok(Outcome::Done)
}

/// A PMID that is not among the run's records: refused, or never found.
fn not_found(store: &Store, run: &SearchRun, pmid: Pmid, as_json: bool) -> Result<Outcome> {
    let refusal = store.refusals(run.id)?.into_iter().find(|r| r.pmid == pmid);
    if let (Some(refusal), true) = (&refusal, as_json) {
        print_json(&json!({ "pmid": pmid, "decision": "not-retrieved", "reason": refusal.reason }))?;
        return Ok(Outcome::Done);
    }
    Err(match refusal {
        Some(r) => advice(
            format!("PMID {pmid} was found, but PubMed gives no record: {}", r.reason),
            "look it up on PubMed's site; it may have been merged with another",
        ),
        None => advice(
            format!("search run {} did not find PMID {pmid}", run.id),
            format!("see which clause lost it with `tamis query why {pmid}`"),
        ),
    })
}
