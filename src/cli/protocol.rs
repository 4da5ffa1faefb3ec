//! `tamis protocol …`.

use anyhow::Result;
use clap::Subcommand;

use super::Form;
use crate::jobs::{Outcome, Workplace, amendments, protocol};

/// What can be done with a review's rules and their versions.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Put every criterion to every case of cases/, and tell which answer is not as the case says
    Test {
        /// A review's folder, or its name under queries/
        review: Option<String>,
    },
    /// What changed between two versions of the protocol, and which records it touches
    #[command(after_help = "\
Examples:
  tamis protocol diff                                 the last version applied, and the files as they stand
  tamis protocol diff 3f2a9c current                  a stored version by the first digits of its hash
  tamis protocol diff old/protocol.toml new/protocol.toml --format json

A version is a protocol.toml, a review's folder, `current`, `previous`, or a stored one by its hash
(`tamis protocol list`). Nothing is written.")]
    Diff {
        /// The first version
        #[arg(default_value = "previous")]
        before: String,
        /// The second version
        #[arg(default_value = "current")]
        after: String,
        /// The review whose records are asked [default: the one you stand in, else alk-crizotinib]
        #[arg(long, value_name = "REVIEW")]
        review: Option<String>,
        /// A search run by its number [default: the newest]
        #[arg(long, value_name = "N")]
        run: Option<i64>,
        /// Print as
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
    /// The versions that were applied to records
    List {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// Print as
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
}

/// Does it.
pub(super) fn run(command: Command, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    match command {
        Command::Test { review } => protocol::test(&open(review.as_deref())?),
        Command::Diff { before, after, review, run, format } => {
            amendments::command(&open(review.as_deref())?, &before, &after, run, format.json())
        }
        Command::List { review, format } => amendments::list(&open(review.as_deref())?, format.json()),
    }
}
