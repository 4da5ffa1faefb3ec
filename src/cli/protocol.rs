//! `tamis protocol …`.

use anyhow::Result;
use clap::Subcommand;

use crate::jobs::{Outcome, Workplace, protocol};

/// What can be done with a review's rules.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Put every criterion to every case of cases/, and tell which answer is not as the case says
    Test {
        /// A review's folder, or its name under queries/
        review: Option<String>,
    },
}

/// Does it.
pub(super) fn run(command: Command, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    match command {
        Command::Test { review } => protocol::test(&open(review.as_deref())?),
    }
}
