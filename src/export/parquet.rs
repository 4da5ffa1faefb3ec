//! Rows as Parquet, for DuckDB, R, Spark and DataFusion: written group by group, so that any number of rows passes through.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::references::{Entry, abstract_text};
use crate::record::Record;
use crate::screen::Assessment;

/// Rows of one group: what is held in memory.
const GROUP: usize = 5_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Long,
    Int,
    OptionalInt,
    Text,
    OptionalText,
    Texts,
}

/// One field of a row.
enum Cell<'a> {
    Long(u64),
    Int(i64),
    OptionalInt(Option<i64>),
    Text(&'a str),
    OptionalText(Option<&'a str>),
    Texts(Vec<&'a str>),
}

/// Values of a column in the group under way; `defined` and `repeated` are Parquet's levels.
#[derive(Debug, Default)]
struct Column {
    longs: Vec<i64>,
    ints: Vec<i32>,
    texts: Vec<ByteArray>,
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

impl Column {
    fn push(&mut self, cell: Cell<'_>) {
        let number = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        match cell {
            Cell::Long(n) => self.longs.push(i64::try_from(n).unwrap_or(i64::MAX)),
            Cell::Int(n) => self.ints.push(number(n)),
            Cell::OptionalInt(n) => {
                self.defined.push(i16::from(n.is_some()));
                self.ints.extend(n.map(number));
            }
            Cell::Text(text) => self.texts.push(text.into()),
            Cell::OptionalText(text) => {
                self.defined.push(i16::from(text.is_some()));
                self.texts.extend(text.map(ByteArray::from));
            }
            Cell::Texts(list) => {
                self.defined.extend(std::iter::repeat_n(1, list.len()));
                self.repeated.extend((0..list.len()).map(|i| i16::from(i > 0)));
                if list.is_empty() {
                    self.defined.push(0);
                    self.repeated.push(0);
                }
                self.texts.extend(list.into_iter().map(ByteArray::from));
            }
        }
    }
}

fn field(name: &str, kind: Kind) -> Result<TypePtr> {
    let text = |name: &str, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(repetition)
            .with_logical_type(Some(LogicalType::String))
            .build()
    };
    let number =
        |physical, repetition| Type::primitive_type_builder(name, physical).with_repetition(repetition).build();
    Ok(Arc::new(match kind {
        Kind::Long => number(Physical::INT64, Repetition::REQUIRED)?,
        Kind::Int => number(Physical::INT32, Repetition::REQUIRED)?,
        Kind::OptionalInt => number(Physical::INT32, Repetition::OPTIONAL)?,
        Kind::Text => text(name, Repetition::REQUIRED)?,
        Kind::OptionalText => text(name, Repetition::OPTIONAL)?,
        Kind::Texts => {
            let element = Arc::new(text("element", Repetition::REQUIRED)?);
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![element])
                .build()?;
            Type::group_type_builder(name)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build()?
        }
    }))
}

/// A file of rows under way.
struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    kinds: Vec<Kind>,
    columns: Vec<Column>,
    rows: usize,
}

impl<W: Write + Send> Table<W> {
    fn new(out: W, columns: &[(&str, Kind)]) -> Result<Self> {
        let fields = columns.iter().map(|(name, kind)| field(name, *kind)).collect::<Result<Vec<_>>>()?;
        let schema = Arc::new(Type::group_type_builder("row").with_fields(fields).build()?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        Ok(Self {
            writer: SerializedFileWriter::new(out, schema, Arc::new(properties))?,
            kinds: columns.iter().map(|c| c.1).collect(),
            columns: columns.iter().map(|_| Column::default()).collect(),
            rows: 0,
        })
    }

    fn push(&mut self, row: Vec<Cell<'_>>) -> Result<()> {
        self.columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
        if self.rows == GROUP { self.group() } else { Ok(()) }
    }

    fn group(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for (kind, column) in self.kinds.iter().zip(&mut self.columns) {
            let c = std::mem::take(column);
            let mut writer = group.next_column()?.ok_or_else(|| ParquetError::General("a column too many".into()))?;
            match kind {
                Kind::Long => writer.typed::<Int64Type>().write_batch(&c.longs, None, None)?,
                Kind::Int => writer.typed::<Int32Type>().write_batch(&c.ints, None, None)?,
                Kind::OptionalInt => writer.typed::<Int32Type>().write_batch(&c.ints, Some(&c.defined), None)?,
                Kind::Text => writer.typed::<ByteArrayType>().write_batch(&c.texts, None, None)?,
                Kind::OptionalText => writer.typed::<ByteArrayType>().write_batch(&c.texts, Some(&c.defined), None)?,
                Kind::Texts => {
                    writer.typed::<ByteArrayType>().write_batch(&c.texts, Some(&c.defined), Some(&c.repeated))?
                }
            };
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn end(mut self) -> Result<W> {
        self.group()?;
        self.writer.into_inner()
    }
}

const OF_RECORD: [(&str, Kind); 10] = [
    ("pmid", Kind::Long),
    ("version", Kind::Int),
    ("title", Kind::Text),
    ("abstract", Kind::OptionalText),
    ("journal", Kind::Text),
    ("year", Kind::OptionalInt),
    ("doi", Kind::OptionalText),
    ("languages", Kind::Texts),
    ("publication_types", Kind::Texts),
    ("mesh", Kind::Texts),
];

fn of_record<'a>(r: &'a Record, text: &'a str) -> Vec<Cell<'a>> {
    vec![
        Cell::Long(r.pmid.0),
        Cell::Int(r.version.into()),
        Cell::Text(&r.title),
        Cell::OptionalText((!text.is_empty()).then_some(text)),
        Cell::Text(&r.journal.title),
        Cell::OptionalInt(r.year().map(i64::from)),
        Cell::OptionalText(r.doi.as_deref()),
        Cell::Texts(r.languages.iter().map(String::as_str).collect()),
        Cell::Texts(r.publication_types.iter().map(|t| t.name.as_str()).collect()),
        Cell::Texts(r.mesh.iter().map(|m| m.descriptor.as_str()).collect()),
    ]
}

/// Records with what became of them, one row each.
pub struct Records<W: Write + Send>(Table<W>);

impl<W: Write + Send> Records<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W) -> Result<Self> {
        let more = [
            ("decision", Kind::Text),
            ("criterion", Kind::OptionalText),
            ("criterion_label", Kind::OptionalText),
            ("decided_by", Kind::Text),
            ("stage", Kind::OptionalText),
            ("reviewer", Kind::OptionalText),
            ("cases", Kind::OptionalInt),
        ];
        Ok(Self(Table::new(out, &[&OF_RECORD[..], &more].concat())?))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, entry: &Entry) -> Result<()> {
        let text = abstract_text(&entry.record);
        let mut row = of_record(&entry.record, &text);
        let fate = &entry.fate;
        row.extend([
            Cell::Text(fate.decision.name()),
            Cell::OptionalText(fate.decision.criterion()),
            Cell::OptionalText(entry.label.as_deref()),
            Cell::Text(fate.decided_by.name()),
            Cell::OptionalText(fate.stage.map(|s| s.name())),
            Cell::OptionalText(fate.reviewer.as_deref()),
            Cell::OptionalInt(fate.cases.map(i64::from)),
        ]);
        self.0.push(row)
    }

    /// Ends the file; without this it is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> Result<W> {
        self.0.end()
    }
}

/// Assessments, one row a record and criterion: the table `assessed` of `db/questions/flow-by-rules.sql`.
pub struct Assessed<W: Write + Send>(Table<W>);

impl<W: Write + Send> Assessed<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W) -> Result<Self> {
        let columns = [
            ("pmid", Kind::Long),
            ("version", Kind::Int),
            ("position", Kind::Int),
            ("criterion", Kind::Text),
            ("outcome", Kind::Text),
            ("reason", Kind::Text),
            ("quote", Kind::OptionalText),
        ];
        Ok(Self(Table::new(out, &columns)?))
    }

    /// Adds a record's assessments, in the protocol's order.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn push(&mut self, record: &Record, assessments: &[Assessment]) -> Result<()> {
        for (i, a) in assessments.iter().enumerate() {
            self.0.push(vec![
                Cell::Long(record.pmid.0),
                Cell::Int(record.version.into()),
                Cell::Int(i as i64 + 1),
                Cell::Text(&a.criterion),
                Cell::Text(a.outcome.name()),
                Cell::Text(&a.reason),
                Cell::OptionalText(a.evidence.first().map(|e| e.quote.as_str())),
            ])?;
        }
        Ok(())
    }

    /// Ends the file; without this it is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(self) -> Result<W> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::{Seek, Write};

    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::flow::{DecidedBy, Decision, Fate};
    use crate::protocol::Stage;
    use crate::record::{AbstractSection, Pmid, PublicationType};
    use crate::screen::Outcome;

    /// As the crate's reader tells them.
    fn rows(bytes: Vec<u8>) -> Vec<String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
    }

    fn entry(pmid: u64) -> Entry {
        let mut record = Record::new(Pmid(pmid));
        record.title = format!("Title {pmid}, é = ß");
        if pmid.is_multiple_of(2) {
            record.abstract_sections = vec![AbstractSection { text: "Text.".into(), ..Default::default() }];
            record.languages = vec!["eng".into(), "fre".into()];
            record.publication_types = vec![PublicationType { name: "Letter".into(), ..Default::default() }];
            record.doi = Some("10.1/x".into());
        }
        let fate = Fate {
            pmid: record.pmid,
            decision: if pmid.is_multiple_of(2) { Decision::Excluded("not-human".into()) } else { Decision::Included },
            decided_by: DecidedBy::Person,
            stage: Some(Stage::FullText),
            reviewer: pmid.is_multiple_of(2).then(|| "reviewer-1".to_owned()),
            cases: (!pmid.is_multiple_of(2)).then_some(3),
        };
        Entry { record, fate, label: None }
    }

    #[test]
    fn rows_are_read_back_by_another_reader_over_any_number_of_groups() {
        let n = GROUP as u64 + 7;
        let mut file = Records::new(Vec::new()).unwrap();
        (1..=n).for_each(|pmid| file.push(&entry(pmid)).unwrap());
        let rows = rows(file.end().unwrap());
        assert_eq!(rows.len() as u64, n);
        for (row, parts) in [
            (&rows[0], ["pmid: 1,", "abstract: null", "languages: []", "decision: \"included\"", "cases: 3"]),
            (
                &rows[1],
                [
                    "abstract: \"Text.\"",
                    "[\"eng\", \"fre\"]",
                    "[\"Letter\"]",
                    "criterion: \"not-human\"",
                    "cases: null",
                ],
            ),
            (
                &rows[GROUP + 6],
                ["pmid: 5007,", "é = ß", "decided_by: \"person\"", "stage: \"full-text\"", "reviewer: null"],
            ),
        ] {
            parts.iter().for_each(|part| assert!(row.contains(part), "{part} in {row}"));
        }
    }

    #[test]
    fn assessments_are_told_in_the_protocols_order_and_no_record_is_no_row() {
        let one = |criterion: &str, outcome| Assessment {
            criterion: criterion.into(),
            outcome,
            reason: "because".into(),
            evidence: Vec::new(),
        };
        let mut file = Assessed::new(Vec::new()).unwrap();
        file.push(&entry(2).record, &[one("b", Outcome::NotMet), one("a", Outcome::Unclear)]).unwrap();
        let list = rows(file.end().unwrap());
        assert_eq!(list.len(), 2);
        assert!(list[0].contains("position: 1, criterion: \"b\", outcome: \"not-met\""), "{}", list[0]);
        assert!(list[1].contains("position: 2, criterion: \"a\", outcome: \"unclear\""), "{}", list[1]);
        assert!(rows(Records::new(Vec::new()).unwrap().end().unwrap()).is_empty());
    }
}
