//! ESearch and EPost: sets of PMIDs.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Answer, Kept, MOST_IDS, Parameters, Service, Shelf, WINDOW, answer};
use crate::diagnostic::{Diagnostic, Severity};
use crate::query::{Clause, Kind, Node, Query, SearchField, parse};
use crate::record::{Pmid, Record};

/// Longest search string in bytes: the longest published strategies are a quarter of it.
const LONGEST_TERM: usize = 64 << 10;
/// One search may take no longer.
const LONGEST_SEARCH: Duration = Duration::from_secs(60);

/// NCBI's words for an offset past the window.
pub(super) const TOO_FAR: &str = "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that contains additional logic to batch PubMed search results automatically so that an arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/";

/// A date parameter, `YYYY[/MM[/DD]]`.
fn date(name: &str, text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let fits = |i: usize, digits: usize, range: std::ops::RangeInclusive<u16>| {
        parts.get(i).is_none_or(|p| {
            (1..=digits).contains(&p.len())
                && p.bytes().all(|b| b.is_ascii_digit())
                && p.parse().is_ok_and(|n| range.contains(&n))
        })
    };
    if parts.len() <= 3 && parts[0].len() == 4 && fits(0, 4, 0..=9999) && fits(1, 2, 1..=12) && fits(2, 2, 1..=31) {
        return Ok(parts.join("/"));
    }
    let shown: String = text.chars().take(20).collect();
    Err(format!("{name} `{shown}` is no date; write YYYY, YYYY/MM or YYYY/MM/DD"))
}

/// The date parameters as a clause of the search: `2010/01/01:2021/08/22[dp]`.
///
/// `reldate` counts days back from today, in UTC; records dated in the future are within it, as in PubMed's
/// "last 5 years".
fn window(p: &Parameters, today: jiff::civil::Date) -> Result<Option<String>, String> {
    let field = match p.get("datetype").map(str::to_lowercase).as_deref() {
        None | Some("pdat") => "dp",
        Some("edat") => "edat",
        Some("mdat") => "lr",
        Some("crdt") => "crdt",
        Some(other) => return Err(format!("Invalid datetype: {}", other.chars().take(20).collect::<String>())),
    };
    match (p.get("mindate"), p.get("maxdate"), p.get("reldate")) {
        (None, None, None) => Ok(None),
        (Some(min), Some(max), None) => {
            Ok(Some(format!("{}:{}[{field}]", date("mindate", min)?, date("maxdate", max)?)))
        }
        (None, None, Some(days)) => {
            let days: i64 = days.parse().ok().filter(|d| (0..=1_000_000).contains(d)).ok_or_else(|| {
                format!("reldate is a number of days, not `{}`", days.chars().take(20).collect::<String>())
            })?;
            let first = today.checked_sub(jiff::Span::new().days(days)).ok().filter(|d| d.year() > 0);
            let first = first.unwrap_or(jiff::civil::date(1, 1, 1));
            Ok(Some(format!("{:04}/{:02}/{:02}:3000/12/31[{field}]", first.year(), first.month(), first.day())))
        }
        (_, _, Some(_)) => Err("give either reldate, or mindate and maxdate".to_owned()),
        _ => Err("mindate and maxdate must be given together".to_owned()),
    }
}

/// The orders ESearch offers for PubMed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Newest PMID first: what NCBI gives when nothing is asked for.
    Recent,
    /// Most places that match first, a place in the title counting three. PubMed's Best Match is a trained model;
    /// this is only the same request answered in a fixed order.
    Relevance,
    /// Newest publication date first.
    PubDate,
    /// First author, A to Z.
    Author,
    /// Journal, A to Z.
    Journal,
    /// Title, A to Z.
    Title,
}

impl Order {
    fn read(p: &Parameters) -> Option<Self> {
        let name = p.get("sort").unwrap_or("").to_lowercase().replace([' ', '_', '+', '-'], "");
        Some(match name.as_str() {
            "" | "mostrecent" | "recentlyadded" | "date" => Self::Recent,
            "relevance" | "bestmatch" => Self::Relevance,
            "pubdate" | "publicationdate" => Self::PubDate,
            "author" | "firstauthor" => Self::Author,
            "journalname" | "journal" => Self::Journal,
            "title" => Self::Title,
            _ => return None,
        })
    }

    /// Sorts PMIDs that stand newest first; equals stay in that order.
    fn sort(self, shelf: &dyn Shelf, pmids: Vec<Pmid>, query: &Query, until: Instant) -> Result<Vec<Pmid>, String> {
        match self {
            Self::Recent => Ok(pmids),
            Self::Relevance => by(shelf, pmids, until, |r| Reverse(weight(&query.explain(r)))),
            Self::PubDate => by(shelf, pmids, until, |r| Reverse(r.pub_date.or_else(|| r.electronic_date()))),
            Self::Author => by(shelf, pmids, until, |r| {
                r.authors.first().map(|a| a.display().to_lowercase()).unwrap_or_else(|| "\u{10ffff}".to_owned())
            }),
            Self::Journal => by(shelf, pmids, until, |r| r.journal.title.to_lowercase()),
            Self::Title => by(shelf, pmids, until, |r| r.title.trim_start_matches('[').to_lowercase()),
        }
    }
}

/// PMIDs in the order of a key of their records, one of which is held at a time.
fn by<K: Ord>(
    shelf: &dyn Shelf,
    pmids: Vec<Pmid>,
    until: Instant,
    key: impl Fn(&Record) -> K,
) -> Result<Vec<Pmid>, String> {
    let mut keyed = Vec::with_capacity(pmids.len());
    for pmid in pmids {
        if Instant::now() > until {
            return Err("sorting takes too long".to_owned());
        }
        if let Some(found) = shelf.get(pmid)? {
            keyed.push((key(&found.record), pmid));
        }
    }
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(keyed.into_iter().map(|(_, pmid)| pmid).collect())
}

fn weight(clause: &Clause) -> usize {
    let own: usize = clause.hits.iter().map(|h| if h.field == "title" { 3 } else { 1 }).sum();
    own + clause.children.iter().filter(|c| c.matched).map(weight).sum::<usize>()
}

/// Gives `field` to every term without a tag.
fn tag_all(node: &mut Node, field: SearchField) {
    match &mut node.kind {
        Kind::Group(_, parts) => parts.iter_mut().for_each(|part| tag_all(part, field)),
        Kind::Term(term) if !term.tagged => {
            term.field = field;
            term.tagged = true;
        }
        Kind::Term(_) | Kind::Range { .. } => {}
    }
}

fn say(d: &Diagnostic) -> String {
    format!("{} {}", d.code, d.message)
}

/// Reads a string; what cannot be run here is an error, never left out.
///
/// What the checker merely warns of is not PubMed's to say: EDirect takes any warning for a failure.
fn read(text: &str) -> Result<Query, String> {
    let parsed = parse(text);
    let query = parsed.query.ok_or_else(|| {
        let errors: Vec<String> =
            parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).take(5).map(say).collect();
        format!("Search Backend failed: {}", errors.join("; "))
    })?;
    match query.unsupported().first() {
        Some(d) => Err(format!("Search Backend failed: {}", say(d))),
        None => Ok(query),
    }
}

struct Found {
    pmids: Vec<Pmid>,
    term: String,
    translation: String,
    warnings: Vec<String>,
}

impl Service {
    /// Puts earlier searches of the session in the place of `#1`, `#2` …
    fn with_history(&self, p: &Parameters, term: &str) -> Result<String, String> {
        let Some(web_env) = p.get("webenv").filter(|_| term.contains('#')) else { return Ok(term.to_owned()) };
        let mut out = String::with_capacity(term.len());
        let mut rest = term;
        while let Some(at) = rest.find('#') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            out.push_str(&rest[..at]);
            match rest[at + 1..at + 1 + digits].parse() {
                Ok(key) => out.push_str(&format!("({})", self.recall(web_env, key)?.term)),
                Err(_) => out.push('#'),
            }
            if out.len() > 4 * LONGEST_TERM {
                return Err("Search Backend failed: the search is too long with its history lines".to_owned());
            }
            rest = &rest[at + 1 + digits..];
        }
        out.push_str(rest);
        Ok(out)
    }

    fn find(&self, p: &Parameters) -> Result<Found, String> {
        let within = match (p.get("webenv"), p.number("query_key", 0)) {
            (Some(web_env), key) if key > 0 => Some(self.recall(web_env, key)?),
            _ => None,
        };
        let term = match (p.get("term"), &within) {
            (Some(term), _) => term,
            (None, Some(set)) => {
                let (pmids, term) = (set.pmids.clone(), set.term.clone());
                return Ok(Found { pmids, translation: term.clone(), term, warnings: Vec::new() });
            }
            (None, None) => return Err("Empty term and query_key - nothing todo".to_owned()),
        };
        if term.len() > LONGEST_TERM {
            return Err(format!(
                "Search Backend failed: the search has {} bytes and exceeds {LONGEST_TERM}",
                term.len()
            ));
        }
        let mut term = self.with_history(p, term)?;
        let mut query = read(&term)?;
        let mut warnings = Vec::new();
        if let Some(name) = p.get("field") {
            let field = SearchField::from_tag(name)
                .ok_or_else(|| format!("Unknown field: {}", name.chars().take(40).collect::<String>()))?;
            tag_all(&mut query.root, field);
            term = query.to_string();
        }
        let mut translation = query.translation();
        let mut whole = query.clone();
        if let Some(text) = window(p, jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date())? {
            translation = format!("({translation}) AND {}", read(&text)?.translation());
            term = format!("({term}) AND {text}");
            whole = read(&term)?;
        }
        if let Some(set) = &within {
            term = format!("({}) AND ({term})", set.term);
        }
        let until = Instant::now() + LONGEST_SEARCH;
        let failed = |why: String| format!("Search Backend failed: {why}");
        let mut pmids = self.shelf.find(&whole, until).map_err(failed)?;
        if let Some(set) = within {
            let set: HashSet<Pmid> = set.pmids.into_iter().collect();
            pmids.retain(|pmid| set.contains(pmid));
        }
        match Order::read(p) {
            Some(order) => pmids = order.sort(self.shelf.as_ref(), pmids, &query, until).map_err(failed)?,
            None => warnings.push("Unknown sort schema ignored: records are in the default order".to_owned()),
        }
        if pmids.is_empty() {
            warnings.push("No items found.".to_owned());
        }
        Ok(Found { pmids, term, translation, warnings })
    }

    pub(super) fn esearch(&self, p: &Parameters) -> Answer {
        let start = p.number("retstart", 0);
        if start >= WINDOW {
            return answer::refusal("esearch", p, TOO_FAR);
        }
        let mut found = match self.find(p) {
            Ok(found) => found,
            Err(message) => return answer::refusal("esearch", p, &message),
        };
        let (asked, most) = (p.number("retmax", 20), WINDOW - start);
        if asked > most {
            found.warnings.push(format!("Restrictions achieved. start and count adjusted to {start}, {most}"));
        }
        let page: Vec<Pmid> = found.pmids.iter().skip(start).take(asked.min(most)).copied().collect();
        let kept = p.is("usehistory", "y").then(|| {
            self.history().keep(p.get("webenv"), Kept { pmids: found.pmids.clone(), term: found.term.clone() })
        });
        if p.is("retmode", "json") {
            json_answer(p, &found, &page, start, kept)
        } else {
            xml_answer(p, &found, &page, start, kept)
        }
    }

    pub(super) fn epost(&self, p: &Parameters) -> Answer {
        if p.is("retmode", "json") {
            // NCBI has no JSON here and answers 500 (entrez facts: "no JSON").
            return Answer::error(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "epost has no JSON form");
        }
        let ids = p.ids();
        if ids.is_empty() {
            return answer::refusal("epost", p, "Empty ID list; Nothing to store");
        }
        if ids.len() > MOST_IDS {
            return answer::refusal("epost", p, "Too many UIDs in request. Maximum number of UIDs is 10000.");
        }
        let term = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "[uid]";
        let (web_env, key) = self.history().keep(p.get("webenv"), Kept { pmids: ids, term });
        let head = answer::prolog("ePostResult", "epost 20090526", "20090526/epost.dtd");
        Answer::xml(format!(
            "{head}<ePostResult>\n<QueryKey>{key}</QueryKey>\n<WebEnv>{web_env}</WebEnv>\n</ePostResult>\n"
        ))
    }
}

fn json_answer(p: &Parameters, found: &Found, page: &[Pmid], start: usize, kept: Option<(String, usize)>) -> Answer {
    let count = found.pmids.len().to_string();
    let result = if p.is("rettype", "count") {
        json!({ "count": count })
    } else {
        let ids: Vec<String> = page.iter().map(ToString::to_string).collect();
        let mut result = json!({ "count": count, "retmax": page.len().to_string(), "retstart": start.to_string() });
        if let Some((web_env, key)) = kept {
            result["querykey"] = key.to_string().into();
            result["webenv"] = web_env.into();
        }
        result["idlist"] = ids.into();
        result["translationset"] = json!([]);
        result["querytranslation"] = found.translation.clone().into();
        if !found.warnings.is_empty() {
            result["warninglist"] =
                json!({ "phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": found.warnings });
        }
        result
    };
    Answer::json(&json!({ "header": { "type": "esearch", "version": "0.3" }, "esearchresult": result }))
}

fn xml_answer(p: &Parameters, found: &Found, page: &[Pmid], start: usize, kept: Option<(String, usize)>) -> Answer {
    let mut out = answer::prolog("eSearchResult", "esearch 20060628", "20060628/esearch.dtd");
    out += &format!("<eSearchResult><Count>{}</Count>", found.pmids.len());
    if !p.is("rettype", "count") {
        out += &format!("<RetMax>{}</RetMax><RetStart>{start}</RetStart>", page.len());
        if let Some((web_env, key)) = kept {
            out += &format!("<QueryKey>{key}</QueryKey><WebEnv>{web_env}</WebEnv>");
        }
        out += "<IdList>\n";
        for pmid in page {
            out += &format!("<Id>{pmid}</Id>\n");
        }
        out += "</IdList><TranslationSet/>";
        out += &format!("<QueryTranslation>{}</QueryTranslation>", answer::escape(&found.translation));
        if !found.warnings.is_empty() {
            out += "<WarningList>";
            for w in &found.warnings {
                out += &format!("<OutputMessage>{}</OutputMessage>", answer::escape(w));
            }
            out += "</WarningList>";
        }
    }
    Answer::xml(out + "</eSearchResult>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_parameters_become_a_clause_or_an_error() {
        let today = jiff::civil::date(2024, 3, 1);
        let cases: &[(&str, &str, Result<&str, &str>)] = &[
            ("without dates there is no clause", "", Ok("")),
            ("both ends", "mindate=2010&maxdate=2021/08/22", Ok("2010:2021/08/22[dp]")),
            ("by entrez date", "datetype=edat&mindate=2010/01&maxdate=2011", Ok("2010/01:2011[edat]")),
            ("by create date, in capitals", "datetype=CRDT&mindate=2010&maxdate=2011", Ok("2010:2011[crdt]")),
            ("by modification date", "datetype=mdat&mindate=2010&maxdate=2011", Ok("2010:2011[lr]")),
            ("days back over a leap day", "reldate=1", Ok("2024/02/29:3000/12/31[dp]")),
            ("more days than there were", "reldate=1000000", Ok("0001/01/01:3000/12/31[dp]")),
            ("one end only", "mindate=2010", Err("together")),
            ("two ways at once", "reldate=5&mindate=2010&maxdate=2011", Err("either")),
            ("a month that is none", "mindate=2010/13&maxdate=2011", Err("mindate `2010/13` is no date")),
            ("a clause put in by stealth", "mindate=2010&maxdate=2011[dp] OR 1", Err("is no date")),
            ("days that are none", "reldate=x", Err("number of days")),
            ("a type there is not", "datetype=x&reldate=1", Err("Invalid datetype")),
        ];
        for (sentence, query, expected) in cases {
            let got = window(&Parameters::read(query, b""), today);
            match (got, expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got.unwrap_or_default(), *expected, "{sentence}"),
                (Err(got), Err(expected)) => assert!(got.contains(expected), "{sentence}: {got}"),
                (got, _) => panic!("{sentence}: {got:?}"),
            }
        }
    }

    #[test]
    fn sort_orders_are_read_in_every_spelling_of_the_clients() {
        for (name, order) in [
            ("", Some(Order::Recent)),
            ("relevance", Some(Order::Relevance)),
            ("pub+date", Some(Order::PubDate)),
            ("pub_date", Some(Order::PubDate)),
            ("Author", Some(Order::Author)),
            ("JournalName", Some(Order::Journal)),
            ("beauty", None),
        ] {
            assert_eq!(Order::read(&Parameters::read(&format!("sort={name}"), b"")), order, "{name}");
        }
    }
}
