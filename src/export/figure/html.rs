//! The figure as one HTML page: each box leads to the list of its records. Made to be printed: a browser's "save as
//! PDF" gives the figure on a page of its own.

use std::collections::BTreeMap;

use askama::Template;

use super::{Figure, draw};
use crate::record::Pmid;

/// The citation and the title of records.
pub type Titles = BTreeMap<Pmid, (String, String)>;

struct Entry {
    pmid: u64,
    /// Synthetic PMIDs lead nowhere.
    real: bool,
    citation: String,
    title: String,
}

struct List {
    heading: String,
    entries: Vec<Entry>,
}

struct Section {
    key: &'static str,
    heading: String,
    lists: Vec<List>,
}

#[derive(Template)]
#[template(path = "flow.html")]
struct Page<'a> {
    figure: &'a Figure,
    svg: String,
    sections: Vec<Section>,
}

/// Makes the page.
///
/// # Errors
/// When the template cannot be filled.
pub fn html(figure: &Figure, titles: &Titles) -> Result<String, askama::Error> {
    let entry = |pmid: &Pmid| {
        let (citation, title) = titles.get(pmid).cloned().unwrap_or_default();
        Entry { pmid: pmid.0, real: pmid.is_on_pubmed(), citation, title }
    };
    let sections = figure
        .nodes
        .iter()
        .filter(|n| !n.lists.is_empty())
        .map(|n| Section {
            key: n.key,
            heading: n.lines.first().map(|l| l.text.clone()).unwrap_or_default(),
            lists: n
                .lists
                .iter()
                .map(|(heading, pmids)| List {
                    heading: format!("{heading} (n = {})", pmids.len()),
                    entries: pmids.iter().map(entry).collect(),
                })
                .collect(),
        })
        .collect();
    Page { figure, svg: draw(figure, true), sections }.render()
}
