//! Tables with a header: the CSV of PubMed, Rayyan, Covidence, ASReview, and their like.

use super::convert::{doi, keywords, languages, named, section, tidy};
use super::{Bad, Citation, Contents};
use crate::record::{Author, PartialDate, Pmid, Record};

/// What a column holds, and the names that the programs give it.
const COLUMNS: &[(&str, &[&str])] = &[
    ("title", &["title", "primary_title", "article title", "document title"]),
    ("abstract", &["abstract", "notes_abstract", "abstract note"]),
    ("authors", &["authors", "first_authors", "author names", "author"]),
    ("journal", &["journal", "journal/book", "source title", "publication title"]),
    ("year", &["year", "published year", "publication year"]),
    ("month", &["month", "published month"]),
    ("volume", &["volume"]),
    ("issue", &["issue", "number"]),
    ("pages", &["pages"]),
    ("doi", &["doi"]),
    ("pmid", &["pmid", "pubmed_id", "pubmed id"]),
    ("pmc", &["pmcid", "pmc_id"]),
    ("issn", &["issn"]),
    ("language", &["language", "languages"]),
    ("keywords", &["keywords", "author keywords"]),
    ("accession", &["accession number"]),
];

fn column(head: &str) -> Option<&'static str> {
    let head = head.trim_start_matches('\u{feff}').trim().to_lowercase();
    COLUMNS.iter().find(|(_, names)| names.contains(&head.as_str())).map(|c| c.0)
}

/// The sign between cells: the one of the three that the header holds most.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: u8| head.bytes().filter(|b| *b == sign).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|sign| (count(*sign), *sign == b',')).unwrap_or(b',')
}

/// Spreadsheet programs are kept from reading a cell as a formula by an apostrophe before it.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

pub(super) fn read(text: &str) -> Contents {
    let mut out = Contents::default();
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    let head: Vec<Option<&'static str>> = match reader.headers() {
        Ok(head) => head.iter().map(column).collect(),
        Err(e) => {
            out.bad.push(Bad { line: 1, what: format!("the header cannot be read: {e}") });
            return out;
        }
    };
    for row in reader.records() {
        let row = match row {
            Ok(row) => row,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line) as usize;
                out.bad.push(Bad { line, what: format!("the row cannot be read: {e}") });
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line) as usize;
        if row.len() != head.len() {
            let what = format!("the row has {} cells, the header {}", row.len(), head.len());
            out.bad.push(Bad { line, what });
            continue;
        }
        let cell = |key: &str| {
            let at = head.iter().position(|h| *h == Some(key));
            at.and_then(|i| row.get(i)).map(plain).map(str::trim).filter(|c| !c.is_empty())
        };
        match record(&cell) {
            Ok(record) => out.citations.push(Citation { line, record }),
            Err(what) => out.bad.push(Bad { line, what }),
        }
    }
    out
}

fn record<'c>(cell: &impl Fn(&str) -> Option<&'c str>) -> Result<Record, String> {
    let title = cell("title").ok_or("the row has no title")?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 9;
    let pmid = match cell("pmid") {
        Some(text) if digits(text) => text.parse().unwrap_or_default(),
        Some(text) => return Err(format!("`{text}` is no PMID: digits were expected")),
        // Covidence has no column of its own for it.
        None => cell("accession").filter(|a| digits(a)).and_then(|a| a.parse().ok()).unwrap_or_default(),
    };
    let mut r = Record::new(Pmid(pmid));
    r.title = tidy(title);
    r.abstract_sections = section(cell("abstract"));
    r.authors = authors(cell("authors").unwrap_or_default());
    r.journal.title = tidy(cell("journal").unwrap_or_default());
    r.journal.volume = cell("volume").map(str::to_owned);
    r.journal.issue = cell("issue").map(str::to_owned);
    r.journal.pages = cell("pages").map(str::to_owned);
    r.journal.issn = cell("issn").map(str::to_owned);
    if let Some(text) = cell("year") {
        let year = text.parse::<i16>().ok().filter(|y| (1500..3000).contains(y));
        let year = year.ok_or_else(|| format!("`{text}` is no year: four digits were expected"))?;
        let month = cell("month").and_then(|m| m.parse().ok()).filter(|m| (1..=12).contains(m));
        r.pub_date = Some(PartialDate { year, month, day: None });
    }
    r.doi = cell("doi").map(doi);
    r.pmc = cell("pmc").map(str::to_owned);
    r.languages = cell("language").map(languages).unwrap_or_default();
    r.keywords = keywords(cell("keywords").unwrap_or_default().split([';', ',']));
    Ok(r)
}

/// `Alpha A, Beta B.` of PubMed; `Alpha, Ann; Beta, Bob`; `Alpha, Ann and Beta, Bob` of Rayyan.
fn authors(text: &str) -> Vec<Author> {
    let text = text.trim_end_matches('.');
    let parts: Vec<&str> = match () {
        () if text.contains(';') => text.split(';').collect(),
        () if text.contains(" and ") => text.split(" and ").collect(),
        // A comma parts last from first name, or person from person: persons have blanks in them.
        () if text.split(',').all(|p| p.trim().contains(' ')) => text.split(',').collect(),
        () => vec![text],
    };
    parts
        .into_iter()
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(|p| match p.split_once(',') {
            Some((last, fore)) => named(last, fore.trim()),
            None => match p.rsplit_once(' ') {
                Some((last, initials)) if initials.len() <= 4 && initials.chars().all(char::is_uppercase) => {
                    named(last, initials)
                }
                _ => named(p, ""),
            },
        })
        .collect()
}
