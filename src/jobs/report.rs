//! `tamis report`: one file that tells the whole screening, for a supplement.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;

use super::picture::deliver;
use super::{Outcome, Workplace, audit, history, pool, print, provenance, worksheet};
use crate::export::document::Document;
use crate::export::report::{Criterion, Extraction, LONGEST, Listed, Report, document};
use crate::flow::{DecidedBy, Decision};
use crate::store::{SearchRun, Store};
use crate::worksheet::patients::possible_duplicates;

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One page that needs nothing else; print it for a PDF
    Html,
    /// For GitHub, pandoc, Word by way of pandoc
    Markdown,
    /// For the terminal
    Text,
}

/// How far the worksheet is.
fn extraction(place: &Workplace, store: &mut Store, run: &SearchRun) -> Result<Extraction> {
    let sheet = worksheet::build(place, store, run)?;
    let filled = || sheet.rows.iter().flat_map(|r| &r.cells).filter(|c| !c.value.is_empty());
    let pairs = possible_duplicates(&sheet, &worksheet::centres(store, run, &sheet)?);
    Ok(Extraction {
        rows: sheet.rows.len(),
        columns: sheet.columns.len(),
        filled: filled().count(),
        suggested: filled().filter(|c| c.evidence.is_some()).count(),
        trust: sheet.trust.iter().map(|t| (t.column.to_owned(), t.kept, t.of)).collect(),
        taken_back: store.worksheet(&place.review.name)?.map(|(import, _)| (import.file, import.at)),
        pairs: pairs.into_iter().map(|p| (p.first, p.second, p.reasons.join(", "))).collect(),
    })
}

/// The report of a run, as its flow was last reported; of the newest run, as of now.
///
/// # Errors
/// When nothing was searched yet, or a stored record, the plan of analysis or the worksheet is faulty.
pub fn report(place: &Workplace, run: Option<i64>) -> Result<Document> {
    let mut store = place.store()?;
    let stand = history::of(place, &mut store, run)?;
    let flow = audit::counted(place, &mut store, &stand)?;
    let heading = audit::heading(place, &store, &stand, flow.synthetic)?;
    let own = &place.review.protocol.criteria;
    let criterion = |(id, label): &(String, String)| {
        let words = own.iter().find(|c| c.id == *id);
        Criterion {
            label: label.clone(),
            source: words.map(|c| c.source.clone()).unwrap_or_default(),
            absence: words.map(|c| c.absence.clone()).unwrap_or_default(),
        }
    };
    let (mut records, mut announced, mut reviewers) = (Vec::new(), Vec::new(), BTreeSet::new());
    // By decision and reason, how many are listed already.
    let mut listed: BTreeMap<(&str, Option<String>), usize> = BTreeMap::new();
    let fates = stand.fates(&store, &stand.order())?;
    let bar = place.bar(fates.len() as u64, "reading");
    audit::each(place, &store, &stand, &fates, |d| {
        let decision = &d.fate.decision;
        reviewers.extend(d.judgements.iter().map(|j| j.reviewer.clone()));
        announced.extend(d.record.notices().into_iter().map(|n| (d.record.pmid, n, decision.clone())));
        let reason = if let Decision::Excluded(criterion) = decision { Some(criterion.clone()) } else { None };
        let before = listed.entry((decision.name(), reason)).or_default();
        // What a person decided is listed, and what is in; of what rules left out, the first.
        let wanted = d.fate.decided_by == DecidedBy::Person || *decision == Decision::Included;
        if wanted || *before < LONGEST {
            *before += 1;
            records.push(Listed::new(&d));
        }
        bar.inc(1);
        Ok(())
    })?;
    bar.finish_and_clear();
    announced.sort_by_key(|(_, notice, decision)| (*decision != Decision::Included, notice.kind));
    let versions = store.protocols(&place.review.name)?;
    let versions: Vec<_> = versions.into_iter().map(|v| (v.hash, v.first_seen, v.records)).collect();
    Ok(document(&Report {
        heading: &heading,
        flow: &flow,
        records: &records,
        announced: &announced,
        reviewers: &reviewers,
        audit: &match stand.then {
            Some(_) => format!("tamis audit{} --run {}", place.argument(), stand.run.id),
            None => format!("tamis audit{}", place.argument()),
        },
        provenance: &provenance::gather(place, &store, &stand.run)?,
        criteria: &stand.criteria.iter().map(criterion).collect::<Vec<_>>(),
        extraction: &extraction(place, &mut store, &stand.run)?,
        pooled: &pool::reported(place, &store)?,
        versions: &versions,
    }))
}

/// `tamis report`: without a format, `report.html` and `report.md` in the folder of results.
///
/// # Errors
/// Those of [`report`], and when a file cannot be written.
pub fn command(place: &Workplace, run: Option<i64>, format: Option<Format>, file: Option<&Path>) -> Result<Outcome> {
    let told = report(place, run)?;
    match format {
        Some(Format::Html) => deliver(told.html()?.as_bytes(), file, "the report")?,
        Some(Format::Markdown) => deliver(told.markdown().as_bytes(), file, "the report")?,
        Some(Format::Text) => deliver(told.text(place.width).as_bytes(), file, "the report")?,
        None => {
            for (name, text) in [("report.html", told.html()?), ("report.md", told.markdown())] {
                print(&format!("{}\n", place.write(name, text.as_bytes())?.display()))?;
            }
            place.next("open report.html; what is left to the reviewers is marked in its checklists");
        }
    }
    Ok(Outcome::Done)
}
