//! `tamis corpus search`: which citations of the corpus a search string finds.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use serde_json::json;

use crate::diagnostic::{Problems, Source};
use crate::entrez::xml::{Fetched, read_record};
use crate::jobs::{Outcome, advice, crew, print, print_json};
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
///
/// # Errors
/// When it is faulty, or asks what records do not hold.
pub fn parse(string: &str) -> Result<Query> {
    let parsed = query::parse(string);
    let problems = |list| Problems { source: Source::new("search string", string), list };
    let Some(query) = parsed.query else { return Err(problems(parsed.diagnostics).into()) };
    match query.unsupported() {
        list if list.is_empty() => Ok(query),
        list => Err(problems(list).into()),
    }
}

/// Wordings that a thread decides on at a time.
const AT_ONCE: usize = 64;

/// The PMIDs that match, highest first, each with the number of its wording: from the index where it can tell, else each
/// record that may match decides, on all cores.
///
/// # Errors
/// When the corpus cannot be read, or `until` has come.
pub fn find(corpus: &mut Corpus, query: &Query, until: Option<Instant>) -> Result<Vec<(Pmid, i64)>> {
    let found = corpus.search(query)?;
    if found.exact {
        return Ok(found.list);
    }
    let mut matching = Vec::new();
    let mut left = found.list.chunks(AT_ONCE);
    crew::in_order(
        crew::size(None),
        move || {
            if until.is_some_and(|until| Instant::now() > until) {
                return Err(anyhow!("the search takes too long"));
            }
            let Some(chunk) = left.next() else { return Ok(None) };
            let packed = chunk.iter().map(|one| Ok((*one, corpus.packed(one.1)?)));
            Ok(Some(packed.collect::<Result<Vec<_>>>()?))
        },
        |chunk| {
            let mut matching = Vec::new();
            for ((pmid, id), packed) in chunk {
                if query.matches(&unpacked(pmid, &packed)?.record) {
                    matching.push((pmid, id));
                }
            }
            Ok(matching)
        },
        |list: Result<_>| {
            matching.append(&mut list?);
            Ok(())
        },
    )?;
    Ok(matching)
}

/// A wording as the corpus keeps it, read.
///
/// # Errors
/// When it is damaged.
pub fn unpacked(pmid: Pmid, packed: &[u8]) -> Result<Fetched> {
    let damaged = || format!("while reading PMID {pmid} of the corpus");
    let raw = Corpus::unpack(packed).with_context(damaged)?;
    let record = read_record(&raw).with_context(damaged)?;
    Ok(Fetched { record, raw })
}

/// `tamis corpus search`.
///
/// # Errors
/// When the string cannot be run, or there is no corpus.
pub fn command(path: &Path, string: &str, count: bool, as_json: bool) -> Result<Outcome> {
    let query = parse(string)?;
    let mut corpus = open(path)?;
    let pmids: Vec<Pmid> = find(&mut corpus, &query, None)?.into_iter().map(|(pmid, _)| pmid).collect();
    if as_json {
        print_json(&json!({ "string": string, "runs_as": query.translation(), "count": pmids.len(), "pmids": pmids }))?;
    } else if count {
        print(&format!("{}\n", pmids.len()))?;
    } else {
        print(&pmids.iter().map(|p| format!("{p}\n")).collect::<String>())?;
        eprintln!("{} citations match", pmids.len());
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
