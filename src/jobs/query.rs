//! Reading, checking, mending and trying a search string.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{Outcome, Workplace, advice, print, print_json, source};
use crate::diagnostic::{Problems, Severity, Source as Text, render};
use crate::entrez::xml::{Fetched, for_each_article};
use crate::query::{self, Clause};
use crate::record::terminal_safe;

type Open<'a> = &'a dyn Fn(Option<&str>) -> Result<Workplace>;

/// `tamis query check`.
pub fn check(string: Option<String>, json: bool, open: Open<'_>) -> Result<Outcome> {
    let string = match string {
        Some(string) => string,
        None => open(None)?.review.protocol.search.sent,
    };
    let parsed = query::parse(&string);
    if json {
        let translation = parsed.query.as_ref().map(query::Query::translation);
        print_json(&json!({ "string": string, "runs_as": translation, "diagnostics": parsed.diagnostics }))?;
    } else {
        let text = Text::new("search string", string.as_str());
        for d in &parsed.diagnostics {
            print(&format!("{}\n\n", render(&text, d, false)))?;
        }
        let count = |s| parsed.diagnostics.iter().filter(|d| d.severity == s).count();
        print(&format!(
            "{} errors, {} warnings, {} notes\n",
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note)
        ))?;
        if let Some(query) = &parsed.query {
            print(&format!("runs as: {}\n", query.translation()))?;
        }
    }
    if parsed.has_errors() {
        return Err(advice("PubMed cannot run this string as meant", "`tamis query repair` mends published forms"));
    }
    Ok(Outcome::Done)
}

/// `tamis query repair`.
pub fn repair(string: Option<String>, json: bool, open: Open<'_>) -> Result<Outcome> {
    let string = match string {
        Some(string) => string,
        None => open(None)?.review.protocol.search.printed,
    };
    let mended = query::repair(&string);
    if json {
        print_json(&json!({ "printed": string, "repaired": mended.repaired, "changes": mended.changes }))?;
        return Ok(Outcome::Done);
    }
    print(&format!("printed:  {}\nrepaired: {}\n\n", terminal_safe(&string), terminal_safe(&mended.repaired)))?;
    for c in &mended.changes {
        let show = |t: &str| if t.is_empty() { "nothing".to_owned() } else { format!("`{}`", terminal_safe(t)) };
        print(&format!("{:>4}  {} → {}  {} ({})\n", c.span.start, show(&c.before), show(&c.after), c.reason, c.code))?;
    }
    let left = query::parse(&mended.repaired);
    for d in left.diagnostics.iter().filter(|d| d.severity == Severity::Error) {
        print(&format!("\n{}\n", render(&Text::new("repaired string", mended.repaired.as_str()), d, false)))?;
    }
    eprintln!("next: put both strings and the reasons into protocol.toml, under [search] and [[search.repair]]");
    Ok(Outcome::Done)
}

fn read(string: &str) -> Result<query::Query> {
    let parsed = query::parse(string);
    match parsed.query {
        Some(query) => Ok(query),
        None => Err(Problems { source: Text::new("search string", string), list: parsed.diagnostics }.into()),
    }
}

fn each(files: &[PathBuf], mut look: impl FnMut(Fetched)) -> Result<()> {
    for path in files {
        let file = std::fs::File::open(path).with_context(|| format!("while opening {}", path.display()))?;
        for_each_article(file, |article| {
            look(article);
            Ok(())
        })
        .with_context(|| format!("while reading {}", path.display()))?;
    }
    Ok(())
}

/// `tamis query match`.
pub fn matching(string: &str, files: &[PathBuf]) -> Result<Outcome> {
    let query = read(string)?;
    if let Some(d) = query.unsupported().into_iter().next() {
        return Err(Problems { source: Text::new("search string", string), list: vec![d] }.into());
    }
    let (mut found, mut all) = (0, 0);
    let mut out = String::new();
    each(files, |article| {
        all += 1;
        if query.matches(&article.record) {
            found += 1;
            out.push_str(&format!("{}\n", article.record.pmid));
        }
    })?;
    print(&out)?;
    eprintln!("{found} of {all} records match");
    Ok(Outcome::Done)
}

fn draw(clause: &Clause, depth: usize, out: &mut String) {
    let sign = if clause.matched { '✓' } else { '✗' };
    let hits: Vec<String> =
        clause.hits.iter().take(4).map(|h| format!("{} [{}]", terminal_safe(&h.text), h.field)).collect();
    let tail = if hits.is_empty() { String::new() } else { format!("  ← {}", hits.join(", ")) };
    out.push_str(&format!("{}{sign} {}{tail}\n", "  ".repeat(depth), terminal_safe(&clause.text)));
    for child in &clause.children {
        draw(child, depth + 1, out);
    }
}

/// `tamis query why`.
pub fn why(pmid: u64, words: &[String], open: Open<'_>) -> Result<Outcome> {
    let place = open(None)?;
    let search = &place.review.protocol.search;
    let query = read(&search.sent)?;
    let dates = read(&format!("{}:{}[dp]", search.from.strftime("%Y/%m/%d"), search.to.strftime("%Y/%m/%d")))?;
    let described = source::describe(source::parse(words, &place.located), &place.located)?;
    let library = described.library()?;
    let Some(record) = library.record(pmid) else {
        return Err(advice(
            format!("PMID {pmid} is not among the {} records of {}", library.len(), described.name),
            "name files that hold it with --source FILE…",
        ));
    };
    let mut out = format!("PMID {pmid}  {}\n\n", terminal_safe(&record.title));
    draw(&query.explain(record), 0, &mut out);
    draw(&dates.explain(record), 0, &mut out);
    print(&out)?;
    Ok(Outcome::Done)
}

/// `tamis query explain-code`.
pub fn explain_code(code: Option<&str>) -> Result<Outcome> {
    let wanted: Vec<_> = query::CODES.iter().filter(|c| code.is_none_or(|w| c.code.eq_ignore_ascii_case(w))).collect();
    if wanted.is_empty() {
        return Err(advice(
            format!("there is no code {}", code.unwrap_or("")),
            "see all with `tamis query explain-code`",
        ));
    }
    for c in wanted {
        print(&format!("{} {}\n{}\n\n", c.code, c.title, c.text))?;
    }
    Ok(Outcome::Done)
}
