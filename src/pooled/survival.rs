//! Survival: Kaplan and Meier's curve, its median by the methods in use, and the log-rank test.

use serde::Serialize;

use super::{Interval, chi_square_tail, z};

/// One case: how long it was watched, and whether it ended with the event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Observation {
    /// Time, not negative.
    pub time: f64,
    /// Event, or else censored.
    pub event: bool,
}

/// A point of a curve: what holds from this time on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// Time.
    pub time: f64,
    /// Watched just before it.
    pub at_risk: u64,
    /// Events at it.
    pub events: u64,
    /// Censored at it. Who is censored when others have the event was still at risk for it.
    pub censored: u64,
    /// Kaplan and Meier's estimate (1958, J Am Stat Assoc 53:457).
    pub survival: f64,
    /// Greenwood's sum of d / (n (n - d)): the variance of ln S. Infinite once nobody is left.
    pub variance: f64,
}

impl Step {
    /// Greenwood's standard error of the estimate; none once nobody is left.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance.is_finite().then(|| self.survival * self.variance.sqrt())
    }

    /// The pointwise interval of the estimate; none once nobody is left.
    pub fn interval(&self, band: Band) -> Option<(f64, f64)> {
        let (s, half) = (self.survival, z() * self.variance.sqrt());
        if !self.variance.is_finite() {
            return None;
        }
        if self.variance == 0.0 {
            return Some((1.0, 1.0));
        }
        Some(match band {
            Band::Plain => ((s - half * s).max(0.0), (s + half * s).min(1.0)),
            Band::Log => ((s.ln() - half).exp(), (s.ln() + half).exp().min(1.0)),
            Band::LogLog => {
                let (middle, half) = ((-s.ln()).ln(), half / s.ln().abs());
                ((-(middle + half).exp()).exp(), (-(middle - half).exp()).exp())
            }
        })
    }
}

/// On which scale a pointwise interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// The survival itself.
    Plain,
    /// Its logarithm: the default of R's `survfit`.
    Log,
    /// The logarithm of minus its logarithm: the default of SAS and Stata.
    LogLog,
}

/// A curve, in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Its points: one for every time at which somebody had the event or was censored.
    pub steps: Vec<Step>,
}

/// Equal as far as a double tells; R's `survfit` allows as much.
const TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// The curve of some observations; empty of none. Their order does not matter.
pub fn curve(observations: &[Observation]) -> Curve {
    let mut sorted = observations.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let (mut survival, mut variance, mut at_risk) = (1.0, 0.0, sorted.len() as u64);
    let mut steps = Vec::new();
    for same in sorted.chunk_by(|a, b| a.time == b.time) {
        let events = same.iter().filter(|o| o.event).count() as u64;
        let (d, n) = (events as f64, at_risk as f64);
        survival *= (n - d) / n;
        variance += if events > 0 { d / (n * (n - d)) } else { 0.0 };
        let censored = same.len() as u64 - events;
        steps.push(Step { time: same[0].time, at_risk, events, censored, survival, variance });
        at_risk -= same.len() as u64;
    }
    Curve { steps }
}

/// A median by one method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Median {
    /// The method, named as in its source.
    pub method: &'static str,
    /// The median; none when the curve does not reach one half.
    pub median: Option<f64>,
    /// Its interval.
    pub interval: Interval,
}

/// The method that SPSS follows.
pub const SPSS: &str = "SPSS: first time at or below one half, ± 1.96 standard errors";
/// Brookmeyer and Crowley's intervals.
pub const BANDS: [(Band, &str); 3] = [
    (Band::Plain, "Brookmeyer–Crowley, plain"),
    (Band::Log, "Brookmeyer–Crowley, log (R)"),
    (Band::LogLog, "Brookmeyer–Crowley, log-log (SAS, Stata)"),
];

impl Curve {
    /// How many stand under observation just before a time.
    pub fn at_risk(&self, time: f64) -> u64 {
        self.steps.iter().find(|s| s.time >= time).map_or(0, |s| s.at_risk)
    }

    /// The median by every method here.
    pub fn medians(&self) -> Vec<Median> {
        let bands = BANDS.iter().map(|(band, method)| self.brookmeyer_crowley(*band, method));
        std::iter::once(self.spss()).chain(bands).collect()
    }

    /// The times at which the pointwise interval crosses one half (Brookmeyer and Crowley 1982, Biometrics 38:29).
    /// Where a curve lies on one half the middle of that stretch is taken, as R does.
    fn brookmeyer_crowley(&self, band: Band, method: &'static str) -> Median {
        let limits: Vec<Option<(f64, f64)>> = self.steps.iter().map(|s| s.interval(band)).collect();
        Median {
            method,
            median: self.crossing(|i| Some(self.steps[i].survival)),
            interval: Interval {
                low: self.crossing(|i| limits[i].map(|l| l.0)),
                high: self.crossing(|i| limits[i].map(|l| l.1)),
            },
        }
    }

    /// Where a value falls to one half. A limit may rise again near the end of a curve; R looks one half up among the
    /// limits in the order of their size, not of time, and so does this.
    fn crossing(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let mut known: Vec<(f64, f64)> =
            (0..self.steps.len()).filter_map(|i| Some((self.steps[i].time, value(i)?))).collect();
        known.sort_by(|a, b| b.1.total_cmp(&a.1));
        let first = known.iter().find(|(_, v)| *v <= 0.5 + TOLERANCE)?;
        if first.1 < 0.5 - TOLERANCE {
            return Some(first.0);
        }
        let next = known.iter().find(|(_, v)| *v < 0.5 - TOLERANCE).or(known.last())?;
        Some(f64::midpoint(first.0, next.0))
    }

    /// Median ± 1.96 SE(S) / f, f being the slope of the curve between its 55th and 45th percentiles (IBM SPSS
    /// Statistics Algorithms, KM; Collett, Modelling Survival Data in Medical Research, section 2.4).
    fn spss(&self) -> Median {
        let none = Interval { low: None, high: None };
        let events: Vec<&Step> = self.steps.iter().filter(|s| s.events > 0).collect();
        let at = events.iter().find(|s| s.survival <= 0.5 + TOLERANCE);
        let interval = at.and_then(|at| {
            let before = events.iter().rev().find(|s| s.survival >= 0.55 - TOLERANCE);
            let (u, above) = before.map_or((0.0, 1.0), |s| (s.time, s.survival));
            let after = events.iter().find(|s| s.survival <= 0.45 + TOLERANCE)?;
            let slope = (above - after.survival) / (after.time - u);
            let half = z() * at.standard_error()? / slope;
            half.is_finite().then_some(Interval { low: Some(at.time - half), high: Some(at.time + half) })
        });
        Median { method: SPSS, median: at.map(|s| s.time), interval: interval.unwrap_or(none) }
    }
}

/// The log-rank test of several groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRank {
    /// Events seen in each group.
    pub observed: Vec<f64>,
    /// Events expected in each if all had one curve.
    pub expected: Vec<f64>,
    /// Chi-square.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// P.
    pub p: f64,
}

/// Mantel and Cox's log-rank test with the hypergeometric variance (Peto and Peto 1972, J R Stat Soc A 135:185; R's
/// `survdiff`). Groups in which no event could be expected are left out of the degrees of freedom; none when fewer than
/// two remain.
pub fn log_rank(groups: &[Vec<Observation>]) -> Option<LogRank> {
    let k = groups.len();
    let mut times: Vec<f64> = groups.iter().flatten().filter(|o| o.event).map(|o| o.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut observed, mut expected) = (vec![0.0; k], vec![0.0; k]);
    let mut variance = vec![vec![0.0; k]; k];
    for time in times {
        let risk: Vec<f64> = groups.iter().map(|g| g.iter().filter(|o| o.time >= time).count() as f64).collect();
        let died = |g: &Vec<Observation>| g.iter().filter(|o| o.event && o.time == time).count() as f64;
        let deaths: Vec<f64> = groups.iter().map(died).collect();
        let (n, d) = (risk.iter().sum::<f64>(), deaths.iter().sum::<f64>());
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for i in 0..k {
            observed[i] += deaths[i];
            expected[i] += d * risk[i] / n;
            for j in 0..k {
                let same = if i == j { risk[i] / n } else { 0.0 };
                variance[i][j] += spread * (same - risk[i] * risk[j] / (n * n));
            }
        }
    }
    let used: Vec<usize> = (0..k).filter(|i| expected[*i] > 0.0).collect();
    let df = used.len().checked_sub(1).filter(|df| *df > 0)?;
    // The differences add up to nothing, so one group too many is left out.
    let kept = &used[..df];
    let difference: Vec<f64> = kept.iter().map(|i| observed[*i] - expected[*i]).collect();
    let matrix: Vec<Vec<f64>> = kept.iter().map(|i| kept.iter().map(|j| variance[*i][*j]).collect()).collect();
    let solved = solve(matrix, &difference)?;
    let statistic = difference.iter().zip(&solved).map(|(d, s)| d * s).sum();
    Some(LogRank { observed, expected, statistic, df, p: chi_square_tail(statistic, df) })
}

/// Gauss' elimination with pivots; none when the matrix has no inverse.
fn solve(mut a: Vec<Vec<f64>>, b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    let mut x = b.to_vec();
    for i in 0..n {
        let pivot = (i..n).max_by(|p, q| a[*p][i].abs().total_cmp(&a[*q][i].abs()))?;
        if a[pivot][i].abs() < 1e-12 {
            return None;
        }
        a.swap(i, pivot);
        x.swap(i, pivot);
        for row in i + 1..n {
            let factor = a[row][i] / a[i][i];
            let upper = a[i].clone();
            for (cell, above) in a[row].iter_mut().zip(&upper).skip(i) {
                *cell -= factor * above;
            }
            x[row] -= factor * x[i];
        }
    }
    for i in (0..n).rev() {
        let known: f64 = a[i].iter().zip(&x).skip(i + 1).map(|(a, x)| a * x).sum();
        x[i] = (x[i] - known) / a[i][i];
    }
    Some(x)
}

#[cfg(test)]
mod tests;
