//! One pace for every request that leaves this machine for one host.
//!
//! NCBI counts requests by address, so two processes that each keep to three a second together break the limit.
//! The pacer is shared by all clients of the process that ask the same host and, when there is a rate file, by all
//! processes that name the same file. A request takes the next free slot and waits for it; the slots are one interval
//! apart. An answer 429 widens the interval, and good answers narrow it back.
//!
//! The file holds wall-clock time, which can jump. A slot further ahead than [`FURTHEST_SLOT`] cannot come from honest
//! queueing and is thrown away; a slot in the past is simply free. Within the process a monotonic clock keeps the
//! pace besides, so a jump can cost one interval or one early request of another process, never a hang.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::LONGEST_WAIT;

/// The furthest a slot may lie ahead: the longest wait a server may ask for and half a minute of queue.
const FURTHEST_SLOT: Duration = Duration::from_secs(LONGEST_WAIT.as_secs() + 30);
/// The most the interval is widened.
const WIDEST: f64 = 8.0;
/// Least time between requests after a 429, widened further.
const LEAST_ROOM: Duration = Duration::from_millis(100);
/// How long to try for the lock of the rate file. Its holders keep it for one read and one write.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// The pace of one host.
#[derive(Debug)]
pub(super) struct Pacer {
    file: Option<PathBuf>,
    started: Instant,
    state: Mutex<Slots>,
}

/// The next free moment on some clock, and how much wider than allowed the interval is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slots {
    next: Duration,
    widened: f64,
}

impl Slots {
    const FREE: Slots = Slots { next: Duration::ZERO, widened: 1.0 };

    /// Takes the next slot: how long from `now` until it, and the slots after it.
    fn take(self, now: Duration, interval: Duration) -> (Duration, Slots) {
        let widened = if self.widened.is_finite() { self.widened.clamp(1.0, WIDEST) } else { 1.0 };
        let believable = self.next <= now.saturating_add(FURTHEST_SLOT);
        let slot = if believable { self.next.max(now) } else { now };
        let interval = if widened > 1.0 { interval.max(LEAST_ROOM) } else { interval };
        let next = slot.saturating_add(interval.mul_f64(widened));
        (slot.saturating_sub(now), Slots { next, widened })
    }

    /// After a 429: nothing goes before `hold` is over, and the interval doubles.
    fn throttled(self, now: Duration, hold: Duration) -> Slots {
        let believable = if self.next <= now.saturating_add(FURTHEST_SLOT) { self.next } else { now };
        let widened = if self.widened.is_finite() { self.widened.clamp(1.0, WIDEST) } else { 1.0 };
        Slots { next: believable.max(now.saturating_add(hold.min(LONGEST_WAIT))), widened: (widened * 2.0).min(WIDEST) }
    }

    /// After a good answer: a step of a tenth back towards the allowed pace.
    fn eased(self) -> Slots {
        Slots { widened: (self.widened * 0.9).max(1.0), ..self }
    }

    /// One line: nanoseconds since 1970 and the factor. Anything else in the file means "free".
    fn parse(text: &str) -> Slots {
        let mut words = text.split_ascii_whitespace();
        let next = words.next().and_then(|w| w.parse::<u64>().ok()).map(Duration::from_nanos);
        let widened = words.next().and_then(|w| w.parse::<f64>().ok());
        match (next, widened) {
            (Some(next), Some(widened)) => Slots { next, widened },
            _ => Slots::FREE,
        }
    }

    fn line(self) -> String {
        format!("{} {:.4}\n", u64::try_from(self.next.as_nanos()).unwrap_or(u64::MAX), self.widened)
    }
}

/// What one request was given.
#[derive(Debug)]
pub(super) struct Turn {
    /// How long to wait before sending.
    pub(super) wait: Duration,
    /// How much wider than allowed the interval now is.
    pub(super) widened: f64,
    /// What is wrong with the rate file, if it could not be used: then the process keeps its own pace.
    pub(super) file_problem: Option<String>,
}

impl Pacer {
    /// The pacer that this process keeps for a host and rate file.
    pub(super) fn shared(host: &str, file: Option<&Path>) -> Arc<Pacer> {
        type Known = HashMap<(String, Option<PathBuf>), Arc<Pacer>>;
        static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
        let known = KNOWN.get_or_init(Mutex::default);
        let key = (host.to_ascii_lowercase(), file.map(Path::to_path_buf));
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| Arc::new(Pacer::new(file))).clone()
    }

    fn new(file: Option<&Path>) -> Pacer {
        Pacer { file: file.map(Path::to_path_buf), started: Instant::now(), state: Mutex::new(Slots::FREE) }
    }

    /// Takes the next slot for a request; the caller sleeps until it.
    ///
    /// Without a rate, as on this machine's own services, requests go at once until a 429 asks for room.
    pub(super) async fn turn(&self, per_second: Option<u32>) -> Turn {
        let interval = per_second.map_or(Duration::ZERO, |n| Duration::from_secs(1) / n.max(1));
        let own = self.change(|slots, now| {
            let (wait, after) = slots.take(now, interval);
            ((wait, after.widened), after)
        });
        let shared = self.change_file(|slots, now| slots.take(now, interval)).await;
        let (wait, file_problem) = match shared {
            Some(Ok(wait)) => (own.0.max(wait), None),
            Some(Err(problem)) => (own.0, Some(problem)),
            None => (own.0, None),
        };
        Turn { wait, widened: own.1, file_problem }
    }

    /// Tells of a 429: the whole machine holds still for `hold`.
    pub(super) async fn throttled(&self, hold: Duration) {
        self.change(|slots, now| ((), slots.throttled(now, hold)));
        let _ = self.change_file(|slots, now| ((), slots.throttled(now, hold))).await;
    }

    /// Tells of a good answer.
    pub(super) async fn answered(&self) {
        // The file is touched only when there is something to narrow: this runs after every request.
        let narrowed = self.change(|slots, _| (slots.widened > 1.0, slots.eased()));
        if narrowed {
            let _ = self.change_file(|slots, _| ((), slots.eased())).await;
        }
    }

    fn change<T>(&self, step: impl FnOnce(Slots, Duration) -> (T, Slots)) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (out, after) = step(*state, self.started.elapsed());
        *state = after;
        out
    }

    async fn change_file<T>(&self, step: impl FnOnce(Slots, Duration) -> (T, Slots)) -> Option<Result<T, String>> {
        let path = self.file.as_deref()?;
        let opened = match open(path) {
            Ok(file) => file,
            Err(e) => return Some(Err(format!("{}: {e}", path.display()))),
        };
        let patience = Instant::now();
        loop {
            match opened.try_lock() {
                // Nothing is awaited while the lock is held; dropping the file gives it back, even on a panic.
                Ok(()) => return Some(rewrite(opened, step).map_err(|e| format!("{}: {e}", path.display()))),
                Err(TryLockError::WouldBlock) if patience.elapsed() < LOCK_PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
                Err(TryLockError::WouldBlock) => {
                    let seconds = LOCK_PATIENCE.as_secs();
                    return Some(Err(format!("{}: locked by another process for {seconds} s", path.display())));
                }
                Err(TryLockError::Error(e)) => return Some(Err(format!("{}: {e}", path.display()))),
            }
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn rewrite<T>(mut file: File, step: impl FnOnce(Slots, Duration) -> (T, Slots)) -> std::io::Result<T> {
    let mut bytes = Vec::new();
    // Our own line is under 40 bytes; more than that is not ours and is not read in.
    Read::by_ref(&mut file).take(64).read_to_end(&mut bytes)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (out, after) = step(Slots::parse(&String::from_utf8_lossy(&bytes)), now);
    file.seek(SeekFrom::Start(0))?;
    let line = after.line();
    file.write_all(line.as_bytes())?;
    file.set_len(line.len() as u64)?;
    Ok(out)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const THIRD: Duration = Duration::from_nanos(333_333_333);

    fn seconds(s: u64) -> Duration {
        Duration::from_secs(s)
    }

    #[test]
    fn no_second_holds_more_requests_than_allowed_however_they_come() {
        for per_second in [3_u32, 10] {
            let interval = seconds(1) / per_second;
            let mut slots = Slots::FREE;
            let mut sent = Vec::new();
            let mut now = seconds(1000);
            for i in 0..200_u32 {
                let (wait, after) = slots.take(now, interval);
                sent.push(now + wait);
                slots = after;
                // Bursts, and now and then a pause that must not be saved up for later.
                now += if i % 17 == 0 { seconds(2) } else { Duration::ZERO };
                now = now.max(sent[sent.len() - 1].saturating_sub(seconds(5)));
            }
            for (i, from) in sent.iter().enumerate() {
                let within = sent[i..].iter().filter(|t| **t < *from + seconds(1) - Duration::from_micros(1)).count();
                assert!(within <= per_second as usize, "{within} in one second at {per_second} a second");
            }
        }
    }

    #[test]
    fn a_clock_that_jumps_costs_at_most_one_bounded_wait() {
        let held = Slots { next: seconds(10_000), widened: 1.0 };
        for (now, wait) in [
            (seconds(9_999), seconds(1)),
            // Back by an hour: the slot lies where no queue reaches, so it is thrown away.
            (seconds(6_400), Duration::ZERO),
            // Forward by an hour: the slot is past.
            (seconds(13_600), Duration::ZERO),
            (seconds(9_850), FURTHEST_SLOT),
        ] {
            assert_eq!(held.take(now, THIRD).0, wait, "{now:?}");
        }
    }

    #[test]
    fn a_429_holds_everyone_widens_and_good_answers_narrow_back() {
        let now = seconds(50);
        let mut slots = Slots::FREE.throttled(now, seconds(4));
        assert_eq!(slots.take(now, THIRD).0, seconds(4));
        assert_eq!(slots.widened, 2.0);
        for _ in 0..20 {
            slots = slots.throttled(now, seconds(900));
        }
        assert_eq!(slots.widened, WIDEST);
        assert_eq!(slots.take(now, THIRD).0, LONGEST_WAIT, "a hold has a bound too");
        for _ in 0..80 {
            slots = slots.eased();
        }
        assert_eq!(slots.widened, 1.0);
    }

    #[test]
    fn whatever_the_file_holds_the_next_request_has_a_moment() {
        let now = seconds(1_800_000_000);
        for text in ["", "x", "12", "NaN NaN", "99999999999999999999 1", "18446744073709551615 inf", "5 NaN", "5 -3"] {
            let (wait, after) = Slots::parse(text).take(now, THIRD);
            assert_eq!(wait, Duration::ZERO, "{text}");
            assert!(after.next > now && after.next <= now + seconds(6), "{text}");
        }
        let slots = Slots { next: seconds(77), widened: 2.5 };
        assert_eq!(Slots::parse(&slots.line()), slots);
    }

    #[tokio::test]
    async fn two_processes_that_share_the_file_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rate");
        // Two pacers that do not know each other stand for two processes.
        let (one, two) = (Pacer::new(Some(&file)), Pacer::new(Some(&file)));
        let mut waits = Vec::new();
        for _ in 0..3 {
            waits.push(one.turn(Some(1)).await.wait);
            waits.push(two.turn(Some(1)).await.wait);
        }
        // Six turns at one a second, taken at once: the last lies near five seconds ahead.
        assert!(waits[5] > seconds(3) && waits[5] <= seconds(5), "{waits:?}");
        assert!(waits.windows(2).all(|w| w[0] < w[1]), "{waits:?}");
    }

    #[tokio::test]
    async fn a_rate_file_that_cannot_be_used_is_told_and_the_process_keeps_its_own_pace() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::new(Some(&folder.path().join("no/such/folder/rate")));
        let (first, second) = (pacer.turn(Some(1)).await, pacer.turn(Some(1)).await);
        assert!(first.file_problem.is_some_and(|p| p.contains("rate")));
        assert!(second.wait > Duration::from_millis(500));
    }

    #[test]
    fn clients_of_one_process_and_host_share_one_pacer() {
        let one = Pacer::shared("Pacer-Test.example", None);
        assert!(Arc::ptr_eq(&one, &Pacer::shared("pacer-test.example", None)));
        assert!(!Arc::ptr_eq(&one, &Pacer::shared("other.example", None)));
    }
}
