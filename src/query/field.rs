//! PubMed's search fields and their spellings (PubMed User Guide, "Search field tags").

/// A search field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchField {
    /// No tag, or `[all]`.
    All,
    /// `[tiab]`: title, abstract, other abstract, author keywords.
    TitleAbstract,
    /// `[ti]`.
    Title,
    /// `[tw]`: text words; here every text of the record.
    TextWord,
    /// `[ot]`: keywords.
    OtherTerm,
    /// `[mh]`.
    Mesh,
    /// `[majr]`.
    MeshMajor,
    /// `[sh]`.
    Subheading,
    /// `[nm]` and `[rn]`: substances.
    Substance,
    /// `[pa]`: records do not hold it, PubMed looks it up by substance.
    PharmacologicalAction,
    /// `[pt]`.
    PublicationType,
    /// `[la]`.
    Language,
    /// `[dp]`: print or electronic date.
    PublicationDate,
    /// `[epdat]`.
    ElectronicDate,
    /// `[ppdat]`.
    PrintDate,
    /// `[edat]`.
    EntrezDate,
    /// `[crdt]`.
    CreateDate,
    /// `[mhda]`.
    MeshDate,
    /// `[lr]`, `[mdat]`.
    ModificationDate,
    /// `[dcom]`.
    CompletionDate,
    /// `[au]`, `[fau]`.
    Author,
    /// `[1au]`.
    FirstAuthor,
    /// `[lastau]`.
    LastAuthor,
    /// `[cn]`.
    CorporateAuthor,
    /// `[ir]`.
    Investigator,
    /// `[ad]`.
    Affiliation,
    /// `[ta]`.
    Journal,
    /// `[vi]`.
    Volume,
    /// `[ip]`.
    Issue,
    /// `[pg]`.
    Pages,
    /// `[pl]`.
    Place,
    /// `[gr]`.
    Grant,
    /// `[si]`.
    SecondarySource,
    /// `[aid]`, `[lid]`, `[doi]`.
    ArticleId,
    /// `[pmid]`, `[uid]`.
    Pmid,
    /// `[sb]`, `[filter]`.
    Subset,
}

use SearchField as F;

/// Field, the tag printed, PubMed's full name as in its translation, other spellings.
const TABLE: &[(F, &str, &str, &[&str])] = &[
    (F::All, "all", "All Fields", &["all fields"]),
    (F::TitleAbstract, "tiab", "Title/Abstract", &["title/abstract"]),
    (F::Title, "ti", "Title", &["title", "titl"]),
    (F::TextWord, "tw", "Text Word", &["text word", "text words", "word"]),
    (F::OtherTerm, "ot", "Other Term", &["other term", "other terms", "keyword"]),
    (F::Mesh, "mh", "MeSH Terms", &["mesh", "mesh terms", "mesh term"]),
    (F::MeshMajor, "majr", "MeSH Major Topic", &["mesh major topic", "major topic"]),
    (F::Subheading, "sh", "MeSH Subheading", &["mesh subheading", "mesh subheadings", "subh"]),
    (F::Substance, "nm", "Supplementary Concept", &["rn", "substance name", "supplementary concept", "ec/rn number"]),
    (
        F::PharmacologicalAction,
        "pa",
        "Pharmacological Action",
        &["pharmacological action", "pharmacologic action", "pharm action"],
    ),
    (F::PublicationType, "pt", "Publication Type", &["publication type", "ptyp"]),
    (F::Language, "la", "Language", &["language", "lang"]),
    (F::PublicationDate, "dp", "Date - Publication", &["pdat", "date - publication", "publication date"]),
    (F::ElectronicDate, "epdat", "Date - Electronic Publication", &["epdt", "electronic publication date"]),
    (F::PrintDate, "ppdat", "Date - Print Publication", &["ppdt", "print publication date"]),
    (F::EntrezDate, "edat", "Date - Entrez", &["entrez date", "date - entrez", "entry date"]),
    (F::CreateDate, "crdt", "Date - Create", &["create date", "date - create"]),
    (F::MeshDate, "mhda", "Date - MeSH", &["mesh date", "date - mesh"]),
    (F::ModificationDate, "lr", "Date - Modification", &["mdat", "modification date", "date - modification"]),
    (F::CompletionDate, "dcom", "Date - Completion", &["completion date", "date - completion"]),
    (F::Author, "au", "Author", &["author", "auth", "fau", "full author name"]),
    (F::FirstAuthor, "1au", "Author - First", &["first author", "first author name"]),
    (F::LastAuthor, "lastau", "Author - Last", &["last author", "last author name"]),
    (F::CorporateAuthor, "cn", "Author - Corporate", &["corporate author"]),
    (F::Investigator, "ir", "Investigator", &["investigator", "fir"]),
    (F::Affiliation, "ad", "Affiliation", &["affiliation", "affl"]),
    (F::Journal, "ta", "Journal", &["journal", "jour", "jid"]),
    (F::Volume, "vi", "Volume", &["volume", "vol"]),
    (F::Issue, "ip", "Issue", &["issue"]),
    (F::Pages, "pg", "Pagination", &["page", "pagination"]),
    (F::Place, "pl", "Place of Publication", &["place of publication"]),
    (F::Grant, "gr", "Grant Number", &["grant number", "grant"]),
    (F::SecondarySource, "si", "Secondary Source ID", &["secondary source id"]),
    (F::ArticleId, "aid", "Article Identifier", &["lid", "doi", "article identifier", "location id"]),
    (F::Pmid, "uid", "UID", &["pmid"]),
    (F::Subset, "sb", "Filter", &["filter", "subset"]),
];

impl SearchField {
    /// The field of a tag, in any spelling; blanks and case do not matter.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        TABLE
            .iter()
            .find(|(_, t, full, more)| tag == *t || tag == full.to_lowercase() || more.contains(&tag.as_str()))
            .map(|e| e.0)
    }

    /// The short tag.
    pub fn tag(self) -> &'static str {
        TABLE.iter().find(|e| e.0 == self).map_or("all", |e| e.1)
    }

    /// PubMed's name, as its translation prints it.
    pub fn full_name(self) -> &'static str {
        TABLE.iter().find(|e| e.0 == self).map_or("All Fields", |e| e.2)
    }

    /// Whether it holds dates.
    pub fn is_date(self) -> bool {
        use SearchField as F;
        matches!(
            self,
            F::PublicationDate
                | F::ElectronicDate
                | F::PrintDate
                | F::EntrezDate
                | F::CreateDate
                | F::MeshDate
                | F::ModificationDate
                | F::CompletionDate
        )
    }

    /// Every field that holds dates.
    pub fn dates() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|e| e.0).filter(|f| f.is_date())
    }

    /// Every tag with its full name: for EInfo and for suggestions.
    pub fn every() -> impl Iterator<Item = (&'static str, &'static str)> {
        TABLE.iter().map(|e| (e.1, e.2))
    }
}
