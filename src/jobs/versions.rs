//! The flows of every version of a living review, side by side (PRISMA-LSR: a flow for each version).

use anyhow::Result;

use super::figure::{self, Format, Options};
use super::{Outcome, Workplace, advice, history, print, print_json};
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
/// When no flow was reported yet, or the picture of all at once is asked for.
pub fn command(place: &Workplace, format: Format) -> Result<Outcome> {
    let mut store = place.store()?;
    let list = flows(place, &mut store)?;
    if list.is_empty() {
        return Err(advice("no flow was reported yet", format!("run `tamis flow{}`", place.argument())));
    }
    match format {
        Format::Json => print_json(&list)?,
        Format::Text => print(&flow_versions::text(&list, place.width))?,
        _ => {
            return Err(advice(
                "the versions side by side are a table, not a picture",
                "draw one version with `tamis flow --run N --since M --format svg`",
            ));
        }
    }
    Ok(Outcome::Done)
}
