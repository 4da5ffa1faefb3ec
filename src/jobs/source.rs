//! Where records come from. Whatever it is, it is asked over HTTP in E-utilities' dialect: local
//! files and corpora are put behind the loopback service first, so there is one code path.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sha2::{Digest, Sha256};

use super::corpus::{self, shelf::CorpusShelf};
use super::locate::Located;
use super::{Workplace, advice, interrupt};
use crate::entrez::client::{ApiKey, Client, Event, Settings};
use crate::entrez::service::{Library, Shelf, serve};

/// NCBI's own address.
pub const PUBMED: &str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/";

/// A source of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The synthetic twin in the review's folder.
    Twin,
    /// NCBI.
    PubMed,
    /// Another E-utilities service.
    Url(String),
    /// Local PubMed XML, plain or gzipped.
    Files(Vec<PathBuf>),
    /// A local corpus of NLM's files.
    Corpus(PathBuf),
}

impl Source {
    /// Whether it lies in files that this program reads itself.
    pub fn is_in_files(&self) -> bool {
        matches!(self, Self::Twin | Self::Files(_) | Self::Corpus(_))
    }

    /// Whether all its records are read into memory at once.
    pub fn is_read_whole(&self) -> bool {
        matches!(self, Self::Twin | Self::Files(_))
    }
}

/// A source ready to be asked, with what the run records of it.
#[derive(Debug, Clone)]
pub struct Described {
    /// What it is.
    pub source: Source,
    /// `twin`, `pubmed`, the URL, the files' names, or `corpus:` and its file.
    pub name: String,
    /// The address, or the hash of the local files, or of what the corpus holds: a change makes a new search.
    pub endpoint: String,
    files: Vec<(String, Vec<u8>)>,
}

/// Between the names of several files: the unit separator, which no name holds.
const BETWEEN: &str = "\u{1f}";

/// Reads what was typed after `--source`; nothing means the twin if the review has one, else PubMed.
pub fn parse(words: &[String], located: &Located) -> Source {
    let files = || Source::Files(words.iter().map(PathBuf::from).collect());
    match words {
        [] if located.folder.join("twin").is_dir() => Source::Twin,
        [] => Source::PubMed,
        [word] if word == "twin" => Source::Twin,
        [word] if word == "pubmed" => Source::PubMed,
        [word] if word.starts_with("http://") || word.starts_with("https://") => Source::Url(word.clone()),
        [word] => corpus_of(word).map_or_else(files, Source::Corpus),
        _ => files(),
    }
}

/// The corpus that a word names: `corpus` is the usual one, `corpus:FILE` another.
pub fn corpus_of(word: &str) -> Option<PathBuf> {
    match word.strip_prefix("corpus")? {
        "" => Some(std::env::var_os("TAMIS_CORPUS").map_or_else(|| PathBuf::from(corpus::PLACE), PathBuf::from)),
        rest => rest.strip_prefix(':').filter(|file| !file.is_empty()).map(PathBuf::from),
    }
}

/// The source as `--source` would name it again.
pub fn reparse(name: &str, located: &Located) -> Source {
    let words: Vec<String> = name.split(BETWEEN).map(str::to_owned).collect();
    parse(&words, located)
}

/// A stored source as people read it: of several files the first, and how many more.
pub fn shown(name: &str) -> String {
    let mut files = name.split(BETWEEN);
    let first = files.next().unwrap_or_default();
    match files.count() {
        0 => first.to_owned(),
        more => format!("{first} and {more} more"),
    }
}

/// Reads local files and says what the run will record.
///
/// # Errors
/// When a file cannot be read, or the review has no twin.
pub fn describe(source: Source, located: &Located) -> Result<Described> {
    let paths = match &source {
        Source::PubMed => {
            return Ok(Described { name: "pubmed".into(), endpoint: PUBMED.into(), source, files: Vec::new() });
        }
        Source::Url(url) => {
            let endpoint = if url.ends_with('/') { url.clone() } else { format!("{url}/") };
            return Ok(Described { name: url.clone(), endpoint, source, files: Vec::new() });
        }
        Source::Corpus(path) => {
            let state = corpus::search::open(path)?.state()?;
            let (name, endpoint) = (format!("corpus:{}", path.display()), format!("corpus:{state}"));
            return Ok(Described { name, endpoint, source, files: Vec::new() });
        }
        Source::Twin => twin_files(located)?,
        Source::Files(list) => {
            let mut paths = Vec::new();
            for path in list {
                if path.is_dir() { paths.extend(xml_in(path)?) } else { paths.push(path.clone()) }
            }
            paths
        }
    };
    let mut files = Vec::new();
    let mut hash = Sha256::new();
    for path in &paths {
        let bytes = std::fs::read(path).map_err(|e| {
            advice(
                format!("{} cannot be read: {e}", path.display()),
                "--source takes twin, pubmed, corpus, a URL, or files and folders of PubMed XML (.xml, .xml.gz)",
            )
        })?;
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
        files.push((path.display().to_string(), bytes));
    }
    let hash: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    let name = match &source {
        Source::Twin => "twin".to_owned(),
        _ => paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(BETWEEN),
    };
    Ok(Described { source, name, endpoint: format!("sha256:{hash}"), files })
}

fn twin_files(located: &Located) -> Result<Vec<PathBuf>> {
    let folder = located.folder.join("twin");
    let files = xml_in(&folder)?;
    if files.is_empty() {
        return Err(advice(
            format!("the review `{}` has no synthetic twin ({})", located.name, folder.display()),
            "ask PubMed with --source pubmed, or name files of PubMed XML",
        ));
    }
    Ok(files)
}

fn xml_in(folder: &std::path::Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("while listing {}", folder.display()))? {
        let path = entry.with_context(|| format!("while listing {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if name.ends_with(".xml") || name.ends_with(".xml.gz") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// What the network needs to know beside the source.
#[derive(Debug, Clone)]
pub struct Net {
    /// The reviewer's address, which NCBI asks for.
    pub email: Option<String>,
    /// Tries of one request.
    pub tries: u32,
    /// For one request, from connecting to the last byte.
    pub timeout: Duration,
    /// Requests under way at a time.
    pub at_once: usize,
}

impl Default for Net {
    fn default() -> Self {
        let usual = Settings::default();
        Self { email: None, tries: usual.max_tries, timeout: usual.timeout, at_once: usual.at_once }
    }
}

impl Described {
    /// The local records, for trying a string without a service.
    ///
    /// # Errors
    /// When the source is not local, or its files are no PubMed XML.
    pub fn library(&self) -> Result<Library> {
        if !self.source.is_read_whole() {
            return Err(advice("this source cannot be read whole", "name files of PubMed XML with --source FILE…"));
        }
        Library::from_bytes(self.files.clone()).context("while reading the local PubMed XML")
    }

    /// Runs some asking against this source: local files are served on loopback meanwhile.
    ///
    /// # Errors
    /// When local files are no PubMed XML, the loopback service cannot start, or the asking fails.
    pub fn ask<T, F>(&self, place: &Workplace, net: &Net, work: impl FnOnce(Client) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let shelf: Option<Arc<dyn Shelf>> = match &self.source {
            Source::Twin | Source::Files(_) => {
                Some(Arc::new(Library::from_bytes(self.files.clone()).context("while reading the local PubMed XML")?))
            }
            Source::Corpus(path) => Some(Arc::new(CorpusShelf::open(path)?)),
            Source::PubMed | Source::Url(_) => None,
        };
        interrupt::watch()?;
        super::runtime()?.block_on(async {
            let (base, service) = match shelf {
                None => (self.endpoint.clone(), None),
                Some(shelf) => {
                    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
                        .await
                        .context("while opening a port on loopback for the local records")?;
                    let address = listener.local_addr()?;
                    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
                    let task = tokio::spawn(serve(shelf, listener, async {
                        let _ = stopped.await;
                    }));
                    (format!("http://{address}/entrez/eutils/"), Some((stop, task)))
                }
            };
            let client = Client::new(self.settings(base, place, net))?;
            let result = interrupt::unless_interrupted(work(client)).await;
            if let Some((stop, task)) = service {
                let _ = stop.send(());
                let _ = tokio::time::timeout(Duration::from_secs(2), task).await;
            }
            result
        })
    }

    /// The address asked; local files get a free port each time.
    pub fn address(&self) -> String {
        match self.source {
            Source::PubMed | Source::Url(_) => self.endpoint.clone(),
            _ => "http://127.0.0.1:PORT/entrez/eutils/".to_owned(),
        }
    }

    /// How this source is asked; a local one under the address its files are served at.
    pub fn settings(&self, base: String, place: &Workplace, net: &Net) -> Settings {
        let quiet = place.quiet;
        let usual = Settings::default();
        let settings = Settings {
            base,
            email: net.email.clone(),
            api_key: ApiKey::from_env(),
            max_tries: net.tries,
            timeout: net.timeout,
            at_once: net.at_once,
            rate_file: matches!(self.source, Source::PubMed).then(|| std::env::temp_dir().join("tamis-entrez-pace")),
            on_event: Some(Arc::new(move |event: Event| {
                if !quiet {
                    eprintln!("note: {event}");
                }
            })),
            ..usual
        };
        // A service of this machine need not be spared: a short first wait is enough.
        let backoff = if settings.is_local() { Duration::from_millis(25) } else { settings.backoff };
        Settings { backoff, ..settings }
    }
}
