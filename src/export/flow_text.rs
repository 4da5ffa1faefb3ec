//! The flow as a table for the terminal, beside the published figure.

use comfy_table::{CellAlignment, Table, presets};

use crate::flow::Flow;
use crate::record::terminal_safe;

/// Draws the flow; lines are at most `width` columns.
pub fn text(flow: &Flow, width: usize) -> String {
    let mut out = String::new();
    if flow.synthetic {
        out.push_str("SYNTHETIC RECORDS: no article, patient or author below exists\n");
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_width(width.min(100) as u16);
    let published = flow.published.as_ref();
    let mut head = vec!["box", "records", "by rule", "by person"];
    if published.is_some() {
        head.extend(["published", ""]);
    }
    table.set_header(head);
    let mut row = |name: String, key: &str, n: u64, rule: String, person: String| {
        let mut cells = vec![name, n.to_string(), rule, person];
        if let Some(p) = published {
            let theirs = p.boxes.iter().find(|b| b.name == key);
            cells.push(theirs.map_or(String::new(), |b| b.theirs.to_string()));
            cells.push(theirs.map_or("", |b| if b.ours == b.theirs { "✓" } else { "✗" }).to_owned());
        }
        table.add_row(cells);
    };
    let none = String::new;
    if let Some(u) = &flow.update {
        row("Studies in the previous version".into(), "-", u.previous.studies, none(), none());
        row("Reports of these".into(), "-", u.previous.reports, none(), none());
    }
    row("Identified".into(), "identified", flow.identified, none(), none());
    for o in &flow.origins {
        row(format!("  of these from {} ({})", terminal_safe(&o.name), o.kind), "-", o.n, none(), none());
    }
    row("Duplicates removed".into(), "-", flow.duplicates, none(), none());
    if flow.not_retrieved > 0 {
        row("Not retrieved".into(), "-", flow.not_retrieved, none(), none());
    }
    if let Some(u) = &flow.update {
        row("Assessed in the previous version".into(), "-", u.known, none(), none());
    }
    row("Screened".into(), "-", flow.screened, none(), none());
    for (i, e) in flow.excluded.iter().enumerate() {
        let key = format!("excluded:{}", e.criterion);
        let name = format!("  excluded {}: {}", i + 1, terminal_safe(&e.label));
        row(name, &key, e.n, e.by_rule.to_string(), e.by_person.to_string());
    }
    row("Await a person".into(), "unresolved", flow.unresolved, none(), none());
    match &flow.update {
        None => {
            row("Included studies".into(), "studies", flow.included.studies, none(), none());
            row("Included cases (patients)".into(), "cases", flow.included.cases, none(), none());
        }
        Some(u) => {
            row("New studies included".into(), "studies", flow.included.studies, none(), none());
            row("Reports of these".into(), "-", flow.included.reports, none(), none());
            row("No longer included".into(), "-", u.withdrawn.len() as u64, none(), none());
            row("Total studies".into(), "-", u.total.studies, none(), none());
            row("Reports of these".into(), "-", u.total.reports, none(), none());
            row("Total cases (patients)".into(), "-", u.total.cases, none(), none());
        }
    }
    for i in 1..5 {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    out.push_str(&format!("{table}\n"));
    if let Some(u) = &flow.update {
        out.push_str(&format!("previous version: search run {}, {}\n", u.since, u.since_on));
        for w in &u.withdrawn {
            out.push_str(&format!("no longer included: {}, {}\n", w.pmid, terminal_safe(&w.why)));
        }
    }
    if !flow.included.cases_unknown.is_empty() {
        out.push_str(&format!(
            "{} included reports do not say how many cases they bring\n",
            flow.included.cases_unknown.len()
        ));
    }
    for line in flow.announcements(20) {
        out.push_str(&format!("announced by PubMed: {}\n", terminal_safe(&line)));
    }
    if let Some(p) = published {
        let verdict = if p.matches {
            "every box equals the published figure".to_owned()
        } else {
            format!("{} boxes differ from the published figure", p.differences.len())
        };
        out.push_str(&format!("{verdict} ({})\n", terminal_safe(&p.citation)));
    }
    out
}
