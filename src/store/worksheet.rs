//! Filled worksheets, as they were taken back.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{OptionalExtension, Result, Store, params, sha256};

/// The cells of a worksheet: row key, column key, value.
pub type Cells = BTreeMap<String, BTreeMap<String, String>>;

/// One taking back of a filled worksheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorksheetImport {
    /// Its number.
    pub id: i64,
    /// The file's name.
    pub file: String,
    /// When, RFC 3339.
    pub at: String,
    /// SHA-256 of its cells.
    pub hash: String,
}

impl Store {
    /// The latest filled worksheet of a review.
    pub fn worksheet(&self, review: &str) -> Result<Option<(WorksheetImport, Cells)>> {
        let sql = include_str!("../../db/statements/latest-worksheet-import.sql");
        let import = self.sql(
            self.connection
                .query_row(sql, [review], |r| {
                    Ok(WorksheetImport { id: r.get(0)?, file: r.get(1)?, at: r.get(2)?, hash: r.get(3)? })
                })
                .optional(),
        )?;
        let Some(import) = import else { return Ok(None) };
        let sql = include_str!("../../db/statements/worksheet-cells.sql");
        let rows: Vec<(String, String, String)> = self.sql(
            self.connection
                .prepare(sql)
                .and_then(|mut s| s.query_map([import.id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()),
        )?;
        let mut cells = Cells::new();
        for (row, column, value) in rows {
            cells.entry(row).or_default().insert(column, value);
        }
        Ok(Some((import, cells)))
    }

    /// Stores a filled worksheet, all or nothing; the same cells as the latest are not stored again.
    pub fn add_worksheet(
        &mut self,
        review: &str,
        run: i64,
        file: &str,
        cells: &Cells,
        program: &str,
        now: &str,
    ) -> Result<bool> {
        let text = serde_json::to_vec(cells).map_err(|e| self.damaged("a worksheet", e))?;
        let hash = sha256(&text);
        if self.worksheet(review)?.is_some_and(|(import, _)| import.hash == hash) {
            return Ok(false);
        }
        self.transaction(|t| {
            t.execute(
                include_str!("../../db/statements/insert-worksheet-import.sql"),
                params![review, run, file, hash, program, now],
            )?;
            let id = t.last_insert_rowid();
            let mut insert = t.prepare(include_str!("../../db/statements/insert-worksheet-cell.sql"))?;
            for (row, columns) in cells {
                for (column, value) in columns {
                    insert.execute(params![id, row, column, value])?;
                }
            }
            Ok(())
        })?;
        Ok(true)
    }
}
