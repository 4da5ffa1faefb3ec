//! Protocols on trial: what would become of a run's records, asked without writing anything; and the protocols kept.

use super::{Result, Store, StoredAssessment, params, screening};
use crate::flow::Fate;
use crate::protocol::load::Files;

/// A screening that is not stored.
#[derive(Debug, Default)]
pub struct Trial {
    /// A stored screening of which some assessments still apply.
    pub base: Option<i64>,
    /// Those criteria.
    pub kept: Vec<String>,
    /// The assessments made for the trial. The cases of a revision among them count only without a base.
    pub made: Vec<StoredAssessment>,
}

/// A protocol the database knows.
#[derive(Debug, Clone, serde::Serialize)]
pub struct StoredProtocol {
    /// Its hash.
    pub hash: String,
    /// When it was first applied, RFC 3339.
    pub first_seen: String,
    /// Revisions of records it was applied to.
    pub records: u64,
}

impl Store {
    /// What would become of every record of a run. Nothing is written.
    pub fn trial_fates(
        &mut self,
        run: i64,
        trial: &Trial,
        import: Option<i64>,
        criteria: &[String],
    ) -> Result<Vec<Fate>> {
        let path = self.path.clone();
        let sql = |source| super::StoreError::Sqlite { path: path.clone(), source };
        self.sql(self.connection.pragma_update(None, "temp_store", "MEMORY"))?;
        // The transaction is never committed: the temporary tables go with it.
        let t = self.connection.transaction().map_err(sql)?;
        let work = || {
            t.execute_batch(include_str!("../../db/statements/create-trial.sql"))?;
            if let Some(base) = trial.base {
                t.execute(include_str!("../../db/statements/fill-trial-screened.sql"), [base, run])?;
                let kept = serde_json::Value::from(trial.kept.as_slice()).to_string();
                t.execute(include_str!("../../db/statements/fill-trial-assessment.sql"), params![base, run, kept])?;
            }
            let mut screened = t.prepare(include_str!("../../db/statements/insert-screened.sql"))?;
            let mut assessment = t.prepare(include_str!("../../db/statements/insert-assessment.sql"))?;
            for one in &trial.made {
                if trial.base.is_none() {
                    screened.execute(params![0, one.revision, one.cases.as_ref().map(|(n, _)| n)])?;
                }
                for a in &one.assessments {
                    assessment.execute(params![0, one.revision, a.criterion, a.outcome.name(), a.reason])?;
                }
            }
            screening::fates(&t, run, Some(0), import, criteria)
        };
        work().map_err(sql)
    }

    /// The protocols of a review, oldest first.
    pub fn protocols(&self, review: &str) -> Result<Vec<StoredProtocol>> {
        let sql = include_str!("../../db/statements/list-protocols.sql");
        self.sql(self.connection.prepare(sql).and_then(|mut s| {
            s.query_map([review], |r| {
                Ok(StoredProtocol { hash: r.get(0)?, first_seen: r.get(1)?, records: r.get::<_, i64>(2)? as u64 })
            })?
            .collect()
        }))
    }

    /// The files of a stored protocol; empty when there is none of that hash.
    pub fn protocol_files(&self, hash: &str) -> Result<Files> {
        let sql = include_str!("../../db/statements/protocol-files.sql");
        self.sql(
            self.connection
                .prepare(sql)
                .and_then(|mut s| s.query_map([hash], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()),
        )
    }
}
