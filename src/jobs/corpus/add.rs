//! `tamis corpus add`: NLM's files into a local corpus, in NLM's order, on all cores, in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use indicatif::ProgressBar;
use md5::{Digest, Md5};
use serde::Serialize;

use super::bar;
use crate::entrez::xml::{Batch, Batches, Kind, Pieces, XmlError, unpack};
use crate::jobs::{Outcome, advice, crew, now, print, print_json};
use crate::query::index::{Detail, parts};
use crate::record::{Pmid, terminal_safe};
use crate::store::{Citation, Corpus};

/// Records after which what was added is made to stay: what a kill may cost.
const KEEP: u64 = 20_000;

/// What became of a file.
#[derive(Debug, Clone, Serialize)]
pub struct Added {
    /// Its name.
    pub file: String,
    /// Records stored now.
    pub records: u64,
    /// Records that were stored before.
    pub before: u64,
    /// Citations it deletes.
    pub deleted: u64,
    /// Whether an md5 file lay beside it and agreed.
    pub md5: bool,
}

/// What a batch came to: its records, the deletions it names, and what cannot be read.
type Reading = (Vec<Citation>, Vec<(Pmid, u32)>, Option<XmlError>);

/// Year and number in the name of one of NLM's files, `pubmed25n1300.xml.gz`, as one number that sorts as NLM applies
/// them.
fn place(name: &str) -> Option<i64> {
    let rest = name.strip_prefix("pubmed")?;
    let (year, rest) = rest.split_once('n')?;
    let number = rest.split('.').next()?;
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    (digits(year, 2) && digits(number, 4))
        .then(|| year.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(number.parse().ok()?))?
}

/// The md5 that a file beside this one says it has: `FILE.md5`, in NLM's form or in md5sum's.
fn promised(path: &Path) -> Result<Option<String>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".md5");
    let text = match std::fs::read_to_string(&name) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(|| format!("while reading {}", PathBuf::from(name).display())),
    };
    let words = text.split(|c: char| c.is_whitespace() || c == '=');
    let found = words.into_iter().find(|w| w.len() == 32 && w.bytes().all(|b| b.is_ascii_hexdigit()));
    found.map(|w| Some(w.to_lowercase())).ok_or_else(|| {
        advice(format!("{} holds no md5", PathBuf::from(&name).display()), "fetch it again, or remove it to do without")
    })
}

fn md5_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut block) = (Md5::new(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect()),
            n => hash.update(&block[..n]),
        }
    }
}

fn read(batch: &Batch, after: u64) -> Reading {
    let (mut citations, mut deleted) = (Vec::new(), Vec::new());
    for piece in batch.pieces() {
        let result = match piece.kind {
            Kind::Deletion => piece.deleted().map(|list| deleted.extend(list)),
            Kind::Article if piece.place.number <= after => Ok(()),
            Kind::Article => piece.record().map(|record| {
                citations.push(Citation {
                    pmid: record.pmid,
                    version: record.version,
                    number: piece.place.number,
                    packed: Corpus::pack(piece.raw).unwrap_or_default(),
                    parts: parts(&record, Detail::Least),
                });
            }),
        };
        // What follows in this file waits until it can be read whole: its place is kept.
        if let Err(error) = result {
            return (citations, deleted, Some(error));
        }
    }
    (citations, deleted, None)
}

fn add(corpus: &mut Corpus, path: &Path, bar: &ProgressBar, workers: usize) -> Result<Added> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let failed = || format!("while adding {}", path.display());
    let bytes = std::fs::metadata(path).with_context(failed)?.len();
    let begun = corpus.file(&name)?;
    if let Some(begun) = &begun
        && begun.bytes != bytes
    {
        return Err(advice(
            format!("{} has {bytes} bytes, and had {} when it was begun", path.display(), begun.bytes),
            "NLM's files do not change: fetch it again, or give another file another name",
        ));
    }
    if let Some(begun) = &begun
        && begun.ended
    {
        bar.inc(bytes);
        return Ok(Added { file: name, records: 0, before: begun.stored, deleted: 0, md5: false });
    }
    let promised = promised(path)?;
    if let Some(promised) = &promised {
        let found = md5_of(path).with_context(failed)?;
        if *promised != found {
            return Err(advice(
                format!("{} is damaged: its md5 is {found}, and should be {promised}", path.display()),
                "fetch it again; nothing of it was added",
            ));
        }
    }
    let (id, before) = match begun {
        Some(begun) => (begun.id, begun.stored),
        None => (corpus.begin(&name, place(&name), bytes, promised.as_deref(), &now())?, 0),
    };
    let reader = File::open(path).and_then(|file| unpack(bar.wrap_read(file))).with_context(failed)?;
    let mut batches = Batches::new(Pieces::new(reader));
    let (mut deleted, mut records, mut kept) = (Vec::new(), 0, 0);
    let result = crew::in_order(
        workers,
        || Ok(batches.next_batch()?),
        |batch| read(&batch, before),
        |(citations, deletions, fault): Reading| {
            records += citations.len() as u64;
            deleted.extend(deletions);
            corpus.add(id, &citations)?;
            if records - kept >= KEEP {
                corpus.keep()?;
                kept = records;
            }
            bar.set_message(format!("{name} {}", before + records));
            fault.map_or(Ok(()), |error| Err(error.into()))
        },
    );
    corpus.keep()?;
    result.with_context(failed)?;
    corpus.end(id, &deleted, &now())?;
    Ok(Added { file: name, records, before, deleted: deleted.len() as u64, md5: promised.is_some() })
}

/// `tamis corpus add`.
///
/// # Errors
/// At the first file that cannot be read whole; the files before it are in, and what was read of it too.
pub fn command(corpus: &Path, files: &[PathBuf], jobs: Option<usize>, json: bool, quiet: bool) -> Result<Outcome> {
    let mut files = files.to_vec();
    // NLM applies them by year and number; others follow in the order they were named.
    files.sort_by_key(|path| place(&path.file_name().unwrap_or_default().to_string_lossy()).unwrap_or(i64::MAX));
    let mut corpus = Corpus::open(corpus)?;
    let bar = bar(&files, "adding", quiet);
    let mut list = Vec::new();
    let workers = crew::size(jobs);
    for path in &files {
        let added = add(&mut corpus, path, &bar, workers)?;
        if !json {
            let Added { file, records, before, deleted, md5 } = &added;
            let md5 = if *md5 { ", md5 agrees" } else { "" };
            let file = terminal_safe(file);
            bar.suspend(|| {
                print(&format!("{file}: {records} records added, {before} before, {deleted} deletions{md5}\n"))
            })?;
        }
        list.push(added);
    }
    bar.finish_and_clear();
    if json {
        print_json(&list)?;
    }
    if !quiet {
        eprintln!("next: tamis corpus search 'crizotinib[tiab] AND 2010:2021[dp]'");
    }
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn nlm_names_give_their_place_and_others_none() {
        assert_eq!(place("pubmed25n1300.xml.gz"), Some(251_300));
        assert_eq!(place("pubmed25n0001.xml"), Some(250_001));
        for other in ["pubmed.xml", "pubmed25n13.xml.gz", "pubmedxxn0001.xml", "records.xml.gz", "pubmed-2021-a.xml.gz"]
        {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
