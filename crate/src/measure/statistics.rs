//! One figure over several runs: mean and spread, and how sure a mean difference is.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The probability with which an [`Interval`] covers the true mean.
pub const CONFIDENCE: f64 = 0.95;

/// Mean and spread of one figure over runs, in the figure's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Stat {
    pub mean: f64,
    /// Population standard deviation (divided by n, not n − 1), as the authors report (paper.md §3).
    pub std: f64,
    /// Runs.
    pub n: u32,
}

impl Stat {
    /// None if there are no values or one is not finite.
    pub fn of(values: &[f64]) -> Option<Stat> {
        let (mean, squares) = moments(values)?;
        Some(Stat { mean, std: (squares / values.len() as f64).sqrt(), n: values.len() as u32 })
    }
}

/// The mean of paired differences and its 95 % confidence interval, in the unit of the differences.
///
/// By Student's t with n − 1 degrees of freedom and the sample standard deviation (divided by n − 1). Differences are
/// paired by seed: both arms of a pair have seen the same batches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Interval {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    /// Pairs.
    pub n: u32,
}

impl Interval {
    /// None for fewer than two differences, or if one is not finite.
    pub fn of(differences: &[f64]) -> Option<Interval> {
        let n = differences.len();
        if n < 2 {
            return None;
        }
        let (mean, squares) = moments(differences)?;
        let freedom = (n - 1) as f64;
        let error = (squares / freedom / n as f64).sqrt();
        let half = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.5 + CONFIDENCE / 2.0) * error;
        Some(Interval { mean, low: mean - half, high: mean + half, n: n as u32 })
    }
}

/// The mean and the sum of squared deviations from it; none if either is not finite, as without values.
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean.is_finite() && squares.is_finite()).then_some((mean, squares))
}

#[cfg(test)]
mod tests;
