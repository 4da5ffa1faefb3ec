//! Screenings, assessments and what follows from them.

use rusqlite::named_params;

use super::{OptionalExtension, Result, Store, StoredRecord, params};
use crate::flow::{DecidedBy, Decision, Fate};
use crate::protocol::{Protocol, Stage};
use crate::record::Pmid;
use crate::screen::{Assessment, Cases, Evidence, Outcome, Weight, engine};

/// One record's screening, as it is about to be stored.
#[derive(Debug, Clone)]
pub struct StoredAssessment {
    /// The revision screened.
    pub revision: i64,
    /// Every criterion.
    pub assessments: Vec<Assessment>,
    /// How many cases the record says it brings, and where.
    pub cases: Option<Cases>,
}

/// Who screens: the program and its engine, so that builds that read records otherwise share no assessments.
fn by(program: &str) -> String {
    format!("{program}, engine {}", engine())
}

impl Store {
    /// Registers the protocol and its screening by this program and engine; returns the screening's number.
    pub fn start_screening(&mut self, review: &str, protocol: &Protocol, program: &str, now: &str) -> Result<i64> {
        let program = by(program);
        self.transaction(|t| {
            t.execute(
                include_str!("../../db/statements/insert-protocol.sql"),
                params![protocol.hash, review, protocol.text, now],
            )?;
            let mut file = t.prepare(include_str!("../../db/statements/insert-protocol-file.sql"))?;
            for (path, text) in protocol.files.iter().filter(|(path, _)| *path != "protocol.toml") {
                file.execute(params![protocol.hash, path, text])?;
            }
            let mut criterion = t.prepare(include_str!("../../db/statements/insert-criterion.sql"))?;
            for (i, c) in protocol.criteria.iter().enumerate() {
                criterion.execute(params![protocol.hash, i as i64 + 1, c.id, c.label])?;
            }
            t.execute(include_str!("../../db/statements/insert-screening.sql"), params![protocol.hash, program, now])?;
            t.query_row(include_str!("../../db/statements/find-screening.sql"), params![protocol.hash, program], |r| {
                r.get(0)
            })
        })
    }

    /// The screening of a protocol by this program and engine, if it was begun.
    pub fn screening(&self, protocol_hash: &str, program: &str) -> Result<Option<i64>> {
        let sql = include_str!("../../db/statements/find-screening.sql");
        self.sql(self.connection.query_row(sql, params![protocol_hash, by(program)], |r| r.get(0)).optional())
    }

    /// How many records of a run the screening has not seen.
    pub fn count_to_screen(&self, screening: i64, run: i64) -> Result<u64> {
        let sql = include_str!("../../db/statements/count-to-screen.sql");
        self.sql(self.connection.query_row(sql, [screening, run], |r| r.get::<_, i64>(0))).map(|n| n as u64)
    }

    /// A batch of revisions the screening has not seen, by PMID, after one; after -1 the first.
    pub fn to_screen(&self, screening: i64, run: i64, after: i64, limit: usize) -> Result<Vec<(i64, StoredRecord)>> {
        let sql = include_str!("../../db/statements/revisions-to-screen.sql");
        let rows: Vec<(i64, i64, Vec<u8>)> = self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?));
            s.query_map(params![screening, run, after, limit as i64], row)?.collect()
        }))?;
        let unpacked = |(pmid, revision, body): (i64, _, Vec<u8>)| {
            let xml = self.unpack(format!("revision {revision}"), &body)?;
            Ok((pmid, StoredRecord { revision, xml }))
        };
        rows.into_iter().map(unpacked).collect()
    }

    /// Stores a batch of screened records, all or nothing.
    pub fn add_assessments(&mut self, screening: i64, batch: &[StoredAssessment]) -> Result<()> {
        self.transaction(|t| {
            let mut screened = t.prepare_cached(include_str!("../../db/statements/insert-screened.sql"))?;
            let mut assessment = t.prepare_cached(include_str!("../../db/statements/insert-assessment.sql"))?;
            let mut evidence = t.prepare_cached(include_str!("../../db/statements/insert-evidence.sql"))?;
            for one in batch {
                screened.execute(params![screening, one.revision, one.cases.as_ref().map(|(n, _)| n)])?;
                for a in &one.assessments {
                    assessment.execute(params![screening, one.revision, a.criterion, a.outcome.name(), a.reason])?;
                }
                let of_cases = one.cases.iter().map(|(_, e)| ("cases", e));
                let all = one.assessments.iter().map(|a| (a.criterion.as_str(), &a.evidence)).chain(of_cases);
                for (criterion, list) in all {
                    for (i, e) in list.iter().enumerate() {
                        let weight = match e.weight {
                            Weight::Excludes => "excludes",
                            Weight::Keeps => "keeps",
                        };
                        evidence.execute(params![
                            screening,
                            one.revision,
                            criterion,
                            i as i64 + 1,
                            e.field,
                            e.start as i64,
                            e.end as i64,
                            e.quote,
                            e.sentence,
                            e.rule,
                            weight,
                            e.value
                        ])?;
                    }
                }
            }
            Ok(())
        })
    }

    /// The assessments of one revision, in the order of `criteria`.
    pub fn assessments(&self, screening: i64, revision: i64, criteria: &[String]) -> Result<Vec<Assessment>> {
        let sql = include_str!("../../db/statements/evidence-of-record.sql");
        let evidence: Vec<(String, Evidence)> = self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map([screening, revision], |r| {
                let weight: String = r.get(7)?;
                Ok((
                    r.get(0)?,
                    Evidence {
                        field: r.get(1)?,
                        start: r.get::<_, i64>(2)? as usize,
                        end: r.get::<_, i64>(3)? as usize,
                        quote: r.get(4)?,
                        sentence: r.get(5)?,
                        rule: r.get(6)?,
                        weight: if weight == "excludes" { Weight::Excludes } else { Weight::Keeps },
                        value: r.get(8)?,
                    },
                ))
            })?
            .collect()
        }))?;
        let sql = include_str!("../../db/statements/assessments-of-record.sql");
        let mut list: Vec<Assessment> = self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map([screening, revision], |r| {
                let criterion: String = r.get(0)?;
                let outcome: String = r.get(1)?;
                Ok(Assessment {
                    evidence: evidence.iter().filter(|(c, _)| *c == criterion).map(|(_, e)| e.clone()).collect(),
                    outcome: match outcome.as_str() {
                        "met" => Outcome::Met,
                        "not-met" => Outcome::NotMet,
                        _ => Outcome::Unclear,
                    },
                    reason: r.get(2)?,
                    criterion,
                })
            })?
            .collect()
        }))?;
        list.sort_by_key(|a| criteria.iter().position(|c| *c == a.criterion));
        Ok(list)
    }

    /// What became of every record of a run, by the criteria in the order given.
    pub fn fates(
        &self,
        run: i64,
        screening: Option<i64>,
        import: Option<i64>,
        criteria: &[String],
    ) -> Result<Vec<Fate>> {
        self.sql(fates(&self.connection, run, screening, import, criteria))
    }
}

/// Puts the question of `db/questions/fates.sql`.
pub(super) fn fates(
    connection: &rusqlite::Connection,
    run: i64,
    screening: Option<i64>,
    import: Option<i64>,
    criteria: &[String],
) -> rusqlite::Result<Vec<Fate>> {
    let order = serde_json::Value::from(criteria).to_string();
    connection
        .prepare(include_str!("../../db/questions/fates.sql"))?
        .query_map(
            named_params! { ":run": run, ":screening": screening, ":import": import, ":criteria": order },
            |r| {
                let decision: String = r.get("decision")?;
                let criterion: Option<String> = r.get("criterion")?;
                let by: String = r.get("decided_by")?;
                let stage: Option<String> = r.get("stage")?;
                Ok(Fate {
                    pmid: Pmid(r.get::<_, i64>("pmid")? as u64),
                    decision: match decision.as_str() {
                        "included" => Decision::Included,
                        "excluded" => Decision::Excluded(criterion.unwrap_or_default()),
                        _ => Decision::Unresolved(criterion.unwrap_or_default()),
                    },
                    decided_by: match by.as_str() {
                        "rule" => DecidedBy::Rule,
                        "person" => DecidedBy::Person,
                        _ => DecidedBy::Nobody,
                    },
                    stage: stage.as_deref().and_then(Stage::from_name),
                    reviewer: r.get("reviewer")?,
                    cases: r.get("cases")?,
                })
            },
        )?
        .collect()
}
