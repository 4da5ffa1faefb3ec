//! The pooled analysis: proportions, cross tables and survival of the cases of a filled worksheet.
//!
//! Estimators are small and named; each says where its formula stands. What to compute is the
//! review's own plan ([`crate::protocol::analysis`]), not code.

pub mod against;
pub mod analysis;
pub mod cases;
pub mod contingency;
pub mod proportion;
pub mod results;
pub mod summary;
pub mod survival;

/// An interval of a given confidence level.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Lower limit; none when the data do not reach it.
    pub low: Option<f64>,
    /// Upper limit; none when the data do not reach it.
    pub high: Option<f64>,
}

/// The confidence level of every interval here.
pub const LEVEL: f64 = 0.95;

/// The standard normal quantile of a two-sided interval at [`LEVEL`], 1.959963984540054.
fn z() -> f64 {
    normal_quantile(0.5 + LEVEL / 2.0)
}

/// The quantile of the standard normal distribution: `p` lies between 0 and 1.
fn normal_quantile(p: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF, Normal};
    Normal::standard().inverse_cdf(p)
}

/// The upper tail of the chi-square distribution.
fn chi_square_tail(statistic: f64, df: usize) -> f64 {
    use statrs::distribution::{ChiSquared, ContinuousCDF};
    match ChiSquared::new(df as f64) {
        Ok(distribution) if statistic > 0.0 => distribution.sf(statistic),
        _ => 1.0,
    }
}
