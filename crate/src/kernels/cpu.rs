//! The CPU versions of the operations: plain functions on slices, vectorised natively and in the browser alike.
//!
//! A convolution is one small matrix product per image over rows of pixels shifted in memory; where it pays, rows
//! are first transformed so that four outputs along X take seven products instead of sixteen (Winograd's trick).

mod bias_composition;
mod blocks;
mod composition;
mod convolution;
mod gather;
mod normalization;
mod normalization_gradient;
mod parallel;
mod plan;
mod product;
mod scheme;
mod sum;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod transform;
mod vector;
mod weight_gradient;

pub use bias_composition::{add_bias_weight_gradient, bias_first_gradient, compose_bias};
pub use composition::{compose, compose_gradient};
pub use convolution::{convolve, convolve_input_gradient};
pub use normalization::{normalize, normalize_with};
pub use normalization_gradient::normalize_gradient;
pub use product::multiply;
pub use weight_gradient::convolve_weight_gradient;
