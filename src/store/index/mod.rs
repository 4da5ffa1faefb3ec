//! Searching many records: words through FTS5, days and PMIDs through a row of facts a record.
//!
//! What a search means is written in the `query` room, for one record; this room lays the same out as SQL. The tables are
//! part of a corpus, or a file of their own: such an index is a cache, and when its version is another, or its files
//! changed, it is built again.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params, params_from_iter};

use super::StoreError;
use crate::query::Query;
use crate::query::index::{Detail, Parts};

mod plan;

use plan::Plan;

/// The tables of an index.
pub(super) const SCHEMA: &str = include_str!("../../../db/index/schema.sql");

/// Raised whenever the schema, or what is put into it, changes.
const VERSION: i64 = 2;

/// An index of records.
#[derive(Debug)]
pub struct Index {
    connection: Connection,
    path: PathBuf,
}

type Result<T> = std::result::Result<T, StoreError>;

/// What an index says of a query.
pub(super) struct Answer {
    /// PMIDs with their rows, highest first.
    pub(super) found: Vec<(u64, i64)>,
    /// Whether these are the query's; else each record must still decide.
    pub(super) exact: bool,
}

/// Puts one record in under a number.
pub(super) fn insert(t: &Connection, id: i64, pmid: u64, version: u32, parts: &Parts) -> rusqlite::Result<()> {
    let [print, electronic, entrez, mesh, revised, completed] = parts.days;
    t.prepare_cached(include_str!("../../../db/index/insert-fact.sql"))?.execute(params![
        id,
        pmid as i64,
        version,
        print,
        electronic,
        entrez,
        mesh,
        revised,
        completed
    ])?;
    let words = std::iter::once(rusqlite::types::ToSqlOutput::from(id))
        .chain(parts.columns.iter().map(|c| rusqlite::types::ToSqlOutput::from(c.as_str())));
    t.prepare_cached(include_str!("../../../db/index/insert-words.sql"))?.execute(params_from_iter(words))?;
    Ok(())
}

/// Asks: rows of facts that the query finds and for which `which` holds, a condition on `f`.
pub(super) fn search(c: &Connection, query: &Query, detail: Detail, which: &str) -> rusqlite::Result<Answer> {
    let asked = query.asked(detail);
    let plan = Plan::of(c, &asked.question, asked.exact)?;
    let sql = format!("SELECT f.pmid, f.id FROM fact AS f WHERE {} AND {which}", plan.sql);
    let mut statement = c.prepare(&sql)?;
    let rows =
        statement.query_map(params_from_iter(plan.values.iter()), |r| Ok((r.get::<_, i64>(0)? as u64, r.get(1)?)))?;
    let mut found = rows.collect::<rusqlite::Result<Vec<(u64, i64)>>>()?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Answer { found, exact: plan.exact })
}

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
                let files = include_str!("../../../db/index/file.sql");
                connection
                    .execute_batch(&format!("BEGIN; {SCHEMA} {files} PRAGMA user_version = {VERSION}; COMMIT;"))?;
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

    /// Puts records in, one transaction for all: PMID, version and parts (in [`Detail::Most`]). An older version of a PMID
    /// gives way; a newer one stays. `file` is the name and SHA-256 of what they came from, told with the last of its
    /// batches.
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
                forget(&t, *pmid)?;
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
        let n = self.connection.query_row("SELECT count(pmid) FROM fact", [], |r| r.get::<_, i64>(0));
        Ok(self.sql(n)? as u64)
    }

    /// Whether it holds none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// The PMIDs that a query finds, highest first; none when only the records could tell (see
    /// [`crate::query::index::Asked::exact`]).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn search(&self, query: &Query) -> Result<Option<Vec<u64>>> {
        let answer = self.sql(search(&self.connection, query, Detail::Most, "f.pmid IS NOT NULL"))?;
        Ok(answer.exact.then(|| answer.found.into_iter().map(|(pmid, _)| pmid).collect()))
    }
}

fn forget(t: &Connection, pmid: u64) -> rusqlite::Result<usize> {
    t.prepare_cached("UPDATE fact SET pmid = NULL WHERE pmid = ?1")?.execute([pmid as i64])
}

fn add(connection: &mut Connection, batch: &[(u64, u32, Parts)], file: Option<(&str, &str)>) -> rusqlite::Result<()> {
    let t = connection.transaction()?;
    let mut id: i64 = t.query_row("SELECT coalesce(max(id), 0) FROM fact", [], |r| r.get(0))?;
    for (pmid, version, parts) in batch {
        let old: Option<i64> = t
            .prepare_cached("SELECT max(version) FROM fact WHERE pmid = ?1")?
            .query_row([*pmid as i64], |r| r.get(0))?;
        match old {
            Some(old) if old > i64::from(*version) => continue,
            Some(_) => _ = forget(&t, *pmid)?,
            None => {}
        }
        id += 1;
        insert(&t, id, *pmid, *version, parts)?;
    }
    if let Some((name, sha256)) = file {
        t.execute("INSERT OR REPLACE INTO file VALUES (?1, ?2)", [name, sha256])?;
    }
    t.commit()
}

#[cfg(test)]
mod tests;
