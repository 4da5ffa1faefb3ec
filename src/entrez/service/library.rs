//! The records behind the service.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::shelf::Shelf;
use crate::entrez::xml::{Fetched, XmlError, for_each_article};
use crate::query::Query;
use crate::record::{PartialDate, Pmid};

/// Records behind the service, newest PMID first.
#[derive(Debug, Default)]
pub struct Library {
    articles: Vec<Arc<Fetched>>,
    place: HashMap<Pmid, usize>,
    /// PMIDs merged into another record, which names them among its identifiers.
    merged: HashMap<Pmid, Pmid>,
    build: OnceLock<String>,
}

impl Library {
    /// Reads files of PubMed XML, plain or gzipped. Of several versions the last counts.
    ///
    /// # Errors
    /// The first file that cannot be read, by its name.
    pub fn from_files(files: &[PathBuf]) -> Result<Self, LibraryError> {
        let mut list = Vec::new();
        for path in files {
            let name = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|e| LibraryError { file: name.clone(), why: e.to_string() })?;
            list.push((name, bytes));
        }
        Self::from_bytes(list)
    }

    /// Reads named texts of PubMed XML.
    ///
    /// # Errors
    /// The first that cannot be read, by its name.
    pub fn from_bytes(files: Vec<(String, Vec<u8>)>) -> Result<Self, LibraryError> {
        let mut newest: HashMap<Pmid, Fetched> = HashMap::new();
        for (file, bytes) in files {
            let deleted = for_each_article(std::io::Cursor::new(bytes), |article| {
                let old = newest.get(&article.record.pmid);
                if old.is_none_or(|old| old.record.version <= article.record.version) {
                    newest.insert(article.record.pmid, article);
                }
                Ok(())
            })
            .map_err(|e: XmlError| LibraryError { file, why: e.to_string() })?;
            for pmid in deleted {
                newest.remove(&pmid);
            }
        }
        let mut articles: Vec<Arc<Fetched>> = newest.into_values().map(Arc::new).collect();
        articles.sort_by_key(|a| std::cmp::Reverse(a.record.pmid));
        let place = articles.iter().enumerate().map(|(i, a)| (a.record.pmid, i)).collect();
        let mut library = Self { articles, place, merged: HashMap::new(), build: OnceLock::new() };
        for article in &library.articles {
            let others = article.record.other_ids.iter().filter(|(kind, _)| kind == "pubmed");
            for old in others.filter_map(|(_, id)| id.parse().ok()).map(Pmid) {
                if !library.place.contains_key(&old) {
                    library.merged.insert(old, article.record.pmid);
                }
            }
        }
        Ok(library)
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Every record, newest PMID first.
    pub fn records(&self) -> impl Iterator<Item = &crate::record::Record> {
        self.articles.iter().map(|a| &a.record)
    }

    /// One record.
    pub fn record(&self, pmid: u64) -> Option<&crate::record::Record> {
        self.at(Pmid(pmid)).map(|f| &f.record)
    }

    fn at(&self, pmid: Pmid) -> Option<&Arc<Fetched>> {
        self.place.get(&pmid).map(|i| &self.articles[*i])
    }
}

impl Shelf for Library {
    fn count(&self) -> u64 {
        self.articles.len() as u64
    }

    fn build(&self) -> String {
        let of_all = || {
            let mut hash = Sha256::new();
            self.articles.iter().for_each(|a| hash.update(&a.raw));
            let hash: String = hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect();
            format!("Build-local.{hash}")
        };
        self.build.get_or_init(of_all).clone()
    }

    fn last_revised(&self) -> Option<PartialDate> {
        self.records().filter_map(|r| r.date_revised).max()
    }

    fn find(&self, query: &Query, until: Instant) -> Result<Vec<Pmid>, String> {
        let mut found = Vec::new();
        for (i, record) in self.records().enumerate() {
            if i % 64 == 0 && Instant::now() > until {
                return Err("the search takes too long".to_owned());
            }
            if query.matches(record) {
                found.push(record.pmid);
            }
        }
        Ok(found)
    }

    fn get(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String> {
        Ok(self.at(pmid).cloned())
    }

    fn given(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String> {
        Ok(self.at(pmid).or_else(|| self.merged.get(&pmid).and_then(|into| self.at(*into))).cloned())
    }
}

/// Why a library cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct LibraryError {
    /// The file.
    pub file: String,
    /// What is wrong, with line and column.
    pub why: String,
}
