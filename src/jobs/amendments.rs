//! The versions of a review's protocol: which there are, what changed between two, and whom it touches.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::whatif::{self, Move};
use super::{Outcome, Workplace, advice, locate, print, print_json, stored};
use crate::export::protocol_diff;
use crate::protocol::Protocol;
use crate::protocol::diff::{self, Change, Kind};
use crate::protocol::load::{Files, load, protocol_files};
use crate::query;
use crate::record::Pmid;
use crate::store::{SearchRun, Store, StoredProtocol};

/// A version of a protocol.
#[derive(Debug, Clone)]
pub struct Version {
    /// How it was named: `current`, a file, a hash.
    pub name: String,
    /// The protocol, read with its vocabularies.
    pub protocol: Protocol,
}

/// What changed between two versions of a protocol, and whom it touches.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The first version: its name and hash.
    pub before: (String, String),
    /// The second.
    pub after: (String, String),
    /// The changes.
    pub changes: Vec<Change>,
    /// The search run whose records were asked; none when nothing was searched yet.
    pub run: Option<i64>,
    /// Its records whose fate differs, under the judgements that count now.
    pub touched: Vec<Move>,
    /// Its records that the second version's search string would not find. What it would newly find, PubMed knows.
    pub lost: Vec<Pmid>,
}

/// The review's protocol as its files stand.
pub fn current(place: &Workplace) -> Version {
    Version { name: "current".into(), protocol: place.review.protocol.clone() }
}

/// A version by its name: `current`, `previous`, a protocol file, a review's folder, or the first digits of a hash.
///
/// # Errors
/// When there is none of that name, or it cannot be read.
pub fn version(place: &Workplace, store: Option<&Store>, name: &str) -> Result<Version> {
    let path = Path::new(name);
    if name == "current" {
        return Ok(current(place));
    }
    if path.is_dir() {
        return read(place, name, locate::locate(Some(name))?.files);
    }
    if path.is_file() {
        // Vocabularies are those beside the file, else the review's own.
        let mut files = Files::new();
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        locate::read_toml(&folder.join("vocabulary"), "vocabulary/", &mut files)?;
        if files.is_empty() {
            files = place.review.protocol.files.clone();
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("while reading {name}"))?;
        files.insert("protocol.toml".into(), text);
        return read(place, name, files);
    }
    let stored = store.map(|s| s.protocols(&place.review.name)).transpose()?.unwrap_or_default();
    let today = &place.review.protocol.hash;
    let found: Vec<&StoredProtocol> = match name {
        "previous" => stored.iter().rev().find(|p| p.hash != *today).into_iter().collect(),
        _ => stored.iter().filter(|p| p.hash.starts_with(name)).collect(),
    };
    match (found.as_slice(), store) {
        ([one], Some(store)) => {
            let mut files = store.protocol_files(&one.hash)?;
            if files.len() == 1 && place.review.protocol.files.len() > 1 {
                eprintln!("note: the vocabularies of protocol {} were not kept; today's are taken", &one.hash[..12]);
                let today = place.review.protocol.files.iter().filter(|(f, _)| *f != "protocol.toml");
                files.extend(today.map(|(f, t)| (f.clone(), t.clone())));
            }
            read(place, &format!("{} of {}", &one.hash[..12], &one.first_seen[..10]), files)
        }
        ([_, _, ..], _) => Err(advice(
            format!("`{name}` begins the hash of {} stored protocols", found.len()),
            "give more of its digits; `tamis protocol list` shows them",
        )),
        _ if name == "previous" => Err(advice(
            "the database holds no other version of this protocol",
            "name a file to compare with: `tamis protocol diff OTHER.toml current`",
        )),
        _ => Err(advice(
            format!("`{name}` is no file, no folder and no stored protocol"),
            "give a protocol.toml, a review's folder, `current`, `previous`, or a hash from `tamis protocol list`",
        )),
    }
}

fn read(place: &Workplace, name: &str, files: Files) -> Result<Version> {
    let display = if Path::new(name).is_file() { "" } else { name };
    let review = load(&place.review.name, display, &protocol_files(&files))
        .with_context(|| format!("the protocol `{name}` cannot be read"))?;
    Ok(Version { name: name.to_owned(), protocol: review.protocol })
}

/// What changed between two versions, and whom among a run's records it touches. Nothing is written.
///
/// # Errors
/// When a version cannot be applied, or the database cannot be read.
pub fn difference(
    place: &Workplace,
    store: Option<(&mut Store, &SearchRun)>,
    before: &Version,
    after: &Version,
) -> Result<Difference> {
    let changes = diff::diff(&before.protocol.files, &after.protocol.files)
        .map_err(|e| advice(e, "only files that can be read can be compared"))?;
    let label = |v: &Version| (v.name.clone(), v.protocol.hash.clone());
    let mut told = Difference {
        before: label(before),
        after: label(after),
        changes,
        run: None,
        touched: Vec::new(),
        lost: Vec::new(),
    };
    let Some((store, run)) = store else { return Ok(told) };
    told.run = Some(run.id);
    if told.changes.iter().any(|c| !matches!(c.kind, Kind::SearchString | Kind::Window | Kind::Wording)) {
        let import = store.import(&place.review.name)?.map(|(id, _)| id);
        let mut under = |v: &Version| {
            let order: Vec<String> = v.protocol.criteria.iter().map(|c| c.id.clone()).collect();
            whatif::under(place, store, run, v, import, &order)
        };
        let (was, is) = (under(before)?, under(after)?);
        told.touched = whatif::moves(store, run, &was, &is)?;
    }
    let (old, new) = (&before.protocol.search.sent, &after.protocol.search.sent);
    if let (true, Some(old), Some(new)) = (old != new, query::parse(old).query, query::parse(new).query) {
        let pmids: std::collections::BTreeSet<u64> = store.hits(run.id)?.into_iter().collect();
        for pmid in pmids {
            let Some((_, record)) = stored(store, run.id, Pmid(pmid))? else { continue };
            if old.matches(&record) && !new.matches(&record) {
                told.lost.push(Pmid(pmid));
            }
        }
    }
    Ok(told)
}

/// `tamis protocol diff`.
///
/// # Errors
/// Those of [`version`] and [`difference`].
pub fn command(place: &Workplace, before: &str, after: &str, run: Option<i64>, json: bool) -> Result<Outcome> {
    let mut store = if place.db.exists() { Some(place.store()?) } else { None };
    let (before, after) = (version(place, store.as_ref(), before)?, version(place, store.as_ref(), after)?);
    let run = match &store {
        Some(store) if run.is_some() => Some(place.run(store, run)?),
        Some(store) => store.run(&place.review.name, None)?,
        None => None,
    };
    let told = difference(place, store.as_mut().zip(run.as_ref()), &before, &after)?;
    if json {
        print_json(&told)?;
        return Ok(Outcome::Done);
    }
    print(&protocol_diff::text(&told.before, &told.after, &told.changes, place.width))?;
    match told.run {
        None => print("nothing was searched yet, so no record is touched\n")?,
        Some(run) => {
            print(&format!("{} records of run {run} change their fate\n", told.touched.len()))?;
            print(&super::figure::moves_text(&told.touched, place.width))?;
            if !told.lost.is_empty() {
                let list = told.lost.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                print(&format!("{} records of run {run} are not found any more: {list}\n", told.lost.len()))?;
            }
        }
    }
    let a = place.argument();
    let asked_otherwise = told.changes.iter().any(|c| matches!(c.kind, Kind::SearchString | Kind::Window));
    place.next(&if asked_otherwise { format!("tamis run{a} asks anew") } else { format!("tamis flow{a}") });
    Ok(Outcome::Done)
}

/// `tamis protocol list`.
///
/// # Errors
/// When the database cannot be read.
pub fn list(place: &Workplace, json: bool) -> Result<Outcome> {
    let stored = match Store::read(&place.db)? {
        Some(store) => store.protocols(&place.review.name)?,
        None => Vec::new(),
    };
    if json {
        print_json(&stored)?;
        return Ok(Outcome::Done);
    }
    print(&protocol_diff::list(&stored_rows(&stored), &place.review.protocol.hash, place.width))?;
    let a = place.argument();
    place.next(&format!("tamis protocol diff{}", if a.is_empty() { a } else { format!(" --review{a}") }));
    Ok(Outcome::Done)
}

fn stored_rows(stored: &[StoredProtocol]) -> Vec<(String, String, u64)> {
    stored.iter().map(|p| (p.hash.clone(), p.first_seen.clone(), p.records)).collect()
}
