//! A local PubMed: NLM's files record by record, the words they hold, and which wording counts.
//!
//! A database of its own: any number of reviews may search it. Its SQL lies in `db/corpus/`.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serde::Serialize;

use super::{Result, StoreError, decompress, locked};
use crate::query::Need;
use crate::record::Pmid;

/// `tamc`, which marks the file as a corpus.
const APPLICATION: i64 = 1_952_542_067;
const SCHEMA: i64 = 1;

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
    /// Its words, folded, separated by blanks.
    pub words: String,
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
            corpus.sql(corpus.connection.pragma_update(None, "journal_mode", "WAL"))?;
            corpus.transaction(|t| t.execute_batch(include_str!("../../db/corpus/0001-corpus.sql")))?;
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
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY))
            .map_err(|source| StoreError::Sqlite { path: path.to_owned(), source })?;
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

    /// A record's XML as the corpus keeps it: compressed lightly, for reading is what is waited for.
    ///
    /// # Errors
    /// None that can come about in memory.
    pub fn pack(xml: &[u8]) -> std::io::Result<Vec<u8>> {
        use std::io::Write;
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::with_capacity(xml.len() / 2), flate2::Compression::new(1));
        encoder.write_all(xml)?;
        encoder.finish()
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

    /// Stores records of a file, all or nothing.
    pub fn add(&mut self, file: i64, citations: &[Citation]) -> Result<()> {
        self.transaction(|t| {
            let mut citation = t.prepare_cached(include_str!("../../db/corpus/insert-citation.sql"))?;
            let mut words = t.prepare_cached(include_str!("../../db/corpus/insert-words.sql"))?;
            for c in citations {
                citation.execute(params![c.pmid.0 as i64, c.version, file, c.number as i64, c.packed])?;
                words.execute(params![t.last_insert_rowid(), c.words])?;
            }
            Ok(())
        })
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

    /// Wordings whose words satisfy a need, in the order they came; all without one.
    pub fn candidates(&self, need: Option<&Need>) -> Result<Vec<i64>> {
        match need {
            Some(need) => {
                let mut text = String::new();
                expression(need, &mut text);
                self.ids(include_str!("../../db/corpus/matching.sql"), params![text])
            }
            None => self.ids(include_str!("../../db/corpus/all.sql"), params![]),
        }
    }

    fn ids(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<i64>> {
        self.sql(self.connection.prepare(sql).and_then(|mut s| s.query_map(parameters, |r| r.get(0))?.collect()))
    }

    /// A wording's PMID and XML, if it is the one that counts.
    pub fn current(&self, id: i64) -> Result<Option<(Pmid, Vec<u8>)>> {
        let sql = include_str!("../../db/corpus/is-current.sql");
        let row: Option<(i64, Vec<u8>)> = self.sql(
            self.connection
                .prepare_cached(sql)
                .and_then(|mut s| s.query_row([id], |r| Ok((r.get(0)?, r.get(1)?))).optional()),
        )?;
        let Some((pmid, packed)) = row else { return Ok(None) };
        let xml = decompress(&packed).map_err(|e| StoreError::Damaged {
            path: self.path.clone(),
            what: format!("citation {id}"),
            why: e.to_string(),
        })?;
        Ok(Some((Pmid(pmid as u64), xml)))
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

/// A need as FTS5 reads it; the words are folded and hold no quotes.
fn expression(need: &Need, out: &mut String) {
    let mut joined = |list: &[Need], with: &str| {
        out.push('(');
        for (i, part) in list.iter().enumerate() {
            if i > 0 {
                out.push_str(with);
            }
            expression(part, out);
        }
        out.push(')');
    };
    match need {
        Need::All(list) => joined(list, " AND "),
        Need::Any(list) => joined(list, " OR "),
        Need::Word(word) => out.push_str(&format!("\"{word}\"")),
        Need::Prefix(head) => out.push_str(&format!("\"{head}\" *")),
    }
}
