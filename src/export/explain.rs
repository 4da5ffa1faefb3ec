//! Why one article is in or out: on one screen, and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Dossier, Heading};
use crate::flow::{DecidedBy, Decision, Fate};
use crate::record::terminal_safe;
use crate::screen::{Evidence, Outcome, Weight};

/// The decision in words.
pub fn decision(fate: &Fate, heading: &Heading) -> String {
    let label = |id: &str| {
        heading.criteria.iter().find(|c| c.0 == id).map_or_else(|| id.to_owned(), |c| format!("{} ({id})", c.1))
    };
    let by = match fate.decided_by {
        DecidedBy::Rule => " by rule".to_owned(),
        DecidedBy::Person => format!(" by {}", fate.reviewer.as_deref().unwrap_or("a person")),
        DecidedBy::Nobody => String::new(),
    };
    match &fate.decision {
        Decision::Included => format!("INCLUDED{by}"),
        Decision::Excluded(c) => format!("EXCLUDED{by}: {}", label(c)),
        Decision::Unresolved(c) => format!("AWAITS A PERSON: {}", label(c)),
    }
}

fn paint(text: &str, style: anstyle::Style, color: bool) -> String {
    let safe = terminal_safe(text);
    if color { format!("{style}{safe}{style:#}") } else { safe.into_owned() }
}

/// The evidence's sentence with its quote marked: in colour, else between » and «.
fn quoted(d: &Dossier, e: &Evidence, color: bool) -> String {
    let strong = anstyle::Style::new().bold().underline();
    let mark = |q: &str| if color { paint(q, strong, true) } else { format!("»{}«", terminal_safe(q)) };
    match d.around(e) {
        Some((before, after)) => format!("{}{}{}", terminal_safe(before), mark(&e.quote), terminal_safe(after)),
        None => mark(&e.quote),
    }
}

/// The screen. `would_be` is what would become of the record without the deciding criterion.
pub fn explain_text(d: &Dossier, heading: &Heading, would_be: Option<&Fate>, width: usize, color: bool) -> String {
    let bold = anstyle::Style::new().bold();
    let mut out = String::new();
    if heading.synthetic {
        out.push_str("SYNTHETIC RECORD: this article does not exist\n");
    }
    let _ = writeln!(out, "PMID {}  {}", d.record.pmid, terminal_safe(&d.record.short_citation()));
    let _ = writeln!(out, "{}", paint(&d.record.title, bold, color));
    let _ = writeln!(out, "\n{}", paint(&decision(&d.fate, heading), bold, color));
    if let Some(other) = would_be {
        let _ = writeln!(out, "without this criterion: {}", decision(other, heading));
    }
    for n in d.record.notices() {
        let place = n.source.as_deref().map_or(String::new(), |s| format!(": {}", terminal_safe(s)));
        let _ = writeln!(out, "{}{place}", n.kind.name().to_uppercase());
    }
    out.push_str("\nsearch\n");
    for c in &d.search.clauses {
        let hits: Vec<String> = c.hits.iter().take(3).map(|h| terminal_safe(h).into_owned()).collect();
        let line =
            format!("{}{} {}", "  ".repeat(c.depth + 1), if c.matched { '✓' } else { '✗' }, terminal_safe(&c.clause));
        let mut line: String = line.chars().take(width.saturating_sub(2)).collect();
        if !hits.is_empty() {
            line = format!("{line}  ← {}", hits.join(", "));
        }
        let _ = writeln!(out, "{line}");
    }
    out.push_str("\ncriteria\n");
    for a in &d.assessments {
        let (sign, word) = match a.outcome {
            Outcome::Met => ('✗', "excludes"),
            Outcome::NotMet => ('✓', "passes"),
            Outcome::Unclear => ('?', "unclear"),
        };
        let _ = writeln!(out, "  {sign} {:<20} {word}; {}", a.criterion, terminal_safe(&a.reason));
        for weight in [Weight::Excludes, Weight::Keeps] {
            if let Some(e) = a.evidence.iter().find(|e| e.weight == weight) {
                let arrow = if weight == Weight::Excludes { "out" } else { "in " };
                let _ = writeln!(out, "      {arrow} [{}] {}", e.field, quoted(d, e, color));
            }
        }
    }
    if !d.judgements.is_empty() {
        out.push_str("\njudgements\n");
    }
    for j in &d.judgements {
        let what = j.judgement.criterion.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "  {} {}: {} {what} ({}, {}; {})\n      \"{}\"",
            j.judgement.when,
            terminal_safe(&j.reviewer),
            j.judgement.verdict.name(),
            j.judgement.stage.name(),
            j.place,
            j.standing,
            terminal_safe(&j.judgement.quote)
        );
    }
    if !d.events.is_empty() {
        out.push_str("\nhistory\n");
    }
    for e in &d.events {
        let _ = writeln!(out, "  {} {}: {}", e.at, terminal_safe(&e.who), terminal_safe(&e.what));
    }
    if let Some((hash, first_seen)) = &heading.protocol {
        let _ = writeln!(out, "  protocol {}, first seen {first_seen}", hash.get(..12).unwrap_or(hash));
    }
    out
}

/// The same for scripts.
pub fn explain_json(d: &Dossier) -> Value {
    let assessments: Vec<Value> = d
        .assessments
        .iter()
        .map(|a| {
            json!({
                "criterion": a.criterion, "outcome": a.outcome, "excludes": a.outcome == Outcome::Met,
                "reason": a.reason, "evidence": a.evidence
            })
        })
        .collect();
    json!({
        "pmid": d.record.pmid,
        "title": d.record.title,
        "decision": d.fate.decision.name(),
        "criterion": d.fate.decision.criterion(),
        "stage": d.fate.stage,
        "decided_by": d.fate.decided_by,
        "reviewer": d.fate.reviewer,
        "cases": d.fate.cases,
        "assessments": assessments,
        "judgements": d.judgements,
        "announced": d.record.notices(),
        "history": d.events,
        "search": d.search,
    })
}
