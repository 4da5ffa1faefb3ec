//! NCBI's rate: 3 requests a second for an address, 10 with a key, shared by all processes of the
//! machine through a small file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Settings;

/// Spaces requests. Loopback services are not paced.
pub(super) struct Pacer {
    /// Least time between requests; zero on loopback.
    least: Duration,
    state: Mutex<State>,
    file: Option<std::path::PathBuf>,
}

struct State {
    /// Current time between requests: widened by 429, narrowed back by successes.
    interval: Duration,
    /// When the next request of this process may go.
    next: Option<tokio::time::Instant>,
}

impl Pacer {
    pub(super) fn new(settings: &Settings) -> Self {
        let host = settings.base.split("://").nth(1).unwrap_or("");
        let local = host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
        // A little slower than allowed: NCBI counts arrivals, not departures.
        let least = match (local, &settings.api_key) {
            (true, _) => Duration::ZERO,
            (false, Some(_)) => Duration::from_millis(110),
            (false, None) => Duration::from_millis(350),
        };
        let state = Mutex::new(State { interval: least, next: None });
        Self { least, state, file: settings.rate_file.clone() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits for this process's and this machine's next turn.
    pub(super) async fn turn(&self) {
        let (at, interval) = {
            let mut state = self.state();
            let now = tokio::time::Instant::now();
            let at = state.next.map_or(now, |n| n.max(now));
            state.next = Some(at + state.interval);
            (at, state.interval)
        };
        tokio::time::sleep_until(at).await;
        if let (Some(path), false) = (&self.file, interval.is_zero()) {
            let path = path.clone();
            let wait = tokio::task::spawn_blocking(move || book(&path, interval)).await;
            if let Ok(Some(wait)) = wait {
                tokio::time::sleep(wait).await;
            }
        }
    }

    pub(super) fn too_fast(&self) {
        let mut state = self.state();
        state.interval = (state.interval * 2).clamp(Duration::from_millis(200), Duration::from_secs(5));
    }

    pub(super) fn went_well(&self) {
        let mut state = self.state();
        state.interval = state.interval.mul_f64(0.9).max(self.least);
    }
}

/// Books the machine's next free moment in the shared file; none when the file cannot be used,
/// for then this process's own pace must do.
fn book(path: &std::path::Path, interval: Duration) -> Option<Duration> {
    let mut file: File = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).ok()?;
    file.lock().ok()?;
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let booked = Duration::from_millis(text.trim().parse().unwrap_or(0));
    // A clock set back leaves a moment far ahead in the file: no honest queue is a minute long.
    let booked = if booked > now + Duration::from_secs(60) { now } else { booked.max(now) };
    file.seek(SeekFrom::Start(0)).ok()?;
    file.set_len(0).ok()?;
    write!(file, "{}", (booked + interval).as_millis()).ok()?;
    Some(booked - now)
}

/// `Retry-After` in seconds or as an HTTP date.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
    let seconds = at.as_second() - jiff::Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}
