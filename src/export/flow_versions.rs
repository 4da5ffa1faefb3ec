//! The flows of a living review's versions, a column each.

use comfy_table::{CellAlignment, Table, presets};

use crate::flow::Flow;
use crate::record::terminal_safe;

/// Draws them; the columns are search runs, in order.
pub fn text(flows: &[Flow], width: usize) -> String {
    let mut out = String::new();
    if flows.iter().any(|f| f.synthetic) {
        out.push_str("SYNTHETIC RECORDS: no article, patient or author below exists\n");
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_width(width as u16);
    let head = flows.iter().map(|f| format!("run {} ({})", f.search_run, f.searched_on));
    table.set_header(std::iter::once("box".to_owned()).chain(head));
    let mut row = |name: &str, cell: &dyn Fn(&Flow) -> String| {
        table.add_row(std::iter::once(name.to_owned()).chain(flows.iter().map(cell)));
    };
    let update = |f: &Flow, n: &dyn Fn(&crate::flow::Update) -> u64| {
        f.update.as_ref().map_or("-".to_owned(), |u| n(u).to_string())
    };
    row("Studies in the previous version", &|f| update(f, &|u| u.previous.studies));
    row("Identified", &|f| f.identified.to_string());
    row("Duplicates removed", &|f| f.duplicates.to_string());
    row("Not retrieved", &|f| f.not_retrieved.to_string());
    row("Assessed in the previous version", &|f| update(f, &|u| u.known));
    row("Screened", &|f| f.screened.to_string());
    let mut criteria: Vec<(&str, &str)> = Vec::new();
    for e in flows.iter().rev().flat_map(|f| &f.excluded) {
        if !criteria.iter().any(|c| c.0 == e.criterion) {
            criteria.push((&e.criterion, &e.label));
        }
    }
    for (id, label) in criteria {
        let cell = |f: &Flow| f.excluded.iter().find(|e| e.criterion == id).map_or("-".to_owned(), |e| e.n.to_string());
        row(&format!("  excluded: {}", terminal_safe(label)), &cell);
    }
    row("Await a person", &|f| f.unresolved.to_string());
    row("New studies included", &|f| f.included.studies.to_string());
    row("No longer included", &|f| update(f, &|u| u.withdrawn.len() as u64));
    row("Total studies", &|f| f.update.as_ref().map_or(f.included.studies, |u| u.total.studies).to_string());
    row("Total cases (patients)", &|f| f.update.as_ref().map_or(f.included.cases, |u| u.total.cases).to_string());
    for i in 1..=flows.len() {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    out.push_str(&format!("{table}\n"));
    out
}
