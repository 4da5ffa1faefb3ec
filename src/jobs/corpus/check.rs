//! `tamis corpus check`: reads every field of every record and stores nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;
use indicatif::ProgressBar;
use serde::Serialize;

use super::bar;
use crate::entrez::xml::{Kind, Pieces, XmlError, unpack};
use crate::jobs::{Outcome, advice, print, print_json, width};
use crate::record::{Record, RecordKind, terminal_safe};

/// Faults shown of one file; the rest are counted.
const SHOWN: usize = 20;

/// What a file holds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Bytes of XML, after decompression.
    pub bytes: u64,
    /// Records that can be read, and of them books.
    pub records: u64,
    /// Of the records, books.
    pub books: u64,
    /// Records that are a later version of their PMID.
    pub later_versions: u64,
    /// Records with an English abstract.
    pub with_abstract: u64,
    /// Records with MeSH headings.
    pub with_mesh: u64,
    /// Records with a DOI.
    pub with_doi: u64,
    /// Retracted articles.
    pub retracted: u64,
    /// Citations named by `DeleteCitation`.
    pub deleted: u64,
    /// How many faults there are.
    pub faults: u64,
    /// The first of them.
    pub first_faults: Vec<Fault>,
}

/// Something that cannot be read.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// The number of the record in the file, from 1; 0 before the first.
    pub record: u64,
    /// Bytes before it, after decompression.
    pub byte: u64,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
    /// The last PMID read before it.
    pub after_pmid: Option<u64>,
    /// What is wrong.
    pub message: String,
}

impl Report {
    fn see(&mut self, record: &Record) {
        self.records += 1;
        self.books += u64::from(record.kind == RecordKind::Book);
        self.later_versions += u64::from(record.version > 1);
        self.with_abstract += u64::from(record.has_abstract());
        self.with_mesh += u64::from(!record.mesh.is_empty());
        self.with_doi += u64::from(record.doi.is_some());
        self.retracted += u64::from(record.is_retracted());
    }

    fn fault(&mut self, error: XmlError) {
        self.faults += 1;
        if self.first_faults.len() < SHOWN {
            let XmlError { line, column, offset, number, message, last } = error;
            let after_pmid = last.map(|p| p.0);
            self.first_faults.push(Fault { record: number, byte: offset, line, column, after_pmid, message });
        }
    }
}

fn check(path: &Path, bar: &ProgressBar) -> Report {
    let mut report = Report { file: path.display().to_string(), ..Report::default() };
    let opened = File::open(path).and_then(|file| unpack(bar.wrap_read(file)));
    let mut pieces = match opened {
        Ok(reader) => Pieces::new(reader),
        Err(error) => {
            report.faults = 1;
            let message = format!("cannot be opened: {error}");
            report.first_faults.push(Fault { record: 0, byte: 0, line: 0, column: 0, after_pmid: None, message });
            return report;
        }
    };
    loop {
        let last = pieces.last;
        match pieces.next_piece() {
            Ok(None) => break,
            // What follows a fault of the frame cannot be told apart from it.
            Err(error) => {
                report.fault(error);
                break;
            }
            Ok(Some(piece)) => match piece.kind {
                Kind::Deletion => match piece.deleted() {
                    Ok(list) => report.deleted += list.len() as u64,
                    Err(error) => report.fault(XmlError { last, ..error }),
                },
                Kind::Article => match piece.record() {
                    Ok(record) => {
                        report.see(&record);
                        pieces.last = Some(record.pmid);
                    }
                    Err(error) => report.fault(XmlError { last, ..error }),
                },
            },
        }
    }
    report.bytes = pieces.offset();
    report
}

/// `tamis corpus check`.
///
/// # Errors
/// When a file holds something that cannot be read.
pub fn command(files: &[PathBuf], json: bool, quiet: bool) -> Result<Outcome> {
    let bar = bar(files, "reading", quiet);
    let reports: Vec<Report> = files.iter().map(|path| check(path, &bar)).collect();
    bar.finish_and_clear();
    if json {
        print_json(&reports)?;
    } else {
        print(&table(&reports))?;
    }
    let faults: u64 = reports.iter().map(|r| r.faults).sum();
    if faults > 0 {
        let files = reports.iter().filter(|r| r.faults > 0).count();
        return Err(advice(
            format!("{faults} faults in {files} of {} files", reports.len()),
            "fetch the files again and compare their md5; records without a fault were read",
        ));
    }
    if !quiet {
        eprintln!("next: tamis corpus add {}", files.first().map(|f| f.display().to_string()).unwrap_or_default());
    }
    Ok(Outcome::Done)
}

fn table(reports: &[Report]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_width(width() as u16);
    let mut head = vec!["file", "records", "books", "abstract", "MeSH", "DOI", "retracted", "deletes", "faults"];
    table.set_header(head.drain(..));
    let row = |r: &Report| {
        let counts = [r.records, r.books, r.with_abstract, r.with_mesh, r.with_doi, r.retracted, r.deleted, r.faults];
        let name = terminal_safe(&r.file).into_owned();
        std::iter::once(name).chain(counts.map(|n| n.to_string())).collect::<Vec<_>>()
    };
    table.add_rows(reports.iter().map(row));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    let mut out = format!("{table}\n");
    for report in reports {
        for Fault { record, byte, line, column, message, .. } in &report.first_faults {
            let file = terminal_safe(&report.file);
            let message = terminal_safe(message);
            out.push_str(&format!("{file}: record {record}, byte {byte}, line {line}, column {column}: {message}\n"));
        }
        if report.faults > report.first_faults.len() as u64 {
            let more = report.faults - report.first_faults.len() as u64;
            out.push_str(&format!("{}: and {more} faults more\n", terminal_safe(&report.file)));
        }
    }
    out
}
