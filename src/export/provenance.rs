//! Where the records of a run came from: as a paragraph for a methods section, as a search record in JSON, and as a
//! PRISMA-S checklist filled as far as a machine can.
//!
//! What only people know (authors, reasons for limits, peer review) is marked, never made up.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

/// What stands where a person must write.
pub(super) const OPEN: &str = "[to be written by the reviewers]";

/// One run of a search, told whole.
#[derive(Debug, Clone, Serialize)]
pub struct Provenance {
    /// The review's name.
    pub review: String,
    /// Its title.
    pub title: String,
    /// The database.
    pub database: String,
    /// What was asked, in words: NCBI's service, another one, local files, the synthetic twin.
    pub platform: String,
    /// The address, or the hash of the files.
    pub endpoint: String,
    /// Whether records were written for a demonstration.
    pub synthetic: bool,
    /// The string as the review printed it.
    pub printed: String,
    /// The string as sent.
    pub sent: String,
    /// Every difference of the two: before, after, reason.
    pub repairs: Vec<[String; 3]>,
    /// Which date the window is about, in words.
    pub date_field: String,
    /// The same as E-utilities names it: `pdat`, `edat`, `mdat`, `crdt`.
    pub datetype: String,
    /// First day of the window.
    pub date_from: String,
    /// Last day of the window.
    pub date_to: String,
    /// Terms of the string that limit rather than describe: language, publication type, filters.
    pub limits: Vec<String>,
    /// The order records were asked for in.
    pub order: String,
    /// When it was asked, RFC 3339.
    pub asked_at: String,
    /// Program and version.
    pub program: String,
    /// The run's number.
    pub run: i64,
    /// Records the database counted.
    pub reported: u64,
    /// Distinct PMIDs.
    pub distinct: u64,
    /// Over those, doubles.
    pub duplicates: u64,
    /// With a record.
    pub stored: u64,
    /// Of these, books.
    pub books: u64,
    /// Refused, by kind.
    pub refused: BTreeMap<String, u64>,
    /// Neither.
    pub missing: u64,
    /// SHA-256 over the distinct PMIDs in rising order, one a line.
    pub pmids_sha256: String,
    /// What the database says it ran.
    pub translation: String,
    /// Its errors and warnings, `kind: text`.
    pub says: Vec<String>,
    /// Build of the database.
    pub build: String,
    /// Its last update.
    pub last_update: String,
    /// Records in it.
    pub held: u64,
    /// Its search fields.
    pub fields: Vec<String>,
    /// Ranges of PMIDs a large search was cut into: first, last, records.
    pub parts: Vec<[u64; 3]>,
    /// Requests of the search.
    pub requests: u64,
    /// PubMed's own page of the same search.
    pub web_address: String,
    /// Earlier runs of the review.
    pub earlier: Vec<Earlier>,
}

/// An earlier run.
#[derive(Debug, Clone, Serialize)]
pub struct Earlier {
    /// Its number.
    pub run: i64,
    /// When it was asked.
    pub asked_at: String,
    /// Where.
    pub source: String,
    /// Records counted.
    pub reported: u64,
    /// PMIDs that this run has and that one had not.
    pub came: u64,
    /// PMIDs that it had and this run has not.
    pub went: u64,
}

fn list(items: &[String], none: &str) -> String {
    if items.is_empty() { none.to_owned() } else { items.join("; ") }
}

impl Provenance {
    fn day(&self) -> &str {
        self.asked_at.get(..10).unwrap_or(&self.asked_at)
    }

    fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    fn warning(&self) -> &'static str {
        match self.synthetic {
            true => "SYNTHETIC: these records were written for a demonstration. Nothing here was published.\n\n",
            false => "",
        }
    }

    fn counts(&self) -> String {
        let refused: Vec<String> = self.refused.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let refused = if refused.is_empty() { String::new() } else { format!(" ({})", refused.join(", ")) };
        format!(
            "{} records counted, {} distinct, {} fetched ({} of them books), {} not given by the database{refused}, {} \
             missing",
            self.reported,
            self.distinct,
            self.stored,
            self.books,
            self.refusals(),
            self.missing
        )
    }

    fn cut(&self) -> String {
        match self.parts.len() {
            0 => String::new(),
            n => format!(
                " As the service gives no more than 9,999 records of one search, it was cut into {n} ranges of PMIDs, \
                 whose counts add up to the whole."
            ),
        }
    }

    fn updates(&self) -> String {
        let Some(last) = self.earlier.last() else { return "This is the first search of the review.".to_owned() };
        format!(
            "The search was run {} times before, last on {}; the full string was run again each time and the PMIDs \
             compared: {} came and {} went since then.",
            self.earlier.len(),
            last.asked_at.get(..10).unwrap_or(&last.asked_at),
            last.came,
            last.went
        )
    }

    /// A paragraph for a methods section.
    pub fn paragraph(&self) -> String {
        format!(
            "We searched {} through {} on {} with {}. The search string was sent as written below, limited to records \
             with a {} from {} to {}; no other limit was set outside the string. {} records were found; {} were \
             fetched{}.{} {}",
            self.database,
            self.platform,
            self.day(),
            self.program,
            self.date_field,
            self.date_from,
            self.date_to,
            self.reported,
            self.stored,
            match self.refusals() {
                0 => String::new(),
                n => format!(", and {n} were counted by the database and not given"),
            },
            self.cut(),
            self.updates()
        )
    }

    /// The facts behind it, each with its name.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let told = |text: &str| if text.is_empty() { "not told".to_owned() } else { text.to_owned() };
        let database = format!(
            "build {}, last update {}, {} records, {} search fields",
            told(&self.build),
            told(&self.last_update),
            self.held,
            self.fields.len()
        );
        vec![
            ("The database's remarks", list(&self.says, "none")),
            ("Limits within the string", list(&self.limits, "none")),
            ("Database", database),
            ("Address", self.endpoint.clone()),
            ("To compare on the web", self.web_address.clone()),
            ("Asked at", format!("{} ({} requests), run {}", self.asked_at, self.requests, self.run)),
            ("Account", self.counts()),
            ("PMIDs, rising, one a line", format!("SHA-256 {}", self.pmids_sha256)),
        ]
    }

    /// Text for a methods section, with the facts behind it.
    pub fn text(&self) -> String {
        let mut out = format!("{}{}\n", self.warning(), self.paragraph());
        out.push_str(&format!("\nSearch string, as sent:\n  {}\n", self.sent));
        if self.printed != self.sent && !self.printed.is_empty() {
            out.push_str(&format!("Search string, as printed in the review:\n  {}\n", self.printed));
        }
        for [before, after, reason] in &self.repairs {
            out.push_str(&format!("  {before}  ->  {after}: {reason}\n"));
        }
        out.push_str(&format!("Run by the database as:\n  {}\n", self.translation));
        for (name, text) in self.facts() {
            out.push_str(&format!("{name}: {text}\n"));
        }
        out
    }

    /// A search record in the JSON of Haddaway et al. (2022), as the search-query library reads it; what that format
    /// has no place for stands under `tamis`.
    pub fn json(&self) -> Value {
        json!({
            "record_info": { "name": self.review, "title": self.title },
            "authors": [],
            "date": { "data_entry": self.day(), "search_conducted": self.day() },
            "platform": "pubmed",
            "version": "1",
            "database": ["pubmed"],
            "search_string": self.sent,
            "field": "",
            "search_type": "API",
            "search_parameters": {
                "url": self.endpoint.starts_with("http").then(|| format!("{}esearch.fcgi", self.endpoint)),
                "datetype": self.datetype,
                "mindate": self.date_from,
                "maxdate": self.date_to
            },
            "tamis": self
        })
    }

    /// The 16 items of PRISMA-S (Rethlefsen et al. 2021, doi 10.1186/s13643-020-01542-z): filled, or left to people.
    pub fn prisma_s_items(&self) -> [(&'static str, String); 16] {
        let window = format!("{} from {} to {}", self.date_field, self.date_from, self.date_to);
        [
            ("Database name", format!("{}, through {} ({})", self.database, self.platform, self.endpoint)),
            ("Multi-database searching", "None: one database on one platform was asked.".to_owned()),
            ("Study registries", OPEN.to_owned()),
            ("Online resources and browsing", OPEN.to_owned()),
            ("Citation searching", OPEN.to_owned()),
            ("Contacts", OPEN.to_owned()),
            ("Other methods", OPEN.to_owned()),
            ("Full search strategies", format!("As run: {}", self.sent)),
            (
                "Limits and restrictions",
                format!("{window}. Within the string: {}. Justification: {OPEN}", list(&self.limits, "none")),
            ),
            (
                "Search filters",
                match self.limits.is_empty() {
                    true => "None: no term of the string limits by language, type, date or subset.".to_owned(),
                    false => format!("Terms that may belong to one: {}. Citation: {OPEN}", self.limits.join("; ")),
                },
            ),
            ("Prior work", OPEN.to_owned()),
            ("Updates", self.updates()),
            ("Dates of searches", self.asked_at.clone()),
            (
                "Peer review",
                match self.repairs.len() {
                    0 => OPEN.to_owned(),
                    n => format!(
                        "{n} faults of the printed string were mended, each with its reason in the protocol. Review by \
                         a person: {OPEN}"
                    ),
                },
            ),
            ("Total records", self.counts()),
            (
                "Deduplication",
                format!("By PMID, with {}: {} removed. Other copies: {OPEN}", self.program, self.duplicates),
            ),
        ]
    }

    /// The checklist as text, each item marked as filled, filled in part or left.
    pub fn prisma_s(&self) -> String {
        let mut out = format!("{}PRISMA-S checklist of `{}`, search run {}\n\n", self.warning(), self.review, self.run);
        for (i, (name, text)) in self.prisma_s_items().iter().enumerate() {
            let mark = match (text == OPEN, text.contains(OPEN)) {
                (true, _) => "[ ]",
                (_, true) => "[~]",
                _ => "[x]",
            };
            out.push_str(&format!("{mark} {:>2} {name}: {text}\n", i + 1));
        }
        out.push_str("\n[x] filled by the program, [~] in part, [ ] left to the reviewers\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provenance() -> Provenance {
        Provenance {
            review: "mine".into(),
            title: "A review".into(),
            database: "PubMed".into(),
            platform: "NCBI's E-utilities".into(),
            endpoint: "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/".into(),
            synthetic: false,
            printed: "a[TI]".into(),
            sent: "a[ti] AND english[la]".into(),
            repairs: Vec::new(),
            date_field: "publication date".into(),
            datetype: "pdat".into(),
            date_from: "2010-01-01".into(),
            date_to: "2021-08-22".into(),
            limits: vec!["english[la]".into()],
            order: "the service's own".into(),
            asked_at: "2026-01-02T03:04:05Z".into(),
            program: "tamis 0".into(),
            run: 2,
            reported: 12,
            distinct: 11,
            duplicates: 1,
            stored: 10,
            books: 1,
            refused: [("deleted".to_owned(), 1)].into(),
            missing: 0,
            pmids_sha256: "ab".into(),
            translation: "\"a\"[Title]".into(),
            says: Vec::new(),
            build: "Build-1".into(),
            last_update: "2026/01/01".into(),
            held: 39_000_000,
            fields: vec!["TIAB".into()],
            parts: vec![[1, 5, 6], [6, 9, 6]],
            requests: 4,
            web_address: "https://pubmed.ncbi.nlm.nih.gov/?term=a".into(),
            earlier: vec![Earlier {
                run: 1,
                asked_at: "2025-01-02T03:04:05Z".into(),
                source: "pubmed".into(),
                reported: 9,
                came: 3,
                went: 1,
            }],
        }
    }

    #[test]
    fn the_text_says_what_a_methods_section_must() {
        let text = provenance().text();
        for words in [
            "We searched PubMed through NCBI's E-utilities on 2026-01-02 with tamis 0.",
            "publication date from 2010-01-01 to 2021-08-22",
            "12 records were found; 10 were fetched, and 1 were counted",
            "cut into 2 ranges of PMIDs",
            "run 1 times before, last on 2025-01-02",
            "3 came and 1 went",
            "build Build-1",
            "SHA-256 ab",
        ] {
            assert!(text.contains(words), "no `{words}` in {text}");
        }
        assert!(Provenance { synthetic: true, ..provenance() }.text().starts_with("SYNTHETIC"));
    }

    #[test]
    fn the_checklist_has_sixteen_items_and_leaves_to_people_what_is_theirs() {
        let text = provenance().prisma_s();
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with('[')).take(16).collect();
        let marks: String = lines.iter().map(|l| l.chars().nth(1).unwrap_or('?')).collect();
        assert_eq!(marks, "xx     x~~ xx x~", "{text}");
        assert!(text.contains("13 Dates of searches: 2026-01-02T03:04:05Z"));
    }

    #[test]
    fn the_search_record_has_the_names_of_the_format() {
        let value = provenance().json();
        for name in ["record_info", "authors", "date", "platform", "version", "database", "search_string", "field"] {
            assert!(value.get(name).is_some(), "{name}");
        }
        assert_eq!(value["date"]["search_conducted"], "2026-01-02");
        assert_eq!(value["tamis"]["parts"][1][2], 6);
    }
}
