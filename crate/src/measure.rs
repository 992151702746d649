//! What is measured of trained networks beside loss and accuracy (paper.md §6): spread over seeds, gradient confusion,
//! the loss landscape, and the sharpness of a minimum.
//!
//! Landscape and sharpness are of compact networks, contracted where they were expanded: scaling one factor up and the
//! next down changes how wide a minimum looks without changing the function.

use std::f64::consts::TAU;

use crate::error::Fault;
use crate::model::{Array, Model};
use crate::seed;

pub mod confusion;
pub mod detection;
pub mod landscape;
pub mod segmentation;
pub mod sharpness;
pub mod statistics;
pub mod survey;

/// Standard normal numbers from a named stream, by Box and Muller's method.
fn normal(seed: u32, purpose: &str, count: usize) -> Vec<f64> {
    let mut stream = seed::stream(seed, purpose);
    let mut numbers = Vec::with_capacity(count + 1);
    while numbers.len() < count {
        // 1 − u is above zero, where the logarithm is finite.
        let radius = (-2.0 * (1.0 - seed::unit(&mut stream)).ln()).sqrt();
        let (sine, cosine) = (TAU * seed::unit(&mut stream)).sin_cos();
        numbers.extend([radius * cosine, radius * sine]);
    }
    numbers.truncate(count);
    numbers
}

/// The arrays that are trained: all but the running statistics of norms.
fn trained(model: &Model) -> impl Iterator<Item = (&String, &Array)> {
    model.arrays.iter().filter(|(name, _)| !name.contains(".running_"))
}

/// Refuses an expanded model.
fn require_compact(model: &Model) -> Result<(), Fault> {
    match model.expansion {
        None => Ok(()),
        Some(_) => Err(Fault::new("not_compact", "an expanded network is measured contracted; contract it first")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1_and_repeat() {
        let numbers = normal(1, "here", 10_001);
        let moment = |power| numbers.iter().map(|number| number.powi(power)).sum::<f64>() / numbers.len() as f64;
        // Four standard errors of each moment of 10,001 numbers.
        assert!(moment(1).abs() < 0.04 && (moment(2) - 1.0).abs() < 0.06, "{} {}", moment(1), moment(2));
        assert!((moment(4) - 3.0).abs() < 0.4, "{}", moment(4));
        assert_eq!(numbers[..7], normal(1, "here", 7));
        assert_ne!(numbers[..7], normal(1, "there", 7));
    }
}
