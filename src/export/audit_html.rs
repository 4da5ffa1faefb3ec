//! The audit as one HTML page that needs nothing else: search box, filters, evidence marked in its text.
//!
//! Record text is escaped by the template, and characters that could steer a page or a line are made visible; the page's
//! policy lets no script run but its own, by its hash.

use std::collections::BTreeSet;

use askama::Template;
use base64::Engine as _;
use sha2::{Digest, Sha256};

use super::figure::{Layout, svg};
use super::{Dossier, Heading, explain, safe};
use crate::flow::Flow;
use crate::record::Passage;

/// The page's only script.
const SCRIPT: &str = include_str!("../../templates/audit.js");

#[derive(Template)]
#[template(path = "audit.html")]
struct Page<'a> {
    heading: &'a Heading,
    run: i64,
    figure: String,
    entries: Vec<Entry>,
    reviewers: BTreeSet<String>,
    notices: BTreeSet<&'static str>,
    script: &'static str,
    script_hash: String,
    /// Other pages of the same audit: number, file name.
    pages: Vec<(usize, String)>,
    page: usize,
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
    flags: Vec<String>,
    notices: Vec<String>,
    /// For the filters, a line each.
    reviewers: String,
    notice_words: String,
    assessments: Vec<Row>,
    judgements: Vec<(String, String)>,
    history: Vec<String>,
    search: Vec<String>,
    /// Paragraphs of pieces, each with whether it is evidence.
    text: Vec<Vec<(String, bool)>>,
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

/// A passage cut where evidence begins and ends.
fn pieces(passage: &Passage<'_>, d: &Dossier) -> Vec<(String, bool)> {
    let address = passage.address();
    let mut spans: Vec<(usize, usize)> = d
        .assessments
        .iter()
        .flat_map(|a| &a.evidence)
        .filter(|e| e.field == address && e.start < e.end)
        .map(|e| (e.start, e.end))
        .collect();
    spans.sort_unstable();
    let mut list = Vec::new();
    if let Some(label) = passage.label {
        list.push((safe(&format!("{label}: ")), false));
    }
    let mut at = 0;
    for (start, end) in spans {
        let start = start.max(at);
        if let (Some(before), Some(marked)) = (passage.text.get(at..start), passage.text.get(start..end)) {
            list.push((safe(before), false));
            list.push((safe(marked), true));
            at = end;
        }
    }
    list.push((safe(passage.text.get(at..).unwrap_or_default()), false));
    list.retain(|(text, _)| !text.is_empty());
    list
}

fn entry(d: &Dossier, heading: &Heading) -> Entry {
    let assessments = d.assessments.iter().map(|a| Row {
        criterion: a.criterion.clone(),
        outcome: a.outcome.name(),
        reason: safe(&a.reason),
        evidence: a
            .evidence
            .iter()
            .map(|e| {
                let (before, after) = d.around(e).unwrap_or(("", ""));
                Marked {
                    before: safe(before),
                    quote: safe(&e.quote),
                    after: safe(after),
                    field: e.field.clone(),
                    rule: e.rule.clone(),
                }
            })
            .collect(),
    });
    let judgements = d.judgements.iter().map(|j| {
        let what = j.judgement.criterion.as_deref().map_or(String::new(), |c| format!(" {c}"));
        let head = format!(
            "{} {}: {}{what} ({}, {}; {})",
            j.judgement.when,
            safe(&j.reviewer),
            j.judgement.verdict.name(),
            j.judgement.stage.name(),
            j.place,
            j.standing
        );
        (head, safe(&j.judgement.quote))
    });
    let search = d.search.clauses.iter().map(|c| {
        let hits = if c.hits.is_empty() { String::new() } else { format!("  ← {}", c.hits.join(", ")) };
        safe(&format!("{}{} {}{hits}", "  ".repeat(c.depth), if c.matched { '✓' } else { '✗' }, c.clause))
    });
    let notices = d.record.notices();
    let kinds: BTreeSet<&str> = notices.iter().map(|n| n.kind.name()).collect();
    let reviewers: BTreeSet<&str> = d.judgements.iter().map(|j| j.reviewer.as_str()).collect();
    let passages = d.record.passages();
    Entry {
        pmid: d.record.pmid.to_string(),
        title: safe(&d.record.title),
        citation: safe(&d.record.short_citation()),
        decision: d.fate.decision.name(),
        criterion: d.fate.decision.criterion().unwrap_or("").to_owned(),
        by: d.fate.decided_by.name(),
        sentence: safe(&explain::decision(&d.fate, heading)),
        // Synthetic PMIDs lead nowhere.
        link: d.record.pmid.is_on_pubmed().then(|| d.record.pmid.address()),
        doi: d.record.doi.as_deref().map(safe),
        flags: kinds.iter().map(|k| k.to_uppercase()).collect(),
        notices: notices.iter().map(|n| safe(&n.words())).collect(),
        notice_words: kinds.iter().copied().collect::<Vec<_>>().join("\n"),
        reviewers: reviewers.iter().map(|r| safe(r)).collect::<Vec<_>>().join("\n"),
        assessments: assessments.collect(),
        judgements: judgements.collect(),
        history: d.events.iter().map(|e| safe(&format!("{} {}: {}", e.at, e.who, e.what))).collect(),
        search: search.collect(),
        text: passages.iter().filter(|p| p.field == crate::record::Field::Abstract).map(|p| pieces(p, d)).collect(),
    }
}

/// The file name of a page, from 1.
pub fn file_name(page: usize) -> String {
    if page == 1 { "audit.html".to_owned() } else { format!("audit-{page}.html") }
}

/// Writes a page: the whole audit, or the records of `page` of `pages`.
///
/// # Errors
/// When the template cannot be filled, which its types rule out.
pub fn audit_html(
    flow: &Flow,
    heading: &Heading,
    dossiers: &[Dossier],
    (page, pages): (usize, usize),
) -> Result<String, askama::Error> {
    let page = Page {
        heading,
        run: flow.search_run,
        figure: svg(flow, heading, Layout::default()),
        reviewers: dossiers.iter().flat_map(|d| &d.judgements).map(|j| safe(&j.reviewer)).collect(),
        notices: dossiers.iter().flat_map(|d| d.record.notices()).map(|n| n.kind.name()).collect(),
        entries: dossiers.iter().map(|d| entry(d, heading)).collect(),
        script: SCRIPT,
        pages: if pages > 1 { (1..=pages).map(|n| (n, file_name(n))).collect() } else { Vec::new() },
        page,
        script_hash: base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())),
    };
    page.render()
}
