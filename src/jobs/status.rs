//! Where a review stands.

use anyhow::Result;
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, fetch, notices, print, print_json, source, stored};
use crate::flow::{Announced, announcements};
use crate::protocol::Judgement;
use crate::record::{Pmid, terminal_safe};
use crate::store::{SearchRun, Store};

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
    /// Of the newest run, once it is screened.
    standing: Option<Standing>,
}

/// What stands at the newest run: who must look, and why.
#[derive(Debug, Default, Serialize)]
struct Standing {
    included: u64,
    excluded: u64,
    unresolved: u64,
    /// Records on which reviewers disagree.
    conflicts: Vec<Conflict>,
    /// Reports that are in or await a person, and were retracted, put in doubt or corrected.
    #[serde(serialize_with = "all")]
    announced: Vec<Announced>,
}

fn all<S: serde::Serializer>(announced: &[Announced], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    announcements(announced, usize::MAX).serialize(serializer)
}

/// A record on which reviewers disagree.
#[derive(Debug, Serialize)]
struct Conflict {
    pmid: Pmid,
    title: String,
    /// Each ruling: reviewer, verdict, criterion, stage.
    rulings: Vec<String>,
}

/// Reads what stands at a run whose records are all screened.
fn standing(place: &Workplace, store: &Store, run: &SearchRun, screening: i64) -> Result<Standing> {
    let import = store.import(&place.review.name)?.map(|(id, _)| id);
    let fates = store.fates(run.id, Some(screening), import, &place.order())?;
    let count = |name| fates.iter().filter(|f| f.decision.name() == name).count() as u64;
    let mut out = Standing {
        included: count("included"),
        excluded: count("excluded"),
        unresolved: count("unresolved"),
        ..Standing::default()
    };
    for fate in fates.iter().filter(|f| f.decision.name() != "excluded") {
        let notices = notices(store, run.id, fate.pmid)?;
        if !notices.is_empty() {
            out.announced.push(Announced { pmid: fate.pmid, decision: fate.decision.name(), notices });
        }
        if fate.decision.criterion() == Some("conflict") {
            let rulings = store.judgements(import.unwrap_or_default(), fate.pmid)?;
            let ruling = |(who, _, j): (String, String, Judgement)| {
                let criterion = j.criterion.map_or(String::new(), |c| format!(" {c}"));
                format!("{who}: {}{criterion} ({})", j.verdict.name(), j.stage.name())
            };
            let rulings = rulings.into_iter().map(ruling).collect();
            let title = stored(store, run.id, fate.pmid)?.map_or_else(String::new, |(_, r)| r.title);
            out.conflicts.push(Conflict { pmid: fate.pmid, title, rulings });
        }
    }
    Ok(out)
}

impl Standing {
    fn text(&self) -> String {
        let mut out = format!(
            "newest run: {} included, {} excluded, {} await a person\n",
            self.included, self.excluded, self.unresolved
        );
        for c in &self.conflicts {
            out.push_str(&format!("reviewers disagree on {}: {}\n", c.pmid, terminal_safe(&c.title)));
            c.rulings.iter().for_each(|r| out.push_str(&format!("  {}\n", terminal_safe(r))));
        }
        for line in &announcements(&self.announced, 20) {
            out.push_str(&format!("announced by PubMed: {}\n", terminal_safe(line)));
        }
        out
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
        standing: None,
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
                source: source::shown(&run.asked.source),
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
        let screened = status.runs.last().is_some_and(|r| r.missing == 0 && r.to_screen == 0);
        if let Some(newest) = store.run(&review.name, None)?.filter(|_| screened) {
            status.standing = Some(standing(place, &store, &newest, screening)?);
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
                terminal_safe(&r.source).into_owned(),
                r.reported.to_string(),
                r.stored.to_string(),
                r.missing.to_string(),
                r.to_screen.to_string(),
                format!("{}/{}/{}", r.came, r.went, r.changed),
            ]);
        }
        text.push_str(&format!("{table}\n"));
    }
    if let Some(standing) = &status.standing {
        text.push_str(&standing.text());
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
