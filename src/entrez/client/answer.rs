//! Reading answers, and not believing them too soon: HTTP 200 may carry an error, a web page, or
//! half a body.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{ClientError, Failure, Kept};

mod from_json;

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

impl SearchAnswer {
    /// The set kept on the server, if one was asked for.
    pub fn kept(&self) -> Option<Kept> {
        Some(Kept { web_env: self.web_env.clone()?, query_key: self.query_key.clone()? })
    }
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

/// A record in short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The PMID asked for.
    pub pmid: u64,
    /// Its title; empty when there is no summary.
    pub title: String,
    /// `citation`, `book` …
    pub kind: String,
    /// Why there is no summary.
    pub error: Option<String>,
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
    if lower.contains("api key invalid") || lower.contains("api key not well") {
        return Failure::Final(ClientError::Key { what: String::new(), why: message.chars().take(60).collect() });
    }
    if lower.contains("rate limit") || lower.contains("too many requests") {
        return Failure::TooFast(message.to_owned(), None);
    }
    if lower.contains("unable to obtain query")
        || lower.contains("cannot retrieve history")
        || lower.contains("expired")
    {
        return Failure::Final(ClientError::Expired { what: String::new(), why: message.to_owned() });
    }
    let passing = ["temporarily", "timeout", "timed out", "unavailable", "connection", "502", "503"];
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
        let value = json(text)?;
        return Err(match json_error(&value) {
            Some(said) => sort(&said),
            None => passing(format!("expected <{}>, got JSON: {}", roots[0], first_words(body))),
        });
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

/// An answer in JSON that was not asked for, when it is the one wanted and no error.
fn in_json<T>(body: &[u8], read: fn(&serde_json::Value) -> Option<T>) -> Option<T> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let value = if text.starts_with('{') { json(text).ok()? } else { return None };
    if json_error(&value).is_some() { None } else { read(&value) }
}

/// JSON, also where NCBI's is invalid: a raw line break inside a string.
fn json(text: &str) -> Result<serde_json::Value, Failure> {
    let mended = text.replace(|c: char| c.is_control(), " ");
    serde_json::from_str(&mended).map_err(|e| Failure::Passing(format!("the answer is no whole JSON: {e}"), None))
}

/// The error of a whole answer, at its top or one level below.
fn json_error(value: &serde_json::Value) -> Option<String> {
    let said = |v: &serde_json::Value| {
        let (_, text) = v.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("error"))?;
        text.as_str().map(str::to_owned)
    };
    said(value).or_else(|| {
        let below = value.as_object()?.iter().filter(|(name, _)| name.ends_with("result") && *name != "result");
        below.map(|(_, v)| v).find_map(said)
    })
}

pub(super) fn esummary(body: &[u8]) -> Result<Vec<Summary>, Failure> {
    let text =
        std::str::from_utf8(body).map_err(|e| Failure::Passing(format!("the answer is not UTF-8: {e}"), None))?;
    if !text.trim_start().starts_with('{') {
        believe(body, &["JSON"])?;
    }
    let value = json(text.trim())?;
    if let Some(said) = json_error(&value) {
        return Err(sort(&said));
    }
    let Some(uids) = value["result"]["uids"].as_array() else {
        return Err(Failure::Passing("the answer has no list of summaries".to_owned(), None));
    };
    let one = |uid: &serde_json::Value| {
        let uid = uid.as_str()?;
        let s = &value["result"][uid];
        let text = |name: &str| s[name].as_str().unwrap_or("").to_owned();
        let error = s["error"].as_str().map(str::to_owned).or_else(|| s.is_null().then(|| "no summary".to_owned()));
        Some(Summary { pmid: uid.parse().ok()?, title: text("title"), kind: text("doctype"), error })
    };
    Ok(uids.iter().filter_map(one).collect())
}

pub(super) fn epost(body: &[u8]) -> Result<Kept, Failure> {
    let text = believe(body, &["ePostResult"])?;
    let (mut web_env, mut query_key) = (None, None);
    for (path, text) in texts(text)? {
        match path.last().map(String::as_str) {
            Some("WebEnv") => web_env = Some(text.trim().to_owned()),
            Some("QueryKey") => query_key = Some(text.trim().to_owned()),
            _ => {}
        }
    }
    match (web_env, query_key) {
        (Some(web_env), Some(query_key)) => Ok(Kept { web_env, query_key }),
        _ => Err(Failure::Passing("the answer to EPost names no set".to_owned(), None)),
    }
}

pub(super) fn efetch(body: &[u8]) -> Result<Vec<u8>, Failure> {
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

pub(super) fn esearch(body: &[u8]) -> Result<SearchAnswer, Failure> {
    if let Some(answer) = in_json(body, from_json::esearch) {
        return Ok(answer);
    }
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

pub(super) fn einfo(body: &[u8]) -> Result<DbInfo, Failure> {
    if let Some(info) = in_json(body, from_json::einfo) {
        return Ok(info);
    }
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

#[cfg(test)]
mod tests;
