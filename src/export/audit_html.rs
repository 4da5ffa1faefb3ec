//! The audit as one HTML page that needs nothing else: filters, evidence marked in its sentence.

use askama::Template;

use super::{Dossier, Heading, explain, flow_svg};
use crate::flow::Flow;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page<'a> {
    heading: &'a Heading,
    figure: String,
    entries: Vec<Entry>,
}

struct Entry {
    pmid: String,
    title: String,
    citation: String,
    decision: &'static str,
    criterion: String,
    by: &'static str,
    sentence: String,
    link: Option<String>,
    doi: Option<String>,
    retracted: bool,
    assessments: Vec<Row>,
    judgements: Vec<(String, String)>,
    search: Vec<String>,
    text: Vec<String>,
}

struct Row {
    criterion: String,
    outcome: &'static str,
    reason: String,
    evidence: Vec<Marked>,
}

struct Marked {
    before: String,
    quote: String,
    after: String,
    field: String,
    rule: String,
}

fn entry(d: &Dossier, heading: &Heading) -> Entry {
    let assessments = d
        .assessments
        .iter()
        .map(|a| Row {
            criterion: a.criterion.clone(),
            outcome: a.outcome.name(),
            reason: a.reason.clone(),
            evidence: a
                .evidence
                .iter()
                .map(|e| {
                    let (before, after) = e.sentence.split_once(&e.quote).unwrap_or(("", ""));
                    Marked {
                        before: before.to_owned(),
                        quote: e.quote.clone(),
                        after: after.to_owned(),
                        field: e.field.clone(),
                        rule: e.rule.clone(),
                    }
                })
                .collect(),
        })
        .collect();
    let judgements = d.judgements.iter().map(|j| {
        let what = j.judgement.criterion.as_deref().unwrap_or("");
        let head = format!(
            "{} {}: {} {what} ({}, {})",
            j.judgement.when,
            j.reviewer,
            j.judgement.verdict.name(),
            j.judgement.stage.name(),
            j.place
        );
        (head, j.judgement.quote.clone())
    });
    let search = d.search.clauses.iter().map(|c| {
        format!(
            "{}{} {} {}",
            "\u{a0}\u{a0}".repeat(c.depth),
            if c.matched { "✓" } else { "✗" },
            c.clause,
            c.hits.join(", ")
        )
    });
    let sections = d.record.abstract_sections.iter().map(|s| match &s.label {
        Some(label) => format!("{label}: {}", s.text),
        None => s.text.clone(),
    });
    Entry {
        pmid: d.record.pmid.to_string(),
        title: d.record.title.clone(),
        citation: d.record.short_citation(),
        decision: d.fate.decision.name(),
        criterion: d.fate.decision.criterion().unwrap_or("").to_owned(),
        by: d.fate.decided_by.name(),
        sentence: explain::decision(&d.fate, heading),
        // Synthetic PMIDs lead nowhere.
        link: (d.record.pmid.0 < 99_000_001).then(|| format!("https://pubmed.ncbi.nlm.nih.gov/{}/", d.record.pmid)),
        doi: d.record.doi.clone(),
        retracted: d.record.is_retracted(),
        assessments,
        judgements: judgements.collect(),
        search: search.collect(),
        text: sections.collect(),
    }
}

/// Writes the page.
///
/// # Errors
/// When the template cannot be filled, which its types rule out.
pub fn audit_html(flow: &Flow, heading: &Heading, dossiers: &[Dossier]) -> Result<String, askama::Error> {
    let entries = dossiers.iter().map(|d| entry(d, heading)).collect();
    Page { heading, figure: flow_svg::svg(flow, heading), entries }.render()
}
