//! An entry into a record, by way of the biblib crate.

use biblib::{CitationParser, EndNoteXmlParser, EnwParser, PubMedParser, RisParser};

use super::Format;
use crate::record::{AbstractSection, Author, Keyword, MeshHeading, PartialDate, Pmid, PublicationType, Record};

/// Reads one entry.
///
/// # Errors
/// The line within the entry, from 0, and what is wrong.
pub(super) fn read(piece: &str, format: Format) -> Result<Record, (usize, String)> {
    let wrapped;
    let parser: &dyn CitationParser = match format {
        Format::Ris => &RisParser::new(),
        Format::Nbib => &PubMedParser::new(),
        Format::Enw => &EnwParser::new(),
        Format::Bibtex => return super::bibtex::read(piece),
        _ => &EndNoteXmlParser::new(),
    };
    let text = if format == Format::EndnoteXml {
        wrapped = format!("<?xml version=\"1.0\"?><xml><records>{piece}</records></xml>");
        &wrapped
    } else {
        piece
    };
    let mut read = parser
        .parse(text)
        .map_err(|e| (e.line.unwrap_or(1).saturating_sub(1), format!("{}: {}", format.name(), e.error)))?;
    match read.len() {
        1 => Ok(record(read.remove(0), piece, format)),
        n => Err((0, format!("{}: one entry was expected, {n} were found", format.name()))),
    }
}

/// Digits of a PMID, wherever they stand.
pub(super) fn pmid(text: &str) -> Option<Pmid> {
    let text = text.trim();
    let digits = text.strip_prefix("PMID:").unwrap_or(text).trim();
    (!digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok().map(Pmid))
        .flatten()
}

fn record(c: biblib::Citation, piece: &str, format: Format) -> Record {
    let extra = |key: &str| c.extra_fields.get(key).and_then(|v| v.first()).cloned();
    let from_pubmed = || {
        let told = |tag: &str| piece.lines().find_map(|l| l.strip_prefix(tag)).map(str::trim).unwrap_or_default();
        match format {
            // An accession number is a PMID in PubMed's own references only.
            Format::Ris => told("DB  - ").to_lowercase().contains("pubmed").then(|| told("AN  - ").to_owned()),
            Format::EndnoteXml => piece.contains("PubMed").then(|| c.accession_number.clone()).flatten(),
            _ => None,
        }
    };
    let found = c.pmid.clone().or_else(|| extra("pmid")).or_else(|| extra("pubmed_id")).or_else(from_pubmed);
    let mut r = Record::new(found.as_deref().and_then(pmid).unwrap_or(Pmid(0)));
    r.title = tidy(&c.title);
    r.abstract_sections = section(c.abstract_text.as_deref());
    // PubMed writes the full names, of which biblib keeps the first given name.
    let full = piece.lines().filter(|_| format == Format::Nbib).filter_map(|l| l.strip_prefix("FAU - "));
    let full: Vec<Author> =
        full.map(|l| l.split_once(',').map_or_else(|| named(l, ""), |(a, b)| named(a, b.trim()))).collect();
    r.authors = if full.is_empty() { c.authors.iter().map(author).collect() } else { full };
    r.journal.title = tidy(c.journal.as_deref().or(c.journal_abbr.as_deref()).unwrap_or_default());
    r.journal.iso_abbreviation = c.journal_abbr.clone();
    r.journal.issn = c.issn.first().cloned();
    r.journal.volume = c.volume.clone();
    r.journal.issue = c.issue.clone();
    r.journal.pages = c.pages.as_deref().map(|p| p.replace("--", "-"));
    r.pub_date = c
        .date
        .as_ref()
        .and_then(|d| Some(PartialDate { year: i16::try_from(d.year).ok()?, month: d.month, day: d.month.and(d.day) }));
    r.doi = c.doi.as_deref().map(doi);
    r.pmc = c.pmc_id.clone();
    r.languages = c.language.as_deref().map(languages).unwrap_or_default();
    r.keywords = keywords(c.keywords.iter().map(String::as_str));
    r.mesh = c
        .mesh_terms
        .iter()
        .map(|m| MeshHeading { descriptor: m.trim_start_matches('*').to_owned(), ..MeshHeading::default() })
        .collect();
    // The kind of source, journal article or book, is the file's word; PubMed's types come from nbib and RIS's M3.
    let types = if format == Format::Nbib {
        c.citation_type.clone()
    } else {
        c.extra_fields.get("M3").cloned().unwrap_or_default()
    };
    r.publication_types = types.into_iter().map(|name| PublicationType { ui: None, name }).collect();
    r
}

/// One line without double blanks.
pub(super) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A DOI without the address before it.
pub(super) fn doi(text: &str) -> String {
    let text = text.trim();
    let at = text.find("10.").unwrap_or(0);
    text[at..].trim_end_matches(['.', ' ']).to_owned()
}

pub(super) fn section(text: Option<&str>) -> Vec<AbstractSection> {
    let text = tidy(text.unwrap_or_default());
    if text.is_empty() { Vec::new() } else { vec![AbstractSection { text, ..AbstractSection::default() }] }
}

pub(super) fn keywords<'t>(list: impl Iterator<Item = &'t str>) -> Vec<Keyword> {
    list.map(tidy)
        .filter(|k| !k.is_empty() && !k.starts_with("tamis:"))
        .map(|text| Keyword { owner: Some("NOTNLM".into()), text, major: false })
        .collect()
}

fn author(a: &biblib::Author) -> Author {
    let given = [a.given_name.as_deref(), a.middle_name.as_deref()].into_iter().flatten();
    let fore = given.map(str::trim).filter(|g| !g.is_empty()).collect::<Vec<_>>().join(" ");
    named(&a.name, &fore)
}

/// A person by last and first name; what has no first name may be a group, and is kept whole.
pub(super) fn named(last: &str, fore: &str) -> Author {
    if fore.is_empty() {
        return Author { collective: Some(tidy(last)), ..Author::default() };
    }
    let firsts =
        || fore.split([' ', '-', '.']).filter_map(|w| w.chars().next()).filter(|c| c.is_alphabetic()).collect();
    let only_initials = fore.chars().count() <= 4 && fore.chars().all(char::is_uppercase);
    let initials = if only_initials { fore.to_owned() } else { firsts() };
    Author { last_name: Some(tidy(last)), fore_name: Some(tidy(fore)), initials: Some(initials), ..Author::default() }
}

/// Languages by name or two letters, as MEDLINE's three-letter codes; what is none of these stays as it is.
pub(super) fn languages(text: &str) -> Vec<String> {
    const KNOWN: &[(&str, &str, &str)] = &[
        ("eng", "english", "en"),
        ("fre", "french", "fr"),
        ("ger", "german", "de"),
        ("spa", "spanish", "es"),
        ("ita", "italian", "it"),
        ("por", "portuguese", "pt"),
        ("dut", "dutch", "nl"),
        ("rus", "russian", "ru"),
        ("chi", "chinese", "zh"),
        ("jpn", "japanese", "ja"),
        ("kor", "korean", "ko"),
        ("pol", "polish", "pl"),
        ("cze", "czech", "cs"),
        ("hun", "hungarian", "hu"),
        ("tur", "turkish", "tr"),
        ("per", "persian", "fa"),
        ("ara", "arabic", "ar"),
        ("heb", "hebrew", "he"),
        ("swe", "swedish", "sv"),
        ("nor", "norwegian", "no"),
        ("dan", "danish", "da"),
        ("fin", "finnish", "fi"),
    ];
    text.split([',', ';', '/'])
        .map(|word| word.trim().to_lowercase())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let short = word.split('-').next().unwrap_or_default();
            let known = KNOWN.iter().find(|(code, name, two)| [*code, *name, *two].contains(&short));
            known.map_or_else(|| word.clone(), |k| k.0.to_owned())
        })
        .collect()
}
