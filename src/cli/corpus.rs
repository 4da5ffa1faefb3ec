//! `tamis corpus …`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::jobs::{Outcome, Workplace, corpus};

/// Which corpus.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The corpus: one database for any number of reviews
    #[arg(long, value_name = "FILE", default_value = corpus::PLACE, env = "TAMIS_CORPUS")]
    corpus: PathBuf,
}

/// What can be done with PubMed's own files.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read every field of every record, store nothing, and tell counts and faults
    #[command(after_help = "\
Examples:
  tamis corpus check pubmed25n0001.xml.gz
  tamis corpus check baseline/*.xml.gz --json > check.json

A fault is named by record, byte (after decompression), line and column; the exit code is then 1.")]
    Check {
        /// PubMed XML, plain or gzipped
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Add NLM's baseline and update files to the local corpus
    #[command(after_help = "\
Examples:
  tamis corpus add baseline/*.xml.gz
  tamis corpus add updates/*.xml.gz --corpus /data/pubmed.sqlite

Files are applied in NLM's order, whatever the order they are named or added in. A file.xml.gz.md5 beside a file is
checked first. Files that are in are passed over; after a kill the same command goes on at the record it had come to.")]
    Add {
        /// PubMed XML, plain or gzipped
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        place: Place,
        /// Threads that read [default: one for each core]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
        jobs: Option<u16>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// The PMIDs of the corpus that a search string finds, newest first
    #[command(after_help = "\
Examples:
  tamis corpus search 'crizotinib*[tiab] AND sarcoma[tiab] AND 2010:2021[dp]'
  tamis corpus search \"$(cat string.txt)\" --count")]
    Search {
        /// The string, in PubMed's language
        string: String,
        #[command(flatten)]
        place: Place,
        /// Print how many, not which
        #[arg(long)]
        count: bool,
        /// Print as JSON
        #[arg(long, conflicts_with = "count")]
        json: bool,
    },
    /// The records of the corpus with what a review's rules say of each, as Parquet for DuckDB, Spark and DataFusion
    #[command(after_help = "\
Examples:
  tamis corpus export --parquet assessed/
  tamis corpus export my-review --search 'sarcoma[tiab] AND 2010:2021[dp]' --parquet assessed/

Needs a tamis built with --features parquet. DIR/record/decision=…/ has one row a record, DIR/assessed/ one a record and criterion; db/questions/flow-by-rules.sql
counts the flow from the latter.")]
    Export {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// The folder, which must be new or empty
        #[arg(long, value_name = "DIR")]
        parquet: PathBuf,
        /// Only what this search string finds
        #[arg(long, value_name = "STRING")]
        search: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// What the corpus holds
    Status {
        #[command(flatten)]
        place: Place,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub(super) fn run(command: Command, quiet: bool, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    match command {
        Command::Check { files, json } => corpus::check::command(&files, json, quiet),
        Command::Add { files, place, jobs, json } => {
            corpus::add::command(&place.corpus, &files, jobs.map(usize::from), json, quiet)
        }
        Command::Search { string, place, count, json } => corpus::search::command(&place.corpus, &string, count, json),
        Command::Export { review, parquet, search, place } => {
            corpus::export::command(&open(review.as_deref())?, &place.corpus, search.as_deref(), &parquet)
        }
        Command::Status { place, json } => corpus::search::status(&place.corpus, json),
    }
}
