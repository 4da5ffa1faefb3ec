//! A search against articles known to be relevant: how many it finds, what loses each of the others, and the smallest
//! change that would find it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::json;

use super::{descriptors, mend, ready, short, window};
use crate::diagnostic::{Diagnostic, Problems, Source as Text};
use crate::entrez::service::Library;
use crate::entrez::xml::read_articles;
use crate::jobs::source::{self, Described, Net, Source};
use crate::jobs::{Outcome, Workplace, advice, print, print_json};
use crate::pooled::proportion::Proportion;
use crate::query::{self, Query};
use crate::record::{Record, terminal_safe};

/// What to validate with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A file of known PMIDs.
    pub known: Option<PathBuf>,
    /// A list of MeSH descriptors.
    pub mesh: Option<PathBuf>,
    /// Network settings.
    pub net: Net,
}

/// A known article that the search misses.
#[derive(Debug, Clone, Serialize)]
struct Missed {
    pmid: u64,
    title: Option<String>,
    /// The clauses that lose it.
    lost_by: Vec<String>,
    /// For each, the smallest change that would find it.
    change: Vec<Mended>,
    /// Records that the string would find more with all changes; known of local records.
    extra: Option<u64>,
}

#[derive(Debug, Clone, Serialize)]
struct Mended {
    before: String,
    after: String,
    what: String,
}

/// The PMIDs of a file: one a line, `#` begins a remark.
fn known(path: &Path) -> Result<Vec<u64>> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        advice(
            format!("{name} cannot be read: {e}"),
            "write the PMIDs of articles that the search must find into known.txt in the review's folder, one a line",
        )
    })?;
    let (mut out, mut problems, mut at) = (Vec::new(), Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let item = line.split('#').next().unwrap_or("").trim();
        let start = at + line.find(item).unwrap_or(0);
        at += line.len();
        match item.parse::<u64>() {
            _ if item.is_empty() => {}
            Ok(pmid) if pmid > 0 => out.push(pmid),
            _ => problems.push(
                Diagnostic::error("K001", start..start + item.len(), format!("`{item}` is no PMID"))
                    .help("one PMID a line; what follows # is a remark"),
            ),
        }
    }
    if !problems.is_empty() {
        return Err(Problems { source: Text::new(name, text), list: problems }.into());
    }
    if out.is_empty() {
        return Err(advice(format!("{name} names no PMID"), "write one PMID a line"));
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// `tamis search validate`.
///
/// # Errors
/// When the list, the string or the source is faulty.
pub fn command(place: &Workplace, described: &Described, options: &Options, json: bool) -> Result<Outcome> {
    let default =
        place.located.folder.join(if described.source == Source::PubMed { "known-pubmed.txt" } else { "known.txt" });
    let path = options.known.clone().unwrap_or(default);
    let wanted = known(&path)?;
    let search = &place.review.protocol.search;
    let (found, records) = ask(place, described, &options.net, &wanted)?;
    let query = ready(&search.sent, descriptors(options.mesh.as_deref(), place)?.as_ref())?;
    let missed: Vec<u64> = wanted.iter().copied().filter(|p| !found.contains(p)).collect();
    let read = !missed.is_empty() && described.source.is_read_whole();
    let library = read.then(|| described.library()).transpose()?;
    let missed: Vec<Missed> = missed
        .into_iter()
        .map(|p| look(place, library.as_ref(), &query, p, records.iter().find(|r| r.pmid.0 == p)))
        .collect::<Result<_>>()?;
    let recall = Proportion { k: (wanted.len() - missed.len()) as u64, n: wanted.len() as u64 };
    if json {
        print_json(&json!({
            "known": wanted.len(), "found": recall.k, "recall": recall.estimate(),
            "interval": recall.clopper_pearson(), "missed": missed,
        }))?;
        return Ok(Outcome::Done);
    }
    let limit = |l: Option<f64>| format!("{:.1}", l.unwrap_or_default() * 100.0);
    let interval =
        recall.clopper_pearson().map(|i| format!("{} to {}", limit(i.low), limit(i.high))).unwrap_or_default();
    let mut out = format!(
        "{} of {} known articles are found: recall {:.1} % (exact 95 % interval {interval})\n",
        recall.k,
        recall.n,
        recall.estimate().unwrap_or_default() * 100.0
    );
    for m in &missed {
        let title = m.title.as_deref().map_or("no record".to_owned(), |t| terminal_safe(t).into_owned());
        out.push_str(&format!("\n✗ {}  {}\n", m.pmid, short(&title, place.width.saturating_sub(14))));
        for clause in &m.lost_by {
            out.push_str(&format!("    lost by  {}\n", short(clause, place.width.saturating_sub(13))));
        }
        for c in &m.change {
            let after = if c.after.is_empty() { "nothing" } else { c.after.as_str() };
            out.push_str(&format!(
                "    change   {}\n    to       {}\n             {}\n",
                terminal_safe(&c.before),
                terminal_safe(after),
                c.what
            ));
        }
        if let Some(extra) = m.extra {
            out.push_str(&format!("             finds {extra} records more of this source\n"));
        }
    }
    print(&out)?;
    place.next("tamis query counts shows what each clause brings; tamis query why PMID draws one article");
    Ok(Outcome::Done)
}

/// Which of the PMIDs the search finds, and the records of those that it does not.
fn ask(place: &Workplace, described: &Described, net: &Net, wanted: &[u64]) -> Result<(BTreeSet<u64>, Vec<Record>)> {
    let search = &place.review.protocol.search;
    let (from, to) = (search.from.to_string(), search.to.to_string());
    described.ask(place, net, |client| async move {
        let mut found = BTreeSet::new();
        let mut records = Vec::new();
        for batch in wanted.chunks(200) {
            let list: Vec<String> = batch.iter().map(ToString::to_string).collect();
            let term = format!("({}) AND {}[uid]", search.sent, list.join(" "));
            let request = crate::jobs::search::request(&term, &search.date_field, &from, &to);
            found.extend(
                client.search_all(&request, &|_, _| {}).await.context("while searching the known articles")?.pmids,
            );
            let missing: Vec<u64> = batch.iter().copied().filter(|p| !found.contains(p)).collect();
            if !missing.is_empty() {
                let body = client.efetch_ids(&missing).await.context("while fetching what was not found")?;
                records.extend(read_articles(&body)?.articles.into_iter().map(|a| a.record));
            }
        }
        Ok((found, records))
    })
}

/// What loses an article, and the smallest change that finds it; of `library`, how many records that would bring besides.
fn look(
    place: &Workplace,
    library: Option<&Library>,
    query: &Query,
    pmid: u64,
    record: Option<&Record>,
) -> Result<Missed> {
    let Some(record) = record else {
        let lost_by = vec!["there is no record of this PMID in the source".to_owned()];
        return Ok(Missed { pmid, title: None, lost_by, change: Vec::new(), extra: None });
    };
    let (text, dates) = (query.text(), window(&place.review.protocol.search));
    let mut lost_by = Vec::new();
    let mut change = Vec::new();
    let mut mended = text.to_owned();
    for clause in mend::failing(query, record).into_iter().rev() {
        let before = &text[clause.span.clone()];
        lost_by.insert(0, before.to_owned());
        let best = mend::changes(clause, text, record).into_iter().next();
        let best = best.unwrap_or_else(|| mend::Change {
            before: before.to_owned(),
            after: String::new(),
            what: "no small change finds it: the clause would have to go, or be written anew".to_owned(),
        });
        if !best.after.is_empty() {
            // From the last clause to the first, so that places before it stay where they are.
            mended.replace_range(clause.span.clone(), &best.after);
        }
        change.insert(0, Mended { before: best.before, after: best.after, what: best.what });
    }
    let in_window = query::parse(&dates).query.is_some_and(|q| q.matches(record));
    if !in_window {
        let day = record.pub_date.map_or("no date".to_owned(), |d| d.to_string());
        lost_by.push(dates.clone());
        change.push(Mended {
            before: dates,
            after: String::new(),
            what: format!("the window: the article is of {day}"),
        });
    }
    if lost_by.is_empty() {
        lost_by.push("PubMed itself does not find it, though the string matches its record here".to_owned());
    }
    let whole = change.iter().all(|c| !c.after.is_empty()) && !change.is_empty();
    let extra = match (library, query::parse(&mended).query) {
        (Some(library), Some(new)) if whole => {
            Some(library.records().filter(|r| new.matches(r) && !query.matches(r)).count() as u64)
        }
        _ => None,
    };
    Ok(Missed { pmid, title: Some(record.title.clone()), lost_by, change, extra })
}

/// The source of a validation, as `--source` names it.
///
/// # Errors
/// When it cannot be read.
pub fn described(words: &[String], place: &Workplace) -> Result<Described> {
    source::describe(source::parse(words, &place.located), &place.located)
}
