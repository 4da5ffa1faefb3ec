//! Trying a search string on local records: which it finds, and which of its clauses found or lost one.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use serde_json::json;

use super::query::{Open, read};
use super::{Outcome, advice, print, print_json, source};
use crate::diagnostic::{Problems, Source as Text, render};
use crate::entrez::xml::{for_each_article, read_descriptors};
use crate::query::index::{Detail, parts};
use crate::query::thesaurus::Thesaurus;
use crate::query::{Clause, Query};
use crate::record::terminal_safe;
use crate::store::Index;

pub mod counts;
pub mod validate;

mod mend;

/// Records put into an index in one transaction.
const BATCH: usize = 2_000;

/// A list of MeSH descriptors, when one is named.
///
/// # Errors
/// When it cannot be read.
pub fn thesaurus(path: Option<&Path>) -> Result<Option<Thesaurus>> {
    let Some(path) = path else { return Ok(None) };
    let file = File::open(path).with_context(|| format!("while opening {}", path.display()))?;
    Ok(Some(read_descriptors(file).with_context(|| format!("while reading {}", path.display()))?))
}

/// A string ready to be tried on records, with its MeSH terms exploded when a list of descriptors tells how. What cannot
/// be told from records is an error; what is noticed is printed.
///
/// # Errors
/// When the string is faulty, or asks what records do not hold.
pub fn ready(string: &str, thesaurus: Option<&Thesaurus>) -> Result<Query> {
    let query = read(string)?;
    if let Some(d) = query.unsupported().into_iter().next() {
        return Err(Problems { source: Text::new("search string", string), list: vec![d] }.into());
    }
    match thesaurus {
        Some(thesaurus) => {
            let (query, told) = query.exploded(thesaurus);
            let text = Text::new("search string", string);
            told.iter().for_each(|d| eprintln!("{}\n", render(&text, d, false)));
            Ok(query)
        }
        None => {
            if query.wants_thesaurus() {
                eprintln!(
                    "warning: MeSH terms find their own heading only, not those below it as in PubMed; name NLM's desc….xml with --mesh"
                );
            }
            Ok(query)
        }
    }
}

/// The list of descriptors named on the command line, else the one the protocol names.
///
/// # Errors
/// When it cannot be read.
pub fn descriptors(given: Option<&Path>, place: &super::Workplace) -> Result<Option<Thesaurus>> {
    let own = place.review.protocol.search.mesh.as_ref().map(|m| place.located.folder.join(m));
    thesaurus(given.or(own.as_deref()))
}

/// Reads files into an index, those that are in it already left out.
///
/// # Errors
/// When a file or the index cannot be read or written.
pub fn fill(index: &mut Index, files: &[PathBuf], bar: &ProgressBar) -> Result<()> {
    for path in files {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("while reading {name}"))?;
        let hash = crate::protocol::load::sha256(&bytes);
        if index.holds(&hash)? {
            continue;
        }
        let mut batch = Vec::with_capacity(BATCH);
        let mut failed = None;
        let deleted = for_each_article(std::io::Cursor::new(bytes), |article| {
            let record = article.record;
            batch.push((record.pmid.0, record.version, parts(&record, Detail::Most)));
            if batch.len() == BATCH && failed.is_none() {
                failed = index.add(&batch, None).err();
                bar.inc(batch.len() as u64);
                batch.clear();
            }
            Ok(())
        })
        .with_context(|| format!("while reading {name}"))?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        index.remove(&deleted.iter().map(|p| p.0).collect::<Vec<_>>())?;
        // The file is told last: one that was cut short is read again.
        index.add(&batch, Some((&name, &hash)))?;
        bar.inc(batch.len() as u64);
    }
    Ok(())
}

/// `tamis query match`.
///
/// # Errors
/// When the string, a file, the list of descriptors or the index is faulty.
pub fn matching(
    string: &str,
    files: &[PathBuf],
    index: Option<&Path>,
    mesh: Option<&Path>,
    json: bool,
) -> Result<Outcome> {
    let query = ready(string, thesaurus(mesh)?.as_ref())?;
    let (mut found, mut all) = (Vec::new(), 0);
    if let Some(path) = index {
        let bar = ProgressBar::new_spinner().with_message("records indexed");
        let mut index = Index::open(path)?;
        fill(&mut index, files, &bar)?;
        bar.finish_and_clear();
        all = index.len()?;
        match index.search(&query)? {
            Some(pmids) => found = pmids,
            None if files.is_empty() => {
                return Err(advice(
                    "the index cannot answer this string: it has nearness over more than twenty words, or truncation that stands for thousands",
                    "name the files too: then every record is looked at",
                ));
            }
            None => all = pass(&query, files, &mut found)?,
        }
    } else if files.is_empty() {
        return Err(advice("there is nothing to look in", "name files of PubMed XML, or an index with --index FILE"));
    } else {
        all += pass(&query, files, &mut found)?;
    }
    if json {
        print_json(&json!({ "string": string, "records": all, "found": found.len(), "pmids": found }))?;
    } else {
        print(&found.iter().map(|p| format!("{p}\n")).collect::<String>())?;
        eprintln!("{} of {all} records match", found.len());
    }
    Ok(Outcome::Done)
}

/// Every record of the files, one by one. Returns how many there are.
fn pass(query: &Query, files: &[PathBuf], found: &mut Vec<u64>) -> Result<u64> {
    let mut all = 0;
    for path in files {
        let file = File::open(path).with_context(|| format!("while opening {}", path.display()))?;
        for_each_article(file, |article| {
            all += 1;
            if query.matches(&article.record) {
                found.push(article.record.pmid.0);
            }
            Ok(())
        })
        .with_context(|| format!("while reading {}", path.display()))?;
    }
    Ok(all)
}

/// A clause and those below it as lines of a tree, each with a sign and the words that matched.
pub fn draw(clause: &Clause, depth: usize, width: usize, out: &mut String) {
    let sign = if clause.matched { '✓' } else { '✗' };
    let hits: Vec<String> =
        clause.hits.iter().take(4).map(|h| format!("{} [{}]", terminal_safe(&h.text), h.field)).collect();
    let tail = if hits.is_empty() { String::new() } else { format!("  ← {}", hits.join(", ")) };
    let room = width.saturating_sub(2 * depth + 2 + tail.chars().count()).max(24);
    out.push_str(&format!("{}{sign} {}{tail}\n", "  ".repeat(depth), short(&clause.text, room)));
    for child in &clause.children {
        draw(child, depth + 1, width, out);
    }
}

/// A text on one line of at most so many characters, cut in the middle where it is longer.
pub fn short(text: &str, room: usize) -> String {
    let flat = terminal_safe(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let length = flat.chars().count();
    if length <= room {
        return flat;
    }
    let (head, tail) = ((room - 3) * 2 / 3, (room - 3) / 3);
    let end: String = flat.chars().skip(length - tail).collect();
    format!("{} … {end}", flat.chars().take(head).collect::<String>().trim_end())
}

/// `tamis query why`.
///
/// # Errors
/// When the string is faulty or the record is not there.
pub fn why(
    pmid: u64,
    words: &[String],
    string: Option<&str>,
    mesh: Option<&Path>,
    json: bool,
    open: Open<'_>,
) -> Result<Outcome> {
    let place = open(None)?;
    let search = &place.review.protocol.search;
    let query = ready(string.unwrap_or(&search.sent), descriptors(mesh, &place)?.as_ref())?;
    let dates = read(&window(search))?;
    let described = source::describe(source::parse(words, &place.located), &place.located)?;
    let library = described.library()?;
    let Some(record) = library.record(pmid) else {
        return Err(advice(
            format!("PMID {pmid} is not among the {} records of {}", library.len(), described.name),
            "name files that hold it with --source FILE…",
        ));
    };
    let clauses = [query.explain(record), dates.explain(record)];
    if json {
        let found = clauses.iter().all(|c| c.matched);
        print_json(&json!({ "pmid": pmid, "title": record.title, "found": found, "clauses": clauses }))?;
        return Ok(Outcome::Done);
    }
    let mut out = format!("PMID {pmid}  {}\n\n", terminal_safe(&record.title));
    clauses.iter().for_each(|c| draw(c, 0, place.width, &mut out));
    print(&out)?;
    Ok(Outcome::Done)
}

/// The window of a search as a search of its own.
pub fn window(search: &crate::protocol::Search) -> String {
    let field = if search.date_field == "pdat" { "dp" } else { &search.date_field };
    format!("{}:{}[{field}]", search.from.strftime("%Y/%m/%d"), search.to.strftime("%Y/%m/%d"))
}
