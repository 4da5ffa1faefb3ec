//! What would become of a run's records under another protocol: recounted from stored assessments where they apply,
//! assessed in memory where a criterion's rules are new. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use serde::Serialize;

use super::amendments::Version;
use super::{PROGRAM, Workplace, stored};
use crate::entrez::xml::read_record;
use crate::flow::{DecidedBy, Decision, Fate};
use crate::protocol::{Protocol, diff};
use crate::record::Pmid;
use crate::screen::{Assessment, Outcome, Screener};
use crate::store::{SearchRun, Store, StoredAssessment, Trial};

/// A record whose fate is another.
#[derive(Debug, Clone, Serialize)]
pub struct Move {
    /// Which.
    pub pmid: Pmid,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub from: Decision,
    /// What would become of it.
    pub to: Decision,
    /// Why, in a sentence or two.
    pub why: String,
}

/// The fates of a run's records under one protocol, and what they rest on.
#[derive(Debug)]
pub struct Verdicts {
    /// Criteria in the order they were asked in.
    pub order: Vec<String>,
    /// The fates.
    pub fates: Vec<Fate>,
    /// Criteria assessed for this, in memory.
    pub assessed: Vec<String>,
    stored: Option<i64>,
    made: BTreeMap<i64, Vec<Assessment>>,
}

impl Verdicts {
    /// Fates that were counted from a stored screening.
    pub fn stored(screening: i64, order: Vec<String>, fates: Vec<Fate>) -> Self {
        Self { order, fates, assessed: Vec::new(), stored: Some(screening), made: BTreeMap::new() }
    }

    /// What a criterion says of a revision of a record.
    fn assessment(&self, store: &Store, revision: i64, criterion: &str) -> Result<Option<Assessment>> {
        let of = |list: &[Assessment]| list.iter().find(|a| a.criterion == criterion).cloned();
        if let Some(found) = self.made.get(&revision).and_then(|list| of(list)) {
            return Ok(Some(found));
        }
        match self.stored {
            Some(screening) if !self.assessed.iter().any(|c| c == criterion) => {
                Ok(of(&store.assessments(screening, revision, &self.order)?))
            }
            _ => Ok(None),
        }
    }
}

/// The screening of a protocol that has seen every record of a run.
fn complete(store: &Store, run: &SearchRun, hash: &str) -> Result<Option<i64>> {
    let Some(screening) = store.screening(hash, PROGRAM)? else { return Ok(None) };
    Ok((store.count_to_screen(screening, run.id)? == 0).then_some(screening))
}

/// What would become of a run's records under a version of the protocol, in an order of its criteria.
///
/// # Errors
/// When its rules cannot be applied, or a stored record cannot be read.
pub fn under(
    place: &Workplace,
    store: &mut Store,
    run: &SearchRun,
    version: &Version,
    import: Option<i64>,
    order: &[String],
) -> Result<Verdicts> {
    if let Some(screening) = complete(store, run, &version.protocol.hash)? {
        let fates = store.fates(run.id, Some(screening), import, order)?;
        return Ok(Verdicts::stored(screening, order.to_vec(), fates));
    }
    let today = &place.review.protocol;
    let (mut kept, cases) =
        diff::shared(&today.files, &version.protocol.files).map_err(|e| anyhow!("{}: {e}", version.name))?;
    let base = if cases { complete(store, run, &today.hash)? } else { None };
    if base.is_none() {
        kept.clear();
    }
    let rest: Vec<_> = version.protocol.criteria.iter().filter(|c| !kept.contains(&c.id)).cloned().collect();
    let assessed: Vec<String> = rest.iter().map(|c| c.id.clone()).collect();
    let mut trial = Trial { base, kept, made: Vec::new() };
    if !rest.is_empty() || base.is_none() {
        trial.made = assess(place, store, run, &Protocol { criteria: rest, ..version.protocol.clone() })?;
    }
    let fates = store.trial_fates(run.id, &trial, import, order)?;
    let made = trial.made.into_iter().map(|m| (m.revision, m.assessments)).collect();
    Ok(Verdicts { order: order.to_vec(), fates, assessed, stored: base, made })
}

/// A protocol's criteria on every stored record of a run.
fn assess(place: &Workplace, store: &Store, run: &SearchRun, protocol: &Protocol) -> Result<Vec<StoredAssessment>> {
    let screener = Screener::new(protocol).map_err(|e| anyhow!("the protocol's rules cannot be applied: {e}"))?;
    let pmids: BTreeSet<u64> = store.hits(run.id)?.into_iter().collect();
    let bar = place.bar(pmids.len() as u64, "what if");
    let mut list = Vec::with_capacity(pmids.len());
    for pmid in pmids {
        bar.inc(1);
        let Some((revision, record)) = stored(store, run.id, Pmid(pmid))? else { continue };
        let (assessments, cases) = screener.screen(&record);
        list.push(StoredAssessment { revision, assessments, cases });
    }
    bar.finish_and_clear();
    Ok(list)
}

/// Records whose fate differs, in the order of their PMIDs, each with the reason.
///
/// # Errors
/// When the database cannot be read.
pub fn moves(store: &Store, run: &SearchRun, before: &Verdicts, after: &Verdicts) -> Result<Vec<Move>> {
    let was: BTreeMap<Pmid, &Fate> = before.fates.iter().map(|f| (f.pmid, f)).collect();
    let mut list = Vec::new();
    for to in &after.fates {
        let Some(from) = was.get(&to.pmid).filter(|f| f.decision != to.decision) else { continue };
        let Some(stored) = store.record(run.id, to.pmid)? else { continue };
        let title = read_record(&stored.xml).map(|r| r.title).unwrap_or_default();
        let why = why(store, stored.revision, from, to, after)?;
        list.push(Move { pmid: to.pmid, title, from: from.decision.clone(), to: to.decision.clone(), why });
    }
    Ok(list)
}

/// First what became of the old reason, then what the new one rests on.
fn why(store: &Store, revision: i64, from: &Fate, to: &Fate, after: &Verdicts) -> Result<String> {
    let mut said = Vec::new();
    if let Some(old) = from.decision.criterion() {
        let now = after.assessment(store, revision, old)?.map(|a| a.outcome);
        said.push(match now {
            _ if old == "conflict" || to.decision.criterion() == Some(old) => String::new(),
            _ if !after.order.iter().any(|c| c == old) => format!("`{old}` is not asked"),
            Some(Outcome::NotMet) => format!("`{old}` does not hold"),
            Some(Outcome::Unclear) if matches!(from.decision, Decision::Excluded(_)) => {
                format!("`{old}` cannot be told")
            }
            _ => match to.decision.criterion() {
                Some(new) => format!("`{new}` is told before `{old}`"),
                None => format!("`{old}` is cleared"),
            },
        });
    }
    let by_person = || {
        let reviewer = to.reviewer.as_deref().unwrap_or("a person");
        format!("{reviewer} ruled so{}", to.stage.map_or(String::new(), |s| format!(" ({})", s.name())))
    };
    said.push(match to.decision.criterion() {
        None if to.decided_by == DecidedBy::Person => by_person(),
        None => "nothing else excludes".to_owned(),
        Some("conflict") => "reviewers disagree".to_owned(),
        Some(_) if to.decided_by == DecidedBy::Person => by_person(),
        Some(new) => match after.assessment(store, revision, new)? {
            Some(a) => match a.evidence.first().filter(|_| a.outcome == Outcome::Met) {
                Some(e) => format!("`{new}`: “{}” ({})", e.quote, e.field),
                None => format!("`{new}`: {}", a.reason.split("; the protocol").next().unwrap_or(&a.reason)),
            },
            None => format!("`{new}`"),
        },
    });
    said.retain(|s| !s.is_empty());
    Ok(said.join("; "))
}
