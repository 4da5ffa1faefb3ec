//! `tamis judge`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::jobs::judge::{self, Reading, Ruling, Word};
use crate::jobs::{Outcome, Workplace};

/// What can be said of a judgement.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Judge {
    #[command(subcommand)]
    command: Option<Command>,
    /// The PMID
    #[arg(required = true)]
    pmid: Option<u64>,
    /// A review's folder, or its name under queries/ [default: the one you stand in, else alk-crizotinib]
    review: Option<String>,
    #[command(flatten)]
    ruled: Ruled,
    /// The reading it rests on
    #[arg(long, value_enum)]
    stage: Option<Reading>,
    /// The sentence it rests on
    #[arg(long, value_name = "SENTENCE")]
    quote: Option<String>,
    /// Who judges: a reviewer's name, or the name of the file under judgements/
    #[arg(long, value_name = "REVIEWER", required = true)]
    by: Option<String>,
    /// Where the sentence stands, or why it convinces
    #[arg(long)]
    note: Option<String>,
    /// How many cases the report brings
    #[arg(long, value_name = "N")]
    cases: Option<u32>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    when: Option<Date>,
}

/// What is ruled.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Ruled {
    /// The report is in
    #[arg(long)]
    include: bool,
    /// The report is out, for this criterion
    #[arg(long, value_name = "CRITERION")]
    exclude: Option<String>,
    /// This criterion does not exclude it; the others still may
    #[arg(long, value_name = "CRITERION")]
    keep: Option<String>,
    /// Take back your last judgement on it that still stands
    #[arg(long)]
    undo: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take a file of judgements, whole or not at all: CSV (pmid, stage, verdict, criterion, quote, note, when, cases,
    /// reviewer) or TOML as under judgements/
    Import {
        /// The file
        file: PathBuf,
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// Whose they are, when the file does not say
        #[arg(long, value_name = "REVIEWER")]
        by: Option<String>,
    },
}

/// Does it.
pub(super) fn run(judge: Judge, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    if let Some(Command::Import { file, review, by }) = judge.command {
        return judge::import::command(open(review.as_deref())?, &file, by.as_deref());
    }
    let Ruled { include, exclude, keep, undo: _ } = judge.ruled;
    let word = match (include, exclude, keep) {
        (true, ..) => Word::Include,
        (_, Some(criterion), _) => Word::Exclude(criterion),
        (_, _, Some(criterion)) => Word::Keep(criterion),
        _ => Word::Undo,
    };
    let ruling = Ruling {
        pmid: judge.pmid.unwrap_or_default(),
        word,
        stage: judge.stage,
        quote: judge.quote,
        note: judge.note,
        by: judge.by.unwrap_or_default(),
        when: judge.when,
        cases: judge.cases,
    };
    judge::command(open(judge.review.as_deref())?, ruling)
}
