//! Search runs and the records they brought.

use serde::Serialize;

use super::{OptionalExtension, Result, Store, compress, decompress, params, sha256};
use crate::flow::Identification;
use crate::record::{Pmid, RecordKind};

/// A search run as it is about to be stored.
#[derive(Debug, Clone, Serialize)]
pub struct NewRun {
    /// The review's name.
    pub review: String,
    /// `twin`, `pubmed`, a URL or file names.
    pub source: String,
    /// Base address asked.
    pub endpoint: String,
    /// The search string as sent.
    pub term: String,
    /// `pdat`, `edat`, `mdat` or `crdt`.
    pub date_field: String,
    /// First day of the window.
    pub date_from: String,
    /// Last day of the window.
    pub date_to: String,
    /// When, RFC 3339.
    pub asked_at: String,
    /// Program and version.
    pub program: String,
    /// The count PubMed gave.
    pub reported: u64,
    /// What PubMed says it ran.
    pub translation: String,
    /// Its errors and warnings, as JSON.
    pub says: String,
    /// EInfo of the database, as JSON.
    pub database_info: String,
}

/// A stored search run.
#[derive(Debug, Clone, Serialize)]
pub struct SearchRun {
    /// Its number.
    pub id: i64,
    /// What was asked and answered.
    #[serde(flatten)]
    pub asked: NewRun,
}

/// A PMID that PubMed counts and does not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Which.
    pub pmid: Pmid,
    /// Why.
    pub reason: String,
    /// When, RFC 3339.
    pub at: String,
}

/// A record of a run as stored.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// Its revision.
    pub revision: i64,
    /// Its XML.
    pub xml: Vec<u8>,
}

fn run_of(r: &rusqlite::Row<'_>) -> rusqlite::Result<SearchRun> {
    Ok(SearchRun {
        id: r.get(0)?,
        asked: NewRun {
            review: r.get(1)?,
            source: r.get(2)?,
            endpoint: r.get(3)?,
            term: r.get(4)?,
            date_field: r.get(5)?,
            date_from: r.get(6)?,
            date_to: r.get(7)?,
            asked_at: r.get(8)?,
            program: r.get(9)?,
            reported: r.get::<_, i64>(10)? as u64,
            translation: r.get(11)?,
            says: r.get(12)?,
            database_info: r.get(13)?,
        },
    })
}

/// The row of a run, without hits. Returns its number.
pub(super) fn insert_run(t: &rusqlite::Transaction<'_>, run: &NewRun) -> rusqlite::Result<i64> {
    t.execute(
        include_str!("../../db/statements/insert-search-run.sql"),
        params![
            run.review,
            run.source,
            run.endpoint,
            run.term,
            run.date_field,
            run.date_from,
            run.date_to,
            run.asked_at,
            run.program,
            run.reported as i64,
            run.translation,
            run.says,
            run.database_info
        ],
    )?;
    Ok(t.last_insert_rowid())
}

impl Store {
    /// Stores a run with all its hits, the review's references from other sources after them, or nothing. Returns its
    /// number.
    pub fn add_run(&mut self, run: &NewRun, pmids: &[u64]) -> Result<i64> {
        self.transaction(|t| {
            let id = insert_run(t, run)?;
            let mut insert = t.prepare(include_str!("../../db/statements/insert-search-hit.sql"))?;
            for (i, pmid) in pmids.iter().enumerate() {
                insert.execute(params![id, i as i64 + 1, *pmid as i64])?;
            }
            super::references::add_references_to_run(t, id, &run.review)?;
            Ok(id)
        })
    }

    /// The newest run of a review, or the one asked for.
    pub fn run(&self, review: &str, id: Option<i64>) -> Result<Option<SearchRun>> {
        let sql = include_str!("../../db/statements/latest-search-run.sql");
        self.sql(self.connection.query_row(sql, params![review, id], run_of).optional())
    }

    /// Every run of a review, oldest first.
    pub fn runs(&self, review: &str) -> Result<Vec<SearchRun>> {
        let sql = include_str!("../../db/statements/list-search-runs.sql");
        self.sql(self.connection.prepare(sql).and_then(|mut s| s.query_map([review], run_of)?.collect()))
    }

    fn pmids(&self, sql: &str, run: i64) -> Result<Vec<u64>> {
        self.sql(
            self.connection
                .prepare(sql)
                .and_then(|mut s| s.query_map([run], |r| r.get::<_, i64>(0).map(|n| n as u64))?.collect()),
        )
    }

    /// Hits of a run with neither record nor refusal, in PubMed's order.
    pub fn to_fetch(&self, run: i64) -> Result<Vec<u64>> {
        self.pmids(include_str!("../../db/statements/pmids-to-fetch.sql"), run)
    }

    /// Every hit of a run, in PubMed's order.
    pub fn hits(&self, run: i64) -> Result<Vec<u64>> {
        self.pmids(include_str!("../../db/statements/pmids-of-run.sql"), run)
    }

    /// Stores a batch of a run's records: PMID, version, kind, XML, whether synthetic. All or nothing.
    pub fn add_records(&mut self, run: i64, batch: &[(Pmid, u32, RecordKind, &[u8], bool)], now: &str) -> Result<()> {
        let mut packed = Vec::with_capacity(batch.len());
        for (_, _, _, xml, _) in batch {
            let body = compress(xml).map_err(|e| self.damaged("a record", e))?;
            packed.push((sha256(xml), body));
        }
        self.transaction(|t| {
            let mut revision = t.prepare(include_str!("../../db/statements/insert-revision.sql"))?;
            let mut link = t.prepare(include_str!("../../db/statements/insert-run-record.sql"))?;
            for ((pmid, version, kind, _, synthetic), (hash, body)) in batch.iter().zip(&packed) {
                revision.execute(params![pmid.0 as i64, version, kind.name(), hash, body, synthetic, now])?;
                link.execute(params![run, pmid.0 as i64, hash])?;
            }
            Ok(())
        })
    }

    /// Stores what PubMed refuses.
    pub fn add_refusals(&mut self, run: i64, refused: &[(u64, String)], now: &str) -> Result<()> {
        self.transaction(|t| {
            let mut insert = t.prepare(include_str!("../../db/statements/insert-refusal.sql"))?;
            for (pmid, reason) in refused {
                insert.execute(params![run, *pmid as i64, reason, now])?;
            }
            Ok(())
        })
    }

    /// What PubMed refused of a run.
    pub fn refusals(&self, run: i64) -> Result<Vec<Refusal>> {
        let sql = include_str!("../../db/statements/refusals-of-run.sql");
        self.sql(self.connection.prepare(sql).and_then(|mut s| {
            s.query_map([run], |r| {
                Ok(Refusal { pmid: Pmid(r.get::<_, i64>(0)? as u64), reason: r.get(1)?, at: r.get(2)? })
            })?
            .collect()
        }))
    }

    /// What a run brought: articles, books.
    pub fn stored(&self, run: i64) -> Result<(u64, u64)> {
        let sql = include_str!("../../db/statements/count-stored-of-run.sql");
        self.sql(
            self.connection.query_row(sql, [run], |r| Ok((r.get::<_, i64>(0)? as u64, r.get::<_, i64>(1)? as u64))),
        )
    }

    /// One record of a run.
    pub fn record(&self, run: i64, pmid: Pmid) -> Result<Option<StoredRecord>> {
        let sql = include_str!("../../db/statements/record-of-run.sql");
        let row = self.sql(
            self.connection
                .query_row(sql, params![run, pmid.0 as i64], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)))
                .optional(),
        )?;
        row.map(|(revision, body)| Ok(StoredRecord { revision, xml: self.unpack(pmid, &body)? })).transpose()
    }

    pub(super) fn unpack(&self, pmid: impl std::fmt::Display, body: &[u8]) -> Result<Vec<u8>> {
        decompress(body).map_err(|e| self.damaged(format!("the XML of {pmid}"), e))
    }

    /// The boxes above screening.
    pub fn identification(&self, run: &SearchRun) -> Result<Identification> {
        let origins = self.origins(run.id)?;
        let sql = include_str!("../../db/questions/identification.sql");
        self.sql(self.connection.query_row(sql, [run.id], move |r| {
            Ok(Identification {
                review: run.asked.review.clone(),
                source: run.asked.source.clone(),
                synthetic: r.get(4)?,
                search_run: run.id,
                searched_on: run.asked.asked_at.chars().take(10).collect(),
                identified: r.get::<_, i64>(0)? as u64,
                duplicates: r.get::<_, i64>(1)? as u64,
                not_retrieved: r.get::<_, i64>(2)? as u64,
                origins,
            })
        }))
    }

    /// Between two runs: `(came | went | changed, PMID)`.
    pub fn difference(&self, old: i64, new: i64) -> Result<Vec<(String, Pmid)>> {
        let sql = include_str!("../../db/questions/new-since.sql");
        self.sql(self.connection.prepare(sql).and_then(|mut s| {
            s.query_map([old, new], |r| Ok((r.get(1)?, Pmid(r.get::<_, i64>(0)? as u64))))?.collect()
        }))
    }
}
