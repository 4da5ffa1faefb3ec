//! Two runs of a review, set against set and revision against revision.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};

use super::gone;
use crate::export::update_text::{Came, Changed, Flip, Gone, Report};
use crate::flow::{Fate, Flow};
use crate::jobs::history::Stand;
use crate::jobs::{Workplace, stored};
use crate::record::{Pmid, Record, changes};
use crate::screen::Screener;
use crate::store::Store;

fn word(fate: Option<&Fate>) -> String {
    match fate {
        None => "not screened".to_owned(),
        Some(f) => match f.decision.criterion() {
            Some(criterion) => format!("{}: {criterion}", f.decision.name()),
            None => f.decision.name().to_owned(),
        },
    }
}

/// The criteria that come out otherwise on the later revision.
fn flips(screener: &Screener, old: &Record, new: &Record) -> Vec<Flip> {
    let before = screener.assess(old);
    let after = screener.assess(new);
    before
        .iter()
        .zip(&after)
        .filter(|(b, a)| b.outcome != a.outcome)
        .map(|(b, a)| Flip { criterion: a.criterion.clone(), before: b.outcome.name(), after: a.outcome.name() })
        .collect()
}

/// Compares. `fetched` is how many records were asked for again.
///
/// # Errors
/// When the database cannot be read, or a stored record cannot.
pub(super) fn compare(
    place: &Workplace,
    store: &Store,
    old: &Stand,
    new: &Stand,
    flow: Flow,
    fetched: u64,
) -> Result<Report> {
    let hits = |run: i64| -> Result<BTreeSet<Pmid>> { Ok(store.hits(run)?.into_iter().map(Pmid).collect()) };
    let (before, after) = (hits(old.run.id)?, hits(new.run.id)?);
    let by_pmid = |list: Vec<Fate>| -> BTreeMap<Pmid, Fate> { list.into_iter().map(|f| (f.pmid, f)).collect() };
    let was = by_pmid(old.fates(store, &old.order())?);
    let is = by_pmid(new.fates(store, &new.order())?);
    let asked = |s: &Stand| format!("{} to {}", s.run.asked.date_from, s.run.asked.date_to);
    let departures = store.departures(new.run.id, old.run.id)?;

    let mut came = Vec::new();
    for pmid in after.difference(&before) {
        let Some((_, record)) = stored(store, new.run.id, *pmid)? else { continue };
        let dates = gone::dates(&record, &new.run.asked.date_field);
        let late = dates.iter().any(|d| {
            let (y, m, d) = d.first_day();
            format!("{y:04}-{m:02}-{d:02}") <= old.run.asked.date_to
        });
        let into = format!("PMID {pmid}");
        came.push(Came {
            pmid: *pmid,
            citation: record.short_citation(),
            title: record.title.clone(),
            kind: if late { "late" } else { "new" },
            dated: dates.first().map(ToString::to_string),
            entered: record.history_date("entrez").map(|d| d.to_string()),
            decision: word(is.get(pmid)),
            merged_from: departures
                .iter()
                .filter(|d| d.kind == "merged" && d.reason.ends_with(&into))
                .map(|d| d.pmid.0)
                .collect(),
        });
    }

    let mut went = Vec::new();
    for departure in departures {
        let record = stored(store, old.run.id, departure.pmid)?.map(|r| r.1);
        went.push(Gone {
            citation: record.as_ref().map(Record::short_citation).unwrap_or_default(),
            title: record.map(|r| r.title).unwrap_or_default(),
            decision: word(was.get(&departure.pmid)),
            judged: !store.judgements(new.import, departure.pmid)?.is_empty(),
            pmid: departure.pmid,
            kind: departure.kind,
            reason: departure.reason,
        });
    }

    let screener =
        Screener::new(&place.review.protocol).map_err(|e| anyhow!("the protocol's rules cannot be applied: {e}"))?;
    let mut changed = Vec::new();
    for (what, pmid) in store.difference(old.run.id, new.run.id)? {
        if what != "changed" {
            continue;
        }
        let (Some((_, first)), Some((_, second))) =
            (stored(store, old.run.id, pmid)?, stored(store, new.run.id, pmid)?)
        else {
            continue;
        };
        let fields = changes(&first, &second);
        let known = first.notices();
        let judged = !store.judgements(new.import, pmid)?.is_empty();
        changed.push(Changed {
            pmid,
            citation: second.short_citation(),
            title: second.title.clone(),
            flips: flips(&screener, &first, &second),
            before: word(was.get(&pmid)),
            after: word(is.get(&pmid)),
            notices: second.notices().into_iter().filter(|n| !known.contains(n)).collect(),
            look_again: judged && fields.iter().any(|f| !f.bookkeeping),
            fields,
        });
    }
    Ok(Report {
        run: new.run.id,
        since: old.run.id,
        window_before: asked(old),
        window: asked(new),
        in_both: before.intersection(&after).count() as u64,
        fetched,
        came,
        gone: went,
        changed,
        flow,
    })
}
