//! `tamis corpus export`: records of the corpus and what a review's rules say of them, in files that other engines read.

use std::path::Path;

use anyhow::Result;

use crate::jobs::{Outcome, Workplace, advice};

/// Why there is no Parquet.
pub fn without_parquet() -> anyhow::Error {
    advice("this tamis was built without Parquet", "build it with `--features parquet`, or take --to jsonl")
}

/// `tamis corpus export --parquet DIR`.
///
/// # Errors
/// Always: this program was built without Parquet.
#[cfg(not(feature = "parquet"))]
pub fn command(_: &Workplace, _: &Path, _: Option<&str>, _: &Path) -> Result<Outcome> {
    Err(without_parquet())
}

#[cfg(feature = "parquet")]
pub use parquet::command;

#[cfg(feature = "parquet")]
mod parquet {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use anyhow::{Context as _, anyhow};

    use super::*;
    use crate::export::parquet::{Assessed, Records};
    use crate::export::references::Entry;
    use crate::flow::{DecidedBy, Decision, Fate};
    use crate::jobs::corpus::search::{find, open, parse, unpacked};
    use crate::jobs::{Whole, crew};
    use crate::screen::{Assessment, Screener};

    /// Records of one file: engines hand files to their workers.
    const FILE: usize = 100_000;
    /// Records that a thread assesses at a time.
    const AT_ONCE: usize = 64;

    /// Files of one kind of rows, begun as they are needed.
    struct Files {
        folder: PathBuf,
        number: usize,
    }

    impl Files {
        fn begin(&mut self) -> Result<Whole> {
            self.number += 1;
            Whole::begin(&self.folder.join(format!("part-{:05}.parquet", self.number)))
        }
    }

    /// Rows of one kind.
    struct Part<T> {
        files: Files,
        rows: Option<T>,
        records: usize,
    }

    impl<T> Part<T> {
        fn new(folder: PathBuf) -> Self {
            Self { files: Files { folder, number: 0 }, rows: None, records: 0 }
        }

        /// The file under way; a full one is ended first.
        fn rows(&mut self, new: impl Fn(Whole) -> Result<T>, end: impl Fn(T) -> Result<()>) -> Result<&mut T> {
            if self.records == FILE
                && let Some(full) = self.rows.take()
            {
                end(full)?;
                self.records = 0;
            }
            self.records += 1;
            match &mut self.rows {
                Some(rows) => Ok(rows),
                none => Ok(none.insert(new(self.files.begin()?)?)),
            }
        }
    }

    fn end_records(rows: Records<Whole>) -> Result<()> {
        rows.end()?.end()
    }

    fn end_assessed(rows: Assessed<Whole>) -> Result<()> {
        rows.end()?.end()
    }

    fn entry(
        place: &Workplace,
        fetched: crate::entrez::xml::Fetched,
        assessments: &[Assessment],
        cases: Option<u32>,
    ) -> Entry {
        let record = fetched.record;
        let decision = Decision::by_rules(assessments);
        let criteria = &place.review.protocol.criteria;
        let label = decision.criterion().and_then(|c| criteria.iter().find(|x| x.id == c)).map(|c| c.label.clone());
        let decided_by = match decision {
            Decision::Unresolved(_) => DecidedBy::Nobody,
            _ => DecidedBy::Rule,
        };
        Entry {
            fate: Fate { pmid: record.pmid, decision, decided_by, stage: None, reviewer: None, cases },
            record,
            label,
        }
    }

    /// `tamis corpus export --parquet DIR`.
    ///
    /// # Errors
    /// When the folder is not empty, the string cannot be run, or a record cannot be read.
    pub fn command(place: &Workplace, corpus: &Path, search: Option<&str>, folder: &Path) -> Result<Outcome> {
        if folder.read_dir().is_ok_and(|mut d| d.next().is_some()) {
            return Err(advice(format!("{} is not empty", folder.display()), "name a new folder, or empty this one"));
        }
        let screener = Screener::new(&place.review.protocol)
            .map_err(|e| anyhow!("the protocol's rules cannot be applied: {e}"))?;
        let mut corpus = open(corpus)?;
        let list = find(&mut corpus, &parse(search.unwrap_or("all[sb]"))?, None)?;
        let bar = place.bar(list.len() as u64, "exporting");
        let mut left = list.chunks(AT_ONCE);
        let mut records: BTreeMap<&str, Part<Records<Whole>>> = BTreeMap::new();
        let mut assessed: Part<Assessed<Whole>> = Part::new(folder.join("assessed"));
        crew::in_order(
            crew::size(None),
            move || {
                let Some(chunk) = left.next() else { return Ok(None) };
                let packed = chunk.iter().map(|(pmid, id)| Ok((*pmid, corpus.packed(*id)?)));
                Ok(Some(packed.collect::<Result<Vec<_>>>()?))
            },
            |chunk| {
                let one = |(pmid, packed): (_, Vec<u8>)| {
                    let fetched = unpacked(pmid, &packed)?;
                    let (assessments, cases) = screener.screen(&fetched.record);
                    Ok((entry(place, fetched, &assessments, cases.map(|c| c.0)), assessments))
                };
                chunk.into_iter().map(one).collect::<Result<Vec<_>>>()
            },
            |chunk: Result<Vec<_>>| {
                for (entry, assessments) in chunk? {
                    let decision = entry.fate.decision.name();
                    let of = || Part::new(folder.join("record").join(format!("decision={decision}")));
                    let rows = records.entry(decision).or_insert_with(of);
                    rows.rows(|out| Ok(Records::new(out)?), end_records)?.push(&entry)?;
                    assessed.rows(|out| Ok(Assessed::new(out)?), end_assessed)?.push(&entry.record, &assessments)?;
                    bar.inc(1);
                }
                Ok(())
            },
        )
        .with_context(|| format!("while writing {}", folder.display()))?;
        bar.finish_and_clear();
        records.into_values().filter_map(|part| part.rows).try_for_each(end_records)?;
        assessed.rows.into_iter().try_for_each(end_assessed)?;
        eprintln!("{}: {} records by the rules of {}", folder.display(), list.len(), place.review.name);
        place.next(&format!(
            "duckdb -c \"SELECT decision, count(*) FROM '{}/record/*/*.parquet' GROUP BY 1\"",
            folder.display()
        ));
        Ok(Outcome::Done)
    }
}
