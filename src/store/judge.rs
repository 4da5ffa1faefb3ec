//! People's judgements, as their files stood.

use super::{OptionalExtension, Result, Store, params};
use crate::protocol::{Judgement, JudgementFile, Stage, Verdict};
use crate::record::Pmid;

impl Store {
    /// The judgements that count now: number and hash of the latest import.
    pub fn import(&self, review: &str) -> Result<Option<(i64, String)>> {
        let sql = include_str!("../../db/statements/latest-import.sql");
        self.sql(self.connection.query_row(sql, [review], |r| Ok((r.get(0)?, r.get(1)?))).optional())
    }

    /// Imports the judgement files when they differ from the latest import; returns its number
    /// and whether it is new.
    pub fn import_judgements(&mut self, review: &str, files: &[JudgementFile], now: &str) -> Result<(i64, bool)> {
        let hash = files.iter().map(|f| format!("{} {}", f.path, f.hash)).collect::<Vec<_>>().join("\n");
        if let Some((id, stored)) = self.import(review)?
            && stored == hash
        {
            return Ok((id, false));
        }
        let id = self.transaction(|t| {
            t.execute(include_str!("../../db/statements/insert-import.sql"), params![review, hash, now])?;
            let id = t.last_insert_rowid();
            let mut insert = t.prepare(include_str!("../../db/statements/insert-judgement.sql"))?;
            let mut undo = t.prepare(include_str!("../../db/statements/insert-undo.sql"))?;
            let (mut number, mut undos) = (0, 0);
            for file in files {
                for j in &file.judgements {
                    number += 1;
                    insert.execute(params![
                        id,
                        number,
                        file.reviewer,
                        file.path,
                        j.line as i64,
                        j.pmid.0 as i64,
                        j.stage.name(),
                        j.verdict.name(),
                        j.criterion,
                        j.quote,
                        j.note,
                        j.when.to_string(),
                        j.cases
                    ])?;
                }
                let first = number - file.judgements.len() as i64 + 1;
                for u in &file.undone {
                    undos += 1;
                    let undone = file.judgements.iter().position(|j| j.line == u.undoes).unwrap_or_default() as i64;
                    undo.execute(params![id, undos, u.line as i64, first + undone, u.note, u.when.to_string()])?;
                }
            }
            Ok(id)
        })?;
        Ok((id, true))
    }

    /// The judgements on one record, oldest first: reviewer, file, judgement.
    pub fn judgements(&self, import: i64, pmid: Pmid) -> Result<Vec<(String, String, Judgement)>> {
        let sql = include_str!("../../db/statements/judgements-of-record.sql");
        self.sql(self.connection.prepare_cached(sql).and_then(|mut s| {
            s.query_map(params![import, pmid.0 as i64], |r| {
                let stage: String = r.get(3)?;
                let verdict: String = r.get(4)?;
                let when: String = r.get(8)?;
                Ok((
                    r.get(0)?,
                    r.get(1)?,
                    Judgement {
                        pmid,
                        line: r.get::<_, i64>(2)? as usize,
                        stage: Stage::from_name(&stage).unwrap_or(Stage::TitleAbstract),
                        verdict: Verdict::from_name(&verdict).unwrap_or(Verdict::Keep),
                        criterion: r.get(5)?,
                        quote: r.get(6)?,
                        note: r.get(7)?,
                        when: when.parse().unwrap_or_default(),
                        cases: r.get(9)?,
                    },
                ))
            })?
            .collect()
        }))
    }
}
