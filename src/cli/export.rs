//! `tamis export`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::jobs::export::{self, Filter, Format, Reading, Which};
use crate::jobs::{Outcome, Workplace};

/// What can be said of an export.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A review's folder, or its name under queries/
    review: Option<String>,
    /// The format
    #[arg(long, value_enum)]
    to: Format,
    /// A search run by its number [default: the newest]
    #[arg(long, value_name = "N")]
    run: Option<i64>,
    /// Only these decisions
    #[arg(long, value_enum, value_delimiter = ',')]
    decision: Vec<Which>,
    /// Only what these criteria decided, or wait for
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    criterion: Vec<String>,
    /// Only what was decided on this reading
    #[arg(long, value_enum)]
    stage: Option<Reading>,
    /// Only what this reviewer decided
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Does it.
pub(super) fn run(options: Options, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let Options { review, to, run, decision, criterion, stage, reviewer, output } = options;
    let filter = Filter { run, decisions: decision, criteria: criterion, stage, reviewer };
    export::command(&open(review.as_deref())?, to, &filter, output.as_deref())
}
