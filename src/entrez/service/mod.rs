//! A look-alike of NCBI's E-utilities over local PubMed XML: esearch, efetch, esummary, epost,
//! einfo, with history, date limits, paging and NCBI's own error bodies.
//!
//! The search string is evaluated by the query room; what cannot be evaluated is refused, never
//! ignored.

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::xml::{Fetched, XmlError, for_each_article};
use crate::record::Pmid;

mod answer;
mod search;

/// Largest request body in bytes.
const LARGEST: usize = 2 << 20;
/// NCBI gives at most so many of a search, from offset 0.
const WINDOW: usize = 9_999;

/// Records behind the service, newest PMID first.
#[derive(Debug, Default)]
pub struct Library {
    articles: Vec<Fetched>,
    place: HashMap<Pmid, usize>,
}

impl Library {
    /// Reads files of PubMed XML, plain or gzipped. Of several versions the last counts.
    ///
    /// # Errors
    /// The first file that cannot be read, by its name.
    pub fn from_files(files: &[PathBuf]) -> Result<Self, LibraryError> {
        let mut list = Vec::new();
        for path in files {
            let name = path.display().to_string();
            let bytes = std::fs::read(path).map_err(|e| LibraryError { file: name.clone(), why: e.to_string() })?;
            list.push((name, bytes));
        }
        Self::from_bytes(list)
    }

    /// Reads named texts of PubMed XML.
    ///
    /// # Errors
    /// The first that cannot be read, by its name.
    pub fn from_bytes(files: Vec<(String, Vec<u8>)>) -> Result<Self, LibraryError> {
        let mut newest: HashMap<Pmid, Fetched> = HashMap::new();
        for (file, bytes) in files {
            let deleted = for_each_article(std::io::Cursor::new(bytes), |article| {
                let old = newest.get(&article.record.pmid);
                if old.is_none_or(|old| old.record.version <= article.record.version) {
                    newest.insert(article.record.pmid, article);
                }
                Ok(())
            })
            .map_err(|e: XmlError| LibraryError { file, why: e.to_string() })?;
            for pmid in deleted {
                newest.remove(&pmid);
            }
        }
        let mut articles: Vec<Fetched> = newest.into_values().collect();
        articles.sort_by_key(|a| std::cmp::Reverse(a.record.pmid));
        let place = articles.iter().enumerate().map(|(i, a)| (a.record.pmid, i)).collect();
        Ok(Self { articles, place })
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// One record.
    pub fn record(&self, pmid: u64) -> Option<&crate::record::Record> {
        self.get(Pmid(pmid)).map(|f| &f.record)
    }

    fn get(&self, pmid: Pmid) -> Option<&Fetched> {
        self.place.get(&pmid).map(|i| &self.articles[*i])
    }
}

/// Why a library cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct LibraryError {
    /// The file.
    pub file: String,
    /// What is wrong, with line and column.
    pub why: String,
}

/// Sets kept for `WebEnv` and `query_key`.
type History = HashMap<String, Vec<Vec<Pmid>>>;

#[derive(Clone)]
struct Service {
    library: Arc<Library>,
    history: Arc<Mutex<History>>,
}

/// Serves until `shutdown` is done.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    library: Arc<Library>,
    listener: tokio::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = Service { library, history: Arc::default() };
    let mut router = Router::new();
    for name in ["einfo", "esearch", "epost", "esummary", "efetch"] {
        let path = format!("/entrez/eutils/{name}.fcgi");
        let handler = move |State(service): State<Service>, RawQuery(query): RawQuery, body: Bytes| async move {
            let parameters = Parameters::read(query.as_deref().unwrap_or(""), &body);
            // Evaluation is work for a processor, not for the network's threads.
            let done = tokio::task::spawn_blocking(move || service.answer(name, &parameters)).await;
            done.unwrap_or_else(|_| Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "internal error")).into_response()
        };
        router = router.route(&path, any(handler));
    }
    let router = router.layer(DefaultBodyLimit::max(LARGEST)).with_state(service);
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

/// Request parameters; names in any case, from the address and from a form.
struct Parameters(HashMap<String, String>);

impl Parameters {
    fn read(query: &str, body: &[u8]) -> Self {
        let mut map = HashMap::new();
        for part in [query.as_bytes(), body] {
            for pair in part.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
                let mut halves = pair.splitn(2, |b| *b == b'=');
                let name = decode(halves.next().unwrap_or_default()).to_lowercase();
                map.insert(name, decode(halves.next().unwrap_or_default()));
            }
        }
        Self(map)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|v| v.trim().parse().ok()).unwrap_or(default)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|v| v.eq_ignore_ascii_case(value))
    }

    fn ids(&self) -> Vec<Pmid> {
        let list = self.get("id").unwrap_or("");
        list.split(|c: char| !c.is_ascii_digit()).filter_map(|d| d.parse().ok()).map(Pmid).collect()
    }
}

/// `application/x-www-form-urlencoded`, decoded.
fn decode(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        let hex = |at: usize| text.get(at).and_then(|b| (*b as char).to_digit(16));
        match (text[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(a), Some(b)) => {
                out.push((a * 16 + b) as u8);
                i += 2;
            }
            (b'+', ..) => out.push(b' '),
            (byte, ..) => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What goes back.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn xml(body: String) -> Self {
        Self { status: StatusCode::OK, kind: "text/xml; charset=UTF-8", body: body.into_bytes() }
    }

    fn json(value: &serde_json::Value) -> Self {
        Self { status: StatusCode::OK, kind: "application/json; charset=UTF-8", body: value.to_string().into_bytes() }
    }

    fn text(body: String) -> Self {
        Self { status: StatusCode::OK, kind: "text/plain; charset=UTF-8", body: body.into_bytes() }
    }

    fn error(status: StatusCode, message: &str) -> Self {
        let value = serde_json::json!({ "error": message });
        Self { status, ..Self::json(&value) }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, [(header::CONTENT_TYPE, self.kind)], self.body).into_response()
    }
}

impl Service {
    fn answer(&self, name: &str, parameters: &Parameters) -> Answer {
        match parameters.get("db") {
            Some("pubmed") => {}
            None if name == "einfo" => {
                return Answer::xml("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<eInfoResult><DbList><DbName>pubmed</DbName></DbList></eInfoResult>\n".into());
            }
            other => {
                return answer::refusal(
                    name,
                    parameters,
                    &format!("Invalid db name specified: {}", other.unwrap_or("")),
                );
            }
        }
        match name {
            "einfo" => answer::einfo(&self.library, parameters),
            "esearch" => self.esearch(parameters),
            "epost" => self.epost(parameters),
            "esummary" => answer::esummary(self, parameters),
            _ => answer::efetch(self, parameters),
        }
    }

    /// Keeps a set; gives `WebEnv` and `query_key`.
    fn keep(&self, web_env: Option<&str>, set: Vec<Pmid>) -> (String, usize) {
        let mut history = self.history.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = web_env.map_or_else(|| format!("MCID_{:024x}", history.len() + 1), str::to_owned);
        let sets = history.entry(name.clone()).or_default();
        sets.push(set);
        (name, sets.len())
    }

    /// A kept set.
    fn recall(&self, web_env: &str, key: usize) -> Option<Vec<Pmid>> {
        let history = self.history.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        history.get(web_env)?.get(key.checked_sub(1)?).cloned()
    }

    /// The PMIDs a request is about: listed, or of a kept set.
    fn about(&self, parameters: &Parameters) -> Result<Vec<Pmid>, String> {
        let ids = parameters.ids();
        if !ids.is_empty() {
            return Ok(ids);
        }
        match (parameters.get("webenv"), parameters.number("query_key", 0)) {
            (Some(web_env), key) if key > 0 => {
                let set = self.recall(web_env, key).ok_or_else(|| format!("Unable to obtain query #{key}"))?;
                let start = parameters.number("retstart", 0);
                if start >= WINDOW {
                    return Err(search::TOO_FAR.to_owned());
                }
                let end = (start + parameters.number("retmax", 20)).min(WINDOW).min(set.len());
                Ok(set.get(start..end).map(<[Pmid]>::to_vec).unwrap_or_default())
            }
            _ => Err("Empty id list - nothing todo".to_owned()),
        }
    }
}
