//! Reading answers, and not believing them too soon: HTTP 200 may carry an error, a web page, or
//! half a body.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{ClientError, Failure};

/// Something PubMed says about a search: `PhraseNotFound`, `OutputMessage` …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PubMedSays {
    /// The element it stands in.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// The answer to a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchAnswer {
    /// All records found.
    pub count: u64,
    /// This page's PMIDs.
    pub pmids: Vec<u64>,
    /// The server's name for the kept set.
    pub web_env: Option<String>,
    /// Its number.
    pub query_key: Option<String>,
    /// What was run.
    pub translation: String,
    /// `ErrorList`.
    pub errors: Vec<PubMedSays>,
    /// `WarningList`.
    pub warnings: Vec<PubMedSays>,
}

/// What the database holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DbInfo {
    /// Its build.
    pub build: String,
    /// Its last update.
    pub last_update: String,
    /// Its records.
    pub count: u64,
    /// Fields: short and full name.
    pub fields: Vec<(String, String)>,
}

/// The beginning of a body, safe to show.
pub(super) fn first_words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(800)]);
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.chars().filter(|c| !c.is_control()).take(200).collect()
}

pub(super) fn refused(why: String) -> Failure {
    Failure::Final(ClientError::Refused { what: String::new(), why })
}

/// Sorts an error text of the service: what may pass, what will not, what needs a new search.
fn sort(message: &str) -> Failure {
    let lower = message.to_lowercase();
    if lower.contains("unable to obtain query")
        || lower.contains("cannot retrieve history")
        || lower.contains("expired")
    {
        return Failure::Final(ClientError::Expired { what: String::new(), why: message.to_owned() });
    }
    let passing = ["rate limit", "temporarily", "timeout", "timed out", "unavailable", "connection", "502", "503"];
    // "Search Backend failed" may be an outage; with a reason of ours or about syntax it is not.
    let syntax = ["q0", "syntax", "exceeds", "retstart", "cannot be tried"];
    if passing.iter().any(|p| lower.contains(p))
        || lower.contains("search backend failed") && !syntax.iter().any(|s| lower.contains(s))
    {
        return Failure::Passing(message.to_owned(), None);
    }
    refused(message.to_owned())
}

/// Errors common to all answers: nothing, JSON or a page where XML was asked for, no closing root.
fn believe<'b>(body: &'b [u8], roots: &[&str]) -> Result<&'b str, Failure> {
    let passing = |why: String| Failure::Passing(why, None);
    let text = std::str::from_utf8(body).map_err(|e| passing(format!("the answer is not UTF-8: {e}")))?.trim();
    if text.is_empty() {
        return Err(passing("the answer is empty".to_owned()));
    }
    if text.starts_with('{') {
        // Read by hand where NCBI's JSON is invalid (a raw newline inside a string).
        let value: serde_json::Value = serde_json::from_str(&text.replace(['\n', '\r'], " ")).unwrap_or_default();
        let said = value["error"].as_str().or(value["esearchresult"]["ERROR"].as_str());
        return Err(sort(said.unwrap_or(&first_words(body))));
    }
    if let (Some(start), Some(end)) = (text.find("<ERROR>"), text.find("</ERROR>"))
        && start < end
        && !text.contains("<PubmedArticle>")
    {
        return Err(sort(&first_words(&text.as_bytes()[start + 7..end])));
    }
    let head = &text[..text.char_indices().nth(1000).map_or(text.len(), |(i, _)| i)];
    let Some(root) = roots.iter().find(|r| head.contains(&format!("<{r}"))) else {
        return Err(passing(format!("expected <{}>, got: {}", roots[0], first_words(body))));
    };
    let empty = text.ends_with(&format!("<{root}/>"));
    if !empty && !text.ends_with(&format!("</{root}>")) {
        return Err(passing(format!("the answer was cut: it does not end with </{root}>")));
    }
    Ok(text)
}

pub(super) fn efetch(body: &[u8], _: &str) -> Result<Vec<u8>, Failure> {
    believe(body, &["PubmedArticleSet"]).map(|_| body.to_vec())
}

/// Every text of an XML answer with the path of element names above it.
fn texts(xml: &str) -> Result<Vec<(Vec<String>, String)>, Failure> {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut out: Vec<(Vec<String>, String)> = Vec::new();
    let mut fresh = true;
    loop {
        let event = reader.read_event().map_err(|e| Failure::Passing(format!("the answer is no XML: {e}"), None))?;
        let piece = match event {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                fresh = true;
                continue;
            }
            Event::End(_) => {
                path.pop();
                fresh = true;
                continue;
            }
            Event::Text(text) => text.to_string(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => c.to_string(),
                _ => quick_xml::escape::resolve_predefined_entity(&reference).unwrap_or("").to_owned(),
            },
            Event::Eof => return Ok(out),
            _ => continue,
        };
        match out.last_mut() {
            Some((_, text)) if !fresh => text.push_str(&piece),
            _ => out.push((path.clone(), piece)),
        }
        fresh = false;
    }
}

pub(super) fn esearch(body: &[u8], _: &str) -> Result<SearchAnswer, Failure> {
    let text = believe(body, &["eSearchResult"])?;
    let mut answer = SearchAnswer::default();
    let mut counted = false;
    for (path, text) in texts(text)? {
        let text = text.trim().to_owned();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["eSearchResult", "Count"] => {
                let count = text.parse().map_err(|_| Failure::Passing(format!("`{text}` is no count"), None))?;
                answer.count = count;
                counted = true;
            }
            ["eSearchResult", "IdList", "Id"] => answer.pmids.extend(text.parse::<u64>().ok()),
            ["eSearchResult", "WebEnv"] => answer.web_env = Some(text),
            ["eSearchResult", "QueryKey"] => answer.query_key = Some(text),
            ["eSearchResult", "QueryTranslation"] => answer.translation = text,
            ["eSearchResult", "ErrorList", kind] => answer.errors.push(PubMedSays { kind: (*kind).to_owned(), text }),
            ["eSearchResult", "WarningList", kind] => {
                answer.warnings.push(PubMedSays { kind: (*kind).to_owned(), text })
            }
            _ => {}
        }
    }
    if !counted {
        return Err(Failure::Passing("the answer to the search has no count".to_owned(), None));
    }
    Ok(answer)
}

pub(super) fn einfo(body: &[u8], _: &str) -> Result<DbInfo, Failure> {
    let text = believe(body, &["eInfoResult"])?;
    let mut info = DbInfo::default();
    for (path, text) in texts(text)? {
        let text = text.trim().to_owned();
        match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [.., "DbInfo", "DbBuild"] => info.build = text,
            [.., "DbInfo", "LastUpdate"] => info.last_update = text,
            [.., "DbInfo", "Count"] => info.count = text.parse().unwrap_or(0),
            [.., "Field", "Name"] => info.fields.push((text, String::new())),
            [.., "Field", "FullName"] => {
                if let Some(last) = info.fields.last_mut() {
                    last.1 = text;
                }
            }
            _ => {}
        }
    }
    Ok(info)
}
