//! Where a review stands.

use anyhow::Result;
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, fetch, print, print_json};
use crate::record::terminal_safe;
use crate::store::Store;

#[derive(Debug, Serialize)]
struct RunStatus {
    id: i64,
    source: String,
    asked_at: String,
    window: String,
    reported: u64,
    stored: u64,
    refused: u64,
    missing: u64,
    to_screen: u64,
    came: u64,
    went: u64,
    changed: u64,
}

#[derive(Debug, Serialize)]
struct Status {
    review: String,
    folder: String,
    database: std::path::PathBuf,
    protocol: String,
    criteria: usize,
    judgements: usize,
    runs: Vec<RunStatus>,
}

/// A source's name, of several files only the first.
fn source_name(source: &str) -> String {
    let mut files = source.split(' ');
    let first = files.next().unwrap_or_default();
    match files.count() {
        0 => terminal_safe(first).into_owned(),
        more => format!("{} and {more} more", terminal_safe(first)),
    }
}

/// `tamis status`.
pub fn command(place: &Workplace, json: bool) -> Result<Outcome> {
    let review = &place.review;
    let mut status = Status {
        review: review.name.clone(),
        folder: place.located.display.clone(),
        database: place.db.clone(),
        protocol: review.protocol.hash.chars().take(12).collect(),
        criteria: review.protocol.criteria.len(),
        judgements: review.judgements.iter().map(|f| f.judgements.len()).sum(),
        runs: Vec::new(),
    };
    if let Some(store) = Store::read(&place.db)? {
        let screening = store.screening(&review.protocol.hash, PROGRAM)?.unwrap_or(-1);
        let mut before = None;
        for run in store.runs(&review.name)? {
            let account = fetch::account(&store, &run)?;
            let moved = match before {
                Some(old) => store.difference(old, run.id)?,
                None => Vec::new(),
            };
            let count = |what: &str| moved.iter().filter(|(w, _)| w == what).count() as u64;
            status.runs.push(RunStatus {
                id: run.id,
                source: run.asked.source.replace('\u{1f}', " "),
                asked_at: run.asked.asked_at.clone(),
                window: format!("{} to {}", run.asked.date_from, run.asked.date_to),
                reported: run.asked.reported,
                stored: account.stored,
                refused: account.refused.len() as u64,
                missing: account.missing.len() as u64,
                to_screen: store.count_to_screen(screening, run.id)?,
                came: count("came"),
                went: count("went"),
                changed: count("changed"),
            });
            before = Some(run.id);
        }
    }
    if json {
        print_json(&status)?;
        return Ok(Outcome::Done);
    }
    let mut text = format!(
        "{} ({})\n{}\nprotocol {}, {} criteria, {} judgements; database {}\n\n",
        status.review,
        status.folder,
        review.protocol.title,
        status.protocol,
        status.criteria,
        status.judgements,
        status.database.display()
    );
    if status.runs.is_empty() {
        text.push_str("not searched yet\n");
    } else {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
        table.set_width(place.width as u16);
        table.set_header([
            "run",
            "asked at",
            "source",
            "found",
            "stored",
            "missing",
            "unscreened",
            "came/went/changed",
        ]);
        for r in &status.runs {
            table.add_row([
                r.id.to_string(),
                r.asked_at.clone(),
                source_name(&r.source),
                r.reported.to_string(),
                r.stored.to_string(),
                r.missing.to_string(),
                r.to_screen.to_string(),
                format!("{}/{}/{}", r.came, r.went, r.changed),
            ]);
        }
        text.push_str(&format!("{table}\n"));
    }
    print(&text)?;
    let a = place.argument();
    place.next(&match status.runs.last() {
        None => format!("tamis run{a}"),
        Some(r) if r.missing > 0 => format!("tamis fetch{a}"),
        Some(r) if r.to_screen > 0 => format!("tamis screen{a}"),
        Some(_) => format!("tamis flow{a}"),
    });
    Ok(Outcome::Done)
}
