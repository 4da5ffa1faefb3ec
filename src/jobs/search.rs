//! Stage 1: asks the database with the protocol's string and window, and keeps the answer.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::source::{Described, Net, Source};
use super::{Outcome, PROGRAM, Workplace, advice, now, print, print_json};
use crate::entrez::client::{PubMedSays, Request, SearchRequest};
use crate::record::terminal_safe;
use crate::store::{NewRun, SearchRun, Store};

/// What to search with, beside the protocol.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Network settings.
    pub net: Net,
    /// Another first day of the window.
    pub from: Option<jiff::civil::Date>,
    /// Another last day of the window.
    pub to: Option<jiff::civil::Date>,
    /// Kinds of PubMed's complaints to go on with: `PhraseNotFound`, `QuotedPhraseNotFound` …
    pub allow: Vec<String>,
}

/// The last run, when it asked exactly what would be asked now.
pub fn same(place: &Workplace, store: &Store, described: &Described, options: &Options) -> Result<Option<SearchRun>> {
    let search = &place.review.protocol.search;
    let from = options.from.unwrap_or(search.from).to_string();
    let to = options.to.unwrap_or(search.to).to_string();
    let last = store.run(&place.review.name, None)?;
    Ok(last.filter(|run| {
        let a = &run.asked;
        (a.term.as_str(), a.date_field.as_str(), a.date_from.as_str(), a.date_to.as_str())
            == (&search.sent, &search.date_field, &from, &to)
            && (a.source.as_str(), a.endpoint.as_str()) == (&described.name, &described.endpoint)
    }))
}

/// The request of a search, whole: the window's days as the protocol writes them, `YYYY-MM-DD`.
pub fn request(term: &str, date_field: &str, from: &str, to: &str) -> SearchRequest {
    SearchRequest {
        term: term.to_owned(),
        datetype: Some(date_field.to_owned()),
        mindate: Some(from.replace('-', "/")),
        maxdate: Some(to.replace('-', "/")),
        retmax: 9_999,
        usehistory: true,
        ..SearchRequest::default()
    }
}

/// The requests of `search`, printed and not sent.
///
/// # Errors
/// When standard output cannot be written to.
pub fn dry_run(place: &Workplace, described: &Described, options: &Options) -> Result<Outcome> {
    let search = &place.review.protocol.search;
    let from = options.from.unwrap_or(search.from).to_string();
    let to = options.to.unwrap_or(search.to).to_string();
    let settings = described.settings(described.address(), place, &options.net);
    let request = request(&search.sent, &search.date_field, &from, &to).request();
    print(&Request::einfo().describe(&settings))?;
    print(&terminal_safe(&request.describe(&settings)))?;
    print("(a search of 9,999 records or more is then cut into ranges of PMIDs, one ESearch each)\n")?;
    eprintln!("note: nothing was sent");
    Ok(Outcome::Done)
}

/// Asks, and stores a new run.
///
/// # Errors
/// When the service fails, or PubMed says that it did not run the string as written.
pub fn search(place: &Workplace, store: &mut Store, described: &Described, options: &Options) -> Result<SearchRun> {
    let (asked, pmids) = ask(place, described, options)?;
    let id = store.add_run(&asked, &pmids)?;
    Ok(SearchRun { id, asked })
}

/// Asks, and stores nothing: the run as it would be stored, and its PMIDs in PubMed's order.
///
/// # Errors
/// When the service fails, or PubMed says that it did not run the string as written.
pub fn ask(place: &Workplace, described: &Described, options: &Options) -> Result<(NewRun, Vec<u64>)> {
    let search = &place.review.protocol.search;
    let from = options.from.unwrap_or(search.from);
    let to = options.to.unwrap_or(search.to);
    let request = request(&search.sent, &search.date_field, &from.to_string(), &to.to_string());
    let bar = place.bar(1, "searching");
    let asked_at = now();
    let (info, whole, requests) = described
        .ask(place, &options.net, |client| async move {
            let info = client.einfo().await.context("while asking EInfo what the database holds")?;
            let progress = |done: u64, total: u64| {
                bar.set_length(total);
                bar.set_position(done);
            };
            let whole = client.search_all(&request, &progress).await.context("while searching")?;
            bar.finish_and_clear();
            Ok((info, whole, client.requests_made()))
        })
        .with_context(|| format!("while asking {} for `{}`", described.name, place.review.name))?;
    let answer = &whole.answer;
    let says: Vec<_> =
        answer.errors.iter().chain(&answer.warnings).map(|s| json!({ "kind": s.kind, "text": s.text })).collect();
    let says = serde_json::Value::from(says).to_string();
    if !(answer.errors.is_empty() && answer.warnings.is_empty()) {
        eprint!("{}", super::query::heard_text(&search.sent, &says, &answer.translation));
    }
    listen(&answer.errors, &answer.warnings, &options.allow)?;
    let fields: Vec<_> = info.fields.iter().map(|f| f.0.clone()).collect();
    let names: Vec<_> = info.fields.iter().map(|f| f.1.clone()).collect();
    let parts: Vec<_> = whole.parts.iter().map(|p| json!([p.low, p.high, p.count])).collect();
    let run = NewRun {
        review: place.review.name.clone(),
        source: described.name.clone(),
        endpoint: described.endpoint.clone(),
        term: search.sent.clone(),
        date_field: search.date_field.clone(),
        date_from: from.to_string(),
        date_to: to.to_string(),
        asked_at,
        program: PROGRAM.to_owned(),
        reported: answer.count,
        translation: answer.translation.clone(),
        says,
        database_info: json!({
            "build": info.build, "last_update": info.last_update, "count": info.count, "fields": fields,
            "field_names": names, "parts": parts, "requests": requests
        })
        .to_string(),
    };
    Ok((run, whole.pmids))
}

/// A string that PubMed changed in silence is an error: its complaints end the search unless allowed by name.
fn listen(errors: &[PubMedSays], warnings: &[PubMedSays], allow: &[String]) -> Result<()> {
    let refused: Vec<String> = errors
        .iter()
        .chain(warnings.iter().filter(|w| w.kind == "QuotedPhraseNotFound" || w.kind == "PhraseIgnored"))
        .filter(|e| !allow.iter().any(|a| a.eq_ignore_ascii_case(&e.kind)))
        .map(|e| format!("{} ({})", e.kind, terminal_safe(&e.text)))
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(advice(
        format!("PubMed did not run the string as written: {}", refused.join("; ")),
        "mend the string in protocol.toml, or accept what PubMed did with --allow-warnings KIND",
    ))
}

/// `tamis search`.
pub fn command(place: &Workplace, described: &Described, options: &Options, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = search(place, &mut store, described, options)?;
    if json {
        print_json(&run)?;
    } else {
        print(&format!(
            "search run {}: {} records from {} ({} to {})\n",
            run.id,
            run.asked.reported,
            super::source::shown(&run.asked.source),
            run.asked.date_from,
            run.asked.date_to
        ))?;
        print(&format!("run as: {}\n", terminal_safe(&run.asked.translation)))?;
        if described.source == Source::PubMed {
            print(&format!("compare with: {}\n", super::provenance::web_address(&run.asked)))?;
        }
    }
    place.next(&format!("tamis fetch{}", place.argument()));
    Ok(Outcome::Done)
}
