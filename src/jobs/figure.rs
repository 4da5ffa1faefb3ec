//! Stage 4: the flow, beside the published figure.

use anyhow::Result;
use serde::Serialize;

use super::history::{self, Stand};
use super::picture::{self, Drawing};
use super::source;
use super::whatif::{self, Move, Verdicts};
use super::{Outcome, Workplace, advice, amendments, notices, print};
use crate::export::{Heading, flow_text, protocol_diff};
use crate::flow::{Announced, Difference, Flow, Previous};
use crate::protocol::announced;
use crate::store::{SearchRun, Store};

/// How to count.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The run, as it was last reported; none is the newest, as of now.
    pub run: Option<i64>,
    /// The run under today's protocol and judgements.
    pub now: bool,
    /// The run of the previous version, when counted as an update.
    pub since: Option<i64>,
    /// Another order of the criteria.
    pub order: Vec<String>,
    /// Criteria left out.
    pub without: Vec<String>,
    /// Another protocol, by the name of its version.
    pub protocol: Option<String>,
}

impl Options {
    /// Whether this asks what would be, not what is.
    pub fn what_if(&self) -> bool {
        !self.order.is_empty() || !self.without.is_empty() || self.protocol.is_some()
    }
}

/// A flow that would be, and the records whose fate it changes.
#[derive(Debug, Serialize)]
struct WhatIf<'a> {
    #[serde(flatten)]
    flow: &'a Flow,
    /// Records whose fate is another than without the question.
    moved: &'a [Move],
    /// Criteria assessed for the question, in memory.
    assessed: &'a [String],
}

/// The forms a flow is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table for the terminal.
    Text,
    /// For scripts.
    Json,
    /// A PRISMA 2020 diagram.
    Svg,
    /// The diagram as a picture, 300 dots an inch.
    Png,
    /// The diagram as PDF, its text as text.
    Pdf,
    /// The diagram as a page, each box a link to its records.
    Html,
    /// The diagram for Markdown.
    Mermaid,
    /// What the R package PRISMA2020 reads.
    #[value(name = "prisma2020-csv")]
    Prisma2020Csv,
}

/// The head of the figure and the audit.
pub fn heading(place: &Workplace, run: &SearchRun, synthetic: bool) -> Heading {
    let protocol = &place.review.protocol;
    Heading {
        title: protocol.title.clone(),
        citation: protocol.citation.clone(),
        synthetic,
        search: run.asked.term.clone(),
        window: format!("{} to {}", run.asked.date_from, run.asked.date_to),
        protocol: None,
        criteria: protocol.criteria.iter().map(|c| (c.id.clone(), c.label.clone(), c.source.clone())).collect(),
    }
}

/// Checks that criteria named are the protocol's.
///
/// # Errors
/// When one is not, with advice.
pub fn named<'c>(known: &[String], ids: impl IntoIterator<Item = &'c String>) -> Result<()> {
    for id in ids {
        if !known.contains(id) {
            let near = crate::protocol::table::nearest(id, known.iter().map(String::as_str));
            let help =
                near.map_or(format!("the criteria are: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
            return Err(advice(format!("the protocol has no criterion `{id}`"), help));
        }
    }
    Ok(())
}

/// The criteria in the order asked for.
///
/// # Errors
/// When one named is not in the protocol.
pub fn order(known: &[String], options: &Options) -> Result<Vec<String>> {
    named(known, options.order.iter().chain(&options.without))?;
    let mut order = options.order.clone();
    order.extend(known.iter().filter(|id| !options.order.contains(id)).cloned());
    order.retain(|id| !options.without.contains(id));
    Ok(order)
}

/// Counts the flow of a run under today's protocol and judgements, after bringing the screening up to date.
///
/// # Errors
/// When an identity of the diagram does not hold, which is a defect of the program.
pub fn flow(place: &Workplace, store: &mut Store, run: &SearchRun, options: &Options) -> Result<Flow> {
    let stand = history::today(place, store, run)?;
    counted(place, store, &stand, options)
}

/// Counts the flow of what it stands on, and keeps on what it stood.
///
/// # Errors
/// When an identity of the diagram does not hold, which is a defect of the program.
pub fn counted(place: &Workplace, store: &mut Store, stand: &Stand, options: &Options) -> Result<Flow> {
    let asked = asked(place, store, stand, options)?;
    closed(place, store, stand, options, &asked)
}

/// The criteria with their labels, and what became of every record by the order asked for.
fn asked(place: &Workplace, store: &mut Store, stand: &Stand, options: &Options) -> Result<Asked> {
    let Some(name) = &options.protocol else {
        let order = order(&stand.order(), options)?;
        let fates = stand.fates(store, &order)?;
        return Ok(Asked {
            criteria: stand.criteria.clone(),
            verdicts: Verdicts::stored(stand.screening, order, fates),
        });
    };
    let version = amendments::version(place, Some(store), name)?;
    let criteria: Vec<(String, String)> =
        version.protocol.criteria.iter().map(|c| (c.id.clone(), c.label.clone())).collect();
    let ids: Vec<String> = criteria.iter().map(|c| c.0.clone()).collect();
    let verdicts = whatif::under(place, store, &stand.run, &version, Some(stand.import), &order(&ids, options)?)?;
    Ok(Asked { criteria, verdicts })
}

struct Asked {
    criteria: Vec<(String, String)>,
    verdicts: Verdicts,
}

/// Fates into boxes that close.
fn closed(place: &Workplace, store: &mut Store, stand: &Stand, options: &Options, asked: &Asked) -> Result<Flow> {
    let (order, fates) = (&asked.verdicts.order, &asked.verdicts.fates);
    let label = |id: &String| asked.criteria.iter().find(|c| c.0 == *id).map(|c| c.1.clone());
    let labels: Vec<(String, String)> = order.iter().map(|id| (id.clone(), label(id).unwrap_or_default())).collect();
    let missing = store.to_fetch(stand.run.id)?.len();
    if missing > 0 {
        return Err(advice(
            format!(
                "{missing} records of search run {} are not fetched yet, so its flow cannot be counted",
                stand.run.id
            ),
            format!("run the command that was interrupted again, or `tamis fetch{}`", place.argument()),
        ));
    }
    let mut from = store.identification(&stand.run)?;
    from.source = source::shown(&from.source);
    let mut flow = match options.since {
        None => Flow::build(from, &labels, fates, stand.published.as_ref()),
        Some(since) => {
            let run = place.run(store, Some(since))?;
            if run.id >= stand.run.id {
                return Err(advice(
                    format!("run {since} is not before run {}", stand.run.id),
                    "--since takes the run of the previous version; see the runs with `tamis status`",
                ));
            }
            let before = history::of(place, store, Some(since))?;
            let previous = Previous {
                run: since,
                searched_on: run.asked.asked_at.chars().take(10).collect(),
                fates: before.fates(store, &before.order())?,
            };
            Flow::build_update(from, &labels, fates, &previous)
        }
    };
    // The review's own reasons are shown also where no record meets them; these only when one does.
    flow.excluded.retain(|e| e.n > 0 || !announced::is_one(&e.criterion));
    let broken = flow.check();
    if !broken.is_empty() {
        return Err(advice(
            format!("the flow does not close: {}", broken.join("; ")),
            "this is a defect of tamis: its numbers must not be used",
        ));
    }
    for (pmid, decision) in flow.alive() {
        let notices = notices(store, stand.run.id, pmid)?;
        if !notices.is_empty() {
            flow.announced.push(Announced { pmid, decision, notices });
        }
    }
    if !options.what_if() {
        history::report(place, store, stand)?;
    }
    Ok(flow)
}

/// Whether local files differ from what the run saw; then its numbers are those of the past.
fn stale(place: &Workplace, run: &SearchRun) -> bool {
    let source = source::reparse(&run.asked.source, &place.located);
    source.is_in_files()
        && source::describe(source, &place.located).map_or(true, |now| now.endpoint != run.asked.endpoint)
}

/// `tamis flow`.
pub fn command(
    place: &Workplace,
    options: &Options,
    format: Format,
    drawing: Drawing<'_>,
    check: bool,
) -> Result<Outcome> {
    let mut store = place.store()?;
    let stand = match options.run.filter(|_| options.now) {
        Some(id) => {
            let run = place.run(&store, Some(id))?;
            history::today(place, &mut store, &run)?
        }
        None => history::of(place, &mut store, options.run)?,
    };
    let run = stand.run.clone();
    let asked = asked(place, &mut store, &stand, options)?;
    let mut flow = closed(place, &mut store, &stand, options, &asked)?;
    let moved = if options.what_if() {
        let order = stand.order();
        let was = Verdicts::stored(stand.screening, order.clone(), stand.fates(&store, &order)?);
        Some(whatif::moves(&store, &run, &was, &asked.verdicts)?)
    } else {
        None
    };
    // What a flow was does not depend on what its files have become.
    let stale = stand.then.is_none() && stale(place, &run);
    if stale && let Some(comparison) = &mut flow.published {
        comparison.matches = false;
        comparison.differences.push(Difference {
            name: "source files changed since the search".into(),
            ours: 1,
            theirs: 0,
        });
    }
    match format {
        Format::Json => {
            let text = match &moved {
                Some(moved) => {
                    let assessed = &asked.verdicts.assessed;
                    serde_json::to_string_pretty(&WhatIf { flow: &flow, moved, assessed })?
                }
                None => serde_json::to_string_pretty(&flow)?,
            };
            picture::deliver((text + "\n").as_bytes(), drawing.file, "JSON")?
        }
        Format::Text => picture::deliver(flow_text::text(&flow, place.width).as_bytes(), drawing.file, "the flow")?,
        _ => picture::picture(place, &store, &run, &flow, format, drawing)?,
    }
    if let Some(moved) = moved.filter(|_| format == Format::Text) {
        let assessed = match asked.verdicts.assessed.as_slice() {
            [] => String::new(),
            list => format!("; assessed for this, and not stored: {}", list.join(", ")),
        };
        print(&format!("what if: {} records change their fate{assessed}\n", moved.len()))?;
        print(&moves_text(&moved, place.width))?;
    }
    if stale {
        eprintln!(
            "warning: the files of `{}` changed since search run {}; run `tamis run`",
            source::shown(&run.asked.source),
            run.id
        );
    }
    if let Some(then) = stand.then.as_ref().filter(|_| format == Format::Text) {
        eprintln!(
            "note: as reported {} by {}, protocol {}; `--now` counts run {} under today's",
            then.reported_at,
            then.program,
            then.protocol.get(..12).unwrap_or(&then.protocol),
            run.id
        );
    }
    if format == Format::Text {
        let a = place.argument();
        place.next(&format!("tamis audit{a}, tamis worksheet{a}, or tamis explain PMID"));
    }
    Ok(if check { verdict(&flow) } else { Outcome::Done })
}

/// Records that change their fate, as a table.
pub(super) fn moves_text(moved: &[Move], width: usize) -> String {
    let rows: Vec<protocol_diff::Moved<'_>> = moved.iter().map(|m| (m.pmid, &m.from, &m.to, m.why.as_str())).collect();
    protocol_diff::moves(&rows, width)
}

/// How a flow stands: unfinished, differing, or done.
pub fn verdict(flow: &Flow) -> Outcome {
    match &flow.published {
        Some(comparison) if !comparison.matches => {
            for d in &comparison.differences {
                eprintln!("differs: {}: {} here, {} published", d.name, d.ours, d.theirs);
            }
            Outcome::Differs
        }
        _ if flow.unresolved > 0 => Outcome::Awaits,
        _ => Outcome::Done,
    }
}
