//! `tamis run`: every stage that is left, in order.

use anyhow::Result;
use serde_json::json;

use super::source::Described;
use super::{Outcome, Workplace, audit, fetch, figure, print, print_json, screen, search, worksheet};
use crate::export::figure::{self as picture, Layout};
use crate::export::flow_text;

/// Runs what is left, from the search to the audit.
///
/// # Errors
/// Those of the stages; what they committed is kept.
pub fn command(
    place: &Workplace,
    described: &Described,
    options: &search::Options,
    fresh: bool,
    json: bool,
) -> Result<Outcome> {
    let mut store = place.store()?;
    let known = if fresh { None } else { search::same(place, &store, described, options)? };
    let resumed = known.is_some();
    let run = match known {
        Some(run) => run,
        None => search::search(place, &mut store, described, options)?,
    };
    let fetching = fetch::Options { net: options.net.clone(), ..fetch::Options::default() };
    let account = fetch::fetch(place, &mut store, described, &run, &fetching)?.whole()?;
    let screened = screen::screen(place, &mut store, &run)?;
    let flow = figure::flow(place, &mut store, &run, &figure::Options::default())?;
    let svg = picture::svg(&flow, &figure::heading(place, &run, flow.synthetic), Layout::default());
    let mut paths = vec![
        place.write("flow.svg", svg.as_bytes())?,
        place.write("flow.json", (serde_json::to_string_pretty(&flow)? + "\n").as_bytes())?,
    ];
    let (_, sheets) = worksheet::write(place, &mut store, &run)?;
    paths.extend(sheets);
    paths.extend(audit::write(place, &mut store, &run)?);
    if json {
        let files: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        print_json(&json!({ "flow": flow, "files": files, "database": place.db }))?;
    } else {
        let how = if resumed { "already searched" } else { "searched" };
        print(&format!(
            "{}: {how} {}, run {}; {} records, {} assessed now, {} judgements\n\n",
            place.review.name,
            super::source::shown(&run.asked.source),
            run.id,
            account.stored,
            screened.assessed,
            screened.judgements
        ))?;
        print(&flow_text::text(&flow, place.width))?;
        let here = std::env::current_dir().unwrap_or_default();
        let mut text = String::from("\nfiles:\n");
        for path in paths.iter().chain([&place.db]) {
            text.push_str(&format!("  {}\n", path.strip_prefix(&here).unwrap_or(path).display()));
        }
        print(&text)?;
    }
    let a = place.argument();
    match flow.awaiting.first() {
        Some(w) => place.next(&format!(
            "{} records await a person: see one with `tamis explain {pmid}`, rule with `tamis judge {pmid}`",
            flow.unresolved,
            pmid = w.pmid
        )),
        None => place.next(&format!("tamis flow{a} --check, tamis explain PMID, tamis report{a}, or open audit.html")),
    }
    Ok(figure::verdict(&flow))
}
