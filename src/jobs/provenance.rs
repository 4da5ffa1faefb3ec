//! `tamis provenance`: where the records of a run came from, for a methods section and for those who search again.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::Value;

use super::source::{self, Source};
use super::{Outcome, Workplace, fetch, print, print_json};
use crate::export::provenance::{Earlier, Provenance};
use crate::protocol::load::sha256;
use crate::query::{Kind, Node, SearchField, parse};
use crate::record::terminal_safe;
use crate::store::{SearchRun, Store};

/// How to print it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A paragraph for a methods section, with the facts behind it
    Text,
    /// A search record in the JSON of Haddaway et al. 2022 (search-query)
    Json,
    /// The PRISMA-S checklist, filled as far as a program can
    PrismaS,
}

/// Gathers the provenance of a run.
///
/// # Errors
/// When the database cannot be read.
pub fn gather(place: &Workplace, store: &Store, run: &SearchRun) -> Result<Provenance> {
    let a = &run.asked;
    let account = fetch::account(store, run)?;
    let identified = store.identification(run)?;
    let distinct: BTreeSet<u64> = store.hits(run.id)?.into_iter().collect();
    let lines: String = distinct.iter().map(|p| format!("{p}\n")).collect();
    let pmids_sha256 = sha256(lines.as_bytes());
    // What an older version did not keep is simply not there.
    let info: Value = serde_json::from_str(&a.database_info).unwrap_or_default();
    let says: Value = serde_json::from_str(&a.says).unwrap_or_default();
    let text = |name: &str| info[name].as_str().unwrap_or_default().to_owned();
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut earlier = Vec::new();
    for old in store.runs(&place.review.name)?.into_iter().filter(|r| r.id < run.id) {
        let moved = store.difference(old.id, run.id)?;
        let count = |what: &str| moved.iter().filter(|(w, _)| w == what).count() as u64;
        earlier.push(Earlier {
            run: old.id,
            asked_at: old.asked.asked_at.clone(),
            source: source::shown(&old.asked.source),
            reported: old.asked.reported,
            came: count("came"),
            went: count("went"),
        });
    }
    let search = &place.review.protocol.search;
    // The protocol may have changed since: its printed string and repairs belong to what is sent now.
    let same = search.sent == a.term;
    Ok(Provenance {
        review: place.review.name.clone(),
        title: place.review.protocol.title.clone(),
        database: search.database.clone(),
        platform: match source::reparse(&a.source, &place.located) {
            Source::PubMed => "NCBI's E-utilities".to_owned(),
            Source::Twin => "the synthetic twin that ships with the review".to_owned(),
            Source::Url(_) => "another service with NCBI's E-utilities interface".to_owned(),
            Source::Files(_) => format!("local PubMed XML ({})", source::shown(&a.source)),
            Source::Corpus(path) => format!("a local corpus of NLM's files ({})", path.display()),
        },
        endpoint: a.endpoint.clone(),
        synthetic: identified.synthetic,
        printed: if same { search.printed.clone() } else { String::new() },
        sent: a.term.clone(),
        repairs: match same {
            true => search.repairs.iter().map(|r| [r.before.clone(), r.after.clone(), r.reason.clone()]).collect(),
            false => Vec::new(),
        },
        date_field: match a.date_field.as_str() {
            "pdat" => "publication date [pdat]".to_owned(),
            "edat" => "entry date [edat]".to_owned(),
            "mdat" => "modification date [mdat]".to_owned(),
            "crdt" => "create date [crdt]".to_owned(),
            other => format!("date [{other}]"),
        },
        datetype: a.date_field.clone(),
        date_from: a.date_from.clone(),
        date_to: a.date_to.clone(),
        limits: limits(&a.term),
        order: "the service's own: most recent first".to_owned(),
        asked_at: a.asked_at.clone(),
        program: a.program.clone(),
        run: run.id,
        reported: a.reported,
        distinct: account.asked,
        duplicates: identified.duplicates,
        stored: account.stored,
        books: account.books,
        refused: account.refused_as,
        missing: account.missing.len() as u64,
        pmids_sha256,
        translation: a.translation.clone(),
        says: array(&says)
            .iter()
            .map(|s| format!("{}: {}", s["kind"].as_str().unwrap_or(""), s["text"].as_str().unwrap_or("")))
            .collect(),
        build: text("build"),
        last_update: text("last_update"),
        held: info["count"].as_u64().unwrap_or(0),
        fields: array(&info["fields"]).iter().filter_map(|f| f.as_str().map(str::to_owned)).collect(),
        parts: array(&info["parts"]).iter().map(|p| [0, 1, 2].map(|i| p[i].as_u64().unwrap_or(0))).collect(),
        requests: info["requests"].as_u64().unwrap_or(0),
        web_address: web_address(a),
        earlier,
    })
}

/// Terms that limit by language, publication type, date or subset, as they stand in the string.
fn limits(term: &str) -> Vec<String> {
    fn visit(node: &Node, term: &str, out: &mut Vec<String>) {
        let mut keep = || out.extend(term.get(node.span.clone()).map(str::to_owned));
        match &node.kind {
            Kind::Group(_, parts) => parts.iter().for_each(|p| visit(p, term, out)),
            Kind::Term(t) => {
                let species = matches!(t.field, SearchField::Mesh | SearchField::MeshMajor)
                    && ["humans", "animals"].contains(&t.text.to_lowercase().as_str());
                let kind =
                    matches!(t.field, SearchField::Language | SearchField::PublicationType | SearchField::Subset);
                if species || kind || t.field.is_date() {
                    keep();
                }
            }
            Kind::Range { field, .. } if field.is_date() => keep(),
            Kind::Range { .. } => {}
        }
    }
    let mut out = Vec::new();
    if let Some(query) = parse(term).query {
        visit(query.root(), term, &mut out);
    }
    out
}

/// PubMed's own page of the same search, to compare the count with.
pub(super) fn web_address(asked: &crate::store::NewRun) -> String {
    let field = match asked.date_field.as_str() {
        "pdat" => "dp",
        "mdat" => "lr",
        other => other,
    };
    let (from, to) = (asked.date_from.replace('-', "/"), asked.date_to.replace('-', "/"));
    let term = format!("({}) AND {from}:{to}[{field}]", asked.term);
    let mut out = String::from("https://pubmed.ncbi.nlm.nih.gov/?sort=date&term=");
    for byte in term.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// `tamis provenance`.
///
/// # Errors
/// When nothing was searched yet.
pub fn command(place: &Workplace, run: Option<i64>, format: Format) -> Result<Outcome> {
    let store = place.store()?;
    let run = place.run(&store, run)?;
    let provenance = gather(place, &store, &run)?;
    match format {
        Format::Text => print(&terminal_safe(&provenance.text()))?,
        Format::PrismaS => print(&terminal_safe(&provenance.prisma_s()))?,
        Format::Json => print_json(&provenance.json())?,
    }
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_limit_are_told_from_terms_that_describe() {
        let term = "sarcoma[tiab] AND english[la] AND (case reports[pt] OR humans[mh]) AND 2010:2021[dp] AND alk[mh]";
        assert_eq!(limits(term), ["english[la]", "case reports[pt]", "humans[mh]", "2010:2021[dp]"]);
    }
}
