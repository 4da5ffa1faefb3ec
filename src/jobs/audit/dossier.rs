//! Everything known of a record: what the audit shows.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use crate::export::{ClauseMatch, Dossier, Event, SearchMatch, SignedJudgement};
use crate::flow::{Decision, Fate};
use crate::jobs::history::{self, Stand};
use crate::jobs::{Workplace, stored};
use crate::protocol::Verdict;
use crate::query::{self, Clause, Query};
use crate::record::{Pmid, Record};
use crate::store::{Standing, Store, TakenBack};

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

fn search_match(query: Option<&Query>, record: &Record) -> SearchMatch {
    match query {
        Some(query) => {
            let tree = query.explain(record);
            let mut list = Vec::new();
            clauses(&tree, 0, &mut list);
            SearchMatch { matched: tree.matched, clauses: list }
        }
        None => SearchMatch { matched: false, clauses: Vec::new() },
    }
}

/// A decision in a few words.
fn word(fate: &Fate) -> String {
    let by = match (&fate.decision, &fate.reviewer) {
        (Decision::Unresolved(_), _) => String::new(),
        (_, Some(who)) => format!(" by {who}"),
        (_, None) => format!(" by {}", fate.decided_by.name()),
    };
    match fate.decision.criterion() {
        Some(criterion) => format!("{}: {criterion}{by}", fate.decision.name()),
        None => format!("{}{by}", fate.decision.name()),
    }
}

/// The decisions of every reported flow in a few words, oldest first. The words are few, and told once.
struct Past(Vec<(Standing, HashMap<Pmid, Rc<str>>)>);

impl Past {
    /// Counts every reported flow of a review again, up to the run asked about.
    fn read(place: &Workplace, store: &Store, stand: &Stand) -> Result<Self> {
        let (mut list, mut words) = (Vec::new(), HashSet::new());
        for run in store.runs(&place.review.name)?.into_iter().filter(|r| r.id <= stand.run.id) {
            for standing in store.standings(run.id)? {
                let then = history::read(store, &run, standing.clone())?;
                let mut once = |fate: &Fate| {
                    let word: Rc<str> = word(fate).into();
                    words.get(&word).cloned().unwrap_or_else(|| {
                        words.insert(word.clone());
                        word
                    })
                };
                let fates = then.fates(store, &then.order())?.iter().map(|f| (f.pmid, once(f))).collect();
                list.push((standing, fates));
            }
        }
        list.sort_by(|a, b| (&a.0.reported_at, a.0.id).cmp(&(&b.0.reported_at, b.0.id)));
        Ok(Self(list))
    }

    /// Each change of what became of one record.
    fn decisions(&self, pmid: Pmid) -> Vec<Event> {
        let mut list: Vec<Event> = Vec::new();
        let mut last: Option<&Rc<str>> = None;
        for (standing, fates) in &self.0 {
            let Some(now) = fates.get(&pmid) else { continue };
            if last != Some(now) {
                let protocol = standing.protocol.get(..12).unwrap_or(&standing.protocol);
                list.push(Event {
                    at: standing.reported_at.clone(),
                    who: standing.program.clone(),
                    what: format!("{now} (flow of run {}, protocol {protocol})", standing.run),
                    kind: if last.is_none() { "decision" } else { "changed-decision" },
                });
                last = Some(now);
            }
        }
        list
    }
}

/// The judgements on a record, each with whether it stands.
fn judgements(store: &Store, import: i64, pmid: Pmid, undone: &[TakenBack]) -> Result<Vec<SignedJudgement>> {
    let mut list: Vec<SignedJudgement> = store
        .judgements(import, pmid)?
        .into_iter()
        .map(|(reviewer, path, judgement)| SignedJudgement {
            standing: match undone.iter().any(|u| u.path == path && u.line == judgement.line) {
                true => "undone",
                false => "stands",
            },
            reviewer,
            place: format!("{path}:{}", judgement.line),
            judgement,
        })
        .collect();
    for i in 0..list.len() {
        let this = &list[i];
        if this.standing != "stands" || this.judgement.verdict == Verdict::Keep {
            continue;
        }
        let outranked = list.iter().enumerate().any(|(j, other)| {
            let rules = j != i && other.standing != "undone" && other.judgement.verdict != Verdict::Keep;
            let later = other.judgement.stage > this.judgement.stage;
            let again = other.reviewer == this.reviewer && other.judgement.stage == this.judgement.stage && j > i;
            rules && (later || again)
        });
        if outranked {
            list[i].standing = "superseded";
        }
    }
    Ok(list)
}

/// Dossiers of a run's records.
pub(super) struct Dossiers<'a> {
    place: &'a Workplace,
    store: &'a Store,
    stand: &'a Stand,
    past: Past,
    /// The search string, if it can be read here.
    query: Option<Query>,
    /// The criteria in the protocol's order.
    order: Vec<String>,
}

impl<'a> Dossiers<'a> {
    /// Reads what all of them share.
    pub(super) fn read(place: &'a Workplace, store: &'a Store, stand: &'a Stand) -> Result<Self> {
        let past = Past::read(place, store, stand)?;
        let query = query::parse(&stand.run.asked.term).query;
        Ok(Self { place, store, stand, past, query, order: stand.order() })
    }

    /// What happened to a record, oldest first.
    fn events(&self, pmid: Pmid, judged: &[SignedJudgement], undone: Vec<TakenBack>) -> Result<Vec<Event>> {
        let Self { store, stand, .. } = self;
        let event = |at: &str, who: &str, what: String, kind| Event { at: at.into(), who: who.into(), what, kind };
        let review = &self.place.review.name;
        let mut list = Vec::new();
        for (run, source, at) in store.found_by(review, pmid)?.into_iter().filter(|f| f.0 <= stand.run.id) {
            let source = crate::jobs::source::shown(&source);
            list.push(event(&at, &source, format!("found by search run {run}"), "found"));
        }
        for (i, (id, hash, at)) in store.revisions(pmid)?.into_iter().enumerate() {
            let kind = if i == 0 { "revision" } else { "changed-revision" };
            list.push(event(&at, "PubMed", format!("revision {id}, sha256 {}", hash.get(..12).unwrap_or("")), kind));
        }
        for j in judged {
            let criterion = j.judgement.criterion.as_deref().map_or(String::new(), |c| format!(" {c}"));
            let (verdict, stage) = (j.judgement.verdict.name(), j.judgement.stage.name());
            let what = format!("{verdict}{criterion} ({stage}; {})", j.standing);
            list.push(event(&j.judgement.when.to_string(), &j.reviewer, what, "judgement"));
        }
        for u in undone {
            let why = u.note.map_or(String::new(), |n| format!(": {n}"));
            list.push(event(&u.on, &u.reviewer, format!("took back {}:{}{why}", u.path, u.line), "undo"));
        }
        for t in store.taken_out(review, stand.import, pmid)? {
            let criterion = t.ruling.2.map_or(String::new(), |c| format!(" {c}"));
            let what =
                format!("{}{criterion} ({}); taken out of the file after {}", t.ruling.1, t.ruling.0, t.last_read);
            list.push(event(&t.judged_on, &t.reviewer, what, "taken-out"));
        }
        list.extend(self.past.decisions(pmid));
        list.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(list)
    }

    /// One record's dossier; none when the run did not bring it.
    pub(super) fn of(&self, fate: &Fate) -> Result<Option<Dossier>> {
        let Self { store, stand, .. } = self;
        let Some((revision, record)) = stored(store, stand.run.id, fate.pmid)? else { return Ok(None) };
        let undone = store.taken_back(stand.import, fate.pmid)?;
        let judged = judgements(store, stand.import, fate.pmid, &undone)?;
        Ok(Some(Dossier {
            fate: fate.clone(),
            assessments: store.assessments(stand.screening, revision, &self.order)?,
            events: self.events(fate.pmid, &judged, undone)?,
            judgements: judged,
            search: search_match(self.query.as_ref(), &record),
            record,
        }))
    }
}
