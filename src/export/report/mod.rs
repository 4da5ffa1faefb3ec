//! The report of a review: the search as run, the flow, who is out and why, who is in, the worksheet, the pooled
//! analysis and the reporting checklists, fit to be a supplement.
//!
//! What only people know is left open, and marked so; nothing is made up for them.

use std::collections::BTreeSet;

use super::document::{Block, Document, Line, Picture, Span};
use super::figure::{Layout, draw, figure, mermaid};
use super::provenance::{OPEN, Provenance};
use super::{Dossier, Heading};
use crate::flow::{DecidedBy, Decision, Flow};
use crate::record::{Notice, Pmid};
use crate::screen::{Evidence, Weight};

mod checklist;

pub use checklist::Item;

/// A criterion as the protocol words it.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// The label of its box.
    pub label: String,
    /// Where the review says so.
    pub source: String,
    /// What its rules' silence means.
    pub absence: String,
}

/// How far the extraction worksheet is.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// Case rows.
    pub rows: usize,
    /// Columns to fill in each.
    pub columns: usize,
    /// Cells that hold something, over all rows.
    pub filled: usize,
    /// Of these, suggestions read from the record, with their sentence.
    pub suggested: usize,
    /// How suggestions fared when people filled the sheet: column, left as they were, of how many.
    pub trust: Vec<(String, usize, usize)>,
    /// The last filled worksheet taken back: file and moment.
    pub taken_back: Option<(String, String)>,
    /// Pairs of cases that may be one patient, with the reasons.
    pub pairs: Vec<(String, String, String)>,
}

/// The pooled analysis.
#[derive(Debug, Clone)]
pub struct Pooled {
    /// The plan's title.
    pub title: String,
    /// The worksheet's name.
    pub worksheet: String,
    /// Whether its cases are synthetic.
    pub synthetic: bool,
    /// Tables and warnings.
    pub tables: Document,
    /// What each drawing shows, and the drawing.
    pub pictures: Vec<(String, String)>,
}

/// A version of the protocol that the database holds: hash, when it was first seen, records screened by it.
pub type Version = (String, String, u64);

/// Records after which a list tells no more of what rules decided. That is read in `audit.csv`, not in a supplement.
pub const LONGEST: usize = 2_000;

/// A record as the lists show it.
#[derive(Debug, Clone)]
pub struct Listed {
    pmid: Pmid,
    decision: Decision,
    cases: Option<u32>,
    article: Line,
    /// Who or what decided, and on which words.
    ground: (Line, Line),
}

impl Listed {
    /// What of a dossier is listed.
    pub fn new(d: &Dossier) -> Self {
        let article = vec![Span::Strong(d.record.title.clone()), format!(" {}", d.record.short_citation()).into()];
        let (decision, cases) = (d.fate.decision.clone(), d.fate.cases);
        Self { pmid: d.record.pmid, decision, cases, article, ground: ground(d) }
    }
}

/// Everything the report is written from.
#[derive(Debug)]
pub struct Report<'a> {
    /// Title, citation, window.
    pub heading: &'a Heading,
    /// The boxes.
    pub flow: &'a Flow,
    /// The records that are listed, in PubMed's order.
    pub records: &'a [Listed],
    /// What PubMed announces of any record: of what is included first, the gravest first.
    pub announced: &'a [(Pmid, Notice, Decision)],
    /// Who judged.
    pub reviewers: &'a BTreeSet<String>,
    /// The command that tells of every record.
    pub audit: &'a str,
    /// The search.
    pub provenance: &'a Provenance,
    /// The criteria in order.
    pub criteria: &'a [Criterion],
    /// The worksheet.
    pub extraction: &'a Extraction,
    /// The pooled analysis, or why there is none.
    pub pooled: &'a Result<Pooled, String>,
    /// The protocol's versions, oldest first.
    pub versions: &'a [Version],
}

/// Writes the report.
pub fn document(r: &Report<'_>) -> Document {
    let mut d = Document::new(format!("Screening report: {}", r.heading.title));
    if r.flow.synthetic {
        let text = "Synthetic records: no article, patient or author in this report exists.";
        d.blocks.push(Block::Warning(text.into()));
    }
    if r.flow.unresolved > 0 {
        let text = format!("Not finished: {} records await a person. Counts will change.", r.flow.unresolved);
        d.blocks.push(Block::Warning(text));
    }
    let citation = r.heading.citation.as_ref().map_or(String::new(), |c| format!("{}. ", c.trim_end_matches('.')));
    d.paragraph(format!("{citation}Written by {}, search run {}.", r.provenance.program, r.flow.search_run));
    search(&mut d, r);
    criteria(&mut d, r);
    flow(&mut d, r);
    announced(&mut d, r);
    excluded(&mut d, r);
    awaiting(&mut d, r);
    included(&mut d, r);
    extraction(&mut d, r.extraction);
    pooled(&mut d, r.pooled);
    d.section("PRISMA 2020 checklist");
    items(&mut d, &checklist::prisma_2020(r));
    d.section("PRISMA-S checklist");
    let search: Vec<Item> = (r.provenance.prisma_s_items().into_iter().enumerate())
        .map(|(i, (name, text))| Item { number: (i + 1).to_string(), name, text })
        .collect();
    items(&mut d, &search);
    d
}

fn search(d: &mut Document, r: &Report<'_>) {
    let p = r.provenance;
    d.section("Search");
    d.paragraph(p.paragraph());
    d.heading("Search string, as sent");
    d.blocks.push(Block::Code(p.sent.clone()));
    if p.printed != p.sent && !p.printed.is_empty() {
        d.heading("Search string, as printed in the review");
        d.blocks.push(Block::Code(p.printed.clone()));
        let rows = p.repairs.iter().map(|[a, b, why]| {
            vec![vec![Span::Code(a.clone())], vec![Span::Code(b.clone())], vec![why.as_str().into()]]
        });
        d.lines(&["printed", "sent", "why"], rows.collect(), &[]);
    }
    d.heading("Search string, as the database ran it");
    d.blocks.push(Block::Code(p.translation.clone()));
    d.list(p.facts().into_iter().map(|(name, text)| {
        let text = if text.starts_with("http") { Span::Link(text.clone(), text) } else { text.into() };
        vec![Span::Strong(name.to_owned()), ": ".into(), text]
    }));
}

fn criteria(d: &mut Document, r: &Report<'_>) {
    d.section("Criteria, in the order in which they exclude");
    d.paragraph(
        "The first criterion that a record meets is its reason of exclusion. Where a record does not say, a person \
         decides: silence excludes nothing.",
    );
    let rows = (r.criteria.iter().enumerate())
        .map(|(i, c)| vec![(i + 1).to_string(), c.label.clone(), c.source.clone(), c.absence.clone()]);
    d.table(&["", "excluded", "the review's words", "what silence means"], rows.collect(), &[0]);
    let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
    let rows = r.versions.iter().map(|(hash, seen, n)| vec![short(hash), seen.clone(), n.to_string()]);
    d.heading("Versions of the protocol applied");
    d.table(&["protocol", "first applied", "records screened by it"], rows.collect(), &[2]);
}

fn flow(d: &mut Document, r: &Report<'_>) {
    d.section("Flow");
    let shown = figure(r.flow, r.heading, Layout::default());
    let picture = Picture {
        svg: draw(&shown, false),
        says: format!("{}. {}", shown.title, shown.description),
        mermaid: Some(mermaid::mermaid(&shown)),
    };
    d.blocks.push(Block::Picture(picture));
    let rows = (r.flow.excluded.iter())
        .map(|e| vec![e.label.clone(), e.n.to_string(), e.by_rule.to_string(), e.by_person.to_string()]);
    d.table(&["excluded for", "records", "by rule", "by a person"], rows.collect(), &[1, 2, 3]);
    let Some(published) = &r.flow.published else { return };
    d.heading("Beside the published figure");
    d.paragraph(match published.matches {
        true => format!("Every box equals the published figure: {}.", published.citation),
        false => format!("{} boxes differ from {}.", published.differences.len(), published.citation),
    });
    let sign = |same| if same { "equal" } else { "differs" };
    let rows = (published.boxes.iter())
        .map(|b| vec![b.name.clone(), b.ours.to_string(), b.theirs.to_string(), sign(b.ours == b.theirs).to_owned()]);
    d.table(&["box", "here", "published", ""], rows.collect(), &[1, 2]);
}

/// Retractions, concerns and corrections of anything that was screened.
fn announced(d: &mut Document, r: &Report<'_>) {
    d.section("Retractions, expressions of concern and corrections");
    if r.announced.is_empty() {
        return d.paragraph("PubMed announces none of the records screened.");
    }
    let rows = r.announced.iter().take(LONGEST).map(|(pmid, n, decision)| {
        let source = n.source.clone().unwrap_or_default();
        vec![vec![Span::pmid(*pmid)], vec![n.kind.name().into()], vec![source.into()], vec![decision.name().into()]]
    });
    d.lines(&["PMID", "announced", "where", "decision"], rows.collect(), &[]);
    rest(d, r, r.announced.len().min(LONGEST), r.announced.len() as u64);
}

/// Says of a list that is not whole where the whole is.
fn rest(d: &mut Document, r: &Report<'_>, shown: usize, all: u64) {
    if (shown as u64) < all {
        let command = Span::Code(r.audit.to_owned());
        d.line(vec![format!("These are {shown} of {all}; ").into(), command, " writes every one to audit.csv.".into()]);
    }
}

/// The sentence with the quote in it.
fn quoted(d: &Dossier, e: &Evidence) -> Line {
    match d.around(e) {
        Some((before, after)) => vec![before.into(), Span::Strong(e.quote.clone()), after.into()],
        None => vec![e.quote.as_str().into()],
    }
}

/// What a decision rests on: the judgement that stands, else the first evidence of the rule.
fn ground(d: &Dossier) -> (Line, Line) {
    let standing = d.judgements.iter().rev().find(|j| j.standing == "stands");
    if let (DecidedBy::Person, Some(j)) = (d.fate.decided_by, standing) {
        let who = format!("{}, {}, {}", j.reviewer, j.judgement.stage.name(), j.judgement.when);
        return (vec![who.into()], vec![j.judgement.quote.as_str().into()]);
    }
    let Some(criterion) = d.fate.decision.criterion() else { return (vec!["rule".into()], Vec::new()) };
    let assessment = d.assessments.iter().find(|a| a.criterion == criterion);
    let line = assessment.map_or_else(Vec::new, |a| {
        a.evidence
            .iter()
            .find(|e| e.weight == Weight::Excludes)
            .map_or_else(|| vec![a.reason.as_str().into()], |e| quoted(d, e))
    });
    (vec![d.fate.decided_by.name().into()], line)
}

fn excluded(d: &mut Document, r: &Report<'_>) {
    d.section("Excluded records, each with its reason");
    for e in &r.flow.excluded {
        d.heading(format!("{} (n = {})", e.label, e.n));
        let here = r.records.iter().filter(|x| x.decision == Decision::Excluded(e.criterion.clone()));
        let rows: Vec<Vec<Line>> = here
            .map(|x| {
                let (by, why) = x.ground.clone();
                vec![vec![Span::pmid(x.pmid)], x.article.clone(), by, why]
            })
            .collect();
        let shown = rows.len();
        if shown > 0 {
            d.lines(&["PMID", "article", "by", "on the words"], rows, &[]);
            rest(d, r, shown, e.n);
        }
    }
}

fn awaiting(d: &mut Document, r: &Report<'_>) {
    if r.flow.awaiting.is_empty() {
        return;
    }
    d.section("Records that await a person");
    let open = r.records.iter().filter(|x| matches!(x.decision, Decision::Unresolved(_)));
    let rows = open.map(|x| {
        let at = x.decision.criterion().unwrap_or_default();
        vec![vec![Span::pmid(x.pmid)], x.article.clone(), vec![at.into()]]
    });
    let rows: Vec<_> = rows.collect();
    let shown = rows.len();
    d.lines(&["PMID", "article", "at criterion"], rows, &[]);
    rest(d, r, shown, r.flow.unresolved);
}

fn included(d: &mut Document, r: &Report<'_>) {
    d.section("Included studies");
    d.paragraph(format!(
        "{} studies in {} reports with {} cases (patients).",
        r.flow.included.studies, r.flow.included.reports, r.flow.included.cases
    ));
    let rows = r.records.iter().filter(|x| x.decision == Decision::Included).map(|x| {
        let cases = x.cases.map_or("not known".to_owned(), |c| c.to_string());
        vec![vec![Span::pmid(x.pmid)], x.article.clone(), x.ground.0.clone(), vec![cases.into()]]
    });
    d.lines(&["PMID", "article", "by", "cases"], rows.collect(), &[3]);
}

fn extraction(d: &mut Document, e: &Extraction) {
    d.section("Data extraction");
    let cells = e.rows * e.columns;
    d.paragraph(format!(
        "{} case rows of {} columns; {} of {cells} cells are filled, {} of them as suggestions read from the record, \
         each with its sentence, and not yet confirmed by a person. {}",
        e.rows,
        e.columns,
        e.filled,
        e.suggested,
        match &e.taken_back {
            Some((file, at)) => format!("A filled worksheet was taken back last on {at} ({file})."),
            None => "No filled worksheet has been taken back yet.".to_owned(),
        }
    ));
    if !e.trust.is_empty() {
        d.heading("Suggestions that people left as they were");
        let rows = e.trust.iter().map(|(column, kept, of)| vec![column.clone(), format!("{kept} of {of}")]);
        d.table(&["column", "suggestions"], rows.collect(), &[1]);
    }
    if !e.pairs.is_empty() {
        d.heading("Cases that may be one patient");
        let rows = e.pairs.iter().map(|(a, b, why)| vec![a.clone(), b.clone(), why.clone()]);
        d.table(&["case", "case", "alike in"], rows.collect(), &[]);
    }
}

fn pooled(d: &mut Document, pooled: &Result<Pooled, String>) {
    d.section("Pooled analysis");
    let p = match pooled {
        Ok(p) => p,
        Err(why) => return d.paragraph(format!("None: {why}.")),
    };
    if p.synthetic {
        d.blocks.push(Block::Warning("Synthetic cases: no patient here exists.".into()));
    }
    d.paragraph(format!("{}. Worksheet: {}.", p.title, p.worksheet));
    d.append(p.tables.clone());
    for (says, svg) in &p.pictures {
        d.blocks.push(Block::Picture(Picture { svg: svg.clone(), says: says.clone(), mermaid: None }));
    }
}

fn items(d: &mut Document, items: &[Item]) {
    let rows = items.iter().map(|i| vec![i.number.clone(), i.name.to_owned(), i.text.clone()]);
    d.table(&["", "item", "here"], rows.collect(), &[]);
    let open = items.iter().filter(|i| i.text == OPEN).count();
    d.paragraph(format!("{} items, {open} of them left to the reviewers.", items.len()));
}
