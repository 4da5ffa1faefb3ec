//! `tamis worksheet`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Which;
use crate::jobs::{Outcome, Workplace, filled, worksheet};

/// What can be said of a worksheet.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take a filled worksheet back, whole or not at all: every cell is checked, older versions are kept
    Import {
        /// The filled .xlsx or .csv
        file: PathBuf,
        #[command(flatten)]
        which: Which,
    },
    /// Two extractors' worksheets, cell by cell, with agreement and Cohen's kappa
    Compare {
        /// One
        first: PathBuf,
        /// The other
        second: PathBuf,
        #[command(flatten)]
        which: Which,
    },
    /// Cases of different reports that may be one patient, with reasons
    Duplicates(Which),
}

/// Does it.
pub(super) fn run(options: Options, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let place = |which: &Which| open(which.review.as_deref());
    match options.command {
        None => worksheet::command(&place(&options.which)?, options.which.run, options.which.format.json()),
        Some(Command::Import { file, which }) => filled::import(&place(&which)?, &file, which.run, which.format.json()),
        Some(Command::Compare { first, second, which }) => {
            filled::comparison(&place(&which)?, &first, &second, which.format.json())
        }
        Some(Command::Duplicates(which)) => filled::duplicates(&place(&which)?, which.run, which.format.json()),
    }
}
