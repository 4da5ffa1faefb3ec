//! `tamis assess`: PubMed XML in on standard input, one line of JSON a record out, no database.

use std::io::{self, BufWriter, IsTerminal, Write};

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use super::{Outcome, PROGRAM, Workplace, advice, crew};
use crate::entrez::xml::{Batch, Batches, Kind, Pieces, XmlError, unpack};
use crate::flow::Decision;
use crate::record::{Pmid, terminal_safe};
use crate::screen::{Assessment, Evidence, Screener, engine};

/// One record as the rules see it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    pmid: Pmid,
    version: u32,
    /// `included`, `excluded` or `unresolved`: by the rules alone, as no person was asked.
    decision: &'static str,
    /// The first criterion that excludes, else the first that nobody could tell.
    criterion: Option<&'a str>,
    /// Every criterion, in the protocol's order.
    assessments: &'a [Assessment],
    /// How many cases the record says it brings.
    cases: Option<u32>,
    cases_evidence: &'a [Evidence],
    /// The protocol by its hash: lines of one screening say the same.
    protocol: &'a str,
    program: &'static str,
    /// The rules' engine: lines of two engines are of two screenings.
    engine: &'static str,
}

/// What a batch came to.
#[derive(Debug, Default)]
struct Done {
    text: Vec<u8>,
    records: u64,
    deleted: u64,
    faults: Vec<XmlError>,
}

fn line(record: &crate::record::Record, screener: &Screener, protocol: &str, out: &mut Vec<u8>) {
    let (assessments, cases) = screener.screen(record);
    let decision = Decision::by_rules(&assessments);
    let line = Line {
        pmid: record.pmid,
        version: record.version,
        decision: decision.name(),
        criterion: decision.criterion(),
        assessments: &assessments,
        cases: cases.as_ref().map(|(n, _)| *n),
        cases_evidence: cases.as_ref().map_or(&[], |(_, evidence)| evidence),
        protocol,
        program: PROGRAM,
        engine: engine(),
    };
    // Strings and numbers into memory: there is nothing that could fail.
    let _ = serde_json::to_writer(&mut *out, &line);
    out.push(b'\n');
}

fn assess(batch: &Batch, screener: &Screener, protocol: &str) -> Done {
    let mut done = Done::default();
    for piece in batch.pieces() {
        let read = match piece.kind {
            Kind::Deletion => piece.deleted().map(|list| done.deleted += list.len() as u64),
            Kind::Article => piece.record().map(|record| {
                done.records += 1;
                line(&record, screener, protocol, &mut done.text);
            }),
        };
        done.faults.extend(read.err());
    }
    done
}

/// Assesses what standard input holds on `jobs` threads, or on all cores.
///
/// # Errors
/// When something cannot be read; records before and after a faulty one are assessed all the same.
pub fn command(place: &Workplace, jobs: Option<usize>) -> Result<Outcome> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err(advice(
            "there is no PubMed XML on standard input",
            "for example: gunzip -c pubmed25n0001.xml.gz | tamis assess > assessed.jsonl",
        ));
    }
    let protocol = &place.review.protocol;
    let screener = Screener::new(protocol).map_err(|e| anyhow!("the protocol's rules cannot be applied: {e}"))?;
    let reader = unpack(input).context("while reading standard input")?;
    let mut batches = Batches::new(Pieces::loose(reader));
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    let (mut records, mut deleted, mut faults) = (0, 0, 0_u64);
    let result = crew::in_order(
        crew::size(jobs),
        || batches.next_batch().context("while reading standard input"),
        |batch| assess(&batch, &screener, &protocol.hash),
        |done: Done| {
            records += done.records;
            deleted += done.deleted;
            for fault in done.faults {
                faults += 1;
                let XmlError { number, offset, message, .. } = fault;
                eprintln!("fault: record {number}, byte {offset}: {}", terminal_safe(&message));
            }
            written(out.write_all(&done.text))
        },
    );
    written(out.flush())?;
    if !place.quiet {
        let deletions = if deleted > 0 { format!("; {deleted} deletions were passed over") } else { String::new() };
        eprintln!("{records} records assessed{deletions}");
    }
    result?;
    if faults > 0 {
        return Err(advice(
            format!("{faults} records cannot be read; the others were assessed"),
            "`tamis corpus check FILE` tells their places",
        ));
    }
    Ok(Outcome::Done)
}

/// A closed pipe ends the program quietly, as in `tamis assess … | head`.
fn written(result: io::Result<()>) -> Result<()> {
    match result {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.context("while writing to standard output"),
    }
}
