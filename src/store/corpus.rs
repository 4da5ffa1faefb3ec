//! A local PubMed: NLM's files record by record, the words they hold, and which wording counts.
//!
//! A database of its own: any number of reviews may search it. Its SQL lies in `db/corpus/`.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::{Result, StoreError, compress, decompress, index, locked, reading, sha256};
use crate::query::Query;
use crate::query::index::{Detail, Parts};
use crate::record::Pmid;

/// `tamc`, which marks the file as a corpus.
const APPLICATION: i64 = 1_952_542_067;
const SCHEMA: i64 = 2;
/// A condition on a row `f` of facts: this wording counts.
const COUNTS: &str = include_str!("../../db/corpus/is-current.sql");

/// An open corpus.
#[derive(Debug)]
pub struct Corpus {
    connection: Connection,
    path: PathBuf,
    _lock: Option<File>,
}

/// A file that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunFile {
    /// Its number.
    pub id: i64,
    /// Its size when it was begun.
    pub bytes: u64,
    /// Whether it was read to its end.
    pub ended: bool,
    /// Records of it that are stored: its first so many.
    pub stored: u64,
}

/// A record on its way into the corpus.
#[derive(Debug, Clone)]
pub struct Citation {
    /// Its identifier.
    pub pmid: Pmid,
    /// Its version.
    pub version: u32,
    /// Its place in the file, from 1.
    pub number: u64,
    /// Its XML, compressed by [`Corpus::pack`].
    pub packed: Vec<u8>,
    /// What the index keeps of it, in [`Detail::Least`].
    pub parts: Parts,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// PMIDs, highest first, each with the number of the wording that counts.
    pub list: Vec<(Pmid, i64)>,
    /// Whether these match; else what matches is among them, and each record must decide.
    pub exact: bool,
}

/// Where a corpus stands.
#[derive(Debug, Clone, Serialize)]
pub struct Holdings {
    /// Files begun.
    pub files: u64,
    /// Files read to their end.
    pub read_to_the_end: u64,
    /// Records of all files: a citation may have several.
    pub wordings: u64,
    /// Different PMIDs.
    pub pmids: u64,
    /// Deletions.
    pub deletions: u64,
    /// The last file in NLM's order.
    pub newest: Option<String>,
    /// Bytes of the database.
    pub bytes: u64,
}

impl Corpus {
    /// Opens a corpus for writing, making it and its folder if need be, and takes the lock.
    ///
    /// # Errors
    /// When the file cannot be used, is no corpus, or another process writes to it.
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, lock) = locked(path)?;
        let mut corpus = Self { connection, path: path.to_owned(), _lock: Some(lock) };
        let empty: i64 =
            corpus.sql(
                corpus.connection.query_row(include_str!("../../db/statements/count-tables.sql"), [], |r| r.get(0)),
            )?;
        if empty == 0 {
            // A record of 3 kB lies within such a page, not along a chain of small ones; a file takes a tenth less.
            corpus.sql(corpus.connection.pragma_update(None, "page_size", 32_768))?;
            corpus.sql(corpus.connection.pragma_update(None, "journal_mode", "WAL"))?;
            corpus.transaction(|t| {
                t.execute_batch(index::SCHEMA)?;
                t.execute_batch(include_str!("../../db/corpus/0001-corpus.sql"))
            })?;
        }
        corpus.check()?;
        corpus.sql(corpus.connection.pragma_update(None, "synchronous", "NORMAL"))?;
        corpus.sql(corpus.connection.pragma_update(None, "foreign_keys", true))?;
        corpus.sql(corpus.connection.pragma_update(None, "cache_size", -16_384))?;
        Ok(corpus)
    }

    /// Opens a corpus for reading only; none when there is no file.
    ///
    /// # Errors
    /// When the file is no corpus of this program, or from a newer version.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let Some(connection) = reading(path)? else { return Ok(None) };
        let corpus = Self { connection, path: path.to_owned(), _lock: None };
        corpus.check()?;
        Ok(Some(corpus))
    }

    fn check(&self) -> Result<()> {
        let application: i64 = self.sql(self.connection.pragma_query_value(None, "application_id", |r| r.get(0)))?;
        let found: i64 = self.sql(self.connection.pragma_query_value(None, "user_version", |r| r.get(0)))?;
        if application != APPLICATION {
            return Err(StoreError::Damaged {
                path: self.path.clone(),
                what: "tables".into(),
                why: "the file is a database, but no corpus; use --corpus another file".into(),
            });
        }
        if found > SCHEMA {
            return Err(StoreError::Newer { path: self.path.clone(), found, known: SCHEMA });
        }
        if found < SCHEMA {
            return Err(StoreError::Damaged {
                path: self.path.clone(),
                what: "an index".into(),
                why: "it was made by an earlier tamis; add NLM's files to a new corpus".into(),
            });
        }
        Ok(())
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn transaction<T>(&mut self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let path = self.path.clone();
        let sql = |source| StoreError::Sqlite { path: path.clone(), source };
        let transaction = self.connection.transaction().map_err(sql)?;
        let value = work(&transaction).map_err(sql)?;
        transaction.commit().map_err(sql)?;
        Ok(value)
    }

    /// A record's XML as the corpus keeps it.
    ///
    /// # Errors
    /// None that can come about in memory.
    pub fn pack(xml: &[u8]) -> std::io::Result<Vec<u8>> {
        compress(xml)
    }

    /// A file by its name, if it was begun.
    pub fn file(&self, name: &str) -> Result<Option<BegunFile>> {
        let sql = include_str!("../../db/corpus/find-file.sql");
        self.sql(
            self.connection
                .query_row(sql, [name], |r| {
                    Ok(BegunFile {
                        id: r.get(0)?,
                        bytes: r.get::<_, i64>(1)? as u64,
                        ended: r.get(3)?,
                        stored: r.get::<_, i64>(4)? as u64,
                    })
                })
                .optional(),
        )
    }

    /// Begins a file. `place` is its place in NLM's order; without one it follows all.
    pub fn begin(&mut self, name: &str, place: Option<i64>, bytes: u64, md5: Option<&str>, now: &str) -> Result<i64> {
        self.transaction(|t| {
            t.execute(include_str!("../../db/corpus/insert-file.sql"), params![name, place, bytes as i64, md5, now])?;
            Ok(t.last_insert_rowid())
        })
    }

    /// Takes records of a file in. They stay with the next [`Corpus::keep`]: FTS5 writes a segment at every end of a
    /// transaction, and few large segments cost least.
    pub fn add(&mut self, file: i64, citations: &[Citation]) -> Result<()> {
        let added = self.insert(file, citations);
        if added.is_err() {
            // Half a record must not stay.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.sql(added)
    }

    fn insert(&self, file: i64, citations: &[Citation]) -> rusqlite::Result<()> {
        let c = &self.connection;
        if c.is_autocommit() {
            c.execute_batch("BEGIN IMMEDIATE")?;
        }
        let mut citation = c.prepare_cached(include_str!("../../db/corpus/insert-citation.sql"))?;
        for one in citations {
            citation.execute(params![one.pmid.0 as i64, one.version, file, one.number as i64, one.packed])?;
            index::insert(c, c.last_insert_rowid(), one.pmid.0, one.version, &one.parts)?;
        }
        Ok(())
    }

    /// Makes what was added stay.
    pub fn keep(&mut self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.sql(self.connection.execute_batch("COMMIT"))
    }

    /// Stores the deletions of a file and that it was read to its end.
    pub fn end(&mut self, file: i64, deleted: &[(Pmid, u32)], now: &str) -> Result<()> {
        self.transaction(|t| {
            let mut deletion = t.prepare(include_str!("../../db/corpus/insert-deletion.sql"))?;
            for (pmid, version) in deleted {
                deletion.execute(params![file, pmid.0 as i64, version])?;
            }
            t.execute(include_str!("../../db/corpus/insert-file-end.sql"), params![file, now])?;
            Ok(())
        })
    }

    /// What the index says of a query.
    pub fn search(&self, query: &Query) -> Result<Found> {
        let answer = self.sql(index::search(&self.connection, query, Detail::Least, COUNTS))?;
        let list = answer.found.into_iter().map(|(pmid, id)| (Pmid(pmid), id)).collect();
        Ok(Found { list, exact: answer.exact })
    }

    /// The wording of a PMID that counts.
    pub fn of_pmid(&self, pmid: Pmid) -> Result<Option<i64>> {
        let sql = format!("SELECT f.id FROM fact AS f WHERE f.pmid = ?1 AND {COUNTS}");
        self.sql(
            self.connection
                .prepare_cached(&sql)
                .and_then(|mut s| s.query_row([pmid.0 as i64], |r| r.get(0)).optional()),
        )
    }

    /// A wording's XML, compressed by [`Corpus::pack`].
    pub fn packed(&self, id: i64) -> Result<Vec<u8>> {
        let sql = include_str!("../../db/corpus/xml-of-citation.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| s.query_row([id], |r| r.get(0))))
    }

    /// Undoes [`Corpus::pack`].
    pub fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
        decompress(packed)
    }

    /// PMIDs that count.
    pub fn count(&self) -> Result<u64> {
        // Whatever has a wording counts, unless it was deleted and nothing of it counts any more.
        let sql = format!(
            "SELECT (SELECT count(DISTINCT pmid) FROM fact) - (
                 SELECT count(*)
                 FROM (SELECT DISTINCT pmid FROM deletion) AS d
                 WHERE EXISTS (SELECT * FROM fact WHERE pmid = d.pmid)
                   AND NOT EXISTS (SELECT * FROM fact AS f WHERE f.pmid = d.pmid AND {COUNTS})
             )"
        );
        self.sql(self.connection.query_row(&sql, [], |r| r.get::<_, i64>(0))).map(|n| n as u64)
    }

    /// The last day on which a record was revised, 20210822.
    pub fn last_revised(&self) -> Result<Option<u32>> {
        self.sql(self.connection.query_row(include_str!("../../db/corpus/last-revised.sql"), [], |r| r.get(0)))
    }

    /// A hash of which files are in and how far: the same files in the same order of NLM give the same.
    pub fn state(&self) -> Result<String> {
        let sql = include_str!("../../db/corpus/state.sql");
        let text: String = self.sql(self.connection.query_row(sql, [], |r| r.get(0)))?;
        Ok(sha256(text.as_bytes()))
    }

    /// Where the corpus stands.
    pub fn holdings(&self) -> Result<Holdings> {
        let bytes = std::fs::metadata(&self.path).map_or(0, |m| m.len());
        self.sql(self.connection.query_row(include_str!("../../db/corpus/holdings.sql"), [], |r| {
            let n = |i| r.get::<_, i64>(i).map(|n| n as u64);
            Ok(Holdings {
                files: n(0)?,
                read_to_the_end: n(1)?,
                wordings: n(2)?,
                pmids: n(3)?,
                deletions: n(4)?,
                newest: r.get(5)?,
                bytes,
            })
        }))
    }
}
