//! `tamis import`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::jobs::import::{self, Origin};
use crate::jobs::{Outcome, Workplace};

/// What can be said of an import.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Files: PubMed XML, nbib, RIS, EndNote XML, tagged EndNote, BibTeX, CSV of PubMed, Rayyan, Covidence or ASReview
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The source's name, as the flow shall print it
    #[arg(long, value_name = "NAME")]
    from: String,
    /// What kind of source it is
    #[arg(long, value_enum, default_value_t = Origin::Database)]
    kind: Origin,
    /// A review's folder, or its name under queries/
    #[arg(long, value_name = "REVIEW")]
    review: Option<String>,
    /// Take what can be read of a file that also holds what cannot
    #[arg(long)]
    partial: bool,
    /// Say what would be imported, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(super) fn run(o: Options, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let options = import::Options { from: o.from, origin: o.kind, partial: o.partial, dry_run: o.dry_run };
    import::command(&open(o.review.as_deref())?, &o.files, &options, o.json)
}
