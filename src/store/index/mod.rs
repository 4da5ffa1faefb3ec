//! Searching many records: words through FTS5, everything else through ordinary indexes.
//!
//! What a search means is written in the `query` room, for one record; this room lays the same out as SQL. An index file
//! is a cache: when its version is another, or its files changed, it is built again.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params, params_from_iter, types::Value};

use super::StoreError;
use crate::query::Query;
use crate::query::index::Parts;

mod plan;

/// Raised whenever the schema, or what is put into it, changes.
const VERSION: i64 = 1;

/// An index of records.
#[derive(Debug)]
pub struct Index {
    connection: Connection,
    path: PathBuf,
}

type Result<T> = std::result::Result<T, StoreError>;

impl Index {
    /// Opens an index file, making it when it is not there or of another version.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Path) -> Result<Self> {
        let wrap = |source| StoreError::Sqlite { path: path.to_owned(), source };
        let version = |c: &Connection| c.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0));
        if path.exists() {
            let old = Connection::open(path).and_then(|c| version(&c));
            if !matches!(old, Ok(VERSION)) {
                std::fs::remove_file(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
            }
        }
        let connection = Connection::open(path).map_err(wrap)?;
        Self::prepared(connection, path)
    }

    /// An index in memory.
    ///
    /// # Errors
    /// When SQLite has no memory for it.
    pub fn in_memory() -> Result<Self> {
        let path = PathBuf::from(":memory:");
        let connection =
            Connection::open_in_memory().map_err(|source| StoreError::Sqlite { path: path.clone(), source })?;
        Self::prepared(connection, &path)
    }

    fn prepared(connection: Connection, path: &Path) -> Result<Self> {
        let prepared = connection.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0)).and_then(|version| {
            // A lost index is built again: no sync is waited for.
            connection
                .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")?;
            if version == 0 {
                let schema = include_str!("../../../db/index/schema.sql");
                connection.execute_batch(&format!("BEGIN; {schema} PRAGMA user_version = {VERSION}; COMMIT;"))?;
            }
            Ok(())
        });
        prepared.map_err(|source| StoreError::Sqlite { path: path.to_owned(), source })?;
        Ok(Self { connection, path: path.to_owned() })
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    /// Whether a file with this SHA-256 is in it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn holds(&self, sha256: &str) -> Result<bool> {
        let found =
            self.connection.query_row("SELECT count(*) FROM file WHERE sha256 = ?1", [sha256], |r| r.get::<_, i64>(0));
        Ok(self.sql(found)? > 0)
    }

    /// Puts records in, one transaction for all: PMID, version and parts. An older version of a PMID gives way; a newer
    /// one stays. `file` is the name and SHA-256 of what they came from, told with the last of its batches.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing of the batch is in it.
    pub fn add(&mut self, batch: &[(u64, u32, Parts)], file: Option<(&str, &str)>) -> Result<()> {
        let done = add(&mut self.connection, batch, file);
        self.sql(done)
    }

    /// Takes records out: what a list of deleted citations names.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remove(&mut self, pmids: &[u64]) -> Result<()> {
        let done = self.connection.transaction().and_then(|t| {
            for pmid in pmids {
                forget(&t, *pmid as i64)?;
            }
            t.commit()
        });
        self.sql(done)
    }

    /// How many records.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn len(&self) -> Result<u64> {
        let n = self.connection.query_row("SELECT count(*) FROM record", [], |r| r.get::<_, i64>(0));
        Ok(self.sql(n)? as u64)
    }

    /// Whether it holds none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// The PMIDs that a query finds, highest first; none when an index cannot answer it (see [`Query::questions`]).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn search(&self, query: &Query) -> Result<Option<Vec<u64>>> {
        let Some(question) = query.questions() else { return Ok(None) };
        let Some(plan) = self.sql(plan::plan(&self.connection, &question))? else { return Ok(None) };
        let sql = format!("SELECT id FROM ({}) ORDER BY id DESC", plan.sql);
        let found = self.connection.prepare(&sql).and_then(|mut s| {
            let values = params_from_iter(plan.values.iter());
            s.query_map(values, |r| r.get::<_, i64>(0).map(|n| n as u64))?.collect()
        });
        Ok(Some(self.sql(found)?))
    }
}

fn forget(t: &Connection, pmid: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM record WHERE pmid = ?1",
        "DELETE FROM words WHERE rowid = ?1",
        "DELETE FROM value WHERE record = ?1",
        "DELETE FROM heading WHERE record = ?1",
        "DELETE FROM author WHERE record = ?1",
        "DELETE FROM day WHERE record = ?1",
    ] {
        t.prepare_cached(sql)?.execute([pmid])?;
    }
    Ok(())
}

fn add(connection: &mut Connection, batch: &[(u64, u32, Parts)], file: Option<(&str, &str)>) -> rusqlite::Result<()> {
    let t = connection.transaction()?;
    for (pmid, version, parts) in batch {
        let pmid = *pmid as i64;
        let old: Option<i64> =
            t.prepare_cached("SELECT max(version) FROM record WHERE pmid = ?1")?.query_row([pmid], |r| r.get(0))?;
        match old {
            Some(old) if old > i64::from(*version) => continue,
            Some(_) => forget(&t, pmid)?,
            None => {}
        }
        t.prepare_cached("INSERT INTO record VALUES (?1, ?2)")?.execute(params![pmid, version])?;
        let words = std::iter::once(Value::from(pmid)).chain(parts.columns.iter().map(|c| Value::from(c.clone())));
        t.prepare_cached(
            "INSERT INTO words (rowid, title, abstract, keyword, foreign_keyword, substance, type, rest, affiliation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params_from_iter(words))?;
        for (field, value) in &parts.values {
            t.prepare_cached("INSERT OR IGNORE INTO value VALUES (?1, ?2, ?3)")?
                .execute(params![field, value, pmid])?;
        }
        for (descriptor, qualifier, major) in &parts.headings {
            t.prepare_cached(
                "INSERT INTO heading VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET major = max(major, excluded.major)",
            )?
            .execute(params![descriptor, qualifier, pmid, major])?;
        }
        for (field, name) in &parts.authors {
            t.prepare_cached("INSERT OR IGNORE INTO author VALUES (?1, ?2, ?3)")?
                .execute(params![field, name, pmid])?;
        }
        for (field, day) in &parts.dates {
            t.prepare_cached("INSERT OR IGNORE INTO day VALUES (?1, ?2, ?3)")?.execute(params![pmid, field, day])?;
        }
    }
    if let Some((name, sha256)) = file {
        t.execute("INSERT OR REPLACE INTO file VALUES (?1, ?2)", [name, sha256])?;
    }
    t.commit()
}

#[cfg(test)]
mod tests;
