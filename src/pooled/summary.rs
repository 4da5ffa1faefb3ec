//! Numbers of cases in short: range, mean, and the median that ignores censoring.

use serde::Serialize;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

use super::{Interval, LEVEL};

/// Numbers in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// How many.
    pub n: usize,
    /// Smallest.
    pub least: f64,
    /// Largest.
    pub most: f64,
    /// Mean.
    pub mean: f64,
    /// Student's interval of the mean; none of one number.
    pub mean_interval: Option<Interval>,
    /// The middle value, or the mean of the two in the middle.
    pub median: f64,
    /// The distribution-free interval of the median; none when there are too few numbers for one.
    pub median_interval: Option<OrderInterval>,
}

/// An interval between two of the ordered numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OrderInterval {
    /// The limits.
    #[serde(flatten)]
    pub interval: Interval,
    /// The level that it really has, at least [`LEVEL`].
    pub level: f64,
}

/// Numbers in short; none of no numbers. Order does not matter.
pub fn summary(values: &[f64]) -> Option<Summary> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (n, least, most) = (sorted.len(), *sorted.first()?, *sorted.last()?);
    let mean = sorted.iter().sum::<f64>() / n as f64;
    Some(Summary {
        n,
        least,
        most,
        mean,
        mean_interval: student(&sorted, mean),
        median: f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]),
        median_interval: order_statistics(&sorted),
    })
}

fn student(values: &[f64], mean: f64) -> Option<Interval> {
    let n = values.len() as f64;
    let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.5 + LEVEL / 2.0);
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = t * (variance / n).sqrt();
    half.is_finite().then_some(Interval { low: Some(mean - half), high: Some(mean + half) })
}

/// The sign test turned round: between the `k`-th number from below and from above, `k` being the largest for which a
/// fair coin gives fewer than `k` heads in `n` throws with at most half of one minus the level (Conover, Practical
/// Nonparametric Statistics, section 3.2).
fn order_statistics(sorted: &[f64]) -> Option<OrderInterval> {
    let n = sorted.len();
    let coin = Binomial::new(0.5, n as u64).ok()?;
    let k = (1..=n / 2).take_while(|k| coin.cdf(*k as u64 - 1) <= (1.0 - LEVEL) / 2.0).last()?;
    let interval = Interval { low: Some(sorted[k - 1]), high: Some(sorted[n - k]) };
    Some(OrderInterval { interval, level: 1.0 - 2.0 * coin.cdf(k as u64 - 1) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_median_and_its_order_interval() {
        // With ten numbers the second and the ninth hold the median with 97.9 %: 1 - 2 * pbinom(1, 10, 0.5).
        let ten = [33.0, 12.0, 26.0, 38.0, 30.0, 22.0, 48.0, 42.0, 55.2, 17.3];
        let s = summary(&ten).unwrap();
        assert_eq!(s.median, 31.5);
        let interval = s.median_interval.unwrap();
        assert_eq!((interval.interval.low, interval.interval.high), (Some(17.3), Some(48.0)));
        assert!((interval.level - 0.978_515_625).abs() < 1e-12);
        // Five numbers never reach 95 %.
        assert_eq!(summary(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap().median_interval, None);
        assert_eq!(summary(&[]), None);
        assert_eq!(summary(&[2.0]).unwrap().mean_interval, None);
    }

    #[test]
    fn the_mean_has_students_interval() {
        // R: t.test(c(1, 2, 4, 8))$conf.int
        let s = summary(&[1.0, 2.0, 4.0, 8.0]).unwrap();
        let interval = s.mean_interval.unwrap();
        assert!((interval.low.unwrap() - -1.175_943_048_230_294).abs() < 1e-9, "{interval:?}");
        assert!((interval.high.unwrap() - 8.675_943_048_230_295).abs() < 1e-9, "{interval:?}");
    }

    proptest! {
        #[test]
        fn the_order_of_cases_does_not_matter(mut values in prop::collection::vec(0.0..100.0_f64, 1..40)) {
            let one = summary(&values);
            values.reverse();
            prop_assert_eq!(&one, &summary(&values));
            let s = one.unwrap();
            prop_assert!(s.least <= s.median && s.median <= s.most);
            if let Some(i) = s.median_interval {
                prop_assert!(i.interval.low.unwrap() <= s.median && s.median <= i.interval.high.unwrap());
                prop_assert!(i.level >= LEVEL);
            }
        }
    }
}
