//! What reported flows stood on, and what later searches no longer found.

use serde::Serialize;

use super::{OptionalExtension, Result, Store, compress, params, sha256};
use crate::record::{Pmid, RecordKind};

/// What one reported flow stood on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its number.
    pub id: i64,
    /// The search run.
    pub run: i64,
    /// The screening.
    pub screening: i64,
    /// The import of judgements.
    pub import: i64,
    /// The protocol's hash.
    pub protocol: String,
    /// The text of `published.toml`, if the review had one.
    #[serde(skip)]
    pub published: Option<String>,
    /// Program and version that reported it.
    pub program: String,
    /// When, RFC 3339.
    pub reported_at: String,
}

/// A record that an earlier run found and a later one did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// Which.
    pub pmid: Pmid,
    /// `deleted`, `merged`, `not-given`, `date-moved`, `re-indexed` or `string-changed`.
    pub kind: String,
    /// Why, in a sentence.
    pub reason: String,
    /// When PubMed was asked, RFC 3339.
    pub told_at: String,
}

/// A departure as it is about to be stored.
#[derive(Debug, Clone)]
pub struct NewDeparture {
    /// Which.
    pub pmid: Pmid,
    /// One of the kinds of [`Departure::kind`].
    pub kind: &'static str,
    /// Why, in a sentence.
    pub reason: String,
    /// The record as PubMed gives it now, if it does: version, kind, XML, whether synthetic.
    pub record: Option<(u32, RecordKind, Vec<u8>, bool)>,
}

impl Store {
    /// Notes that a flow was reported, unless the run's last report stood on the same.
    pub fn add_standing(
        &mut self,
        review: &str,
        standing: (i64, i64, i64),
        published: Option<(&str, &str)>,
        program: &str,
        now: &str,
    ) -> Result<()> {
        let (run, screening, import) = standing;
        self.transaction(|t| {
            if let Some((hash, text)) = published {
                t.execute(include_str!("../../db/statements/insert-published.sql"), params![hash, review, text, now])?;
            }
            let hash = published.map(|p| p.0);
            t.execute(
                include_str!("../../db/statements/insert-standing.sql"),
                params![run, screening, import, hash, program, now],
            )?;
            Ok(())
        })
    }

    /// What the flows of a run stood on, oldest report first.
    pub fn standings(&self, run: i64) -> Result<Vec<Standing>> {
        let sql = include_str!("../../db/statements/list-standings.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map([run], |r| {
                Ok(Standing {
                    id: r.get(0)?,
                    run: r.get(1)?,
                    screening: r.get(2)?,
                    import: r.get(3)?,
                    protocol: r.get(4)?,
                    published: r.get(5)?,
                    program: r.get(6)?,
                    reported_at: r.get(7)?,
                })
            })?
            .collect()
        }))
    }

    /// Id and label of a stored protocol's criteria, in order.
    pub fn criteria(&self, protocol: &str) -> Result<Vec<(String, String)>> {
        let sql = include_str!("../../db/statements/criteria-of-protocol.sql");
        self.sql(
            self.connection
                .prepare_cached(sql)
                .and_then(|mut s| s.query_map([protocol], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()),
        )
    }

    /// When a protocol was first seen, RFC 3339.
    pub fn protocol_first_seen(&self, protocol: &str) -> Result<Option<String>> {
        let sql = include_str!("../../db/statements/protocol-first-seen.sql");
        self.sql(self.connection.query_row(sql, [protocol], |r| r.get(0)).optional())
    }

    /// What an earlier run found, a later one did not, and nobody has asked about yet.
    pub fn unexplained(&self, run: i64, since: i64) -> Result<Vec<u64>> {
        let sql = include_str!("../../db/questions/gone-unexplained.sql");
        self.sql(
            self.connection
                .prepare_cached(sql)
                .and_then(|mut s| s.query_map([run, since], |r| r.get::<_, i64>(0).map(|n| n as u64))?.collect()),
        )
    }

    /// Makes an earlier run's records a later run's, for those of its hits that PubMed has not revised.
    pub fn carry_records(&mut self, run: i64, since: i64, revised: &[u64]) -> Result<u64> {
        let revised = serde_json::Value::from(revised).to_string();
        let sql = include_str!("../../db/statements/carry-records.sql");
        self.transaction(|t| t.execute(sql, params![run, since, revised])).map(|n| n as u64)
    }

    /// Stores why records are not found any more, all or nothing.
    pub fn add_departures(&mut self, run: i64, since: i64, list: &[NewDeparture], now: &str) -> Result<()> {
        let mut packed = Vec::with_capacity(list.len());
        for departure in list {
            packed.push(match &departure.record {
                None => None,
                Some((version, kind, xml, synthetic)) => {
                    let body = compress(xml).map_err(|e| self.damaged("a record", e))?;
                    Some((*version, kind.name(), sha256(xml), body, *synthetic))
                }
            });
        }
        self.transaction(|t| {
            let mut revision = t.prepare(include_str!("../../db/statements/insert-revision.sql"))?;
            let mut insert = t.prepare(include_str!("../../db/statements/insert-departure.sql"))?;
            for (d, packed) in list.iter().zip(&packed) {
                let pmid = d.pmid.0 as i64;
                if let Some((version, kind, hash, body, synthetic)) = packed {
                    revision.execute(params![pmid, version, kind, hash, body, synthetic, now])?;
                }
                let hash = packed.as_ref().map(|p| &p.2);
                insert.execute(params![run, since, pmid, d.kind, d.reason, hash, now])?;
            }
            Ok(())
        })
    }

    /// Why records of an earlier run are not among a later one's.
    pub fn departures(&self, run: i64, since: i64) -> Result<Vec<Departure>> {
        let sql = include_str!("../../db/statements/departures.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map([run, since], |r| {
                Ok(Departure {
                    pmid: Pmid(r.get::<_, i64>(0)? as u64),
                    kind: r.get(1)?,
                    reason: r.get(2)?,
                    told_at: r.get(3)?,
                })
            })?
            .collect()
        }))
    }
}
