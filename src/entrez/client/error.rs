//! How asking can fail.

use std::time::Duration;

use thiserror::Error;

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
    /// What was listed of a search is not what was counted, however often it was asked.
    #[error("the service lists {found} records and counts {whole}, three times over: try again later")]
    Parts {
        /// Records listed.
        found: u64,
        /// The count.
        whole: u64,
    },
    /// The API key is not accepted.
    #[error("{what}: {why}; check NCBI_API_KEY, or unset it to ask without a key")]
    Key {
        /// The request.
        what: String,
        /// The service's reason, without the key.
        why: String,
    },
    /// The client cannot be made.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

/// How one try ended.
pub(super) enum Failure {
    /// May pass; the service may have said how long to wait.
    Passing(String, Option<Duration>),
    /// Requests come too fast.
    TooFast(String, Option<Duration>),
    /// Will not pass.
    Final(ClientError),
}
