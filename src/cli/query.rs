//! `tamis query …`.

use anyhow::Result;
use clap::Subcommand;

use crate::jobs::{Outcome, Workplace, query};

/// What can be done with a search string.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What is wrong with a search string, and what PubMed would really do
    Check {
        /// The string [default: the review's]
        string: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Mend a published form: brackets, tags, quotes; each change with its reason
    Repair {
        /// The string [default: the review's, as printed]
        string: Option<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Try a search string on local PubMed XML: the PMIDs that match
    Match {
        /// The string
        string: String,
        /// PubMed XML, plain or gzipped
        #[arg(required = true)]
        files: Vec<std::path::PathBuf>,
    },
    /// Which clause found or lost a record of the review's source, with the words that matched
    Why {
        /// The PMID
        pmid: u64,
        /// Where to look: twin, or files of PubMed XML
        #[arg(long, num_args = 1..)]
        source: Vec<String>,
    },
    /// The page of a code such as Q004
    ExplainCode {
        /// The code; without it, all
        code: Option<String>,
    },
}

/// Does it.
pub(super) fn run(command: Command, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    match command {
        Command::Check { string, json } => query::check(string, json, open),
        Command::Repair { string, json } => query::repair(string, json, open),
        Command::Match { string, files } => query::matching(&string, &files),
        Command::Why { pmid, source } => query::why(pmid, &source, open),
        Command::ExplainCode { code } => query::explain_code(code.as_deref()),
    }
}
