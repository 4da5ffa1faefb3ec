//! The SQLite database: the only room that knows SQL, all of which lies in `db/`.
//!
//! Every table is append-only history. A stage asks for the work that is left, does it in
//! batches, and commits each batch, so it may be killed anywhere and run again.

use std::cell::RefCell;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::{Compress, Compression, FlushCompress, Status};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use thiserror::Error;

use crate::protocol::load::sha256;

mod corpus;
pub mod index;
mod judge;
mod migrate;
mod past;
mod references;
mod runs;
mod screening;
mod standing;
mod trial;
mod worksheet;

pub use corpus::{BegunFile, Citation, Corpus, Found, Holdings};
pub use index::Index;
pub use past::{TakenBack, TakenOut};
pub use references::{NewImport, NewReference};
pub use runs::{NewRun, Refusal, SearchRun, StoredRecord};
pub use screening::StoredAssessment;
pub use standing::{Departure, NewDeparture, Standing};
pub use trial::{StoredProtocol, Trial};
pub use worksheet::{Cells, WorksheetImport};

/// What can go wrong with the database.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("the database {path} cannot be used")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The file or its folder cannot be written or read.
    #[error("the database {path} cannot be opened or made; name another place with --db FILE")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Another process is writing.
    #[error("another tamis is writing to {0}; wait for it to end, then run the command again")]
    Busy(PathBuf),
    /// The schema is from the future.
    #[error(
        "{path} was written by a newer tamis (schema {found}, this one knows {known}); use that version, or --db another file"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// A migration that was applied reads differently now.
    #[error("migration {number} ({name}) was changed after {path} was made with it; use the tamis that made it")]
    Changed {
        /// The file.
        path: PathBuf,
        /// Which migration.
        number: i64,
        /// Its name.
        name: String,
    },
    /// What is stored cannot be read back.
    #[error("{path} holds {what} that cannot be read: {why}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

/// The result of every store call.
pub type Result<T> = std::result::Result<T, StoreError>;

/// An open database.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Held for as long as this process writes.
    _lock: Option<File>,
}

/// A database file for writing, made with its folder if need be, and the lock that this process holds while it writes.
fn locked(path: &Path) -> Result<(Connection, File)> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock =
        OpenOptions::new().create(true).truncate(false).write(true).open(PathBuf::from(lock_path)).map_err(io)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(path.to_owned())),
        Err(TryLockError::Error(source)) => return Err(io(source)),
    }
    let connection = Connection::open(path)
        .and_then(steady)
        .map_err(|source| StoreError::Sqlite { path: path.to_owned(), source })?;
    Ok((connection, lock))
}

/// A database file for reading, if there is one. It may need its log brought in, which takes a right to write.
fn reading(path: &Path) -> Result<Option<Connection>> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
        .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY))
        .and_then(steady)
        .map(Some)
        .map_err(|source| StoreError::Sqlite { path: path.to_owned(), source })
}

/// Statements keep their plan whatever is bound to them. Else SQLite plans most of them anew at each use, which took a
/// quarter of an audit's time.
fn steady(connection: Connection) -> rusqlite::Result<Connection> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

impl Store {
    /// Opens a database for writing, making it and its folder if need be, and takes the lock.
    ///
    /// # Errors
    /// When the file cannot be used, another process writes to it, or it is from a newer version.
    pub fn open(path: &Path) -> Result<Self> {
        let (connection, lock) = locked(path)?;
        let mut store = Self { connection, path: path.to_owned(), _lock: Some(lock) };
        store.prepare()?;
        migrate::migrate(&mut store)?;
        Ok(store)
    }

    /// Opens a database for reading only; none when there is no file.
    ///
    /// # Errors
    /// When the file is no database of this program, or from a newer version.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let Some(connection) = reading(path)? else { return Ok(None) };
        let store = Self { connection, path: path.to_owned(), _lock: None };
        store.sql(store.connection.pragma_update(None, "foreign_keys", true))?;
        store.sql(store.connection.pragma_update(None, "recursive_triggers", true))?;
        migrate::check(&store)?;
        Ok(Some(store))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn prepare(&self) -> Result<()> {
        self.sql(self.connection.pragma_update(None, "journal_mode", "WAL"))?;
        self.sql(self.connection.pragma_update(None, "synchronous", "NORMAL"))?;
        self.sql(self.connection.pragma_update(None, "foreign_keys", true))?;
        // Else INSERT OR REPLACE would delete a row without asking its trigger.
        self.sql(self.connection.pragma_update(None, "recursive_triggers", true))?;
        self.sql(self.connection.busy_timeout(std::time::Duration::from_secs(5)))
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|source| StoreError::Sqlite { path: self.path.clone(), source })
    }

    fn damaged(&self, what: impl Into<String>, why: impl ToString) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), what: what.into(), why: why.to_string() }
    }

    /// Does all or nothing.
    fn transaction<T>(&mut self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let path = self.path.clone();
        let sql = |source| StoreError::Sqlite { path: path.clone(), source };
        let transaction = self.connection.transaction().map_err(sql)?;
        let value = work(&transaction).map_err(sql)?;
        transaction.commit().map_err(sql)?;
        Ok(value)
    }
}

/// A record's XML as it is kept: compressed lightly, for a disk is cheap and reading is what is waited for.
fn compress(xml: &[u8]) -> std::io::Result<Vec<u8>> {
    thread_local! {
        /// A compressor has 300 kB of tables: they are used again from record to record.
        static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(1), true));
    }
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        let mut out = Vec::with_capacity(xml.len() / 2 + 64);
        loop {
            let left = &xml[packer.total_in() as usize..];
            match packer.compress_vec(left, &mut out, FlushCompress::Finish)? {
                Status::StreamEnd => return Ok(out),
                Status::Ok | Status::BufError => out.reserve(xml.len() / 2 + 64),
            }
        }
    })
}

fn decompress(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).read_to_end(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests;
