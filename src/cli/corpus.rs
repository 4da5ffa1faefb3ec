//! `tamis corpus …`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use crate::jobs::{Outcome, corpus};

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
}

/// Does it.
pub(super) fn run(command: Command, quiet: bool) -> Result<Outcome> {
    match command {
        Command::Check { files, json } => corpus::check::command(&files, json, quiet),
    }
}
