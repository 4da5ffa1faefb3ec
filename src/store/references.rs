//! Citations from other sources than the search.

use super::{OptionalExtension, Result, Store, compress, params, sha256};
use crate::flow::Origin;
use crate::record::{Pmid, RecordKind};
use crate::store::SearchRun;

/// A file of citations.
#[derive(Debug, Clone)]
pub struct NewImport<'a> {
    /// The source as the reviewer names it.
    pub source: &'a str,
    /// `database`, `register`, `website`, `organisation` or `citation-searching`.
    pub kind: &'a str,
    /// The file's name.
    pub file: &'a str,
    /// Its format.
    pub format: &'a str,
    /// SHA-256 of its bytes.
    pub hash: &'a str,
}

/// One of its citations, as the record it is.
#[derive(Debug, Clone)]
pub struct NewReference {
    /// Its line in the file.
    pub line: usize,
    /// The record.
    pub pmid: Pmid,
    /// Why it is that one.
    pub reason: String,
    /// The record's XML, when it is new and PubMed need not be asked: kind, XML, whether synthetic.
    pub record: Option<(RecordKind, Vec<u8>, bool)>,
}

impl Store {
    /// Under which name and when a file of these bytes was imported; none when it never was.
    pub fn reference_import(&self, review: &str, hash: &str) -> Result<Option<(String, String)>> {
        let sql = include_str!("../../db/statements/find-reference-import.sql");
        self.sql(self.connection.query_row(sql, [review, hash], |r| Ok((r.get(0)?, r.get(1)?))).optional())
    }

    /// The highest number given to a record that PubMed does not have.
    pub fn highest_own_number(&self) -> Result<u64> {
        let sql = include_str!("../../db/statements/highest-own-number.sql");
        self.sql(self.connection.query_row(sql, [], |r| r.get::<_, i64>(0))).map(|n| n as u64)
    }

    /// The other sources of a run's records.
    pub fn origins(&self, run: i64) -> Result<Vec<Origin>> {
        let sql = include_str!("../../db/questions/origins.sql");
        self.sql(self.connection.prepare(sql).and_then(|mut s| {
            s.query_map([run], |r| Ok(Origin { name: r.get(0)?, kind: r.get(1)?, n: r.get::<_, i64>(2)? as u64 }))?
                .collect()
        }))
    }

    /// Adds citations to a review, and a run that holds them beside what `run` holds. All or nothing; gives the run's
    /// number.
    pub fn add_references(
        &mut self,
        run: &SearchRun,
        import: &NewImport<'_>,
        list: &[NewReference],
        program: &str,
        now: &str,
    ) -> Result<i64> {
        let mut packed = Vec::with_capacity(list.len());
        for reference in list {
            packed.push(match &reference.record {
                None => None,
                Some((_, xml, _)) => Some((sha256(xml), compress(xml).map_err(|e| self.damaged("a record", e))?)),
            });
        }
        let mut asked = run.asked.clone();
        program.clone_into(&mut asked.program);
        self.transaction(|t| {
            t.execute(
                include_str!("../../db/statements/insert-reference-import.sql"),
                params![
                    asked.review,
                    import.source,
                    import.kind,
                    import.file,
                    import.format,
                    import.hash,
                    program,
                    now
                ],
            )?;
            let id = t.last_insert_rowid();
            let mut insert = t.prepare(include_str!("../../db/statements/insert-reference.sql"))?;
            let mut revision = t.prepare(include_str!("../../db/statements/insert-revision.sql"))?;
            for (i, (r, body)) in list.iter().zip(&packed).enumerate() {
                insert.execute(params![id, i as i64 + 1, r.line as i64, r.pmid.0 as i64, r.reason])?;
                if let (Some((kind, _, synthetic)), Some((hash, body))) = (&r.record, body) {
                    revision.execute(params![r.pmid.0 as i64, 1, kind.name(), hash, body, synthetic, now])?;
                }
            }
            let new = super::runs::insert_run(t, &asked)?;
            t.execute(include_str!("../../db/statements/copy-run-hits.sql"), params![new, run.id])?;
            t.execute(include_str!("../../db/statements/copy-run-records.sql"), params![new, run.id])?;
            t.execute(include_str!("../../db/statements/copy-run-refusals.sql"), params![new, run.id])?;
            add_references_to_run(t, new, &asked.review)?;
            let mut link = t.prepare(include_str!("../../db/statements/insert-run-record.sql"))?;
            for (r, body) in list.iter().zip(&packed) {
                if let Some((hash, _)) = body {
                    link.execute(params![new, r.pmid.0 as i64, hash])?;
                }
            }
            Ok(new)
        })
    }
}

/// A review's references among a run's hits; those PubMed does not have, with their records.
pub(super) fn add_references_to_run(t: &rusqlite::Transaction<'_>, run: i64, review: &str) -> rusqlite::Result<()> {
    t.execute(include_str!("../../db/statements/add-imports-to-run.sql"), params![run, review])?;
    t.execute(include_str!("../../db/statements/add-references-to-run.sql"), [run])?;
    t.execute(include_str!("../../db/statements/add-own-records-to-run.sql"), [run])?;
    Ok(())
}
