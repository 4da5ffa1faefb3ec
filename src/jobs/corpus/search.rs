//! `tamis corpus search`: which citations of the corpus a search string finds.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::diagnostic::{Problems, Source};
use crate::entrez::xml::read_record;
use crate::jobs::{Outcome, advice, print, print_json};
use crate::query::{self, Query};
use crate::record::Pmid;
use crate::store::Corpus;

/// The corpus at a place.
///
/// # Errors
/// When there is none.
pub fn open(path: &Path) -> Result<Corpus> {
    Corpus::read(path)?.ok_or_else(|| {
        advice(
            format!("there is no corpus at {}", path.display()),
            "make one with `tamis corpus add FILE…`, or name another with --corpus FILE",
        )
    })
}

/// A search string, ready to be tried on local records.
fn parse(string: &str) -> Result<Query> {
    let parsed = query::parse(string);
    let problems = |list| Problems { source: Source::new("search string", string), list };
    let Some(query) = parsed.query else { return Err(problems(parsed.diagnostics).into()) };
    match query.unsupported() {
        list if list.is_empty() => Ok(query),
        list => Err(problems(list).into()),
    }
}

/// Calls `each` with every citation that matches; returns how many were looked at.
///
/// # Errors
/// When the corpus cannot be read.
pub fn each(corpus: &Corpus, query: &Query, mut each: impl FnMut(Pmid, Vec<u8>)) -> Result<u64> {
    let mut looked_at = 0;
    for id in corpus.candidates(query.need().as_ref())? {
        let Some((pmid, xml)) = corpus.current(id)? else { continue };
        looked_at += 1;
        let record = read_record(&xml).with_context(|| format!("while reading PMID {pmid} of the corpus"))?;
        if query.matches(&record) {
            each(pmid, xml);
        }
    }
    Ok(looked_at)
}

/// `tamis corpus search`.
///
/// # Errors
/// When the string cannot be run, or there is no corpus.
pub fn command(path: &Path, string: &str, count: bool, as_json: bool) -> Result<Outcome> {
    let query = parse(string)?;
    let corpus = open(path)?;
    let mut pmids = Vec::new();
    let looked_at = each(&corpus, &query, |pmid, _| pmids.push(pmid))?;
    // As PubMed lists them: the newest first.
    pmids.sort_unstable_by(|a, b| b.cmp(a));
    if as_json {
        print_json(&json!({ "string": string, "runs_as": query.translation(), "count": pmids.len(), "pmids": pmids }))?;
    } else if count {
        print(&format!("{}\n", pmids.len()))?;
    } else {
        print(&pmids.iter().map(|p| format!("{p}\n")).collect::<String>())?;
        eprintln!("{} citations match; {looked_at} were looked at", pmids.len());
    }
    Ok(Outcome::Done)
}

/// `tamis corpus status`.
///
/// # Errors
/// When there is no corpus.
pub fn status(path: &Path, as_json: bool) -> Result<Outcome> {
    let holdings = open(path)?.holdings()?;
    if as_json {
        print_json(&holdings)?;
    } else {
        let s = &holdings;
        print(&format!(
            "{}: {} files, {} read to their end, the newest {}\n{} PMIDs in {} wordings, {} deletions, {} of database\n",
            path.display(),
            s.files,
            s.read_to_the_end,
            s.newest.as_deref().unwrap_or("none"),
            s.pmids,
            s.wordings,
            s.deletions,
            indicatif::HumanBytes(s.bytes)
        ))?;
    }
    Ok(Outcome::Done)
}
