//! Results beside the numbers that the paper prints.

use serde::Serialize;

use super::results::Results;
use crate::protocol::analysis::{Against, Plan};
use crate::protocol::{Published, PublishedNumber};

/// How a printed number stands beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Ours, rounded as printed, is the same.
    Matches,
    /// It is not.
    Differs,
    /// The paper contradicts itself here; ours follows the reading taken.
    PaperContradictsItself,
    /// What is printed does not suffice to compute it.
    CannotBeDerived,
    /// The plan names no result for it.
    NotPlanned,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Differs => "differs",
            Self::PaperContradictsItself => "the paper contradicts itself here",
            Self::CannotBeDerived => "cannot be derived from what is printed",
            Self::NotPlanned => "not in the plan",
        }
    }
}

/// A printed number beside ours.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The published number's key.
    pub key: String,
    /// The paper's words.
    pub source: String,
    /// The number as printed.
    pub printed: String,
    /// Ours; empty when there is none.
    pub ours: String,
    /// How they stand.
    pub verdict: Verdict,
    /// By which test or method, which reading, or why not.
    pub note: String,
}

/// A result under one method.
struct Candidate {
    method: Option<&'static str>,
    value: f64,
    of: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl Candidate {
    fn plain(value: f64) -> Self {
        Self { method: None, value, of: None, low: None, high: None }
    }

    fn show(&self, decimals: usize, is_p: bool) -> String {
        if is_p {
            return show_p(self.value);
        }
        let limit = |l: Option<f64>| l.map_or("–".to_owned(), |l| format!("{l:.decimals$}"));
        let mut out = format!("{:.decimals$}", self.value);
        if let Some(of) = self.of {
            out.push_str(&format!("/{of}"));
        }
        if self.low.is_some() || self.high.is_some() {
            out.push_str(&format!(" ({} to {})", limit(self.low), limit(self.high)));
        }
        out
    }
}

/// A P as tables print it.
pub fn show_p(p: f64) -> String {
    if p < 0.0001 { "P < 0.0001".to_owned() } else { format!("P = {p:.4}") }
}

/// The method of a median that ignores censoring.
const PLAIN_MEDIAN: &str = "median of the times as if none were censored, interval between order statistics";

/// Every printed number beside ours, in the order of `published.toml`.
pub fn against(results: &Results, plan: &Plan, published: &Published) -> Vec<Answer> {
    let of = |n: &PublishedNumber| plan.against.iter().find(|a| a.published == n.key);
    published.numbers.iter().map(|n| answer(results, of(n), n, published)).collect()
}

fn answer(results: &Results, against: Option<&Against>, number: &PublishedNumber, published: &Published) -> Answer {
    let key = against.and_then(|a| a.ours.as_deref()).unwrap_or(&number.key);
    let found = candidates(results, key);
    let (decimals, is_p) = (decimals(number), number.p.is_some() || number.p_below.is_some());
    let named = against.and_then(|a| a.named.as_deref());
    let is_named = |c: &&Candidate| named.is_some_and(|n| c.method.is_some_and(|m| m.starts_with(n)));
    let matching: Vec<&Candidate> = found.iter().filter(|c| same(number, c, decimals)).collect();
    let best = matching.iter().copied().find(is_named).or(matching.first().copied());
    let shown = best.or(found.iter().find(is_named)).or(found.first());
    let reading = number.reading.as_deref().and_then(|id| published.readings.iter().find(|r| r.id == id));
    let mut note = match (best, named) {
        (Some(best), Some(named)) if !is_named(&best) => {
            let other = found.iter().find(is_named);
            let other = other.map_or(format!("{named}: not reached"), |c| {
                format!("{}: {}", c.method.unwrap_or(named), c.show(decimals, is_p))
            });
            format!("by {}; by the method that the paper names, {other}", best.method.unwrap_or(""))
        }
        (Some(best), _) => best.method.map(|m| format!("by {m}")).unwrap_or_default(),
        (None, _) => shown.and_then(|c| c.method).map(|m| format!("by {m}")).unwrap_or_default(),
    };
    let equal = if best.is_some() { Verdict::Matches } else { Verdict::Differs };
    let verdict = if let Some(because) = against.and_then(|a| a.because.as_deref()) {
        because.clone_into(&mut note);
        Verdict::CannotBeDerived
    } else if found.is_empty() {
        Verdict::NotPlanned
    } else if let Some(reading) = reading {
        let ours = if best.is_some() { "so read, ours is the same" } else { "so read, ours differs" };
        note = format!("{} {} ({ours})", reading.problem, reading.taken);
        Verdict::PaperContradictsItself
    } else {
        equal
    };
    Answer {
        key: number.key.clone(),
        source: number.source.clone(),
        printed: printed(number, decimals),
        ours: shown.map(|c| c.show(decimals, is_p)).unwrap_or_default(),
        verdict,
        note,
    }
}

/// Decimals that the paper prints.
fn decimals(number: &PublishedNumber) -> usize {
    let of = |v: f64| format!("{v}").split('.').nth(1).map_or(0, str::len);
    [number.value, number.low, number.high, number.p].into_iter().flatten().map(of).max().unwrap_or(0)
}

fn printed(number: &PublishedNumber, decimals: usize) -> String {
    if let Some(p) = number.p {
        return format!("P = {p}");
    }
    if let Some(bound) = number.p_below {
        return format!("P < {bound}");
    }
    let value = number.value.unwrap_or_default();
    Candidate { method: None, value, of: number.of, low: number.low, high: number.high }.show(decimals, false)
}

/// Whether a result, rounded as printed, is the printed number.
fn same(number: &PublishedNumber, c: &Candidate, decimals: usize) -> bool {
    let near = |printed: f64, ours: Option<f64>| {
        ours.is_some_and(|o| (o - printed).abs() <= 0.5 * 10_f64.powi(-(decimals as i32)) + 1e-9)
    };
    let optional = |printed: Option<f64>, ours| printed.is_none_or(|p| near(p, ours));
    optional(number.value, Some(c.value))
        && number.of.is_none_or(|of| c.of.is_none_or(|o| o == of))
        && optional(number.low, c.low)
        && optional(number.high, c.high)
        && optional(number.p, Some(c.value))
        && number.p_below.is_none_or(|bound| c.value < bound)
}

/// What a key stands for, under each method: `response.or`, `response.or[age=children]`, `response-by-age.p`,
/// `os[treatment=crizotinib alone].median`, `os.p`, `weeks.mean`, `adverse-events[nausea]`, a set's id, `cases`.
fn candidates(results: &Results, key: &str) -> Vec<Candidate> {
    let plain = |n: usize| vec![Candidate::plain(n as f64)];
    if key == "cases" {
        return plain(results.cases);
    }
    if key == "reports" {
        return plain(results.reports);
    }
    if let Some(set) = results.sets.iter().find(|s| s.id == key) {
        return plain(set.n);
    }
    if let Some(row) = results.shares.iter().flat_map(|s| &s.rows).find(|r| r.key == key) {
        return vec![Candidate { of: Some(row.share.n as f64), ..Candidate::plain(row.share.k as f64) }];
    }
    if let Some((id, item)) = key.strip_suffix(']').and_then(|k| k.split_once('['))
        && let Some(tally) = results.tallies.iter().find(|t| t.id == id)
    {
        return plain(tally.items.iter().find(|i| i.0 == item).map_or(0, |i| i.1));
    }
    let Some((id, what)) = key.rsplit_once('.') else { return Vec::new() };
    match what {
        "p" => {
            let table = results.tables.iter().find(|t| t.id == id).into_iter().flat_map(|t| &t.tests);
            let tests = table.map(|t| Candidate { method: Some(t.name), ..Candidate::plain(t.p) });
            let rank = results.survival.iter().find(|s| s.id == id).and_then(|s| s.log_rank.as_ref());
            tests.chain(rank.map(|r| Candidate { method: Some("log-rank test"), ..Candidate::plain(r.p) })).collect()
        }
        "median" if results.survival.iter().flat_map(|s| &s.groups).any(|g| g.key == id) => medians(results, id),
        _ => {
            let summary = results.numbers.iter().find(|n| n.id == id).and_then(|n| n.summary.as_ref());
            let value = summary.and_then(|s| match what {
                "mean" => Some(s.mean),
                "median" => Some(s.median),
                "least" => Some(s.least),
                "most" => Some(s.most),
                _ => None,
            });
            value.map(Candidate::plain).into_iter().collect()
        }
    }
}

fn medians(results: &Results, key: &str) -> Vec<Candidate> {
    let Some(group) = results.survival.iter().flat_map(|s| &s.groups).find(|g| g.key == key) else { return Vec::new() };
    let estimated = group.medians.iter().filter_map(|m| {
        let (low, high) = (m.interval.low, m.interval.high);
        Some(Candidate { method: Some(m.method), value: m.median?, of: None, low, high })
    });
    let plain = group.times.as_ref().map(|t| {
        let limits = t.median_interval.map(|i| i.interval);
        let (low, high) = (limits.and_then(|i| i.low), limits.and_then(|i| i.high));
        Candidate { method: Some(PLAIN_MEDIAN), value: t.median, of: None, low, high }
    });
    estimated.chain(plain).collect()
}
