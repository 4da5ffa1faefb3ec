//! Proportions with their intervals.

use serde::Serialize;
use statrs::distribution::{Beta, ContinuousCDF};

use super::{Interval, LEVEL, z};

/// `k` of `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Proportion {
    /// How many have it.
    pub k: u64,
    /// How many it was known of.
    pub n: u64,
}

impl Proportion {
    /// From 0 to 1; none of nobody.
    pub fn estimate(self) -> Option<f64> {
        (self.n > 0).then(|| self.k as f64 / self.n as f64)
    }

    /// Wilson's score interval (Wilson 1927, J Am Stat Assoc 22:209), without continuity correction.
    pub fn wilson(self) -> Option<Interval> {
        let (p, n, z) = (self.estimate()?, self.n as f64, z());
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        // At the ends the limits are 0 and 1 exactly, which rounding would miss by a hair.
        let low = if self.k == 0 { 0.0 } else { middle - half };
        let high = if self.k == self.n { 1.0 } else { middle + half };
        Some(Interval { low: Some(low), high: Some(high) })
    }

    /// The exact interval of Clopper and Pearson (1934, Biometrika 26:404).
    pub fn clopper_pearson(self) -> Option<Interval> {
        self.estimate()?;
        let tail = (1.0 - LEVEL) / 2.0;
        let (k, n) = (self.k as f64, self.n as f64);
        let low = if self.k == 0 { 0.0 } else { beta_quantile(tail, k, n - k + 1.0)? };
        let high = if self.k == self.n { 1.0 } else { beta_quantile(1.0 - tail, k + 1.0, n - k)? };
        Some(Interval { low: Some(low), high: Some(high) })
    }
}

/// By halving: the distribution function rises, and sixty halvings reach the last bit of a double.
fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    let distribution = Beta::new(a, b).ok()?;
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if distribution.cdf(middle) < p { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1.0)
    }

    #[test]
    fn intervals_are_those_of_r() {
        // R 4.2.2: prop.test(k, n, correct = FALSE)$conf.int; binom.test(k, n)$conf.int
        let cases = [
            ((26, 30), (0.7031867332, 0.9469034452), (0.6927816497, 0.9624465037)),
            ((8, 10), (0.4901624715366418, 0.9433178485456247), (0.4439045376923586, 0.9747892736731666)),
            (
                (1, 19),
                (0.009351994062300369, 0.246_387_311_668_987_78),
                (0.001331628804179424, 0.260_280_654_195_214_2),
            ),
        ];
        for ((k, n), wilson, exact) in cases {
            let p = Proportion { k, n };
            for (interval, (low, high)) in [(p.wilson().unwrap(), wilson), (p.clopper_pearson().unwrap(), exact)] {
                let (a, b) = (interval.low.unwrap(), interval.high.unwrap());
                assert!((a - low).abs() < 1e-9 && (b - high).abs() < 1e-9, "{k}/{n}: {a} {b}, not {low} {high}");
            }
        }
    }

    #[test]
    fn none_of_some_and_all_of_some_end_at_zero_and_one() {
        let (none, all) = (Proportion { k: 0, n: 9 }, Proportion { k: 9, n: 9 });
        for interval in [none.wilson(), none.clopper_pearson()] {
            assert_eq!(interval.unwrap().low, Some(0.0));
        }
        for interval in [all.wilson(), all.clopper_pearson()] {
            assert_eq!(interval.unwrap().high, Some(1.0));
        }
        // binom.test(9, 9)$conf.int[1] is 0.025^(1/9).
        assert!(close(all.clopper_pearson().unwrap().low.unwrap(), 0.025_f64.powf(1.0 / 9.0)));
        assert_eq!(Proportion { k: 0, n: 0 }.estimate(), None);
        assert_eq!(Proportion { k: 0, n: 0 }.wilson(), None);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_estimate(n in 1_u64..400, part in 0.0..=1.0_f64) {
            let p = Proportion { k: (part * n as f64).round() as u64, n };
            let estimate = p.estimate().unwrap();
            for interval in [p.wilson().unwrap(), p.clopper_pearson().unwrap()] {
                prop_assert!(interval.low.unwrap() <= estimate + 1e-12 && estimate <= interval.high.unwrap() + 1e-12);
                prop_assert!(interval.low.unwrap() >= 0.0 && interval.high.unwrap() <= 1.0);
            }
        }
    }
}
