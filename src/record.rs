//! One PubMed record as PubMed described it.
//!
//! A [`Record`] is plain data: it says what the XML said, keeps dates and languages apart as
//! PubMed keeps them, and interprets nothing. The raw XML stays in the store, so a better reader
//! can always read it again. Element names refer to the PubMed DTD (`pubmed_250101.dtd`).

use std::fmt;

use serde::{Deserialize, Serialize};

mod change;

pub use change::{FieldChange, Notice, NoticeKind, changes};

/// A PubMed identifier. Displayed as PubMed prints it, without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pmid(pub u64);

impl Pmid {
    /// The first number of records that were written for a test or a demonstration.
    pub const FIRST_SYNTHETIC: u64 = 99_000_001;
    /// The first number of records that PubMed does not have: a review gives them numbers of its own.
    pub const FIRST_OWN: u64 = 9_000_000_001;

    /// Whether PubMed has, or may have, a record of this number.
    pub fn is_on_pubmed(self) -> bool {
        !self.is_synthetic() && !self.is_own()
    }

    /// PubMed's page of it.
    pub fn address(self) -> String {
        format!("https://pubmed.ncbi.nlm.nih.gov/{self}/")
    }

    /// Whether it is a number that a review gave to a record that PubMed does not have.
    pub fn is_own(self) -> bool {
        self.0 >= Self::FIRST_OWN
    }

    /// Whether the number is one of records that were written for a test or a demonstration.
    pub fn is_synthetic(self) -> bool {
        (Self::FIRST_SYNTHETIC..100_000_000).contains(&self.0)
    }
}

impl fmt::Display for Pmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The two kinds of entry an EFetch answer may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// `PubmedArticle`.
    #[default]
    Article,
    /// `PubmedBookArticle`, from the NCBI Bookshelf.
    Book,
}

impl RecordKind {
    /// The word used in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Book => "book",
        }
    }
}

/// A date of which the month or the day may be missing, as in `PubDate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct PartialDate {
    /// Four-digit year.
    pub year: i16,
    /// Month, 1 to 12. A season is its first month: winter 1, spring 4, summer 7, fall 10
    /// (PubMed User Guide).
    pub month: Option<u8>,
    /// Day of the month, 1 to 31.
    pub day: Option<u8>,
}

impl PartialDate {
    /// The day PubMed's date searching files this date under: a missing month is January, a
    /// missing day the first.
    pub fn first_day(self) -> (i16, u8, u8) {
        (self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

/// A date with the name PubMed gives it: an `ArticleDate`'s `DateType` or a
/// `PubMedPubDate`'s `PubStatus` (`received`, `accepted`, `pubmed`, `medline`, `entrez` …).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NamedDate {
    /// The attribute's text, unchanged.
    pub name: String,
    /// The day.
    pub date: PartialDate,
}

/// One `AbstractText`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AbstractSection {
    /// The heading as the journal printed it, `Label`.
    pub label: Option<String>,
    /// `NlmCategory`: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS or UNASSIGNED.
    pub category: Option<String>,
    /// The text with inline markup removed and every word kept.
    pub text: String,
}

/// An `OtherAbstract`: in another language, or for another reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OtherAbstract {
    /// `Type`, for example `Publisher` or `plain-language-summary`.
    pub kind: Option<String>,
    /// `Language`, a three-letter MARC code.
    pub language: Option<String>,
    /// Its sections.
    pub sections: Vec<AbstractSection>,
}

/// A person or a group in `AuthorList` or `InvestigatorList`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Author {
    /// `LastName`.
    pub last_name: Option<String>,
    /// `ForeName`.
    pub fore_name: Option<String>,
    /// `Initials`.
    pub initials: Option<String>,
    /// `Suffix`.
    pub suffix: Option<String>,
    /// `CollectiveName`, when a group is the author.
    pub collective: Option<String>,
    /// ORCID as given, in any of its spellings.
    pub orcid: Option<String>,
    /// `AffiliationInfo/Affiliation`, in order.
    pub affiliations: Vec<String>,
}

impl Author {
    /// The name as MEDLINE's AU line prints it: last name and initials, or the group's name.
    pub fn display(&self) -> String {
        match (&self.collective, &self.last_name) {
            (Some(group), _) => group.clone(),
            (None, Some(last)) => [Some(last), self.initials.as_ref(), self.suffix.as_ref()]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            (None, None) => String::new(),
        }
    }
}

/// Where the article appeared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Journal {
    /// Full title; for a book, the book's title.
    pub title: String,
    /// `ISOAbbreviation`.
    pub iso_abbreviation: Option<String>,
    /// `MedlineTA`, the title abbreviation of `[ta]`.
    pub medline_ta: Option<String>,
    /// `NlmUniqueID`, `[jid]`.
    pub nlm_id: Option<String>,
    /// ISSN, print or electronic.
    pub issn: Option<String>,
    /// `Volume`.
    pub volume: Option<String>,
    /// `Issue`.
    pub issue: Option<String>,
    /// `MedlinePgn`, or start and end page joined by a hyphen.
    pub pages: Option<String>,
    /// `Country` of the journal, `[pl]`.
    pub country: Option<String>,
}

/// A publication type with its MeSH identifier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PublicationType {
    /// Descriptor identifier, for example `D002363`.
    pub ui: Option<String>,
    /// Its name, for example `Case Reports`.
    pub name: String,
}

/// A MeSH qualifier (subheading).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Qualifier {
    /// Qualifier identifier.
    pub ui: Option<String>,
    /// Its name, for example `drug therapy`.
    pub name: String,
    /// Whether it is a major topic.
    pub major: bool,
}

/// A MeSH heading: a descriptor with its qualifiers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MeshHeading {
    /// Descriptor identifier, for example `D012509`.
    pub ui: Option<String>,
    /// The descriptor's name, for example `Sarcoma`.
    pub descriptor: String,
    /// Whether the descriptor itself is a major topic.
    pub major: bool,
    /// Its qualifiers in order.
    pub qualifiers: Vec<Qualifier>,
}

/// A chemical (`Chemical`) or a supplementary concept (`SupplMeshName`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Substance {
    /// Identifier of the name.
    pub ui: Option<String>,
    /// CAS or EC number; `0` when there is none.
    pub registry_number: Option<String>,
    /// The name.
    pub name: String,
}

/// A keyword and who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keyword {
    /// `Owner` of the list: `NOTNLM` is the authors.
    pub owner: Option<String>,
    /// The keyword.
    pub text: String,
    /// Whether it is marked as a major topic.
    pub major: bool,
}

/// A link to another citation: an erratum, a retraction, a comment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Correction {
    /// `RefType`, for example `RetractionIn`.
    pub kind: String,
    /// `RefSource`, the citation as text.
    pub source: String,
    /// The other citation, where PubMed has it.
    pub pmid: Option<Pmid>,
    /// A note.
    pub note: Option<String>,
}

/// One article as PubMed described it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The identifier.
    pub pmid: Pmid,
    /// `Version` of the PMID; almost always 1.
    pub version: u32,
    /// Article or book.
    pub kind: RecordKind,
    /// `MedlineCitation/@Status`, for example `MEDLINE`, `In-Process`, `PubMed-not-MEDLINE`.
    pub status: Option<String>,
    /// `IndexingMethod`: none means people, else `Curated` or `Automated`.
    pub indexing_method: Option<String>,
    /// `ArticleTitle`, inline markup removed. A translated title keeps its square brackets.
    pub title: String,
    /// `VernacularTitle`.
    pub vernacular_title: Option<String>,
    /// The English abstract, section by section; empty when there is none.
    pub abstract_sections: Vec<AbstractSection>,
    /// `CopyrightInformation` of the abstract.
    pub copyright: Option<String>,
    /// Abstracts in other languages or of other kinds.
    pub other_abstracts: Vec<OtherAbstract>,
    /// Authors in order; superseded spellings (`ValidYN="N"`) left out.
    pub authors: Vec<Author>,
    /// Whether PubMed says that the author list is complete.
    pub authors_complete: bool,
    /// Investigators, who are not authors.
    pub investigators: Vec<Author>,
    /// Where it appeared.
    pub journal: Journal,
    /// The print date, `[ppdat]`; from `MedlineDate` its first year and month.
    pub pub_date: Option<PartialDate>,
    /// `MedlineDate` as text, when PubMed gives no better.
    pub medline_date: Option<String>,
    /// `ArticleDate`s; the one named `Electronic` is `[epdat]`.
    pub article_dates: Vec<NamedDate>,
    /// `History`: received, accepted, entrez, pubmed, medline …
    pub history: Vec<NamedDate>,
    /// `DateCompleted`, `[dcom]`.
    pub date_completed: Option<PartialDate>,
    /// `DateRevised`, `[lr]`.
    pub date_revised: Option<PartialDate>,
    /// Three-letter language codes; may be several.
    pub languages: Vec<String>,
    /// Publication types in order.
    pub publication_types: Vec<PublicationType>,
    /// MeSH headings; empty means *not indexed*, never *not about*.
    pub mesh: Vec<MeshHeading>,
    /// Supplementary concepts.
    pub supplementary_mesh: Vec<Substance>,
    /// Chemicals.
    pub chemicals: Vec<Substance>,
    /// Keywords of every owner.
    pub keywords: Vec<Keyword>,
    /// Errata, retractions, comments.
    pub corrections: Vec<Correction>,
    /// `GrantID` with its agency.
    pub grants: Vec<String>,
    /// Data bank accession numbers, `ClinicalTrials.gov/NCT…`.
    pub data_banks: Vec<String>,
    /// Subjects of a biography, `[ps]`.
    pub subjects: Vec<Author>,
    /// DOI of this article, from `PubmedData/ArticleIdList` or a valid `ELocationID`.
    pub doi: Option<String>,
    /// PMC identifier with its prefix.
    pub pmc: Option<String>,
    /// Other article identifiers, `(type, value)`, for example `("pii", "S001")`.
    pub other_ids: Vec<(String, String)>,
    /// `PublicationStatus`: ppublish, epublish, aheadofprint.
    pub publication_status: Option<String>,
    /// `CoiStatement`.
    pub conflict_of_interest: Option<String>,
    /// `GeneralNote`s.
    pub notes: Vec<String>,
    /// Subsets the citation belongs to, `CitationSubset`.
    pub citation_subsets: Vec<String>,
}

impl Record {
    /// An empty record of this PMID.
    pub fn new(pmid: Pmid) -> Self {
        Self {
            pmid,
            version: 1,
            kind: RecordKind::Article,
            status: None,
            indexing_method: None,
            title: String::new(),
            vernacular_title: None,
            abstract_sections: Vec::new(),
            copyright: None,
            other_abstracts: Vec::new(),
            authors: Vec::new(),
            authors_complete: true,
            investigators: Vec::new(),
            journal: Journal::default(),
            pub_date: None,
            medline_date: None,
            article_dates: Vec::new(),
            history: Vec::new(),
            date_completed: None,
            date_revised: None,
            languages: Vec::new(),
            publication_types: Vec::new(),
            mesh: Vec::new(),
            supplementary_mesh: Vec::new(),
            chemicals: Vec::new(),
            keywords: Vec::new(),
            corrections: Vec::new(),
            grants: Vec::new(),
            data_banks: Vec::new(),
            subjects: Vec::new(),
            doi: None,
            pmc: None,
            other_ids: Vec::new(),
            publication_status: None,
            conflict_of_interest: None,
            notes: Vec::new(),
            citation_subsets: Vec::new(),
        }
    }

    /// The electronic publication date, `[epdat]`.
    pub fn electronic_date(&self) -> Option<PartialDate> {
        self.article_dates.iter().find(|d| d.name.eq_ignore_ascii_case("electronic")).map(|d| d.date)
    }

    /// A date of the `History` by its name, for example `entrez`.
    pub fn history_date(&self, name: &str) -> Option<PartialDate> {
        self.history.iter().find(|d| d.name == name).map(|d| d.date)
    }

    /// The year the article is cited under: of the print date, else of the electronic one.
    pub fn year(&self) -> Option<i16> {
        self.pub_date.or_else(|| self.electronic_date()).map(|d| d.year)
    }

    /// Whether the record has an English abstract.
    pub fn has_abstract(&self) -> bool {
        self.abstract_sections.iter().any(|s| !s.text.is_empty())
    }

    /// Whether the article has been retracted: by its publication type or by a `RetractionIn`.
    pub fn is_retracted(&self) -> bool {
        self.notices().iter().any(|n| n.kind == NoticeKind::Retracted)
    }

    /// First author, journal and year: enough to recognise an article in a list.
    pub fn short_citation(&self) -> String {
        let author = self.authors.first().map(Author::display).unwrap_or_else(|| "[no author]".to_owned());
        let others = if self.authors.len() > 1 { " et al." } else { "." };
        let journal = self.journal.iso_abbreviation.as_deref().unwrap_or(&self.journal.title);
        match self.year() {
            Some(year) => format!("{author}{others} {journal} {year}"),
            None => format!("{author}{others} {journal}"),
        }
    }

    /// Every piece of text that evidence may point into, in reading order.
    ///
    /// The address of a passage (`title`, `abstract:1`, `keyword:2`, `mesh:3` …, counted from 1)
    /// together with UTF-8 byte offsets into [`Passage::text`] is how evidence is cited; it holds
    /// as long as the record's revision does.
    pub fn passages(&self) -> Vec<Passage<'_>> {
        fn numbered<'a>(
            out: &mut Vec<Passage<'a>>,
            field: Field,
            items: impl Iterator<Item = (Option<&'a str>, &'a str)>,
        ) {
            out.extend(items.enumerate().map(|(i, (label, text))| Passage { field, number: i + 1, label, text }));
        }
        let mut out = vec![Passage { field: Field::Title, number: 0, label: None, text: &self.title }];
        if let Some(text) = &self.vernacular_title {
            out.push(Passage { field: Field::VernacularTitle, number: 0, label: None, text });
        }
        numbered(
            &mut out,
            Field::Abstract,
            self.abstract_sections.iter().map(|s| (s.label.as_deref().or(s.category.as_deref()), s.text.as_str())),
        );
        numbered(
            &mut out,
            Field::OtherAbstract,
            self.other_abstracts
                .iter()
                .flat_map(|o| o.sections.iter().map(|s| (o.language.as_deref(), s.text.as_str()))),
        );
        numbered(&mut out, Field::Keyword, self.keywords.iter().map(|k| (k.owner.as_deref(), k.text.as_str())));
        numbered(&mut out, Field::Mesh, self.mesh.iter().map(|m| (None, m.descriptor.as_str())));
        numbered(&mut out, Field::Chemical, self.chemicals.iter().map(|c| (None, c.name.as_str())));
        numbered(&mut out, Field::SupplementaryMesh, self.supplementary_mesh.iter().map(|c| (None, c.name.as_str())));
        numbered(&mut out, Field::PublicationType, self.publication_types.iter().map(|t| (None, t.name.as_str())));
        numbered(&mut out, Field::Language, self.languages.iter().map(|l| (None, l.as_str())));
        out
    }

    /// The passage at an address such as `abstract:2` or `correction:1`, if the record has it.
    pub fn passage(&self, address: &str) -> Option<Passage<'_>> {
        // Announcements are no text of the article: searches and word rules do not look into them.
        let announced = self.corrections.iter().enumerate().map(|(i, c)| Passage {
            field: Field::Correction,
            number: i + 1,
            label: Some(&c.kind),
            text: &c.source,
        });
        self.passages().into_iter().chain(announced).find(|p| p.address() == address)
    }
}

/// The fields evidence may stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// `ArticleTitle`.
    Title,
    /// `VernacularTitle`.
    VernacularTitle,
    /// A section of the English abstract.
    Abstract,
    /// A section of an `OtherAbstract`.
    OtherAbstract,
    /// A keyword.
    Keyword,
    /// A MeSH descriptor.
    Mesh,
    /// A chemical.
    Chemical,
    /// A supplementary concept.
    SupplementaryMesh,
    /// A publication type.
    PublicationType,
    /// A language code.
    Language,
    /// Where a correction, a concern or a retraction is announced (`CommentsCorrections/RefSource`).
    Correction,
}

impl Field {
    /// The name used in addresses, protocols and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::VernacularTitle => "vernacular-title",
            Self::Abstract => "abstract",
            Self::OtherAbstract => "other-abstract",
            Self::Keyword => "keyword",
            Self::Mesh => "mesh",
            Self::Chemical => "chemical",
            Self::SupplementaryMesh => "supplementary-mesh",
            Self::PublicationType => "publication-type",
            Self::Language => "language",
            Self::Correction => "correction",
        }
    }
}

/// A piece of a record's text with its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The field it belongs to.
    pub field: Field,
    /// Its place among the passages of that field, from 1; 0 where a record has only one.
    pub number: usize,
    /// The section's heading, the keyword's owner or the abstract's language.
    pub label: Option<&'a str>,
    /// The text. Offsets of evidence are UTF-8 bytes into it.
    pub text: &'a str,
}

impl Passage<'_> {
    /// The address evidence cites: `title`, `abstract:2`, `mesh:5`.
    pub fn address(&self) -> String {
        match self.number {
            0 => self.field.name().to_owned(),
            n => format!("{}:{n}", self.field.name()),
        }
    }
}

/// Record text made safe for a terminal: control characters (escape sequences above all) and
/// bidirectional overrides become visible `\u{..}` escapes; tabs and newlines stay.
pub fn terminal_safe(text: &str) -> std::borrow::Cow<'_, str> {
    let unsafe_char = |c: char| {
        (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(unsafe_char) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if unsafe_char(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_found_again_by_its_address() {
        let mut record = Record::new(Pmid(1));
        record.title = "T".into();
        record.abstract_sections = vec![
            AbstractSection { text: "one".into(), ..Default::default() },
            AbstractSection { text: "two".into(), ..Default::default() },
        ];
        assert_eq!(record.passage("abstract:2").map(|p| p.text), Some("two"));
        assert_eq!(record.passage("title").map(|p| p.text), Some("T"));
        assert_eq!(record.passage("abstract:3"), None);
    }

    #[test]
    fn a_missing_month_is_january_and_a_missing_day_the_first() {
        let date = PartialDate { year: 2016, month: None, day: None };
        assert_eq!(date.first_day(), (2016, 1, 1));
        assert_eq!(date.to_string(), "2016");
    }
}
