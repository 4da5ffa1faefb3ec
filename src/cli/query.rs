//! `tamis query …`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::jobs::source::Net;
use crate::jobs::{Outcome, Workplace, query, trial};

/// What can be done with a search string.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What is wrong with a search string, and what PubMed would really do
    #[command(after_help = "\
Examples:
  tamis query check                                    the review's own string
  tamis query check 'asthma[ab] OR \"peak flow\"[tiab]'
  tamis query check --file strategy.txt --deny warning --format sarif > check.sarif
  pbpaste | tamis query check --file -")]
    Check {
        #[command(flatten)]
        given: Given,
        /// Exit with 1 on this level (note, warning) or code too; errors always do
        #[arg(long, value_delimiter = ',', value_name = "LEVEL|CODE")]
        deny: Vec<String>,
        /// A list of MeSH headings, one a line, to find tags on what is no heading
        #[arg(long, value_name = "FILE")]
        headings: Option<PathBuf>,
        /// Print as
        #[arg(long, value_enum, default_value_t = query::Format::Text)]
        format: query::Format,
        /// Print as JSON
        #[arg(long, hide = true)]
        json: bool,
    },
    /// Mend a published form: brackets, tags, quotes; each change with its reason, old and new one above the other
    #[command(after_help = "\
Examples:
  tamis query repair                                   the review's string as printed
  tamis query repair 'exp Sarcoma/ and crizotinib.mp.'
  tamis query repair 'exp Sarcoma/ and crizotinib.mp.' --answer 1=1

What may mean more than one thing is asked, and left as it is until it is answered.")]
    Repair {
        #[command(flatten)]
        given: Given,
        /// Answer question N with choice K
        #[arg(long, value_name = "N=K")]
        answer: Vec<String>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// What PubMed said of a run's search, with its translation, in the places of the string
    Heard {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// A search run by its number [default: the newest]
        #[arg(long, value_name = "N")]
        run: Option<i64>,
    },
    /// Try a search string on local PubMed XML: the PMIDs that match
    #[command(after_help = "\
Examples:
  tamis query match 'sarcoma*[tiab] AND crizotinib[tiab]' pubmed21n1298.xml.gz
  tamis query match 'sarcoma[mh]' records.xml --mesh desc2026.xml.gz
  tamis query match 'sarcoma*[tiab]' *.xml.gz --index local.sqlite     kept for the next search")]
    Match {
        /// The string
        string: String,
        /// PubMed XML, plain or gzipped
        files: Vec<PathBuf>,
        /// Keep the records' words in this file, or search it if it has them already
        #[arg(long, value_name = "FILE")]
        index: Option<PathBuf>,
        /// NLM's list of MeSH descriptors (desc….xml), to explode headings as PubMed does
        #[arg(long, value_name = "FILE")]
        mesh: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Which clause found or lost a record of the review's source, with the words that matched
    Why {
        /// The PMID
        pmid: u64,
        /// Where to look: twin, or files of PubMed XML
        #[arg(long, num_args = 1..)]
        source: Vec<String>,
        /// Another string than the review's
        #[arg(long)]
        string: Option<String>,
        /// NLM's list of MeSH descriptors [default: the protocol's]
        #[arg(long, value_name = "FILE")]
        mesh: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// How many records each clause and each branch of an OR brings, alone and where no other does
    #[command(after_help = "\
Examples:
  tamis query counts                                   the review's string over its twin
  tamis query counts --source records.xml.gz
  tamis query counts 'a[tiab] OR b[tiab]' --source pubmed")]
    Counts {
        /// The string [default: the review's]
        string: Option<String>,
        /// Where to count: twin, pubmed, a URL, or files of PubMed XML
        #[arg(long, num_args = 1..)]
        source: Vec<String>,
        /// Your e-mail address, which NCBI asks for
        #[arg(long, env = "NCBI_EMAIL", value_name = "ADDRESS")]
        email: Option<String>,
        /// NLM's list of MeSH descriptors [default: the protocol's]
        #[arg(long, value_name = "FILE")]
        mesh: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// The page of a code such as Q004
    ExplainCode {
        /// The code; without it, all
        code: Option<String>,
        /// All pages as Markdown
        #[arg(long)]
        markdown: bool,
    },
}

/// A search string, from the command line or a file.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// The string [default: the review's]
    string: Option<String>,
    /// A file that holds it, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "string")]
    file: Option<PathBuf>,
}

impl From<Given> for query::Given {
    fn from(Given { string, file }: Given) -> Self {
        Self { string, file }
    }
}

/// Does it.
pub(super) fn run(command: Command, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    match command {
        Command::Check { given, deny, headings, format, json } => {
            let format = if json { query::Format::Json } else { format };
            query::check(&given.into(), &deny, headings.as_deref(), format, open)
        }
        Command::Repair { given, answer, json } => query::repair(&given.into(), &answer, json, open),
        Command::Heard { review, run } => query::heard(review.as_deref(), run, open),
        Command::Match { string, files, index, mesh, json } => {
            trial::matching(&string, &files, index.as_deref(), mesh.as_deref(), json)
        }
        Command::Why { pmid, source, string, mesh, json } => {
            trial::why(pmid, &source, string.as_deref(), mesh.as_deref(), json, open)
        }
        Command::Counts { string, source, email, mesh, json } => {
            let net = Net { email, ..Net::default() };
            trial::counts::counts(string.as_deref(), &source, &net, mesh.as_deref(), json, open)
        }
        Command::ExplainCode { code, markdown } => query::explain_code(code.as_deref(), markdown),
    }
}
