//! How many records each part of a search string brings, as librarians read a strategy (PRESS 2015, McGowan et al.,
//! J Clin Epidemiol 75:40).

use std::path::Path;

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::{descriptors, ready, short, window};
use crate::entrez::client::SearchRequest;
use crate::jobs::query::Open;
use crate::jobs::source::{self, Net};
use crate::jobs::{Outcome, advice, print, print_json};
use crate::query::{Clause, Kind, Node, Operator, Query};

/// Most requests sent to a service for one string.
const MOST_REQUESTS: usize = 200;

/// One part of a string.
#[derive(Debug, Clone, Default, Serialize)]
struct Part {
    /// Its text.
    clause: String,
    /// How deep it stands, from 0.
    depth: usize,
    /// `AND`, `OR`, `NOT` of the group it is; none of a term.
    operator: Option<&'static str>,
    /// Records that match it, taken alone within the window.
    alone: u64,
    /// Of a branch of an OR: records that no other branch of it brings.
    only_here: Option<u64>,
    /// Records that the whole string would find more (or, below zero, fewer) without it; known of local records.
    without_it: Option<i64>,
}

/// The parts of a tree from left to right, each before what it holds.
fn parts(node: &Node, text: &str, depth: usize, out: &mut Vec<Part>) {
    let operator = match &node.kind {
        Kind::Group(operator, _) => Some(operator.name()),
        _ => None,
    };
    out.push(Part { clause: text[node.span.clone()].to_owned(), depth, operator, ..Part::default() });
    if let Kind::Group(_, children) = &node.kind {
        children.iter().for_each(|c| parts(c, text, depth + 1, out));
    }
}

/// Counts one record into the parts; `at` is the place of the clause among them. Returns the next place.
fn count(clause: &Clause, at: usize, branch_of_or: bool, only: bool, out: &mut [Part]) -> usize {
    out[at].alone += u64::from(clause.matched);
    if branch_of_or {
        *out[at].only_here.get_or_insert(0) += u64::from(clause.matched && only);
    }
    let or = clause.operator == Some("OR");
    let matching = clause.children.iter().filter(|c| c.matched).count();
    let mut next = at + 1;
    for child in &clause.children {
        next = count(child, next, or, matching == 1, out);
    }
    next
}

/// Whether the whole still matches when the part at `skip` is taken out of its group; none for a part that cannot be
/// taken out (the whole itself, or what is left after NOT is gone).
fn without(clause: &Clause, at: &mut usize, skip: usize) -> Option<bool> {
    let own = *at;
    *at += 1;
    if clause.children.is_empty() {
        return (own != skip).then_some(clause.matched);
    }
    let results: Vec<Option<bool>> = clause.children.iter().map(|c| without(c, at, skip)).collect();
    if own == skip {
        return None;
    }
    let left: Vec<bool> = results.iter().flatten().copied().collect();
    match clause.operator {
        Some("OR") => (!left.is_empty()).then(|| left.iter().any(|m| *m)),
        Some("NOT") => results[0].map(|first| first && !results[1..].iter().flatten().any(|m| *m)),
        _ => (!left.is_empty()).then(|| left.iter().all(|m| *m)),
    }
}

/// `tamis query counts`.
///
/// # Errors
/// When the string is faulty or the source cannot be asked.
pub fn counts(
    string: Option<&str>,
    words: &[String],
    net: &Net,
    mesh: Option<&Path>,
    json: bool,
    open: Open<'_>,
) -> Result<Outcome> {
    let place = open(None)?;
    let search = &place.review.protocol.search;
    let string = string.unwrap_or(&search.sent);
    let described = source::describe(source::parse(words, &place.located), &place.located)?;
    let local = described.source.is_read_whole();
    let list = if local {
        let query = ready(string, descriptors(mesh, &place)?.as_ref())?;
        let dates = super::read(&window(search))?;
        let library = described.library()?;
        let bar = place.bar(library.len() as u64, "counting");
        let mut list = Vec::new();
        parts(query.root(), query.text(), 0, &mut list);
        for record in library.records().filter(|r| dates.matches(r)) {
            let clause = query.explain(record);
            count(&clause, 0, false, false, &mut list);
            for (skip, part) in list.iter_mut().enumerate().skip(1) {
                let Some(then) = without(&clause, &mut 0, skip) else { continue };
                *part.without_it.get_or_insert(0) += i64::from(then) - i64::from(clause.matched);
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        list
    } else {
        let query = super::read(string)?;
        let mut list = Vec::new();
        parts(query.root(), query.text(), 0, &mut list);
        let asked = questions(&query);
        if asked.len() > MOST_REQUESTS {
            return Err(advice(
                format!("this string has {} parts to ask about; at most {MOST_REQUESTS} are asked", asked.len()),
                "count it over local records, or count its lines one by one",
            ));
        }
        let bar = place.bar(asked.len() as u64, "asking");
        let (from, to) = (search.from.to_string(), search.to.to_string());
        let answers = described.ask(&place, net, |client| async move {
            let mut answers = Vec::new();
            for (part, only, term) in asked {
                let request = SearchRequest {
                    retmax: 0,
                    usehistory: false,
                    ..crate::jobs::search::request(&term, &search.date_field, &from, &to)
                };
                let answer = client.esearch(&request).await.with_context(|| format!("while counting `{term}`"))?;
                answers.push((part, only, answer.count));
                bar.inc(1);
            }
            bar.finish_and_clear();
            Ok(answers)
        })?;
        for (part, only, n) in answers {
            if only { list[part].only_here = Some(n) } else { list[part].alone = n }
        }
        list
    };
    if json {
        print_json(&list)?;
    } else {
        print(&table(&list, place.width))?;
        place.next("a branch that brings nothing only here may be left out; one that brings most may be too wide: `tamis query why PMID`");
    }
    Ok(Outcome::Done)
}

/// What to ask a service: each part alone, and each branch of an OR without what its siblings bring.
fn questions(query: &Query) -> Vec<(usize, bool, String)> {
    fn visit(node: &Node, text: &str, at: &mut usize, out: &mut Vec<(usize, bool, String)>) {
        out.push((*at, false, text[node.span.clone()].to_owned()));
        *at += 1;
        let Kind::Group(operator, children) = &node.kind else { return };
        for (i, child) in children.iter().enumerate() {
            if *operator == Operator::Or {
                let others: Vec<String> = (children.iter().enumerate())
                    .filter(|(j, _)| *j != i)
                    .map(|(_, c)| format!("({})", &text[c.span.clone()]))
                    .collect();
                out.push((*at, true, format!("({}) NOT ({})", &text[child.span.clone()], others.join(" OR "))));
            }
            visit(child, text, at, out);
        }
    }
    let mut out = Vec::new();
    visit(query.root(), query.text(), &mut 0, &mut out);
    out
}

fn table(list: &[Part], width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(comfy_table::LineStyle::default()));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width as u16);
    table.set_header(["clause", "records", "only here", "without it"]);
    let show = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let signed = |n: Option<i64>| n.map(|n| format!("{n:+}")).unwrap_or_default();
    for part in list {
        let room = width.saturating_sub(44 + 2 * part.depth).max(16);
        let name = format!("{}{}", "  ".repeat(part.depth), short(&part.clause, room));
        table.add_row([name, part.alone.to_string(), show(part.only_here), signed(part.without_it)]);
    }
    for i in 1..4 {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}
