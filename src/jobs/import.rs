//! `tamis import`: citations of other sources into a review, each matched with what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, advice, now, print, print_json, stored};
use crate::citations::{self, Bad, Format};
use crate::entrez::xml::{Kind, Pieces, read_record};
use crate::protocol::load::sha256;
use crate::record::{Pmid, Record, RecordKind, terminal_safe};
use crate::store::{NewImport, NewReference, SearchRun, Store};

/// Where citations come from, as PRISMA 2020 tells sources apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Origin {
    /// Another bibliographic database
    #[default]
    Database,
    /// A register of studies
    Register,
    /// A website
    Website,
    /// An organisation
    Organisation,
    /// References of references, and what cites them
    CitationSearching,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Register => "register",
            Self::Website => "website",
            Self::Organisation => "organisation",
            Self::CitationSearching => "citation-searching",
        }
    }
}

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The source's name.
    pub from: String,
    /// Its kind.
    pub origin: Origin,
    /// Takes the readable entries of a file that holds others.
    pub partial: bool,
    /// Says what would be done, and does nothing.
    pub dry_run: bool,
}

/// One file, read.
struct File {
    name: String,
    hash: String,
    format: Format,
    citations: Vec<Read>,
    bad: Vec<Bad>,
}

/// One citation; PubMed's own XML is kept as it came.
struct Read {
    line: usize,
    record: Record,
    xml: Option<Vec<u8>>,
}

fn read(path: &Path) -> Result<File> {
    let bytes = std::fs::read(path).with_context(|| format!("while reading {}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (text, encoding, broken) = citations::decode(&bytes);
    if encoding != "UTF-8" || broken {
        let lost = if broken { "; what could not be read of it shows as \u{fffd}" } else { "" };
        eprintln!("note: {} was read as {encoding}{lost}", path.display());
    }
    let format = citations::format(&text).ok_or_else(|| {
        advice(
            format!("{} is in no format that can be imported", path.display()),
            "PubMed XML, nbib, RIS, EndNote XML, tagged EndNote, BibTeX, or a CSV whose header names a title",
        )
    })?;
    let mut file = File { name, hash: sha256(&bytes), format, citations: Vec::new(), bad: Vec::new() };
    if format == Format::PubmedXml {
        let (mut at, mut line) = (0, 1);
        let mut pieces = Pieces::new(text.as_bytes());
        while let Some(piece) = pieces.next_piece().with_context(|| format!("while reading {}", path.display()))? {
            if piece.kind == Kind::Article {
                let raw = std::str::from_utf8(piece.raw).unwrap_or_default();
                let before = text[at..].find(raw).unwrap_or(0);
                line += text[at..at + before].matches('\n').count();
                let here = line;
                line += raw.matches('\n').count();
                at += before + raw.len();
                match read_record(piece.raw) {
                    Ok(record) => {
                        let xml = Some(piece.raw.to_vec());
                        file.citations.push(Read { line: here, record, xml });
                    }
                    Err(e) => file.bad.push(Bad { line: here, what: e.to_string() }),
                }
            }
        }
    } else {
        let contents = citations::read(&text, format);
        file.citations =
            contents.citations.into_iter().map(|c| Read { line: c.line, record: c.record, xml: None }).collect();
        file.bad = contents.bad;
    }
    if file.citations.is_empty() && file.bad.is_empty() {
        return Err(advice(
            format!("{} holds no citation", path.display()),
            "export it again, with at least one record",
        ));
    }
    Ok(file)
}

/// A record that has a title.
struct Titled {
    pmid: u64,
    doi: Option<String>,
    year: Option<i16>,
}

/// What is known of the records that are there: how a citation is found to be one of them.
#[derive(Default)]
struct Known {
    pmids: BTreeSet<u64>,
    dois: BTreeMap<String, u64>,
    titles: BTreeMap<String, Vec<Titled>>,
}

/// Letters and digits only, in lower case: punctuation and markup differ between databases.
fn title_key(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A title of fewer letters than this (`Reply`, `Erratum`) tells nothing.
const SHORT_TITLE: usize = 20;

fn doi_key(record: &Record) -> Option<String> {
    record.doi.as_ref().map(|d| d.to_lowercase())
}

impl Known {
    fn add(&mut self, record: &Record) {
        let pmid = record.pmid.0;
        self.pmids.insert(pmid);
        if let Some(doi) = doi_key(record) {
            self.dois.entry(doi).or_insert(pmid);
        }
        self.titles.entry(title_key(&record.title)).or_default().push(Titled {
            pmid,
            doi: doi_key(record),
            year: record.year(),
        });
    }

    /// The record a citation is, and why: by PMID, then DOI, then title.
    fn same(&self, record: &Record) -> Option<(u64, String)> {
        if record.pmid.0 > 0 && self.pmids.contains(&record.pmid.0) {
            return Some((record.pmid.0, format!("the same PMID, {}", record.pmid)));
        }
        let doi = doi_key(record);
        if let Some((doi, pmid)) = doi.as_ref().and_then(|d| self.dois.get(d).map(|p| (d, p))) {
            return Some((*pmid, format!("the same DOI, {doi}")));
        }
        let key = title_key(&record.title);
        if key.chars().count() < SHORT_TITLE {
            return None;
        }
        // Two DOIs are two articles, whatever their titles; years may differ by one, print and online.
        let fits = |known: &&Titled| {
            let years = known.year.zip(record.year()).is_none_or(|(a, b)| (a - b).abs() <= 1);
            let other = known.doi.is_some() && doi.is_some();
            let both = record.pmid.0 > 0 && known.pmid < Pmid::FIRST_OWN;
            years && !other && !both
        };
        self.titles.get(&key)?.iter().find(fits).map(|t| (t.pmid, "the same title and year".to_owned()))
    }
}

/// What became of a citation.
#[derive(Debug, Serialize)]
struct Told {
    file: String,
    line: usize,
    pmid: Pmid,
    duplicate: bool,
    reason: String,
    title: String,
}

/// Every record of a run.
fn known(store: &Store, run: &SearchRun) -> Result<Known> {
    let mut known = Known::default();
    for pmid in store.hits(run.id)? {
        match stored(store, run.id, Pmid(pmid))? {
            Some((_, record)) => known.add(&record),
            // Refused by PubMed, or not fetched yet: known by its number alone.
            None => drop(known.pmids.insert(pmid)),
        }
    }
    Ok(known)
}

/// Matches a file's citations with what is known, which grows by what is new.
fn matched(file: File, known: &mut Known, own: &mut u64) -> Result<(Vec<NewReference>, Vec<Told>)> {
    let (mut list, mut told) = (Vec::new(), Vec::new());
    for Read { line, mut record, xml } in file.citations {
        let same = known.same(&record);
        let duplicate = same.is_some();
        let (pmid, reason) = match same {
            Some((pmid, why)) => (pmid, format!("duplicate: {why}")),
            None if record.pmid.0 > 0 => (record.pmid.0, "new: PubMed has it, the search did not find it".to_owned()),
            None => {
                *own += 1;
                record.pmid = Pmid(*own);
                (*own, "new: without a PMID, so it has a number of its own".to_owned())
            }
        };
        let kept = match xml {
            _ if duplicate => None,
            Some(xml) => Some(xml),
            None if pmid >= Pmid::FIRST_OWN => Some(citations::xml(&record)?),
            // PubMed's record says more than a citation does: it is fetched.
            None => None,
        };
        if !duplicate {
            known.add(&record);
        }
        let synthetic = super::fetch::is_synthetic(&record);
        let kind = if kept.is_some() { record.kind } else { RecordKind::Article };
        told.push(Told {
            file: file.name.clone(),
            line,
            pmid: Pmid(pmid),
            duplicate,
            reason: reason.clone(),
            title: record.title,
        });
        list.push(NewReference { line, pmid: Pmid(pmid), reason, record: kept.map(|xml| (kind, xml, synthetic)) });
    }
    Ok((list, told))
}

fn refuse(files: &[File], partial: bool) -> Result<()> {
    let bad: usize = files.iter().map(|f| f.bad.len()).sum();
    for file in files {
        for b in &file.bad {
            eprintln!("{}:{}: {}", file.name, b.line, terminal_safe(&b.what));
        }
    }
    if bad == 0 || partial {
        return Ok(());
    }
    let s = if bad == 1 { "y" } else { "ies" };
    Err(advice(
        format!("{bad} entr{s} cannot be read; nothing was imported"),
        "mend them, or take the others with --partial",
    ))
}

/// `tamis import`.
///
/// # Errors
/// When nothing was searched yet, a file is in no known format, was imported before, or holds entries that cannot be
/// read and `--partial` was not given. Then nothing is stored.
pub fn command(place: &Workplace, paths: &[PathBuf], options: &Options, json: bool) -> Result<Outcome> {
    let files = paths.iter().map(|p| read(p)).collect::<Result<Vec<_>>>()?;
    refuse(&files, options.partial)?;
    let mut store = place.store()?;
    let mut run = place.run(&store, None)?;
    let mut known = known(&store, &run)?;
    let mut own = store.highest_own_number()?;
    let mut all = Vec::new();
    for file in files {
        if let Some((source, at)) = store.reference_import(&place.review.name, &file.hash)? {
            eprintln!("note: {} was imported already, from {source}, {at}; it is passed over", file.name);
            continue;
        }
        let (name, format, hash) = (file.name.clone(), file.format, file.hash.clone());
        let (list, told) = matched(file, &mut known, &mut own)?;
        if !options.dry_run {
            let import = NewImport {
                source: &options.from,
                kind: options.origin.name(),
                file: &name,
                format: format.name(),
                hash: &hash,
            };
            let id = store.add_references(&run, &import, &list, PROGRAM, &now())?;
            run = place.run(&store, Some(id))?;
        }
        all.extend(told);
    }
    if json {
        print_json(&all)?;
        return Ok(Outcome::Done);
    }
    print(&text(&all, place.width))?;
    let new = all.iter().filter(|t| !t.duplicate).count();
    let duplicates = all.len() - new;
    print(&format!("{} citations from {}: {new} new, {duplicates} duplicates\n", all.len(), options.from))?;
    let a = place.argument();
    let left = store.to_fetch(run.id)?.len();
    place.next(&match (options.dry_run, left) {
        (true, _) => "nothing was stored; without --dry-run it is".to_owned(),
        (_, 0) => format!("tamis screen{a}, then tamis flow{a}"),
        (_, n) => format!("tamis fetch{a} asks PubMed for {n} records, then tamis screen{a}"),
    });
    Ok(Outcome::Done)
}

fn text(all: &[Told], width: usize) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_width(width as u16).set_header(["where", "record", "title", ""]);
    for t in all {
        let title: String = terminal_safe(&t.title).chars().take(60).collect();
        table.add_row([format!("{}:{}", t.file, t.line), t.pmid.to_string(), title, t.reason.clone()]);
    }
    if all.is_empty() { String::new() } else { format!("{table}\n") }
}
