//! A file of records, written one record after the other: whatever its size, one record is held.

use std::io::{self, Write};

use super::{Entry, bibtex, csl, endnote, line, ris, tables};
use crate::record::Record;

/// How a file of records is written.
#[derive(Debug, Clone)]
pub enum Form {
    /// RIS.
    Ris,
    /// PubMed's own text; its fields are told by the function, the decision stands in `GN`.
    Nbib(fn(&Record) -> String),
    /// EndNote XML.
    EndnoteXml,
    /// BibTeX.
    Bibtex,
    /// A CSL-JSON array.
    CslJson,
    /// ASReview's CSV.
    Asreview,
    /// Rayyan's CSV.
    Rayyan,
    /// Covidence's CSV.
    Covidence,
    /// CoLRev's `records.bib`, with the protocol's criteria in order.
    Colrev(Vec<String>),
    /// JSON Lines.
    Jsonl,
}

/// A file of records on its way.
#[derive(Debug)]
pub struct References<W> {
    form: Form,
    out: W,
    /// Records written.
    written: u64,
}

impl<W: Write> References<W> {
    /// Begins a file. Nothing is written before the first record.
    pub fn new(form: Form, out: W) -> Self {
        Self { form, out, written: 0 }
    }

    fn head(&self) -> io::Result<Vec<u8>> {
        let columns: &[&str] = match self.form {
            Form::EndnoteXml => return Ok(endnote::HEAD.into()),
            Form::CslJson => return Ok(b"[\n".into()),
            Form::Asreview => &tables::ASREVIEW,
            Form::Rayyan => &tables::RAYYAN,
            Form::Covidence => &tables::COVIDENCE,
            Form::Ris | Form::Nbib(_) | Form::Bibtex | Form::Colrev(_) | Form::Jsonl => return Ok(Vec::new()),
        };
        Ok(tables::row(columns)?)
    }

    /// Writes a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, entry: &Entry) -> io::Result<()> {
        let between = match self.form {
            _ if self.written == 0 => &self.head()?,
            Form::CslJson => &b",\n"[..],
            Form::Nbib(_) => b"\n",
            _ => b"",
        };
        self.out.write_all(between)?;
        self.written += 1;
        let bytes = match &self.form {
            Form::Ris => ris::ris(entry).into_bytes(),
            Form::Nbib(text) => {
                format!("{}GN  - tamis: {}\n", text(&entry.record), line(&entry.decision())).into_bytes()
            }
            Form::EndnoteXml => endnote::endnote_xml(entry, self.written).into_bytes(),
            Form::Bibtex => bibtex::bibtex(entry).into_bytes(),
            Form::CslJson => csl::csl_json(entry)?.into_bytes(),
            Form::Asreview => tables::row(tables::asreview(entry))?,
            Form::Rayyan => tables::row(tables::rayyan(entry))?,
            Form::Covidence => tables::row(tables::covidence(entry))?,
            Form::Colrev(criteria) => bibtex::colrev(entry, criteria).into_bytes(),
            Form::Jsonl => csl::jsonl(entry)?.into_bytes(),
        };
        self.out.write_all(&bytes)
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<W> {
        let tail = match self.form {
            Form::EndnoteXml => endnote::TAIL,
            Form::CslJson => "\n]\n",
            _ => "",
        };
        self.out.write_all(tail.as_bytes())?;
        Ok(self.out)
    }
}
