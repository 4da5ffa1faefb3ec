//! Files of citations that other databases and programs write, read into records: RIS, PubMed's nbib, EndNote XML and
//! tagged EndNote, BibTeX, and the CSV of PubMed, Rayyan, Covidence and ASReview.
//!
//! A file is cut into its entries first, so that each is read alone: a bad one is named with its line and does not
//! hide the next. PubMed's own XML is read by the `entrez` room.

use crate::record::Record;

mod bibtex;
mod convert;
mod cut;
mod decode;
mod table;
mod write;

pub use decode::decode;
pub use write::xml;

/// The formats that are told apart by what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RIS.
    Ris,
    /// PubMed's text format (MEDLINE, .nbib).
    Nbib,
    /// EndNote XML.
    EndnoteXml,
    /// Tagged EndNote (Refer, .enw).
    Enw,
    /// BibTeX or BibLaTeX, CoLRev's records.bib among them.
    Bibtex,
    /// A table with a header.
    Csv,
    /// PubMed's XML, which another room reads.
    PubmedXml,
}

impl Format {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ris => "RIS",
            Self::Nbib => "nbib",
            Self::EndnoteXml => "EndNote XML",
            Self::Enw => "tagged EndNote",
            Self::Bibtex => "BibTeX",
            Self::Csv => "CSV",
            Self::PubmedXml => "PubMed XML",
        }
    }
}

/// One entry of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The line it begins on, from 1.
    pub line: usize,
    /// What it says. The PMID is 0 where the entry gives none.
    pub record: Record,
}

/// An entry that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The entries that can be read, in order.
    pub citations: Vec<Citation>,
    /// Those that cannot.
    pub bad: Vec<Bad>,
}

/// Which format a text is in; none when it is none of them.
pub fn format(text: &str) -> Option<Format> {
    cut::format(text)
}

/// Reads a text of citations.
pub fn read(text: &str, format: Format) -> Contents {
    if format == Format::Csv {
        return table::read(text);
    }
    let mut out = Contents::default();
    for (line, piece) in cut::cut(text, format) {
        match convert::read(piece, format) {
            Ok(record) if record.title.trim().is_empty() => {
                out.bad.push(Bad { line, what: "the entry has no title".to_owned() });
            }
            Ok(record) => out.citations.push(Citation { line, record }),
            Err((within, what)) => out.bad.push(Bad { line: line + within, what }),
        }
    }
    out
}

#[cfg(test)]
mod tests;
