//! The client: asks E-utilities politely, retries what may pass, believes no body unchecked, and
//! waits never longer than it says.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thiserror::Error;

mod answer;
mod pacer;

pub use answer::{DbInfo, PubMedSays, SearchAnswer};
use pacer::Pacer;

/// NCBI's API key. It prints as stars, whatever prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// From the environment's `NCBI_API_KEY`; an empty one counts as none.
    pub fn from_env() -> Option<Self> {
        std::env::var("NCBI_API_KEY").ok().filter(|k| !k.trim().is_empty()).map(|k| Self(k.trim().to_owned()))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// What happens while one waits.
#[derive(Debug, Clone)]
pub enum Event {
    /// A request failed and will be sent again after a while.
    Retrying {
        /// Why, without the key.
        why: String,
        /// The wait.
        after: Duration,
        /// Which try comes next, from 2.
        attempt: u32,
        /// At most so many.
        of: u32,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Retrying { why, after, attempt, of } = self;
        write!(f, "{why}; try {attempt} of {of} in {:.1} s", after.as_secs_f64())
    }
}

/// Who hears of events.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// How to ask.
#[derive(Clone)]
pub struct Settings {
    /// Base address, ending in `/`.
    pub base: String,
    /// The program's name for NCBI, without blanks.
    pub tool: String,
    /// The person's address for NCBI.
    pub email: Option<String>,
    /// The key, if any.
    pub api_key: Option<ApiKey>,
    /// Tries of one request, at least 1.
    pub max_tries: u32,
    /// For one request, from connecting to the last byte.
    pub timeout: Duration,
    /// First wait before a retry; doubled each time.
    pub backoff: Duration,
    /// A file through which all processes of this machine share NCBI's rate.
    pub rate_file: Option<PathBuf>,
    /// Who hears of waits.
    pub on_event: Option<Listener>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base: String::new(),
            tool: "tamis".to_owned(),
            email: None,
            api_key: None,
            max_tries: 6,
            timeout: Duration::from_secs(120),
            backoff: Duration::from_millis(500),
            rate_file: None,
            on_event: None,
        }
    }
}

/// Why a request ended without an answer.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The network or the service failed for longer than the retries last.
    #[error("{what}: {why} ({tries} tries); try again later, what was fetched is kept")]
    GaveUp {
        /// The request, without the key.
        what: String,
        /// The last failure.
        why: String,
        /// How often it was tried.
        tries: u32,
    },
    /// The service understood and refused.
    #[error("{what}: {why}")]
    Refused {
        /// The request.
        what: String,
        /// The service's reason.
        why: String,
    },
    /// The search kept on the server is gone; search again.
    #[error("{what}: the server no longer knows this search ({why})")]
    Expired {
        /// The request.
        what: String,
        /// The service's reason.
        why: String,
    },
    /// The parts of a large search do not make the whole.
    #[error(
        "the parts of the search hold {found} records, the whole {whole}: records came or went meanwhile; search again"
    )]
    Parts {
        /// Records in the parts.
        found: u64,
        /// The count of the whole.
        whole: u64,
    },
    /// The client cannot be made.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

/// What to search for. Dates as NCBI wants them, `YYYY/MM/DD`.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// The search string.
    pub term: String,
    /// `pdat`, `edat`, `mdat` or `crdt`.
    pub datetype: Option<String>,
    /// First day.
    pub mindate: Option<String>,
    /// Last day.
    pub maxdate: Option<String>,
    /// `relevance`, `pub_date` …; NCBI's default otherwise.
    pub sort: Option<String>,
    /// Offset.
    pub retstart: u64,
    /// How many PMIDs to return, at most 9,999.
    pub retmax: u64,
    /// Keep the set on the server.
    pub usehistory: bool,
}

/// A client of one service.
pub struct Client {
    http: reqwest::Client,
    settings: Settings,
    pacer: Pacer,
    requests: AtomicU64,
}

/// How a try ended.
enum Failure {
    /// May pass; the service may have said how long to wait.
    Passing(String, Option<Duration>),
    /// Will not.
    Final(ClientError),
}

type Check<T> = fn(&[u8], &str) -> Result<T, Failure>;

impl Client {
    /// A client.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        // Another client of this process may have installed it already: that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .user_agent(concat!("tamis/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| ClientError::Setup(e.to_string()))?;
        let pacer = Pacer::new(&settings);
        Ok(Self { http, settings, pacer, requests: AtomicU64::new(0) })
    }

    /// Requests sent so far, retries included.
    pub fn requests_made(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// What the database holds.
    ///
    /// # Errors
    /// As all requests.
    pub async fn einfo(&self) -> Result<DbInfo, ClientError> {
        self.ask("einfo", &[("db", "pubmed".to_owned())], answer::einfo).await
    }

    /// One search, one page of PMIDs.
    ///
    /// # Errors
    /// As all requests; also when the service says the string cannot be run.
    pub async fn esearch(&self, request: &SearchRequest) -> Result<SearchAnswer, ClientError> {
        let mut form = vec![
            ("db", "pubmed".to_owned()),
            ("term", request.term.clone()),
            ("retstart", request.retstart.to_string()),
            ("retmax", request.retmax.to_string()),
        ];
        for (name, value) in [
            ("datetype", &request.datetype),
            ("mindate", &request.mindate),
            ("maxdate", &request.maxdate),
            ("sort", &request.sort),
        ] {
            form.extend(value.clone().map(|v| (name, v)));
        }
        if request.usehistory {
            form.push(("usehistory", "y".to_owned()));
        }
        self.ask("esearch", &form, answer::esearch).await
    }

    /// All PMIDs of a search of any size.
    ///
    /// NCBI gives no more than 9,999 of one search, so the range of PMIDs is halved until each
    /// part fits. PMIDs are whole numbers and every record has exactly one, so the parts cannot
    /// overlap or leave gaps, as date windows can.
    ///
    /// # Errors
    /// As all requests; also when the parts do not make the whole.
    pub async fn search_all(
        &self,
        request: &SearchRequest,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Vec<u64>, ClientError> {
        const WINDOW: u64 = 9_999;
        let first = SearchRequest { retmax: WINDOW, retstart: 0, ..request.clone() };
        let whole = self.esearch(&first).await?;
        if whole.count < WINDOW {
            return Ok(whole.pmids);
        }
        let mut pmids: Vec<u64> = Vec::new();
        let mut parts = vec![(1_u64, 2_u64.pow(27))];
        while let Some((low, high)) = parts.pop() {
            let term = format!("({}) AND {low}:{high}[uid]", request.term);
            let part = self.esearch(&SearchRequest { term, ..first.clone() }).await?;
            if part.count < WINDOW {
                pmids.extend(part.pmids);
                progress(pmids.len() as u64, whole.count);
            } else if low < high {
                let middle = low + (high - low) / 2;
                parts.push((low, middle));
                parts.push((middle + 1, high));
            }
        }
        pmids.sort_unstable_by(|a, b| b.cmp(a));
        pmids.dedup();
        if pmids.len() as u64 != whole.count {
            return Err(ClientError::Parts { found: pmids.len() as u64, whole: whole.count });
        }
        Ok(pmids)
    }

    /// The records of these PMIDs as XML, whole. PMIDs without a record are simply not in it.
    ///
    /// # Errors
    /// As all requests.
    pub async fn efetch_ids(&self, pmids: &[u64]) -> Result<Vec<u8>, ClientError> {
        let ids = pmids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let form = [("db", "pubmed".to_owned()), ("id", ids), ("retmode", "xml".to_owned())];
        self.ask("efetch", &form, answer::efetch).await
    }

    async fn ask<T>(&self, utility: &str, form: &[(&str, String)], check: Check<T>) -> Result<T, ClientError> {
        let what = format!("{utility} at {}", self.settings.base);
        let tries = self.settings.max_tries.max(1);
        let mut wait = self.settings.backoff;
        for attempt in 1..=tries {
            self.pacer.turn().await;
            self.requests.fetch_add(1, Ordering::Relaxed);
            let (why, asked_to_wait) = match self.once(utility, form, check).await {
                Ok(value) => {
                    self.pacer.went_well();
                    return Ok(value);
                }
                Err(Failure::Final(mut error)) => {
                    match &mut error {
                        ClientError::Refused { what: w, .. } | ClientError::Expired { what: w, .. } => *w = what,
                        _ => {}
                    }
                    return Err(error);
                }
                Err(Failure::Passing(why, after)) => (self.scrub(&why), after),
            };
            if attempt == tries {
                return Err(ClientError::GaveUp { what, why, tries });
            }
            // Never longer than two minutes, whatever the service asks for.
            let after = asked_to_wait.unwrap_or(wait).min(Duration::from_secs(120));
            if let Some(listener) = &self.settings.on_event {
                listener(Event::Retrying { why: format!("{utility}: {why}"), after, attempt: attempt + 1, of: tries });
            }
            tokio::time::sleep(after).await;
            wait = (wait * 2).min(Duration::from_secs(30));
        }
        unreachable!("the last try returns")
    }

    async fn once<T>(&self, utility: &str, form: &[(&str, String)], check: Check<T>) -> Result<T, Failure> {
        let mut all: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
        all.push(("tool", &self.settings.tool));
        if let Some(email) = &self.settings.email {
            all.push(("email", email));
        }
        if let Some(key) = &self.settings.api_key {
            all.push(("api_key", &key.0));
        }
        let passing = |e: reqwest::Error| {
            // The address is ours and holds no key (it goes in the form), but need not be repeated.
            let e = e.without_url();
            let mut text = e.to_string();
            let mut cause = std::error::Error::source(&e);
            while let Some(inner) = cause {
                text = format!("{text}: {inner}");
                cause = inner.source();
            }
            Failure::Passing(text, None)
        };
        let url = format!("{}{utility}.fcgi", self.settings.base);
        let response = self.http.post(url).form(&all).send().await.map_err(passing)?;
        let status = response.status();
        let retry_after =
            response.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(pacer::retry_after);
        let body = response.bytes().await.map_err(passing)?;
        if status.is_success() {
            return check(&body, &self.settings.base);
        }
        let said = self.scrub(&answer::first_words(&body));
        let why = format!("HTTP {status}: {said}");
        match status.as_u16() {
            429 => {
                self.pacer.too_fast();
                Err(Failure::Passing(why, retry_after))
            }
            408 | 500..=599 => Err(Failure::Passing(why, retry_after)),
            // NCBI sends some of its own errors with 400: let the answer's reader word them.
            400 => check(&body, &self.settings.base).and_then(|_| Err(answer::refused(why))),
            _ => Err(answer::refused(why)),
        }
    }

    /// A text without the key, should the service have echoed it.
    fn scrub(&self, text: &str) -> String {
        match &self.settings.api_key {
            Some(key) => text.replace(&key.0, "***"),
            None => text.to_owned(),
        }
    }
}
