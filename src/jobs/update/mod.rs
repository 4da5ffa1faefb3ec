//! `tamis update`: the whole string asked again, for a window that ends later, and everything that differs told by name.
//!
//! Sets of PMIDs are compared, not dates: about one record in twenty enters PubMed late, with an old date, and a search
//! of the new months alone would never see it. Records that PubMed has not revised since are not asked for again.

use anyhow::{Context as _, Result};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::history::{self, Stand};
use super::source::{self, Described, Source};
use super::{Outcome, Workplace, advice, fetch, figure, now, print, print_json, search};
use crate::export::{flow_text, update_text};
use crate::store::{SearchRun, Store};

mod compare;
pub(super) mod gone;

/// How to update.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Network settings and allowed warnings; its last day is where the new window ends.
    pub search: search::Options,
    /// The run of the previous version; none is the newest with a flow.
    pub since: Option<i64>,
    /// Records revised since this day are asked for again; none: from the day before the previous search, and all
    /// records of local files.
    pub revised_since: Option<Date>,
}

/// The source of the previous version, which an update asks unless another is named.
///
/// # Errors
/// When nothing has been searched yet, or local files cannot be read.
pub fn usual(place: &Workplace, since: Option<i64>) -> Result<Described> {
    let run = place.run(&place.store()?, since)?;
    source::describe(source::reparse(&run.asked.source, &place.located), &place.located)
}

/// The previous version: the run named, else the newest with a flow, else the newest, whose flow is then reported.
fn previous(place: &Workplace, store: &mut Store, since: Option<i64>) -> Result<Stand> {
    if let Some(id) = since {
        return history::of(place, store, Some(id));
    }
    let runs = store.runs(&place.review.name)?;
    for run in runs.iter().rev() {
        if let Some(stand) = history::last(store, run)? {
            return Ok(stand);
        }
    }
    let newest = place.run(store, None)?;
    figure::flow(place, store, &newest, &figure::Options::default())
        .with_context(|| format!("while counting the flow of run {}, with which to compare", newest.id))?;
    history::of(place, store, Some(newest.id))
}

/// PMIDs revised since a day, among those the string finds.
fn revised(
    place: &Workplace,
    described: &Described,
    asked: &SearchRun,
    since: Date,
    options: &Options,
) -> Result<Vec<u64>> {
    let a = &asked.asked;
    let day = since.to_string().replace('-', "/");
    let term = format!("({}) AND {day}:3000[lr]", a.term);
    let request = search::request(&term, &a.date_field, &a.date_from, &a.date_to);
    let whole = described.ask(place, &options.search.net, |client| async move {
        client.search_all(&request, &|_, _| {}).await.context("while asking which records were revised")
    })?;
    Ok(whole.pmids)
}

/// Whether the source is on this machine, where asking costs nothing and days say nothing.
fn local(described: &Described, place: &Workplace, options: &Options) -> bool {
    match described.source {
        Source::Url(_) => described.settings(described.address(), place, &options.search.net).is_local(),
        ref other => other.is_in_files(),
    }
}

/// Asks again; none when the answer is that of the newest run and nothing was revised.
fn ask(
    place: &Workplace,
    store: &mut Store,
    described: &Described,
    old: &Stand,
    options: &Options,
) -> Result<Option<SearchRun>> {
    let newest = place.run(store, None)?;
    let unfinished = store.standings(newest.id)?.is_empty();
    let same = search::same(place, store, described, &options.search)?;
    let local = local(described, place, options);
    match same {
        // Begun and not brought to its end, or asked of files that have not changed.
        Some(same) if unfinished || local && same.id != old.run.id => return Ok(Some(same)),
        Some(same) if local && described.source.is_in_files() => {
            debug_assert_eq!(same.id, old.run.id);
            return Ok(None);
        }
        _ => {}
    }
    let (asked, pmids) = search::ask(place, described, &options.search)?;
    let day: Option<Date> = old.run.asked.asked_at.get(..10).and_then(|d| d.parse().ok());
    let since = match (options.revised_since, day) {
        (Some(day), _) => Some(day),
        // A day of grace: PubMed's days are those of the United States' east coast.
        (None, Some(day)) if !local => Some(day.checked_sub(1.day())?),
        _ => None,
    };
    let asked = SearchRun { id: 0, asked };
    let revised = match since {
        Some(day) => Some(revised(place, described, &asked, day, options)?),
        None => None,
    };
    let (a, b) = (&asked.asked, &newest.asked);
    let window = |r: &crate::store::NewRun| {
        (r.term.clone(), r.date_field.clone(), r.date_from.clone(), r.date_to.clone(), r.source.clone())
    };
    let mut sets = (store.hits(newest.id)?, pmids.clone());
    sets.0.sort_unstable();
    sets.1.sort_unstable();
    if newest.id == old.run.id
        && window(a) == window(b)
        && sets.0 == sets.1
        && revised.as_ref().is_some_and(Vec::is_empty)
    {
        return Ok(None);
    }
    let id = store.add_run(a, &pmids)?;
    if let Some(revised) = &revised {
        store.carry_records(id, old.run.id, revised)?;
    }
    Ok(Some(SearchRun { id, ..asked }))
}

/// `tamis update`.
///
/// # Errors
/// Those of the stages; what they committed is kept, and the command may be run again.
pub fn command(place: &Workplace, described: &Described, options: &Options, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let old = previous(place, &mut store, options.since)?;
    let until = options.search.to.unwrap_or(super::today()?);
    if until.to_string() < old.run.asked.date_to {
        return Err(advice(
            format!("the window would end on {until}, before that of run {} ({})", old.run.id, old.run.asked.date_to),
            "name a later day with --until, or ask an earlier window again with `tamis verify`",
        ));
    }
    let from: Option<Date> = options.search.from.or_else(|| old.run.asked.date_from.parse().ok());
    let options =
        Options { search: search::Options { to: Some(until), from, ..options.search.clone() }, ..options.clone() };
    let Some(run) = ask(place, &mut store, described, &old, &options)? else {
        if json {
            print_json(&serde_json::json!({ "run": old.run.id, "since": old.run.id, "changed_nothing": true }))?;
        } else {
            print(&format!("nothing has come, gone or changed since run {}; it stands\n", old.run.id))?;
        }
        let earlier = store.runs(&place.review.name)?.into_iter().map(|r| r.id).filter(|id| *id < old.run.id).max();
        if let Some(earlier) = earlier {
            place.next(&format!("what run {} brought: tamis update{} --since {earlier}", old.run.id, place.argument()));
        }
        return Ok(Outcome::Done);
    };
    if run.id <= old.run.id {
        return Err(advice(
            format!("run {} is the newest: there is nothing after it to compare it with", old.run.id),
            "name an earlier run with --since",
        ));
    }
    let fetching = fetch::Options { net: options.search.net.clone(), ..fetch::Options::default() };
    let left = store.to_fetch(run.id)?.len() as u64;
    fetch::fetch(place, &mut store, described, &run, &fetching)?.whole()?;
    let unexplained = store.unexplained(run.id, old.run.id)?;
    if !unexplained.is_empty() {
        let (first, second) = (&old.run, &run);
        let list = described.ask(place, &options.search.net, |client| async move {
            gone::ask(&client, &unexplained, first, second).await
        })?;
        store.add_departures(run.id, old.run.id, &list, &now())?;
    }
    let new = history::today(place, &mut store, &run)?;
    let counting = figure::Options { since: Some(old.run.id), ..figure::Options::default() };
    let flow = figure::counted(place, &mut store, &new, &counting)?;
    let report = compare::compare(place, &store, &old, &new, flow, left)?;
    if json {
        print_json(&report)?;
    } else {
        print(&update_text::text(&report, place.width))?;
        print(&format!("\n{}", flow_text::text(&report.flow, place.width)))?;
    }
    let a = place.argument();
    place.next(&match report.flow.awaiting.first() {
        Some(w) => format!("{} records await a person: tamis explain{a} {}", report.flow.unresolved, w.pmid),
        None => format!("tamis flow{a} --since {} --format svg, or tamis audit{a}", old.run.id),
    });
    Ok(if report.flow.unresolved > 0 { Outcome::Awaits } else { Outcome::Done })
}
