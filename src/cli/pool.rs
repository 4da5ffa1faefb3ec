//! `tamis pool`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::jobs::{Outcome, Workplace, pool};

/// What can be said of a pooled analysis.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A review's folder, or its name under queries/
    review: Option<String>,
    /// A filled worksheet [default: the review's own]
    #[arg(long, value_name = "FILE")]
    worksheet: Option<PathBuf>,
    /// Leave these cases out, to see what hangs on them
    #[arg(long, value_delimiter = ',', value_name = "CASES")]
    without: Vec<String>,
    /// Print as; text also writes every table and picture to the folder of results
    #[arg(long, value_enum, default_value_t = pool::Format::Text)]
    format: pool::Format,
    /// Exit with 3 if a printed number differs from ours without a reason
    #[arg(long)]
    check: bool,
}

/// Does it.
pub(super) fn run(options: Options, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let Options { review, worksheet, without, format, check } = options;
    pool::command(&open(review.as_deref())?, worksheet, &without, format, check)
}
