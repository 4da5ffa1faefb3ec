//! The flow as a figure: boxes first, then a drawing of them in one form or another.
//!
//! The boxes and their words are PRISMA 2020's (Page et al. 2021, BMJ 372:n71), for new and for updated reviews. A
//! [`Figure`] knows nothing of coordinates; [`svg`], [`html`] and [`mermaid`] draw the same boxes.

use crate::flow::{Excluded, Flow};
use crate::record::Pmid;

use super::Heading;

mod draw;
pub mod html;
pub mod measure;
pub mod mermaid;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "png")]
pub mod png;
pub mod prisma_csv;

pub use draw::{draw, draw_beside};

/// How the boxes between screening and inclusion are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Layout {
    /// PRISMA 2020: records excluded on title and abstract, reports sought, assessed, excluded with reasons
    #[default]
    Prisma2020,
    /// One stage, as many papers print it: every reason in one box
    SingleStage,
}

/// The three bands at the figure's left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// From the search to what is screened.
    Identification,
    /// Until a decision.
    Screening,
    /// What is in.
    Included,
}

impl Band {
    /// The word in the band.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identification => "Identification",
            Self::Screening => "Screening",
            Self::Included => "Included",
        }
    }
}

/// Where a box stands from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The previous version of an updated review.
    Previous,
    /// The way down.
    Main,
    /// What leaves.
    Side,
}

/// A line of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its words, unwrapped.
    pub text: String,
    /// Whether it is the head of the box.
    pub bold: bool,
    /// Whether it stands in from the edge, as a reason does.
    pub indented: bool,
}

/// One box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in links and in Mermaid, letters and hyphens.
    pub key: &'static str,
    /// From left to right.
    pub column: Column,
    /// From top to bottom.
    pub row: usize,
    /// The band it belongs to.
    pub band: Band,
    /// What it says.
    pub lines: Vec<Line>,
    /// The records in it, under the heading of a list each.
    pub lists: Vec<(String, Vec<Pmid>)>,
}

/// Boxes, arrows and footnotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// For screen readers and the head of a page.
    pub title: String,
    /// The flow in a sentence.
    pub description: String,
    /// What stands above the boxes of a column.
    pub headings: Vec<(Column, String)>,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// From box to box, by key.
    pub arrows: Vec<(&'static str, &'static str)>,
    /// Below the boxes.
    pub notes: Vec<String>,
}

/// Text made safe for XML: markup escaped, control characters dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// `(n = 5)`, which no line breaks apart.
fn n(count: u64) -> String {
    format!("(n\u{a0}=\u{a0}{count})")
}

/// `1 record`, `2 records`.
fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// How many records of a reason were read in full.
pub(super) fn read_in_full(e: &Excluded) -> u64 {
    e.full_text.len() as u64
}

/// Counts of the two stages: excluded on title and abstract, then on the full text.
pub fn stages(flow: &Flow) -> (u64, u64) {
    let full: u64 = flow.excluded.iter().map(read_in_full).sum();
    (flow.excluded.iter().map(|e| e.n).sum::<u64>() - full, full)
}

struct Plan<'a> {
    flow: &'a Flow,
    nodes: Vec<Node>,
    arrows: Vec<(&'static str, &'static str)>,
    row: usize,
}

impl Plan<'_> {
    fn add(
        &mut self,
        key: &'static str,
        column: Column,
        band: Band,
        texts: &[String],
        lists: Vec<(String, Vec<Pmid>)>,
    ) {
        let lines = texts
            .iter()
            .enumerate()
            .map(|(i, text)| Line { text: text.trim_start().to_owned(), bold: i == 0, indented: text.starts_with(' ') })
            .collect();
        self.nodes.push(Node { key, column, row: self.row, band, lines, lists });
    }

    /// A box on the way down, below the one before.
    fn main(&mut self, key: &'static str, band: Band, texts: &[String], lists: Vec<(String, Vec<Pmid>)>) {
        let above = self.nodes.iter().rev().find(|n| n.column == Column::Main).map(|n| n.key);
        if above.is_some() {
            self.row = self.nodes.iter().map(|n| n.row).max().unwrap_or(0) + 1;
        }
        self.add(key, Column::Main, band, texts, lists);
        self.arrows.extend(above.map(|a| (a, key)));
    }

    /// A box of what leaves the way down at its last box.
    fn side(&mut self, key: &'static str, band: Band, texts: &[String], lists: Vec<(String, Vec<Pmid>)>) {
        let from = self.nodes.iter().rev().find(|n| n.column == Column::Main).map(|n| n.key);
        self.add(key, Column::Side, band, texts, lists);
        self.arrows.extend(from.map(|f| (f, key)));
    }

    fn reasons(&self, count: impl Fn(&Excluded) -> Vec<Pmid>) -> (Vec<String>, Vec<(String, Vec<Pmid>)>) {
        let (mut lines, mut lists) = (Vec::new(), Vec::new());
        for e in &self.flow.excluded {
            let pmids = count(e);
            if !pmids.is_empty() {
                lines.push(format!("  {} {}", e.label, n(pmids.len() as u64)));
                lists.push((e.label.clone(), pmids));
            }
        }
        (lines, lists)
    }

    fn identification(&mut self) {
        let flow = self.flow;
        let from = if flow.source == "pubmed" { "PubMed".to_owned() } else { format!("PubMed ({})", flow.source) };
        let named = |kinds: &[&str]| {
            let list = flow.origins.iter().filter(|o| kinds.contains(&o.kind.as_str()));
            list.map(|o| format!("  {} {}", o.name, n(o.n))).collect::<Vec<_>>()
        };
        let others = ["website", "organisation", "citation-searching"];
        let asked = flow.from_search();
        let databases = asked + flow.from_others("database");
        let mut lines = vec!["Records identified* from:".to_owned(), format!("  Databases {}", n(databases))];
        match asked == databases {
            true => lines.push(format!("  {from}")),
            false => lines.push(format!("  {from} {}", n(asked))),
        }
        lines.extend(named(&["database"]));
        for (head, kinds) in [("Registers", &["register"][..]), ("Other methods", &others)] {
            let sum = kinds.iter().map(|k| flow.from_others(k)).sum::<u64>();
            if sum > 0 {
                lines.push(format!("  {head} {}", n(sum)));
                lines.extend(named(kinds));
            }
        }
        self.main("identified", Band::Identification, &lines, Vec::new());
        let mut removed =
            vec!["Records removed before screening:".to_owned(), format!("  Duplicate records {}", n(flow.duplicates))];
        if flow.not_retrieved > 0 {
            removed.push(format!("  Records that PubMed no longer gives {}", n(flow.not_retrieved)));
        }
        if flow.known() > 0 {
            removed.push(format!("  Records assessed in the previous version {}", n(flow.known())));
        }
        self.side("removed", Band::Identification, &removed, Vec::new());
    }

    fn awaiting(&mut self) {
        let flow = self.flow;
        if flow.unresolved > 0 {
            self.row += 1;
            let pmids = flow.awaiting.iter().map(|w| w.pmid).collect();
            let head = format!("Records that await a person {}", n(flow.unresolved));
            self.side("awaiting", Band::Screening, std::slice::from_ref(&head), vec![(head.clone(), pmids)]);
        }
    }

    fn screening(&mut self, layout: Layout) {
        let flow = self.flow;
        self.main(
            "screened",
            Band::Screening,
            &["Records screened".into(), n(flow.screened)],
            vec![("Records screened".into(), screened(flow))],
        );
        let (early, full) = stages(flow);
        match layout {
            Layout::SingleStage => {
                let (reasons, lists) = self.reasons(|e| e.pmids.clone());
                let mut lines = vec![format!("Records excluded** {}", n(early + full))];
                lines.extend(reasons);
                self.side("excluded", Band::Screening, &lines, lists);
                self.awaiting();
            }
            Layout::Prisma2020 => {
                let (reasons, lists) =
                    self.reasons(|e| e.pmids.iter().filter(|p| !e.full_text.contains(p)).copied().collect());
                let mut lines = vec![format!("Records excluded** {}", n(early))];
                lines.extend(reasons);
                self.side("excluded", Band::Screening, &lines, lists);
                self.awaiting();
                let assessed = full + flow.included.reports;
                self.main(
                    "sought",
                    Band::Screening,
                    &["Reports sought for retrieval".into(), n(assessed)],
                    vec![("Reports sought for retrieval".into(), sought(flow))],
                );
                self.side("not-retrieved", Band::Screening, &["Reports not retrieved".into(), n(0)], Vec::new());
                self.main(
                    "assessed",
                    Band::Screening,
                    &["Reports assessed for eligibility".into(), n(assessed)],
                    vec![("Reports assessed for eligibility".into(), sought(flow))],
                );
                let (reasons, lists) = self.reasons(|e| e.full_text.clone());
                let mut lines = vec![format!("Reports excluded {}", n(full))];
                lines.extend(reasons);
                self.side("reports-excluded", Band::Screening, &lines, lists);
            }
        }
    }

    fn included(&mut self) {
        let flow = self.flow;
        let new = flow.update.is_some();
        let (studies, reports) = if new {
            ("New studies included in review", "Reports of new included studies")
        } else {
            ("Studies included in review", "Reports of included studies")
        };
        let mut lines = vec![
            format!("{studies} {}", n(flow.included.studies)),
            format!("{reports} {}", n(flow.included.reports)),
            format!("Cases (patients)\u{2020} {}", n(flow.included.cases)),
        ];
        lines.extend(announced(flow, &flow.included.pmids));
        if !flow.included.cases_unknown.is_empty() {
            let unknown = flow.included.cases_unknown.len() as u64;
            lines.push(format!("Number of cases not known in {}", counted(unknown, "report")));
        }
        self.main("included", Band::Included, &lines, vec![(studies.into(), flow.included.pmids.clone())]);
        let Some(update) = &flow.update else { return };
        let mut lines = vec![
            format!("Total studies included in review {}", n(update.total.studies)),
            format!("Reports of total included studies {}", n(update.total.reports)),
            format!("Cases (patients)\u{2020} {}", n(update.total.cases)),
        ];
        lines.extend(announced(flow, &update.total.pmids));
        if !update.withdrawn.is_empty() {
            lines.push(format!("Reports of the previous version withdrawn {}", n(update.withdrawn.len() as u64)));
        }
        let mut lists = vec![("Total studies included in review".into(), update.total.pmids.clone())];
        if !update.withdrawn.is_empty() {
            lists.push(("Withdrawn".into(), update.withdrawn.iter().map(|w| w.pmid).collect()));
        }
        self.main("total", Band::Included, &lines, lists);
        self.row = 0;
        let lines = [
            format!("Studies included in previous version of review {}", n(update.previous.studies)),
            format!("Reports of studies included in previous version of review {}", n(update.previous.reports)),
        ];
        let lists = vec![("Previous version".into(), update.previous.pmids.clone())];
        self.add("previous", Column::Previous, Band::Identification, &lines, lists);
        self.arrows.push(("previous", "total"));
    }
}

/// How many of these reports were retracted, put in doubt or corrected; none when none was.
fn announced(flow: &Flow, pmids: &[Pmid]) -> Option<String> {
    let count = flow.announced.iter().filter(|a| pmids.contains(&a.pmid)).count() as u64;
    (count > 0).then(|| format!("Retracted, questioned or corrected\u{2021} {}", n(count)))
}

/// Every record that was screened.
fn screened(flow: &Flow) -> Vec<Pmid> {
    let mut out: Vec<Pmid> = flow.excluded.iter().flat_map(|e| e.pmids.iter().copied()).collect();
    out.extend(flow.awaiting.iter().map(|w| w.pmid));
    out.extend(&flow.included.pmids);
    out.sort_unstable();
    out
}

/// Every report whose full text was wanted.
fn sought(flow: &Flow) -> Vec<Pmid> {
    let mut out: Vec<Pmid> = flow.excluded.iter().flat_map(|e| e.full_text.iter().copied()).collect();
    out.extend(&flow.included.pmids);
    out.sort_unstable();
    out
}

/// The boxes of a flow.
pub fn figure(flow: &Flow, heading: &Heading, layout: Layout) -> Figure {
    let mut plan = Plan { flow, nodes: Vec::new(), arrows: Vec::new(), row: 0 };
    plan.identification();
    plan.screening(layout);
    plan.included();
    let (early, full) = stages(flow);
    let by = |who: fn(&Excluded) -> u64| flow.excluded.iter().map(who).sum::<u64>();
    let (rule, person) = (by(|e| e.by_rule), by(|e| e.by_person));
    let mut notes = vec![format!(
        "* Search of {} on {}, window {}: {}",
        flow.source, flow.searched_on, heading.window, heading.search
    )];
    notes.push(match layout {
        Layout::SingleStage => format!("** {rule} by automation tools (rules of the protocol), {person} by a person."),
        Layout::Prisma2020 => format!(
            "** {rule} by automation tools (rules of the protocol), {} by a person; all reports excluded in full text ({full}) by a person.",
            person.saturating_sub(full)
        ),
    });
    if layout == Layout::Prisma2020 {
        let text = "Reports sought are those included and those excluded on their full text; retrieval itself is not recorded.";
        notes.push(text.to_owned());
    }
    notes.push("\u{2020} PRISMA 2020 has no box for patients; the count is this review's own.".into());
    if !flow.announced.is_empty() {
        notes.push(format!("\u{2021} Announced by PubMed of reports above: {}.", flow.announcements(10).join("; ")));
    }
    if flow.synthetic {
        notes.insert(0, "Synthetic records: no article, patient or author in this figure exists.".to_owned());
    }
    let mut headings = Vec::new();
    if let Some(update) = &flow.update {
        headings.push((Column::Previous, "Previous studies".to_owned()));
        headings.push((Column::Main, "Identification of new studies via databases and registers".to_owned()));
        notes.push(format!("Previous version: search run {} of {}.", update.since, update.since_on));
    } else {
        headings.push((Column::Main, "Identification of studies via databases and registers".to_owned()));
    }
    Figure {
        title: format!("PRISMA 2020 flow diagram: {}", heading.title),
        description: format!(
            "{} identified, {} screened, {} excluded, {} await a person, {} with {} included.",
            counted(flow.identified, "record"),
            flow.screened,
            early + full,
            flow.unresolved,
            if flow.included.studies == 1 { "1 study".into() } else { format!("{} studies", flow.included.studies) },
            counted(flow.included.cases, "case"),
        ),
        headings,
        nodes: plan.nodes,
        arrows: plan.arrows,
        notes,
    }
}

/// The figure as SVG.
pub fn svg(flow: &Flow, heading: &Heading, layout: Layout) -> String {
    draw(&figure(flow, heading, layout), false)
}

#[cfg(test)]
mod tests;
