//! Versions of a protocol for the terminal: what changed between two, and which there are; and records that change
//! their fate.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use crate::flow::Decision;
use crate::protocol::diff::Change;
use crate::record::{Pmid, terminal_safe};

/// A record that changes its fate: which, from, to, why.
pub type Moved<'a> = (Pmid, &'a Decision, &'a Decision, &'a str);

fn table(width: usize) -> Table {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().top_border(line).header_separator(line).bottom_border(line));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width.min(140) as u16);
    table
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// What changed, a line a change; strings that are too long for a sentence stand below it.
pub fn text(before: &(String, String), after: &(String, String), changes: &[Change], width: usize) -> String {
    let name = |v: &(String, String)| format!("{} ({})", terminal_safe(&v.0), short(&v.1));
    let mut out = format!("from {} to {}\n", name(before), name(after));
    if changes.is_empty() {
        out.push_str("  nothing changed\n");
    }
    for change in changes {
        out.push_str(&format!("  {}\n", terminal_safe(&change.sentence)));
        let whole = [("was", &change.before), ("now", &change.after)];
        let untold = |text: &str| !change.sentence.contains(text) && text.len() < 8 * width;
        if change.before.as_deref().is_some_and(untold) && change.after.as_deref().is_some_and(untold) {
            for (word, value) in whole {
                out.push_str(&format!("    {word}  {}\n", terminal_safe(value.as_deref().unwrap_or("nothing"))));
            }
        }
    }
    out
}

/// The stored versions: hash, first seen, records.
pub fn list(stored: &[(String, String, u64)], current: &str, width: usize) -> String {
    let mut table = table(width);
    table.set_header(["protocol", "first applied", "records", ""]);
    for (hash, seen, records) in stored {
        let mark = if hash == current { "current" } else { "" };
        table.add_row([short(hash), seen, &records.to_string(), mark]);
    }
    let mut out = format!("{table}\n");
    if !stored.iter().any(|(hash, ..)| hash == current) {
        out.push_str(&format!("the files as they stand ({}) were not applied yet\n", short(current)));
    }
    out
}

/// Records that change their fate, one a row.
pub fn moves(list: &[Moved<'_>], width: usize) -> String {
    if list.is_empty() {
        return String::new();
    }
    let say = |d: &Decision| match d.criterion() {
        Some(c) => format!("{}: {c}", d.name()),
        None => d.name().to_owned(),
    };
    let mut table = table(width);
    table.set_header(["PMID", "from", "to", "why"]);
    for (pmid, from, to, why) in list {
        table.add_row([pmid.to_string(), say(from), say(to), terminal_safe(why).into_owned()]);
    }
    format!("{table}\n")
}
