//! How to ask: the service, the person, the patience.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// NCBI's API key. It prints as stars, whatever prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(pub(super) String);

impl ApiKey {
    /// From the environment's `NCBI_API_KEY`; an empty one counts as none.
    pub fn from_env() -> Option<Self> {
        std::env::var("NCBI_API_KEY").ok().filter(|k| !k.trim().is_empty()).map(|k| Self(k.trim().to_owned()))
    }

    /// From a text.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
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
    /// The service asked for patience, or other processes of this machine stand before.
    Waiting {
        /// For how long.
        wait: Duration,
        /// How many times wider than allowed the requests now stand apart.
        widened: f64,
    },
    /// Something that a person should know and that stops nothing.
    Note(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retrying { why, after, attempt, of } => {
                write!(f, "{why}; try {attempt} of {of} in {:.1} s", after.as_secs_f64())
            }
            Self::Waiting { wait, widened } if *widened > 1.0 => {
                write!(f, "waiting {:.1} s: the service said that requests come too fast", wait.as_secs_f64())
            }
            Self::Waiting { wait, .. } => write!(f, "waiting {:.1} s for this machine's turn", wait.as_secs_f64()),
            Self::Note(text) => f.write_str(text),
        }
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
    /// For one request, from connecting to the last byte; half of it for a silence within.
    pub timeout: Duration,
    /// Requests under way at a time, at least 1.
    pub at_once: usize,
    /// First wait before a retry; doubled each time.
    pub backoff: Duration,
    /// A file through which all processes of this machine share NCBI's rate.
    pub rate_file: Option<PathBuf>,
    /// Who hears of waits.
    pub on_event: Option<Listener>,
}

impl Settings {
    /// Host and port of the base address.
    pub(super) fn authority(&self) -> &str {
        let rest = self.base.split("://").nth(1).unwrap_or(&self.base);
        rest.split('/').next().unwrap_or(rest)
    }

    /// Whether the service is on this machine: then nobody needs to be spared.
    pub fn is_local(&self) -> bool {
        let host = self.authority();
        host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")
    }
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
            at_once: 3,
            backoff: Duration::from_millis(500),
            rate_file: None,
            on_event: None,
        }
    }
}
