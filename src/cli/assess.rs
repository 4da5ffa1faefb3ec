//! `tamis assess`.

use anyhow::Result;
use clap::Args;

use crate::jobs::{Outcome, Workplace, assess};

/// What can be said of an assessing filter.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A review's folder, or its name under queries/
    review: Option<String>,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    jobs: Option<u16>,
}

/// Does it.
pub(super) fn run(options: &Options, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    assess::command(&open(options.review.as_deref())?, options.jobs.map(usize::from))
}
