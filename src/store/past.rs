//! One record's past: the searches that found it, its revisions, judgements taken back or taken out.

use super::{Result, Store, params};
use crate::record::Pmid;

/// A judgement taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Whose.
    pub reviewer: String,
    /// The file.
    pub path: String,
    /// The line of the judgement.
    pub line: usize,
    /// The day it was taken back.
    pub on: String,
    /// Why.
    pub note: Option<String>,
    /// The line of the undo.
    pub by_line: usize,
}

/// A judgement that is no longer in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// Whose.
    pub reviewer: String,
    /// What it ruled: stage, verdict, criterion, quote.
    pub ruling: (String, String, Option<String>, String),
    /// The day it was given.
    pub judged_on: String,
    /// When it was last read from its file, RFC 3339.
    pub last_read: String,
}

impl Store {
    /// The searches that found a record: number, source, when.
    pub fn found_by(&self, review: &str, pmid: Pmid) -> Result<Vec<(i64, String, String)>> {
        let sql = include_str!("../../db/statements/runs-of-record.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map(params![pmid.0 as i64, review], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()
        }))
    }

    /// A record's revisions: number, SHA-256 of the XML, when it was first seen.
    pub fn revisions(&self, pmid: Pmid) -> Result<Vec<(i64, String, String)>> {
        let sql = include_str!("../../db/statements/revisions-of-record.sql");
        self.sql(
            self.connection
                .prepare_cached(sql)
                .and_then(|mut s| s.query_map([pmid.0 as i64], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()),
        )
    }

    /// Judgements on a record that were taken back.
    pub fn taken_back(&self, import: i64, pmid: Pmid) -> Result<Vec<TakenBack>> {
        let sql = include_str!("../../db/statements/undos-of-record.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map(params![import, pmid.0 as i64], |r| {
                Ok(TakenBack {
                    reviewer: r.get(0)?,
                    path: r.get(1)?,
                    line: r.get::<_, i64>(2)? as usize,
                    on: r.get(3)?,
                    note: r.get(4)?,
                    by_line: r.get::<_, i64>(5)? as usize,
                })
            })?
            .collect()
        }))
    }

    /// Judgements on a record that earlier imports held and this one does not.
    pub fn taken_out(&self, review: &str, import: i64, pmid: Pmid) -> Result<Vec<TakenOut>> {
        let sql = include_str!("../../db/questions/taken-out.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map(params![review, import, pmid.0 as i64], |r| {
                Ok(TakenOut {
                    reviewer: r.get(0)?,
                    ruling: (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?),
                    judged_on: r.get(5)?,
                    last_read: r.get(6)?,
                })
            })?
            .collect()
        }))
    }
}
