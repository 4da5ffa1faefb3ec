//! Reading, checking, mending and trying a search string.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::json;

use super::{Outcome, Workplace, advice, print, print_json};
use crate::diagnostic::{Diagnostic, Problems, Severity, Source as Text, render};
use crate::export::sarif;
use crate::protocol::Search;
use crate::query;
use crate::record::terminal_safe;

/// Opens a review by its name.
pub(super) type Open<'a> = &'a dyn Fn(Option<&str>) -> Result<Workplace>;

/// Where a string comes from.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// As an argument.
    pub string: Option<String>,
    /// From a file, or `-` for standard input.
    pub file: Option<PathBuf>,
}

impl Given {
    /// The string and its name in messages; without one, what `own` takes from the review.
    fn text(&self, open: Open<'_>, own: fn(&Search) -> &str) -> Result<Text> {
        if let Some(path) = &self.file {
            let (name, text) = if path.as_os_str() == "-" {
                ("standard input".to_owned(), std::io::read_to_string(std::io::stdin()))
            } else {
                (path.display().to_string(), std::fs::read_to_string(path))
            };
            let text = text.with_context(|| format!("while reading {name}"))?;
            return Ok(Text::new(name, text.strip_prefix('\u{feff}').unwrap_or(&text)));
        }
        match &self.string {
            Some(string) => Ok(Text::new("search string", string.as_str())),
            None => Ok(Text::new("search string", own(&open(None)?.review.protocol.search))),
        }
    }
}

/// The forms in which problems are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With carets, for people
    Text,
    /// For scripts
    Json,
    /// For editors and CI: SARIF 2.1.0
    Sarif,
}

/// Reads `--deny`: a level or a code.
fn denied(deny: &[String], d: &Diagnostic) -> bool {
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    // A level denies whatever is graver too.
    let graver = |name: &str| match name {
        "note" => true,
        "warning" => level != "note",
        _ => level == name,
    };
    d.severity == Severity::Error || deny.iter().any(|x| x.eq_ignore_ascii_case(d.code) || graver(&x.to_lowercase()))
}

/// `tamis query check`.
pub fn check(
    given: &Given,
    deny: &[String],
    headings: Option<&Path>,
    format: Format,
    open: Open<'_>,
) -> Result<Outcome> {
    let known = |x: &&String| {
        ["error", "warning", "note"].contains(&x.to_lowercase().as_str())
            || query::CODES.iter().any(|c| c.code.eq_ignore_ascii_case(x))
    };
    if let Some(x) = deny.iter().find(|x| !known(x)) {
        return Err(advice(
            format!("`{x}` is neither a level nor a code"),
            "levels are note, warning and error; codes: `tamis query explain-code`",
        ));
    }
    let text = given.text(open, |s| &s.sent)?;
    let mut parsed = query::parse(&text.text);
    if let Some(path) = headings {
        let list = std::fs::read_to_string(path).with_context(|| format!("while reading {}", path.display()))?;
        let list: std::collections::HashSet<String> = list.lines().map(|l| l.trim().to_lowercase()).collect();
        parsed
            .diagnostics
            .extend(parsed.query.iter().flat_map(|q| q.unknown_headings(&|h| list.contains(&h.to_lowercase()))));
        parsed.diagnostics.sort_by_key(|d| d.span.start);
    }
    let bad = parsed.diagnostics.iter().filter(|d| denied(deny, d)).count();
    match format {
        Format::Json => {
            let translation = parsed.query.as_ref().map(query::Query::translation);
            print_json(&json!({ "string": text.text, "runs_as": translation, "diagnostics": parsed.diagnostics }))?;
        }
        Format::Sarif => print_json(&sarif::sarif(&text, &parsed.diagnostics, env!("CARGO_PKG_VERSION")))?,
        Format::Text => {
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
                print(&format!("runs as: {}\n", terminal_safe(&query.translation())))?;
            }
            if !parsed.diagnostics.is_empty() {
                eprintln!("next: tamis query explain-code {}", parsed.diagnostics[0].code);
            }
        }
    }
    if parsed.has_errors() {
        return Err(advice("PubMed cannot run this string as meant", "`tamis query repair` mends published forms"));
    }
    if bad > 0 {
        return Err(advice(
            format!("{bad} of what was noticed is denied"),
            "see the places above; `tamis query explain-code CODE` tells more",
        ));
    }
    Ok(Outcome::Done)
}

/// `N=K`: question N is answered with its choice K.
fn answer(text: &str) -> Result<(usize, usize)> {
    let numbers = text.split_once('=').and_then(|(n, k)| Some((n.trim().parse().ok()?, k.trim().parse().ok()?)));
    numbers.ok_or_else(|| advice(format!("`{text}` answers no question"), "write N=K: question N, choice K"))
}

/// `tamis query repair`.
pub fn repair(given: &Given, answers: &[String], json: bool, open: Open<'_>) -> Result<Outcome> {
    let text = given.text(open, |s| &s.printed)?;
    let answers = answers.iter().map(|a| answer(a)).collect::<Result<Vec<_>>>()?;
    let mended = query::repair(&text.text, &answers);
    if json {
        print_json(&json!({
            "printed": text.text, "repaired": mended.repaired, "changes": mended.changes, "questions": mended.questions,
        }))?;
        return Ok(Outcome::Done);
    }
    print(&align(&text.text, &mended.changes, super::width()))?;
    let show = |t: &str| if t.is_empty() { "nothing".to_owned() } else { format!("`{}`", terminal_safe(t)) };
    for c in &mended.changes {
        print(&format!("{:>4}  {} → {}  {} ({})\n", c.span.start, show(&c.before), show(&c.after), c.reason, c.code))?;
    }
    print(&format!("\n{}\n", terminal_safe(&mended.repaired)))?;
    for (n, q) in mended.questions.iter().enumerate() {
        let d = Diagnostic::warning(q.code, q.span.clone(), format!("question {}: {}", n + 1, q.question));
        print(&format!("\n{}\n", render(&text, &d, false)))?;
        for (k, (after, meaning)) in q.choices.iter().enumerate() {
            print(&format!("  --answer {}={}  {}: {meaning}\n", n + 1, k + 1, show(after)))?;
        }
    }
    let left = query::parse(&mended.repaired);
    for d in left.diagnostics.iter().filter(|d| d.severity == Severity::Error) {
        print(&format!("\n{}\n", render(&Text::new("repaired string", mended.repaired.as_str()), d, false)))?;
    }
    if !mended.questions.is_empty() {
        return Err(advice(
            format!("{} places may mean more than one thing and were left as they are", mended.questions.len()),
            "answer with --answer N=K, or mend them by hand",
        ));
    }
    eprintln!("next: put both strings and the reasons into protocol.toml, under [search] and [[search.repair]]");
    Ok(Outcome::Done)
}

/// Old and new one above the other, changes column by column, in lines of at most `width`.
fn align(old: &str, changes: &[query::Change], width: usize) -> String {
    const NAMES: [&str; 2] = ["printed:  ", "repaired: "];
    let room = width.saturating_sub(NAMES[0].len()).max(20);
    let flat = |t: &str| terminal_safe(t).replace(['\n', '\r', '\t'], " ");
    let mut pieces: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    let same = |text: &str, pieces: &mut Vec<(String, String)>| {
        pieces.extend(flat(text).split_inclusive(' ').map(|w| (w.to_owned(), w.to_owned())));
    };
    for c in changes {
        same(&old[at..c.span.start], &mut pieces);
        pieces.push((flat(&c.before), flat(&c.after)));
        at = c.span.end;
    }
    same(&old[at..], &mut pieces);
    let (mut out, mut lines, mut filled) = (String::new(), [String::new(), String::new()], 0);
    let mut flush = |lines: &mut [String; 2]| {
        for (name, line) in NAMES.iter().zip(lines.iter_mut()) {
            out.push_str(format!("{name}{line}").trim_end());
            out.push('\n');
            line.clear();
        }
        out.push('\n');
    };
    for (a, b) in pieces {
        let long = a.chars().count().max(b.chars().count());
        if filled > 0 && filled + long > room {
            flush(&mut lines);
            filled = 0;
        }
        for (line, piece) in lines.iter_mut().zip([&a, &b]) {
            line.push_str(piece);
            line.extend(std::iter::repeat_n(' ', long - piece.chars().count()));
        }
        filled += long;
    }
    flush(&mut lines);
    out
}

/// `tamis query heard`: what PubMed said of a run, in its places.
pub fn heard(review: Option<&str>, run: Option<i64>, open: Open<'_>) -> Result<Outcome> {
    let place = open(review)?;
    let store = place.store()?;
    let run = place.run(&store, run)?;
    print(&format!(
        "run {}, {} records\nran as: {}\n",
        run.id,
        run.asked.reported,
        terminal_safe(&run.asked.translation)
    ))?;
    let said = heard_text(&run.asked.term, &run.asked.says, &run.asked.translation);
    print(&if said.is_empty() {
        "PubMed complained of nothing, and its translation shows every term\n".to_owned()
    } else {
        said
    })?;
    Ok(Outcome::Done)
}

/// What PubMed said of a string (`says` as the database keeps it, a JSON list of kind and text) and what its
/// translation does not show, drawn with carets.
pub fn heard_text(term: &str, says: &str, translation: &str) -> String {
    let said: Vec<serde_json::Value> = serde_json::from_str(says).unwrap_or_default();
    let field = |v: &serde_json::Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let said: Vec<(String, String)> = said.iter().map(|v| (field(v, "kind"), field(v, "text"))).collect();
    let mut list = query::heard(term, &said);
    list.extend(query::parse(term).query.iter().flat_map(|q| query::lost(q, translation)));
    let text = Text::new("search string", term);
    list.iter().map(|d| format!("{}\n\n", render(&text, d, false))).collect()
}

/// Reads a string that must be sound.
///
/// # Errors
/// Every problem with its place.
pub(super) fn read(string: &str) -> Result<query::Query> {
    let parsed = query::parse(string);
    match parsed.query {
        Some(query) => Ok(query),
        None => Err(Problems { source: Text::new("search string", string), list: parsed.diagnostics }.into()),
    }
}

/// `tamis query explain-code`.
pub fn explain_code(code: Option<&str>, markdown: bool) -> Result<Outcome> {
    if markdown {
        print(&query::pages())?;
        return Ok(Outcome::Done);
    }
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
