//! `tamis audit`, `tamis receipt`, and the examples of `tamis verify`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::jobs::{Outcome, Workplace, audit, receipt};

/// Examples of `tamis verify`.
pub(super) const VERIFY: &str = "\
Examples:
  tamis verify --source pubmed        the published search, run again: within ten per cent? which boxes agree?
  tamis verify --run 2                an earlier search of your own: what came and went, and why

A box is consistent, not, or cannot be known. Exit code 3 if the count or a box is not consistent.";

/// Which records to audit, and how.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis audit                                       audit.csv and audit.html
  tamis audit --record 99000051                     everything of one record
  tamis audit --criterion no-fusion-partner
  tamis audit --reviewer reviewer-1 --format csv
  tamis audit --changed-since 2021-09-01            another revision, judgement or decision since
  tamis audit --changed-since 2 --format html > changed.html")]
pub(super) struct Audit {
    /// A review's folder, or its name under queries/
    review: Option<String>,
    /// A search run by its number, as its flow was last reported [default: the newest, as of now]
    #[arg(long, value_name = "N")]
    run: Option<i64>,
    /// Only this record; may be given several times
    #[arg(long = "record", value_name = "PMID")]
    records: Vec<u64>,
    /// Only what this criterion excludes or holds up
    #[arg(long, value_name = "ID")]
    criterion: Option<String>,
    /// Only what this reviewer judged: a name, or the name of the file under judgements/
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// Only what has another revision, judgement or decision since: a day, or a run's number
    #[arg(long, value_name = "DATE|N")]
    changed_since: Option<String>,
    /// Print as [default: write audit.csv and audit.html; text when records are chosen]
    #[arg(long, value_enum)]
    format: Option<audit::Format>,
}

/// Does it.
pub(super) fn audit(a: Audit, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let options = audit::Options {
        run: a.run,
        records: a.records,
        criterion: a.criterion,
        reviewer: a.reviewer,
        changed_since: a.changed_since,
        format: a.format,
    };
    audit::command(&open(a.review.as_deref())?, &options)
}

/// What to seal, or to check.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tamis receipt                          receipt.json in the folder of results
  tamis receipt --to sealed.json
  tamis receipt --check sealed.json      on another machine; exit code 3 if something differs

The file holds no clock and no path: the same inputs give the same bytes on any machine.")]
pub(super) struct Receipt {
    /// A review's folder, or its name under queries/
    review: Option<String>,
    /// A search run by its number [default: the newest]
    #[arg(long, value_name = "N")]
    run: Option<i64>,
    /// Where to write it; - is standard output
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    to: Option<PathBuf>,
    /// Compare this receipt with what is here
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Print the comparison as JSON
    #[arg(long, requires = "check")]
    json: bool,
}

/// Does it.
pub(super) fn receipt(r: Receipt, open: &dyn Fn(Option<&str>) -> Result<Workplace>) -> Result<Outcome> {
    let place = open(r.review.as_deref())?;
    match r.check {
        Some(path) => receipt::check(&place, r.run, &path, r.json),
        None => receipt::write(&place, r.run, r.to.as_deref()),
    }
}
