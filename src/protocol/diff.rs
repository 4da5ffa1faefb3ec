//! What changed between two versions of a protocol, in sentences.
//!
//! The texts are compared, not the rules made of them: so a version that an older program wrote can be compared too,
//! and a key of the rule language that is new tomorrow is compared without a word here.

use std::collections::BTreeSet;

use serde::Serialize;
use toml::{Table, Value};

use super::announced;
use super::load::Files;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The search string, or how it was mended.
    SearchString,
    /// The window of dates, or which date it is about.
    Window,
    /// Criteria came, went or stand in another order.
    Criteria,
    /// What a criterion looks for, or what its silence or its contradictions mean.
    Rule,
    /// Words of a vocabulary.
    Vocabulary,
    /// Titles, labels, sources: nothing a record could be decided by.
    Wording,
    /// Anything else.
    Other,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub kind: Kind,
    /// The criterion it belongs to.
    pub criterion: Option<String>,
    /// The change, in a sentence.
    pub sentence: String,
    /// What stood there, whole.
    pub before: Option<String>,
    /// What stands there now, whole.
    pub after: Option<String>,
}

/// Longest value quoted in a sentence, in characters; [`Change::before`] and [`Change::after`] hold the whole.
const SHORT: usize = 120;

/// Keys of a criterion that no assessment depends on.
const WORDS_ONLY: &[&str] = &["label", "source"];

/// Every change from one version's files to another's, in the order of the protocol.
///
/// # Errors
/// When one of the files is no TOML; which, and why.
pub fn diff(before: &Files, after: &Files) -> Result<Vec<Change>, String> {
    let (old, new) = (table(before, "protocol.toml")?, table(after, "protocol.toml")?);
    let mut out = Changes::default();
    for key in keys(&old, &new) {
        match key {
            "search" => search(&mut out, &sub(&old, key), &sub(&new, key)),
            "criterion" => criteria(&mut out, &old, &new),
            _ => {
                let kind = match key {
                    "title" | "citation" => Kind::Wording,
                    "announced" => Kind::Rule,
                    _ => Kind::Other,
                };
                value(&mut out, kind, key, old.get(key), new.get(key));
            }
        }
    }
    let files: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|f| *f != "protocol.toml").collect();
    for file in files {
        let name = file.trim_start_matches("vocabulary/").trim_end_matches(".toml");
        match (before.get(file), after.get(file)) {
            (None, _) => {
                out.add(Kind::Vocabulary, format!("The vocabulary `{name}` is new."), None, after.get(file).cloned())
            }
            (_, None) => {
                out.add(Kind::Vocabulary, format!("The vocabulary `{name}` is gone."), before.get(file).cloned(), None)
            }
            (Some(a), Some(b)) if a == b => {}
            _ => vocabulary(&mut out, name, &table(before, file)?, &table(after, file)?),
        }
    }
    Ok(out.list)
}

/// Criteria of the second version that say of every record what they say in the first, and whether cases are counted
/// alike. What a criterion cannot be shown to share, it does not share.
///
/// # Errors
/// As [`diff`].
pub fn shared(before: &Files, after: &Files) -> Result<(Vec<String>, bool), String> {
    let (old, new) = (table(before, "protocol.toml")?, table(after, "protocol.toml")?);
    let changed: Vec<&str> = before
        .keys()
        .chain(after.keys())
        .filter(|f| *f != "protocol.toml" && before.get(*f) != after.get(*f))
        .map(|f| f.trim_start_matches("vocabulary/").trim_end_matches(".toml"))
        .collect();
    // A table that is neither of these may be one that rules refer to.
    let apart = ["title", "citation", "search", "criterion", "cases", "announced"];
    if keys(&old, &new).into_iter().any(|k| !apart.contains(&k) && old.get(k) != new.get(k)) {
        return Ok((Vec::new(), false));
    }
    let same = |a: &Value, b: &Value| a == b && !changed.iter().any(|name| mentions(a, name));
    let mut list = Vec::new();
    for (id, criterion) in by_id(&new) {
        let Some((_, before)) = by_id(&old).into_iter().find(|(other, _)| *other == id) else { continue };
        let bare = |t: &Table| {
            let mut t = t.clone();
            WORDS_ONLY.iter().for_each(|k| drop(t.remove(*k)));
            Value::Table(t)
        };
        if same(&bare(before), &bare(criterion)) {
            list.push(id);
        }
    }
    let wish = |t: &Table, key: &str| t.get("announced").and_then(|a| a.get(key)).cloned();
    let same_wish = |key: &str| wish(&new, key).is_some() && wish(&old, key) == wish(&new, key);
    list.extend(announced::ids().filter(|(key, _)| same_wish(key)).map(|(_, id)| id.into()));
    let cases = match (old.get("cases"), new.get("cases")) {
        (Some(a), Some(b)) => same(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    Ok((list, cases))
}

#[derive(Default)]
struct Changes {
    list: Vec<Change>,
    criterion: Option<String>,
}

impl Changes {
    fn add(&mut self, kind: Kind, sentence: String, before: Option<String>, after: Option<String>) {
        self.list.push(Change { kind, criterion: self.criterion.clone(), sentence, before, after });
    }
}

fn table(files: &Files, file: &str) -> Result<Table, String> {
    let text = files.get(file).map(String::as_str).unwrap_or_default();
    text.parse::<Table>().map_err(|e| format!("{file} is not TOML: {}", e.message()))
}

fn sub(table: &Table, key: &str) -> Table {
    table.get(key).and_then(Value::as_table).cloned().unwrap_or_default()
}

/// The keys of both, those of the second first.
fn keys<'a>(old: &'a Table, new: &'a Table) -> Vec<&'a str> {
    let gone = old.keys().filter(|k| !new.contains_key(*k));
    new.keys().chain(gone).map(String::as_str).collect()
}

fn by_id(protocol: &Table) -> Vec<(String, &Table)> {
    let list = protocol.get("criterion").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let id = |t: &Table| t.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    list.iter().filter_map(Value::as_table).map(|t| (id(t), t)).collect()
}

fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::String(s) => s == name,
        Value::Array(list) => list.iter().any(|v| mentions(v, name)),
        Value::Table(t) => t.values().any(|v| mentions(v, name)),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn short(value: &Value) -> String {
    let text = plain(value);
    if text.chars().count() <= SHORT {
        return text;
    }
    text.chars().take(SHORT - 1).chain(['…']).collect()
}

fn search(out: &mut Changes, old: &Table, new: &Table) {
    for key in keys(old, new) {
        let (a, b) = (old.get(key), new.get(key));
        if a == b {
            continue;
        }
        let show = |v: Option<&Value>| v.map_or("none".to_owned(), short);
        match key {
            "sent" => out.add(Kind::SearchString, "The search string is another.".into(), a.map(plain), b.map(plain)),
            "printed" => out.add(
                Kind::SearchString,
                "The string is quoted otherwise as the review printed it.".into(),
                a.map(plain),
                b.map(plain),
            ),
            "repair" => value(out, Kind::SearchString, "search.repair", a, b),
            "from" | "to" => {
                let verb = if key == "from" { "begins" } else { "ends" };
                let sentence = format!("The window {verb} {} (was {}).", show(b), show(a));
                out.add(Kind::Window, sentence, a.map(plain), b.map(plain));
            }
            "date_field" => {
                let default = |v: Option<&Value>| v.map_or("pdat".to_owned(), plain);
                let sentence = format!("The window is about {} (was {}).", default(b), default(a));
                out.add(Kind::Window, sentence, a.map(plain), b.map(plain));
            }
            _ => value(out, Kind::Other, &format!("search.{key}"), a, b),
        }
    }
}

fn criteria(out: &mut Changes, old: &Table, new: &Table) {
    let (old, new) = (by_id(old), by_id(new));
    let label = |t: &Table| t.get("label").map(plain).unwrap_or_default();
    for (at, (id, criterion)) in new.iter().enumerate() {
        if !old.iter().any(|(other, _)| other == id) {
            out.criterion = Some(id.clone());
            let sentence = format!("`{id}` is a new criterion, the {}: {}.", ordinal(at + 1), label(criterion));
            out.add(Kind::Criteria, sentence, None, Some(criterion.to_string()));
        }
    }
    for (id, criterion) in &old {
        if !new.iter().any(|(other, _)| other == id) {
            out.criterion = Some(id.clone());
            let sentence = format!("`{id}` is no longer a criterion: {}.", label(criterion));
            out.add(Kind::Criteria, sentence, Some(criterion.to_string()), None);
        }
    }
    out.criterion = None;
    let common = |list: &[(String, &Table)], other: &[(String, &Table)]| -> Vec<String> {
        list.iter().map(|(id, _)| id.clone()).filter(|id| other.iter().any(|(o, _)| o == id)).collect()
    };
    let (a, b) = (common(&old, &new), common(&new, &old));
    if a != b {
        let sentence = format!("The criteria stand in another order: {}.", b.join(", "));
        out.add(Kind::Criteria, sentence, Some(a.join(", ")), Some(b.join(", ")));
    }
    for (id, after) in &new {
        let Some((_, before)) = old.iter().find(|(other, _)| other == id) else { continue };
        out.criterion = Some(id.clone());
        for key in keys(before, after) {
            let wording = WORDS_ONLY.contains(&key) || matches!(key, "needs" | "absence");
            let kind = if wording { Kind::Wording } else { Kind::Rule };
            value(out, kind, &format!("{id}.{key}"), before.get(key), after.get(key));
        }
    }
    out.criterion = None;
}

fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (1, x) if x != 11 => "st",
        (2, x) if x != 12 => "nd",
        (3, x) if x != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// Two values at one path: down into tables and lists, to the smallest thing that differs.
fn value(out: &mut Changes, kind: Kind, path: &str, old: Option<&Value>, new: Option<&Value>) {
    match (old, new) {
        (Some(a), Some(b)) if a == b => {}
        (Some(Value::Table(a)), Some(Value::Table(b))) => {
            for key in keys(a, b) {
                value(out, kind, &format!("{path}.{key}"), a.get(key), b.get(key));
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            if a.iter().chain(b).all(Value::is_str) {
                words(out, kind, path, a, b)
            } else {
                list(out, kind, path, a, b)
            }
        }
        (Some(a), Some(b)) => {
            let sentence = format!("{path} is now {} (was {}).", short(b), short(a));
            out.add(kind, sentence, Some(plain(a)), Some(plain(b)));
        }
        (None, Some(b)) => out.add(kind, format!("{path} is new: {}.", short(b)), None, Some(plain(b))),
        (Some(a), None) => out.add(kind, format!("{path} is gone: {}.", short(a)), Some(plain(a)), None),
        (None, None) => {}
    }
}

/// Lists of words: what came and what went.
fn words(out: &mut Changes, kind: Kind, path: &str, old: &[Value], new: &[Value]) {
    let only = |list: &[Value], other: &[Value]| -> Vec<String> {
        list.iter().filter(|v| !other.contains(v)).map(|v| format!("“{}”", plain(v))).collect()
    };
    let (came, went) = (only(new, old), only(old, new));
    let what = match (came.is_empty(), went.is_empty()) {
        (false, true) => format!("gains {}", came.join(", ")),
        (true, false) => format!("loses {}", went.join(", ")),
        (false, false) => format!("gains {} and loses {}", came.join(", "), went.join(", ")),
        (true, true) => "has its words in another order".to_owned(),
    };
    let whole = |list: &[Value]| list.iter().map(plain).collect::<Vec<_>>().join(", ");
    out.add(kind, format!("{path} {what}."), Some(whole(old)), Some(whole(new)));
}

/// Lists of tables, as rules are: what is equal is laid side by side (the longest common part); what stands between is
/// compared pair by pair, and the rest came or went.
fn list(out: &mut Changes, kind: Kind, path: &str, old: &[Value], new: &[Value]) {
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] =
                if old[i] == new[j] { longest[i + 1][j + 1] + 1 } else { longest[i + 1][j].max(longest[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (from, at) = (i, j);
        while i < old.len() && j < new.len() && old[i] != new[j] {
            if longest[i + 1][j] >= longest[i][j + 1] { i += 1 } else { j += 1 }
        }
        if i == old.len() || j == new.len() {
            (i, j) = (old.len(), new.len());
        }
        let (gone, come) = (&old[from..i], &new[at..j]);
        for k in 0..gone.len().max(come.len()) {
            value(
                out,
                kind,
                &format!("{path}[{}]", if k < come.len() { at + k } else { from + k } + 1),
                gone.get(k),
                come.get(k),
            );
        }
        (i, j) = (i + 1, j + 1);
    }
}

fn vocabulary(out: &mut Changes, name: &str, old: &Table, new: &Table) {
    let terms = |t: &Table| -> Vec<(String, Table)> {
        let list = t.get("term").and_then(Value::as_array).cloned().unwrap_or_default();
        let term = |v: Value| v.as_table().map(|t| (t.get("name").map(plain).unwrap_or_default(), t.clone()));
        list.into_iter().filter_map(term).collect()
    };
    let (before, after) = (terms(old), terms(new));
    for (term, words) in &after {
        match before.iter().find(|(t, _)| t == term) {
            None => {
                let sentence = format!("The vocabulary `{name}` gains the term `{term}`.");
                out.add(Kind::Vocabulary, sentence, None, Some(words.to_string()));
            }
            Some((_, was)) => {
                let path = format!("The vocabulary `{name}`, `{term}`:");
                for key in keys(was, words) {
                    value(out, Kind::Vocabulary, &format!("{path} {key}"), was.get(key), words.get(key));
                }
            }
        }
    }
    for (term, words) in before.iter().filter(|(t, _)| !after.iter().any(|(other, _)| other == t)) {
        let sentence = format!("The vocabulary `{name}` loses the term `{term}`.");
        out.add(Kind::Vocabulary, sentence, Some(words.to_string()), None);
    }
    for key in keys(old, new).into_iter().filter(|k| *k != "term") {
        value(out, Kind::Wording, &format!("The vocabulary `{name}`: {key}"), old.get(key), new.get(key));
    }
}

#[cfg(test)]
mod tests;
