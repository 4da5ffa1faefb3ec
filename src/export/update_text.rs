//! What an update found: what came, what went, what changed, and what to look at again.

use std::fmt::Write;

use serde::Serialize;

use crate::flow::Flow;
use crate::record::{FieldChange, Notice, Pmid, terminal_safe};

/// A record that the later search found and the earlier one did not.
#[derive(Debug, Clone, Serialize)]
pub struct Came {
    /// Which.
    pub pmid: Pmid,
    /// Author, journal, year.
    pub citation: String,
    /// The title.
    pub title: String,
    /// `new`: dated after the earlier window. `late`: dated inside it, and yet not found then.
    pub kind: &'static str,
    /// The day it is dated.
    pub dated: Option<String>,
    /// The day it entered PubMed.
    pub entered: Option<String>,
    /// What became of it.
    pub decision: String,
    /// The PMID that PubMed merged into it.
    pub merged_from: Vec<u64>,
}

/// A record that the earlier search found and the later one did not.
#[derive(Debug, Clone, Serialize)]
pub struct Gone {
    /// Which.
    pub pmid: Pmid,
    /// Author, journal, year.
    pub citation: String,
    /// The title.
    pub title: String,
    /// `deleted`, `merged`, `not-given`, `date-moved`, `re-indexed` or `string-changed`.
    pub kind: String,
    /// Why, in a sentence.
    pub reason: String,
    /// What had become of it.
    pub decision: String,
    /// Whether someone had judged it.
    pub judged: bool,
}

/// A criterion whose outcome a revision changed.
#[derive(Debug, Clone, Serialize)]
pub struct Flip {
    /// The criterion.
    pub criterion: String,
    /// The outcome on the earlier revision.
    pub before: &'static str,
    /// The outcome on the later one.
    pub after: &'static str,
}

/// A record that PubMed revised.
#[derive(Debug, Clone, Serialize)]
pub struct Changed {
    /// Which.
    pub pmid: Pmid,
    /// Author, journal, year.
    pub citation: String,
    /// The title.
    pub title: String,
    /// Field by field.
    pub fields: Vec<FieldChange>,
    /// Criteria that come out otherwise.
    pub flips: Vec<Flip>,
    /// What had become of it.
    pub before: String,
    /// What becomes of it now.
    pub after: String,
    /// Announced since: retraction, concern, correction.
    pub notices: Vec<Notice>,
    /// Judged by someone who read other words.
    pub look_again: bool,
}

/// An update.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The run of this update.
    pub run: i64,
    /// The run it is compared with.
    pub since: i64,
    /// The windows, `2010-01-01 to 2021-08-22`.
    pub window_before: String,
    /// The later window.
    pub window: String,
    /// Records that both found.
    pub in_both: u64,
    /// Records asked of the database again.
    pub fetched: u64,
    /// What came.
    pub came: Vec<Came>,
    /// What went.
    pub gone: Vec<Gone>,
    /// What changed.
    pub changed: Vec<Changed>,
    /// The flow, as an update.
    pub flow: Flow,
}

impl Report {
    /// Whether the later search found the same records with the same words.
    pub fn nothing(&self) -> bool {
        self.came.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}

/// At most so many characters.
fn short(text: &str, most: usize) -> String {
    let safe = terminal_safe(text).replace(['\n', '\t'], " ");
    if safe.chars().count() <= most {
        return safe;
    }
    safe.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The report for a terminal, `width` columns wide; the flow is printed by itself.
pub fn text(report: &Report, width: usize) -> String {
    let mut out = String::new();
    let Report { run, since, came, gone, changed, .. } = report;
    let _ = writeln!(out, "run {run} ({}) compared with run {since} ({})", report.window, report.window_before);
    let late = came.iter().filter(|c| c.kind == "late").count();
    let again = changed.iter().filter(|c| c.look_again).count();
    let _ = writeln!(
        out,
        "{} came ({late} late), {} went, {} changed, {} in both; {again} judgements to look at again",
        came.len(),
        gone.len(),
        changed.len(),
        report.in_both
    );
    for (kind, heading) in [("new", "NEW"), ("late", "LATE: dated inside the earlier window, and not found then")] {
        let these: Vec<&Came> = came.iter().filter(|c| c.kind == kind).collect();
        if these.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{heading}");
        for c in these {
            let _ = writeln!(out, "  {}  {}  {}", c.pmid, short(&c.decision, 40), short(&c.citation, 40));
            let _ = writeln!(out, "            {}", short(&c.title, width.saturating_sub(12)));
            if kind == "late" {
                let day = |d: &Option<String>| d.clone().unwrap_or_else(|| "?".to_owned());
                let _ = writeln!(out, "            dated {}, entered PubMed {}", day(&c.dated), day(&c.entered));
            }
            for old in &c.merged_from {
                let _ = writeln!(
                    out,
                    "            takes the place of {old}, merged into it; judgements on {old} do not count for it"
                );
            }
        }
    }
    if !gone.is_empty() {
        out.push_str("\nGONE\n");
    }
    for g in gone {
        let _ = writeln!(out, "  {}  {}  was {}", g.pmid, g.kind, short(&g.decision, 40));
        let _ = writeln!(out, "            {}", short(&g.title, width.saturating_sub(12)));
        let _ = writeln!(out, "            {}", short(&g.reason, width.saturating_sub(12)));
    }
    if !changed.is_empty() {
        out.push_str("\nCHANGED\n");
    }
    for c in changed {
        let now = if c.before == c.after { c.after.clone() } else { format!("{} -> {}", c.before, c.after) };
        let _ = writeln!(out, "  {}  {}", c.pmid, short(&now, width.saturating_sub(12)));
        let _ = writeln!(out, "            {}", short(&c.title, width.saturating_sub(12)));
        for n in &c.notices {
            let place = n.source.as_deref().map_or(String::new(), |s| format!(": {}", short(s, 60)));
            let _ = writeln!(out, "            {}{place}", n.kind.name().to_uppercase());
        }
        for f in &c.flips {
            let _ = writeln!(out, "            {}: {} -> {}", f.criterion, f.before, f.after);
        }
        for f in c.fields.iter().filter(|f| !f.bookkeeping) {
            for (sign, words) in [('-', &f.before), ('+', &f.after)] {
                if !words.is_empty() {
                    let _ = writeln!(out, "            {sign} {}: {}", f.field, short(words, width.saturating_sub(30)));
                }
            }
        }
        if c.look_again {
            let _ = writeln!(out, "            judged before it changed: look again");
        }
    }
    out
}
