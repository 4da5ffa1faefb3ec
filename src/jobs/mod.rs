//! The stages: the only place where rooms meet, and where files, the clock and progress bars are.
//!
//! A stage finds its own unfinished work, commits it in batches, accounts for every input when it
//! ends and names the next command.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::entrez::xml::read_record;
use crate::protocol::Review;
use crate::record::{Notice, Pmid, Record};
use crate::store::{SearchRun, Store, StoredRecord};

pub mod amendments;
pub mod assess;
pub mod audit;
pub mod corpus;
pub mod crew;
pub mod evaluate;
pub mod export;
pub mod fetch;
pub mod figure;
pub mod filled;
pub mod history;
pub mod import;
pub mod init;
pub mod interrupt;
pub mod judge;
pub mod locate;
pub mod peak;
pub mod picture;
pub mod pool;
pub mod protocol;
pub mod provenance;
pub mod query;
pub mod receipt;
pub mod report;
pub mod run;
pub mod screen;
pub mod search;
pub mod serve;
pub mod source;
pub mod status;
pub mod trial;
pub mod update;
pub mod verify;
pub mod versions;
pub mod whatif;
pub mod worksheet;

use locate::Located;

/// The program's name and version, stored with everything it writes.
pub const PROGRAM: &str = concat!("tamis ", env!("CARGO_PKG_VERSION"));

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done: exit code 0.
    Done,
    /// The flow differs from the published figure: exit code 3.
    Differs,
    /// Records await a person: exit code 4.
    Awaits,
}

impl Outcome {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Differs => 3,
            Self::Awaits => 4,
        }
    }
}

/// A failure with advice.
#[derive(Debug)]
pub struct Advice {
    /// What went wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Advice {}

/// A failure with advice, as an error.
pub fn advice(message: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    Advice { message: message.into(), help: help.into() }.into()
}

/// The review a command works on, and where its database and results lie.
#[derive(Debug)]
pub struct Workplace {
    /// Where the review's files are.
    pub located: Located,
    /// The review, read and checked.
    pub review: Review,
    /// The database file.
    pub db: PathBuf,
    /// The folder of results.
    pub out: PathBuf,
    /// Whether standard output is a terminal with colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// No progress bars and no next steps.
    pub quiet: bool,
}

impl Workplace {
    /// Finds and reads a review.
    ///
    /// # Errors
    /// When there is none of that name, or its files are faulty.
    pub fn open(review: Option<&str>, db: Option<PathBuf>, out: Option<PathBuf>, quiet: bool) -> Result<Self> {
        let located = locate::locate(review)?;
        let review = crate::protocol::load::load(&located.name, &located.display, &located.files)?;
        for warning in &review.warnings {
            eprintln!("warning: {warning}");
        }
        let db = db.unwrap_or_else(|| located.root.join("db").join(format!("{}.sqlite", located.name)));
        let out = out.unwrap_or_else(|| located.root.join("out").join(&located.name));
        let color = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        Ok(Self { located, review, db, out, color, width: width(), quiet })
    }

    /// Criterion ids in the protocol's order.
    pub fn order(&self) -> Vec<String> {
        self.review.protocol.criteria.iter().map(|c| c.id.clone()).collect()
    }

    /// The database, for writing.
    pub fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.db)?)
    }

    /// A run of this review; without a number, the newest.
    ///
    /// # Errors
    /// When there is none.
    pub fn run(&self, store: &Store, id: Option<i64>) -> Result<SearchRun> {
        store.run(&self.review.name, id)?.ok_or_else(|| match id {
            Some(id) => advice(
                format!("the database holds no search run {id} of `{}`", self.review.name),
                "see the runs with `tamis status`",
            ),
            None => advice(
                format!("nothing has been searched yet for `{}` ({})", self.review.name, self.db.display()),
                format!("run `tamis run {}`, or one stage at a time from `tamis search {0}`", self.review.name),
            ),
        })
    }

    /// Writes a result file, whole or not at all, and says where it is.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.out.join(name);
        write_whole(&path, bytes)?;
        Ok(path)
    }

    /// Tells the next command, unless asked to be quiet.
    pub fn next(&self, text: &str) {
        if !self.quiet {
            eprintln!("next: {text}");
        }
    }

    /// How commands name this review: nothing for the default.
    pub fn argument(&self) -> String {
        if self.review.name == locate::DEFAULT { String::new() } else { format!(" {}", self.review.name) }
    }

    /// A progress bar for so many of something, drawn on standard error when that is a terminal.
    pub fn bar(&self, total: u64, what: &str) -> ProgressBar {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{prefix:>10} {wide_bar:.cyan/dim} {human_pos}/{human_len} {msg} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// A file on its way: a neighbour that takes its name when it is whole, so that a killed command leaves the old one.
#[derive(Debug)]
pub struct Whole {
    file: io::BufWriter<std::fs::File>,
    part: PathBuf,
    path: PathBuf,
    ended: bool,
}

impl Whole {
    /// Begins a file, making its folder if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(path: &Path) -> Result<Self> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).with_context(|| {
            format!("the folder {} cannot be made; name another place with --out DIR", folder.display())
        })?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = folder.join(name);
        let file = std::fs::File::create(&part).with_context(|| format!("while writing {}", path.display()))?;
        Ok(Self { file: io::BufWriter::new(file), part, path: path.to_owned(), ended: false })
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> Result<()> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written
            .and_then(|()| std::fs::rename(&self.part, &self.path))
            .with_context(|| format!("while writing {}", self.path.display()))?;
        self.ended = true;
        Ok(())
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if !self.ended {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// Standard output for what comes bit by bit; a closed pipe ends the program quietly, as in `tamis audit … | head`.
#[derive(Debug)]
pub struct Printed;

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::stdout().write(bytes).inspect_err(ended)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush().inspect_err(ended)
    }
}

fn ended(error: &io::Error) {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
}

/// A record of a run as it is stored, with the number of its revision; none when the run did not bring it.
///
/// # Errors
/// When the database fails or the record cannot be read.
fn stored(store: &Store, run: i64, pmid: Pmid) -> Result<Option<(i64, Record)>> {
    let Some(stored) = store.record(run, pmid)? else { return Ok(None) };
    Ok(Some((stored.revision, read(&stored, pmid)?)))
}

fn read(stored: &StoredRecord, pmid: Pmid) -> Result<Record> {
    read_record(&stored.xml).with_context(|| format!("while reading the stored record {pmid}"))
}

/// What PubMed announces of a record of a run. Most records have nothing of the kind, and are not read for it.
///
/// # Errors
/// When the database fails or the record cannot be read.
fn notices(store: &Store, run: i64, pmid: Pmid) -> Result<Vec<Notice>> {
    let Some(stored) = store.record(run, pmid)? else { return Ok(Vec::new()) };
    let may = |mark: &str| memchr::memmem::find(&stored.xml, mark.as_bytes()).is_some();
    // Citations of what came after, and the publication types of NoticeKind::of_publication_type.
    if !may("CommentsCorrections") && !may("Retract") {
        return Ok(Vec::new());
    }
    Ok(read(&stored, pmid)?.notices())
}

/// Writes a file by way of a neighbour and a rename.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = Whole::begin(path)?;
    file.write_all(bytes).with_context(|| format!("while writing {}", path.display()))?;
    file.end()
}

/// Now, RFC 3339, to the second; the moment of `SOURCE_DATE_EPOCH` where that is set, so that two machines can be made to
/// write the same bytes (reproducible-builds.org).
pub fn now() -> String {
    let fixed = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse().ok());
    let now = fixed.and_then(|s| jiff::Timestamp::from_second(s).ok()).unwrap_or_else(jiff::Timestamp::now);
    format!("{now:.0}")
}

/// Today, in UTC.
fn today() -> Result<jiff::civil::Date> {
    now().get(..10).unwrap_or_default().parse().context("while asking for today")
}

/// Columns of the terminal, else 100.
fn width() -> usize {
    comfy_table::Table::new()
        .width()
        .map(usize::from)
        .or_else(|| std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()))
        .unwrap_or(100)
        .clamp(60, 160)
}

/// Prints to standard output; a closed pipe ends the program quietly, as in `tamis … | head`.
pub fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.inspect_err(ended).context("while writing to standard output")
}

/// Prints a value as indented JSON.
pub fn print_json(value: &impl serde::Serialize) -> Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// The runtime of the network stages.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("while starting the network runtime")
}
