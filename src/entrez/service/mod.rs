//! A look-alike of NCBI's E-utilities over local PubMed XML: esearch, efetch, esummary, epost,
//! einfo, with history, sort orders, date limits, paging and NCBI's own error bodies.
//!
//! The search string is evaluated by the query room; what cannot be evaluated is refused, never
//! ignored. As with NCBI no more than 9,999 records of a search are given, and an offset past
//! them is an error. Everything that comes in has a bound: see [`Limits`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::record::Pmid;

mod answer;
mod door;
mod history;
mod library;
pub mod medline;
mod plain;
mod request;
mod search;
mod shelf;
mod summary;

pub use door::{Limits, serve, serve_within};
use history::{History, Kept};
pub use library::{Library, LibraryError};
pub use medline::medline;
use request::Parameters;
pub use shelf::Shelf;

/// NCBI gives at most so many of a search, from offset 0.
const WINDOW: usize = 9_999;
/// UIDs in one EPost, EFetch or XML ESummary at most.
const MOST_IDS: usize = 10_000;

#[derive(Clone)]
struct Service {
    shelf: Arc<dyn Shelf>,
    history: Arc<Mutex<History>>,
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
            None if name == "einfo" => return answer::databases(parameters),
            other => {
                let shown: String = other.unwrap_or("").chars().take(40).collect();
                return answer::refusal(name, parameters, &format!("Invalid db name specified: {shown}"));
            }
        }
        match name {
            "einfo" => answer::einfo(self.shelf.as_ref(), parameters),
            "esearch" => self.esearch(parameters),
            "epost" => self.epost(parameters),
            "esummary" => summary::esummary(self, parameters),
            _ => answer::efetch(self, parameters),
        }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A kept set.
    fn recall(&self, web_env: &str, key: usize) -> Result<Kept, String> {
        self.history().recall(web_env, key).cloned().ok_or_else(|| format!("Unable to obtain query #{key}"))
    }

    /// The PMIDs a request is about: listed, or of a kept set; then the page of them.
    fn about(&self, parameters: &Parameters) -> Result<Vec<Pmid>, String> {
        let start = parameters.number("retstart", 0);
        let most = parameters.number("retmax", MOST_IDS).min(MOST_IDS);
        let page = |set: &[Pmid], end: usize| set.get(start.min(end)..end).map(<[Pmid]>::to_vec).unwrap_or_default();
        if parameters.get("id").is_some() {
            let ids = parameters.ids();
            return match ids.len() {
                0 => Err("ID list is empty! Possibly it has no correct IDs.".to_owned()),
                n if n > MOST_IDS => Err(format!("Too many UIDs in request. Maximum number of UIDs is {MOST_IDS}.")),
                n => Ok(page(&ids, start.saturating_add(most).min(n))),
            };
        }
        match (parameters.get("webenv"), parameters.number("query_key", 0)) {
            (Some(web_env), key) if key > 0 => {
                let set = self.recall(web_env, key)?.pmids;
                if start >= WINDOW {
                    return Err(search::TOO_FAR.to_owned());
                }
                // A page that reaches past the window is cut without a word, as NCBI cuts it.
                Ok(page(&set, start.saturating_add(most).min(WINDOW).min(set.len())))
            }
            _ => Err("Empty id list - nothing todo".to_owned()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn service() -> Service {
        let xml = "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>\u{e9}t\u{e9} alpha</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>";
        let library = Library::from_bytes(vec![("x".into(), xml.into())]).unwrap();
        Service { shelf: Arc::new(library), history: Arc::default() }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_answered(
            utility in prop::sample::select(vec!["einfo", "esearch", "epost", "esummary", "efetch"]),
            names in prop::collection::vec(prop::sample::select(vec![
                "term", "id", "retstart", "retmax", "rettype", "retmode", "webenv", "query_key", "sort", "field",
                "datetype", "mindate", "maxdate", "reldate", "usehistory", "version",
            ]), 0..8),
            values in prop::collection::vec("(.{0,12}|[0-9]{1,25}|[#()\\[\\]:*\"a-z ]{0,16}|json|xml|MCID_[0-9]{24})", 8),
        ) {
            let mut form = String::from("db=pubmed");
            for (name, value) in names.iter().zip(&values) {
                form.push_str(&format!("&{name}={}", value.replace('%', "%25").replace('&', "%26")));
            }
            let answer = service().answer(utility, &Parameters::read("", form.as_bytes()));
            prop_assert!(!answer.body.is_empty() || answer.kind.starts_with("text/plain"));
        }
    }
}
