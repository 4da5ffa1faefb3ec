//! A reviewer's file of judgements, added to at its end.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use jiff::civil::Date;
use toml::Value;

use crate::jobs::{Workplace, advice, write_whole};
use crate::protocol::{Judgement, load};
use crate::record::Pmid;

/// A text as TOML writes it, on one line.
fn quoted(text: &str) -> String {
    Value::String(text.replace("\r\n", " ").replace(['\n', '\r'], " ")).to_string()
}

/// An entry of the file.
pub(super) fn entry(j: &Judgement) -> String {
    let mut text = format!(
        "\n[[judgement]]\npmid = {}\nstage = \"{}\"\nverdict = \"{}\"\n",
        j.pmid,
        j.stage.name(),
        j.verdict.name()
    );
    if let Some(criterion) = &j.criterion {
        text.push_str(&format!("criterion = {}\n", quoted(criterion)));
    }
    if let Some(cases) = j.cases {
        text.push_str(&format!("cases = {cases}\n"));
    }
    text.push_str(&format!("quote = {}\n", quoted(&j.quote)));
    if let Some(note) = &j.note {
        text.push_str(&format!("note = {}\n", quoted(note)));
    }
    text.push_str(&format!("when = {}\n", j.when));
    text
}

/// An entry that takes the last ruling on a record back.
pub(super) fn undo(pmid: Pmid, note: Option<&str>, when: Date) -> String {
    let note = note.map_or(String::new(), |n| format!("note = {}\n", quoted(n)));
    format!("\n[[judgement]]\npmid = {pmid}\nverdict = \"undo\"\n{note}when = {when}\n")
}

/// The reviewer's file: the one that says so, else a new one named after the reviewer.
///
/// # Errors
/// When a new file is needed and another reviewer's has its name.
fn path_of(place: &Workplace, by: &str) -> Result<String> {
    let files = &place.review.judgements;
    let named = |name: &str| files.iter().find(|f| f.path == format!("judgements/{name}.toml"));
    if let Some(file) = files.iter().find(|f| f.reviewer == by).or_else(|| named(by)) {
        return Ok(file.path.clone());
    }
    let words: Vec<String> =
        by.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let slug = words.join("-");
    if slug.is_empty() || named(&slug).is_some() {
        let known: Vec<&str> = files.iter().map(|f| f.reviewer.as_str()).collect();
        return Err(advice(
            format!("`{by}` cannot name a file of judgements"),
            format!("--by takes a name of letters and digits; the reviewers so far: {}", known.join(", ")),
        ));
    }
    Ok(format!("judgements/{slug}.toml"))
}

/// Appends entries to the reviewer's file and reads the review anew; returns the file.
///
/// # Errors
/// When the entries are not sound, with each problem's place; then the file is as it was.
pub(super) fn append(place: &mut Workplace, by: &str, entries: &str) -> Result<PathBuf> {
    let path = path_of(place, by)?;
    let mut files = place.located.files.clone();
    let old = files.get(&path).cloned();
    let mut text = old.clone().unwrap_or_else(|| format!("reviewer = {}\n", quoted(by)));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(entries);
    files.insert(path.clone(), text.clone());
    let review = load::load(&place.located.name, &place.located.display, &files)?;
    let target = place.located.folder.join(&path);
    // Someone may have written to the file since it was read; what they wrote must not be lost.
    let on_disk: BTreeSet<String> = std::fs::read_to_string(&target).into_iter().collect();
    if on_disk != old.into_iter().collect() {
        return Err(advice(
            format!("{} has just been changed by someone else", target.display()),
            "run the command again",
        ));
    }
    write_whole(&target, text.as_bytes())?;
    place.located.files = files;
    place.review = review;
    Ok(target)
}
