//! The flows of every version of a living review, side by side (PRISMA-LSR: a flow for each version).

use anyhow::Result;

use super::figure::{self, Format, Options};
use super::picture::{self, Drawing};
use super::{Outcome, Workplace, advice, history, print, print_json};
use crate::export::figure::{draw_beside, figure};
use crate::export::flow_versions;
use crate::flow::Flow;

/// Every run that has a flow, oldest first, as last reported: the first whole, each later one as an update of the one
/// before.
///
/// # Errors
/// When the database cannot be read, or a flow does not close.
pub fn flows(place: &Workplace, store: &mut crate::store::Store) -> Result<Vec<Flow>> {
    let mut list = Vec::new();
    let mut since = None;
    for run in store.runs(&place.review.name)? {
        if let Some(stand) = history::last(store, &run)? {
            list.push(figure::counted(place, store, &stand, &Options { since, ..Options::default() })?);
            since = Some(run.id);
        }
    }
    Ok(list)
}

/// `tamis flow --versions`.
///
/// # Errors
/// When no flow was reported yet, or there is no such form of all at once.
pub fn command(place: &Workplace, format: Format, drawing: Drawing<'_>) -> Result<Outcome> {
    let mut store = place.store()?;
    let list = flows(place, &mut store)?;
    if list.is_empty() {
        return Err(advice("no flow was reported yet", format!("run `tamis flow{}`", place.argument())));
    }
    match format {
        Format::Json => print_json(&list)?,
        Format::Text => print(&flow_versions::text(&list, place.width))?,
        Format::Svg | Format::Png | Format::Pdf => {
            let mut figures = Vec::new();
            for flow in &list {
                let run = place.run(&store, Some(flow.search_run))?;
                figures.push(figure(flow, &figure::heading(place, &run, flow.synthetic), drawing.layout));
            }
            let title = format!("Every version of {}", place.review.protocol.title);
            let svg = draw_beside(&figures, &title);
            let bytes = match format {
                Format::Png => picture::png(&svg)?,
                Format::Pdf => picture::pdf(&svg)?,
                _ => svg.into_bytes(),
            };
            picture::deliver(&bytes, drawing.file, "the figure")?;
        }
        _ => {
            return Err(advice(
                "the versions side by side come as text, JSON, SVG, PNG or PDF",
                "draw one version with `tamis flow --run N --since M --format html`",
            ));
        }
    }
    Ok(Outcome::Done)
}
