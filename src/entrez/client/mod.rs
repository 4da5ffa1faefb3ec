//! The client: asks E-utilities politely, retries what may pass, believes no body unchecked, and
//! waits never longer than it says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

mod answer;
mod error;
mod pacer;
mod request;
mod settings;
mod whole;

pub use answer::{DbInfo, PubMedSays, SearchAnswer, Summary};
pub use error::ClientError;
use error::Failure;
use pacer::Pacer;
pub use request::{Kept, Request, SearchRequest};
pub use settings::{ApiKey, Event, Listener, Settings};
pub use whole::{Part, Whole};

/// Largest answer read, in bytes: 10,000 records of the largest size known would not fit, 200 do four times over.
const LARGEST: usize = 512 << 20;
/// Longest wait before a retry, whatever the service asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// A client of one service.
pub struct Client {
    http: reqwest::Client,
    settings: Settings,
    pacer: Arc<Pacer>,
    under_way: Semaphore,
    requests: AtomicU64,
    told_of_file: AtomicBool,
}

type Check<T> = fn(&[u8]) -> Result<T, Failure>;

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
            .connect_timeout(Duration::from_secs(10).min(settings.timeout))
            .read_timeout(settings.timeout / 2)
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| ClientError::Setup(e.to_string()))?;
        let pacer = Pacer::shared(settings.authority(), settings.rate_file.as_deref());
        let under_way = Semaphore::new(settings.at_once.max(1));
        Ok(Self { http, settings, pacer, under_way, requests: AtomicU64::new(0), told_of_file: AtomicBool::new(false) })
    }

    /// How it asks.
    pub fn settings(&self) -> &Settings {
        &self.settings
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
        self.ask(&Request::einfo(), answer::einfo).await
    }

    /// One search, one page of PMIDs.
    ///
    /// # Errors
    /// As all requests; also when the service says the string cannot be run.
    pub async fn esearch(&self, request: &SearchRequest) -> Result<SearchAnswer, ClientError> {
        self.ask(&request.request(), answer::esearch).await
    }

    /// The records of these PMIDs as XML, whole. PMIDs without a record are simply not in it.
    ///
    /// # Errors
    /// As all requests.
    pub async fn efetch_ids(&self, pmids: &[u64]) -> Result<Vec<u8>, ClientError> {
        self.ask(&Request::efetch(pmids), answer::efetch).await
    }

    /// A page of a kept set as XML. A short page means PMIDs without a record, never records put off.
    ///
    /// # Errors
    /// As all requests; [`ClientError::Expired`] when the server no longer knows the set.
    pub async fn efetch_kept(&self, kept: &Kept, start: u64, most: u64) -> Result<Vec<u8>, ClientError> {
        self.ask(&Request::efetch_kept(kept, start, most), answer::efetch).await
    }

    /// Short descriptions of at most 500 PMIDs; one that has none says why.
    ///
    /// # Errors
    /// As all requests.
    pub async fn esummary(&self, pmids: &[u64]) -> Result<Vec<Summary>, ClientError> {
        self.ask(&Request::esummary(pmids), answer::esummary).await
    }

    /// Keeps these PMIDs, at most 10,000, as a set on the server.
    ///
    /// # Errors
    /// As all requests.
    pub async fn epost(&self, pmids: &[u64]) -> Result<Kept, ClientError> {
        self.ask(&Request::epost(pmids), answer::epost).await
    }

    fn tell(&self, event: Event) {
        if let Some(listener) = &self.settings.on_event {
            listener(event);
        }
    }

    /// Requests a second that NCBI allows; none on this machine.
    fn allowed(&self) -> Option<u32> {
        match (self.settings.is_local(), &self.settings.api_key) {
            (true, _) => None,
            (false, Some(_)) => Some(10),
            (false, None) => Some(3),
        }
    }

    async fn ask<T>(&self, request: &Request, check: Check<T>) -> Result<T, ClientError> {
        let what = format!("{} at {}", request.utility, self.settings.base);
        let tries = self.settings.max_tries.max(1);
        let mut wait = self.settings.backoff;
        for attempt in 1..=tries {
            let failure = {
                // A poisoned or closed semaphore cannot be: it is never closed.
                let _place = self.under_way.acquire().await;
                let turn = self.pacer.turn(self.allowed()).await;
                if turn.wait > Duration::from_secs(2) {
                    self.tell(Event::Waiting { wait: turn.wait, widened: turn.widened });
                }
                if let Some(problem) = turn.file_problem
                    && !self.told_of_file.swap(true, Ordering::Relaxed)
                {
                    self.tell(Event::Note(format!("other processes cannot be taken into account: {problem}")));
                }
                tokio::time::sleep(turn.wait).await;
                self.requests.fetch_add(1, Ordering::Relaxed);
                match self.once(request, check).await {
                    Ok(value) => {
                        self.pacer.answered().await;
                        return Ok(value);
                    }
                    Err(failure) => failure,
                }
            };
            let (why, asked_to_wait) = match failure {
                Failure::Final(mut error) => {
                    match &mut error {
                        ClientError::Refused { what: w, .. }
                        | ClientError::Expired { what: w, .. }
                        | ClientError::Key { what: w, .. } => *w = what,
                        _ => {}
                    }
                    return Err(error);
                }
                Failure::Passing(why, after) => (why, after),
                Failure::TooFast(why, after) => {
                    let hold = after.unwrap_or(wait).min(LONGEST_WAIT);
                    self.pacer.throttled(hold).await;
                    (why, after)
                }
            };
            if attempt == tries {
                return Err(ClientError::GaveUp { what, why, tries });
            }
            let after = asked_to_wait.unwrap_or(wait).min(LONGEST_WAIT);
            let why = format!("{}: {why}", request.utility);
            self.tell(Event::Retrying { why, after, attempt: attempt + 1, of: tries });
            tokio::time::sleep(after).await;
            wait = (wait * 2).min(Duration::from_secs(30));
        }
        unreachable!("the last try returns")
    }

    async fn once<T>(&self, request: &Request, check: Check<T>) -> Result<T, Failure> {
        let mut all: Vec<(&str, &str)> = request.form.iter().map(|(k, v)| (*k, v.as_str())).collect();
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
            Failure::Passing(self.scrub(&text), None)
        };
        let url = format!("{}{}.fcgi", self.settings.base, request.utility);
        let mut response = self.http.post(url).form(&all).send().await.map_err(passing)?;
        let status = response.status();
        let retry_after =
            response.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(pacer::retry_after);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(passing)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(answer::refused(format!("the answer is larger than {} MB", LARGEST >> 20)));
            }
            body.extend_from_slice(&chunk);
        }
        // The service echoes a bad key: it is taken out before anything is read, cut or shown.
        let body = self.without_key(body);
        if status.is_success() {
            return check(&body);
        }
        let why = format!("HTTP {status}: {}", answer::first_words(&body));
        match status.as_u16() {
            429 => Err(Failure::TooFast(why, retry_after)),
            408 | 500..=599 => Err(Failure::Passing(why, retry_after)),
            // NCBI sends some of its own errors with 400: let the answer's reader word them.
            400 => check(&body).and_then(|_| Err(answer::refused(why))),
            _ => Err(answer::refused(why)),
        }
    }

    fn without_key(&self, body: Vec<u8>) -> Vec<u8> {
        let Some(key) = self.settings.api_key.as_ref().map(|k| k.0.as_bytes()).filter(|k| !k.is_empty()) else {
            return body;
        };
        if !body.windows(key.len()).any(|w| w.eq_ignore_ascii_case(key)) {
            return body;
        }
        let mut out = Vec::with_capacity(body.len());
        let mut rest = body.as_slice();
        while let Some(at) = rest.windows(key.len()).position(|w| w.eq_ignore_ascii_case(key)) {
            out.extend_from_slice(&rest[..at]);
            out.extend_from_slice(b"***");
            rest = &rest[at + key.len()..];
        }
        out.extend_from_slice(rest);
        out
    }

    /// A text without the key.
    fn scrub(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.without_key(text.as_bytes().to_vec())).into_owned()
    }
}
