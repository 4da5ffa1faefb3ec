//! `tamis receipt`: one small file that seals a state of a review, and says elsewhere what still holds.
//!
//! It holds hashes of what the state is made of, in the order in which one thing follows from another, and neither a
//! clock nor a path of this machine: the same inputs give the same bytes anywhere.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::history::{self, Stand};
use super::{Outcome, PROGRAM, Workplace, advice, audit, figure, print, print_json, worksheet};
use crate::protocol::load::sha256;
use crate::record::terminal_safe;
use crate::store::Store;

/// Digits of a hash that stand for one of many.
const SHORT: usize = 16;

/// Things by name, each with its hash: files by path, records by PMID.
type Hashes = BTreeMap<String, String>;

/// A search, without the moment it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Search {
    term: String,
    window: String,
    reported: u64,
    refused: u64,
    pmids: u64,
    pmids_sha256: String,
}

/// The seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Receipt {
    /// The form of this file.
    receipt: u32,
    program: String,
    review: String,
    protocol: String,
    /// `protocol.toml`, the vocabularies, the published figure.
    files: Hashes,
    judgements: Hashes,
    search: Search,
    /// The revision of each record.
    records: Hashes,
    /// The assessments and evidence of each record.
    assessments: Hashes,
    /// What became of each record.
    decisions: Hashes,
    flow: String,
    worksheet: String,
    audit: String,
}

fn files(place: &Workplace, judgements: bool) -> Hashes {
    let all = place.located.files.iter().filter(|(path, _)| path.starts_with("judgements/") == judgements);
    all.map(|(path, text)| (path.clone(), sha256(text.as_bytes()))).collect()
}

fn short(text: &str) -> String {
    sha256(text.as_bytes()).chars().take(SHORT).collect()
}

/// Seals a state as of now.
fn seal(place: &Workplace, store: &mut Store, stand: &Stand) -> Result<Receipt> {
    let flow = figure::counted(place, store, stand, &figure::Options::default())?;
    let mut counted = serde_json::to_value(&flow)?;
    if let Some(map) = counted.as_object_mut() {
        // The day, the number and the way to the source differ between machines that hold the same.
        for key in ["searched_on", "search_run", "source"] {
            map.remove(key);
        }
    }
    let a = &stand.run.asked;
    let mut pmids = store.hits(stand.run.id)?;
    pmids.sort_unstable();
    let list: Vec<String> = pmids.iter().map(ToString::to_string).collect();
    let mut receipt = Receipt {
        receipt: 1,
        program: PROGRAM.to_owned(),
        review: place.review.name.clone(),
        protocol: stand.protocol.clone(),
        files: files(place, false),
        judgements: files(place, true),
        search: Search {
            term: a.term.clone(),
            window: format!("{} to {} [{}]", a.date_from, a.date_to, a.date_field),
            reported: a.reported,
            refused: store.refusals(stand.run.id)?.len() as u64,
            pmids: pmids.len() as u64,
            pmids_sha256: sha256(list.join("\n").as_bytes()),
        },
        records: Hashes::new(),
        assessments: Hashes::new(),
        decisions: Hashes::new(),
        flow: sha256(counted.to_string().as_bytes()),
        worksheet: String::new(),
        audit: String::new(),
    };
    for fate in stand.fates(store, &stand.order())? {
        let Some(stored) = store.record(stand.run.id, fate.pmid)? else { continue };
        let pmid = fate.pmid.to_string();
        let assessed = store.assessments(stand.screening, stored.revision, &stand.order())?;
        receipt.records.insert(pmid.clone(), sha256(&stored.xml).chars().take(SHORT).collect());
        receipt.assessments.insert(pmid.clone(), short(&serde_json::to_string(&assessed)?));
        receipt.decisions.insert(pmid, short(&serde_json::to_string(&fate)?));
    }
    receipt.worksheet = sha256(&worksheet::csv(place, store, &stand.run)?);
    receipt.audit = audit::csv(place, store, stand, Hashed::default())?.end();
    Ok(receipt)
}

/// A hash of what is written to it.
#[derive(Default)]
struct Hashed(Sha256);

impl Hashed {
    fn end(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One part of a receipt, compared.
#[derive(Debug, Clone, Serialize)]
struct Part {
    part: &'static str,
    holds: bool,
    /// What first differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
}

/// The first name under which two tables differ.
fn first_of(then: &Hashes, now: &Hashes) -> Option<String> {
    let number = |name: &&String| (name.parse::<u64>().unwrap_or(u64::MAX), (*name).clone());
    let mut names: Vec<&String> = then.keys().chain(now.keys()).collect();
    names.sort_by_key(number);
    let name = names.into_iter().find(|name| then.get(*name) != now.get(*name))?;
    Some(match (then.contains_key(name), now.contains_key(name)) {
        (true, true) => format!("{name} differs"),
        (true, false) => format!("{name} is not here"),
        _ => format!("{name} is not in the receipt"),
    })
}

/// Part by part, in the order in which one follows from another.
fn compare(then: &Receipt, now: &Receipt) -> Vec<Part> {
    let words = |part, then: &str, now: &str| Part {
        part,
        holds: then == now,
        first: (then != now).then(|| format!("{now} here, {then} in the receipt")),
    };
    let table = |part, then: &Hashes, now: &Hashes| {
        let first = first_of(then, now);
        Part { part, holds: first.is_none(), first }
    };
    let (a, b) = (&then.search, &now.search);
    let search = |what: &str, then: &dyn ToString, now: &dyn ToString| {
        let (then, now) = (then.to_string(), now.to_string());
        (then != now).then(|| format!("{what}: {now} here, {then} in the receipt"))
    };
    let first = search("term", &a.term, &b.term)
        .or_else(|| search("window", &a.window, &b.window))
        .or_else(|| search("count", &a.reported, &b.reported))
        .or_else(|| search("refused", &a.refused, &b.refused))
        .or_else(|| search("PMIDs", &a.pmids_sha256, &b.pmids_sha256));
    vec![
        words("program", &then.program, &now.program),
        words("review", &then.review, &now.review),
        table("files", &then.files, &now.files),
        words("protocol", &then.protocol, &now.protocol),
        table("judgements", &then.judgements, &now.judgements),
        Part { part: "search", holds: first.is_none(), first },
        table("records", &then.records, &now.records),
        table("assessments", &then.assessments, &now.assessments),
        table("decisions", &then.decisions, &now.decisions),
        words("flow", &then.flow, &now.flow),
        words("worksheet", &then.worksheet, &now.worksheet),
        words("audit", &then.audit, &now.audit),
    ]
}

/// `tamis receipt`.
///
/// # Errors
/// When there is no run, or the file cannot be written.
pub fn write(place: &Workplace, run: Option<i64>, to: Option<&Path>) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let stand = history::today(place, &mut store, &run)?;
    let receipt = seal(place, &mut store, &stand)?;
    let text = serde_json::to_string_pretty(&receipt)? + "\n";
    match to {
        Some(path) if path == Path::new("-") => print(&text)?,
        Some(path) => {
            super::write_whole(path, text.as_bytes())?;
            print(&format!("{}\n", path.display()))?;
        }
        None => print(&format!("{}\n", place.write("receipt.json", text.as_bytes())?.display()))?,
    }
    place.next(&format!("keep it with the manuscript; elsewhere: tamis receipt{} --check FILE", place.argument()));
    Ok(Outcome::Done)
}

/// `tamis receipt --check`.
///
/// # Errors
/// When the file is no receipt, or there is no run.
pub fn check(place: &Workplace, run: Option<i64>, path: &Path, json: bool) -> Result<Outcome> {
    let text = std::fs::read_to_string(path).with_context(|| format!("while reading {}", path.display()))?;
    let then: Receipt = serde_json::from_str(&text).map_err(|e| {
        advice(
            format!("{} is no receipt: line {}, column {}: {e}", path.display(), e.line(), e.column()),
            "a receipt is written by `tamis receipt`",
        )
    })?;
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let stand = history::today(place, &mut store, &run)?;
    let parts = compare(&then, &seal(place, &mut store, &stand)?);
    let holds = parts.iter().all(|p| p.holds);
    if json {
        print_json(&parts)?;
    } else {
        let mut out = String::new();
        for p in &parts {
            let first = p.first.as_deref().map_or(String::new(), |f| format!(": {}", terminal_safe(f)));
            out.push_str(&format!("{} {}{first}\n", if p.holds { "holds  " } else { "DIFFERS" }, p.part));
        }
        match parts.iter().find(|p| !p.holds) {
            None => out.push_str(&format!("everything holds for run {}\n", run.id)),
            Some(p) => {
                out.push_str(&format!("the first that differs is `{}`; what follows from it may differ too\n", p.part))
            }
        }
        print(&out)?;
    }
    Ok(if holds { Outcome::Done } else { Outcome::Differs })
}
