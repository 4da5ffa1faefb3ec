//! A corpus behind the service: searched through its index, its records unpacked as they are asked for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;

use super::search;
use crate::entrez::service::Shelf;
use crate::entrez::xml::Fetched;
use crate::query::{self, Query};
use crate::record::{PartialDate, Pmid};
use crate::store::Corpus;

/// An open corpus that many may ask at a time.
#[derive(Debug)]
pub struct CorpusShelf {
    path: PathBuf,
    /// Connections that nobody uses at the moment.
    free: Mutex<Vec<Corpus>>,
    count: u64,
    build: String,
    last_revised: Option<PartialDate>,
}

impl CorpusShelf {
    /// Opens the corpus at a place.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let corpus = super::search::open(path)?;
        let day = corpus.last_revised()?;
        Ok(Self {
            count: corpus.count()?,
            build: format!("Build-corpus.{}", &corpus.state()?[..12]),
            last_revised: day.and_then(|n| {
                let part = |n: u32| u8::try_from(n % 100).ok();
                Some(PartialDate { year: i16::try_from(n / 10_000).ok()?, month: part(n / 100), day: part(n) })
            }),
            path: path.to_owned(),
            free: Mutex::new(vec![corpus]),
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Corpus) -> Result<T>) -> Result<T, String> {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let told = |e: anyhow::Error| format!("{e:#}");
        let mut corpus = match taken {
            Some(corpus) => corpus,
            None => search::open(&self.path).map_err(told)?,
        };
        let done = work(&mut corpus).map_err(told);
        free().push(corpus);
        done
    }
}

fn record(corpus: &Corpus, pmid: Pmid) -> Result<Option<Arc<Fetched>>> {
    let Some(id) = corpus.of_pmid(pmid)? else { return Ok(None) };
    Ok(Some(Arc::new(search::unpacked(pmid, &corpus.packed(id)?)?)))
}

/// The record that names this PMID among its identifiers: the one it was merged into.
fn merged_into(corpus: &mut Corpus, pmid: Pmid) -> Result<Option<Arc<Fetched>>> {
    let Some(query) = query::parse(&format!("{pmid}[aid]")).query else { return Ok(None) };
    for (other, id) in search::find(corpus, &query, None)? {
        let found = search::unpacked(other, &corpus.packed(id)?)?;
        if found.record.other_ids.iter().any(|(kind, n)| kind == "pubmed" && *n == pmid.to_string()) {
            return Ok(Some(Arc::new(found)));
        }
    }
    Ok(None)
}

impl Shelf for CorpusShelf {
    fn count(&self) -> u64 {
        self.count
    }

    fn build(&self) -> String {
        self.build.clone()
    }

    fn last_revised(&self) -> Option<PartialDate> {
        self.last_revised
    }

    fn find(&self, query: &Query, until: Instant) -> Result<Vec<Pmid>, String> {
        self.with(|corpus| Ok(search::find(corpus, query, Some(until))?.into_iter().map(|(pmid, _)| pmid).collect()))
    }

    fn get(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String> {
        self.with(|corpus| record(corpus, pmid))
    }

    fn given(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String> {
        self.with(|corpus| match record(corpus, pmid)? {
            None => merged_into(corpus, pmid),
            found => Ok(found),
        })
    }
}
