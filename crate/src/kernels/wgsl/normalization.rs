//! Batch normalisation, ReLU and max pooling in one pass, and the statistics it goes by.

use std::fmt::Write;

use super::sweep::Sweep;
use super::{Kernel, buffers};
use crate::kernels::EPSILON;
use crate::kernels::shape::{Activation, Normalization};

pub(super) const WORKGROUP: usize = 64;

/// Loads of pixels written out in a row, at most.
const UNROLLED: usize = 32;

/// Two launches, or one where one part of the images is all of them.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// Binds x `[N, C, Y, X]`, then writes sums over parts of the images: `[2, parts, C]`. Where there is a single part it
    /// writes mean `[C]` and biased variance `[C]` instead.
    pub partial: Kernel,
    pub parts: usize,
    /// Binds x, the sums `[2, parts, C]`, then writes mean `[C]` and biased variance `[C]`. None for a single part.
    pub total: Option<Kernel>,
}

/// Mean and biased variance of each channel.
///
/// Sums are of differences to the channel's first pixel: the variance of numbers far from 0 keeps its digits.
pub fn statistics(shape: &Normalization) -> Statistics {
    let [batch, channels, area] = [shape.batch, shape.channels, shape.size[0] * shape.size[1]];
    let sweep = Sweep::new(batch, channels, area);
    let before = format!("let pivot = x[channel * {area}u];");
    let body = format!(
        "let difference = x[(image * {channels}u + channel) * {area}u + pixel] - pivot;
sum0 += difference;
sum1 += difference * difference;"
    );
    let result = format!(
        "let shift = sum0 / {count}.0;
mean[channel] = pivot + shift;
variance[channel] = max(sum1 / {count}.0 - shift * shift, 0.0);",
        count = batch * area
    );
    let parts = sweep.parts;
    if parts == 1 {
        let bindings = buffers(&["x", "mean*", "variance*"]);
        return Statistics { partial: sweep.kernel(&bindings, 2, &before, &body, &result), parts, total: None };
    }
    let store = partial_sums(2, parts, channels);
    let total = format!("let channel = index;\n{before}\n{}{result}", total_sums(2, parts, channels));
    Statistics {
        partial: sweep.kernel(&buffers(&["x", "partial*"]), 2, &before, &body, &store),
        parts,
        total: Some(Kernel::flat(&buffers(&["x", "partial", "mean*", "variance*"]), channels, WORKGROUP, &total)),
    }
}

/// Binds x `[N, C, Y, X]`, gamma, beta, mean and variance `[C]` each, then writes `[N, C, Y / pool, X / pool]`.
pub fn normalize(shape: &Normalization) -> Kernel {
    let Normalization { batch, channels, size: [height, width], activation, pool } = *shape;
    let [down, across] = shape.output_size();
    let rows = run(down, pool);
    let mut body = place(channels, [down / rows, across], rows);
    let _ = write!(
        body,
        "let scale = gamma[channel] * inverseSqrt(variance[channel] + {EPSILON});
let middle = mean[channel];
let base = beta[channel];
let corner = (plane * {height}u + first * {pool}u) * {width}u + across * {pool}u;
let target_corner = (plane * {down}u + first) * {across}u + across;
"
    );
    for row in 0..rows {
        let lowest = if activation == Activation::None { None } else { Some("0.0".to_owned()) };
        let values = (0..pool * pool).map(|at| {
            let shift = (row * pool + at / pool) * width + at % pool;
            format!("(x[corner + {shift}u] - middle) * scale + base")
        });
        let most = lowest.into_iter().chain(values).reduce(|most, value| format!("max({most}, {value})"));
        let most = most.unwrap_or_default();
        let value = if activation == Activation::Relu6 { format!("min({most}, 6.0)") } else { most };
        let _ = writeln!(body, "y[target_corner + {}u] = {value};", row * across);
    }
    let names = ["x", "gamma", "beta", "mean", "variance", "y*"];
    Kernel::flat(&buffers(&names), batch * channels * down / rows * across, WORKGROUP, &body)
}

/// How many rows of windows one invocation takes: they share what belongs to the channel.
pub(super) fn run(rows: usize, pool: usize) -> usize {
    let most = (UNROLLED / (pool * pool)).clamp(1, 8);
    (1..=most).rev().find(|&run| rows.is_multiple_of(run)).unwrap_or(1)
}

/// Where an invocation works: `across` (window), `first` (row of windows), `plane` (image and channel), `channel`.
pub(super) fn place(channels: usize, [blocks, windows]: [usize; 2], rows: usize) -> String {
    format!(
        "let across = index % {windows}u;
let first = index / {windows}u % {blocks}u * {rows}u;
let plane = index / {}u;
let channel = plane % {channels}u;
",
        windows * blocks
    )
}

/// Stores what a sweep found for a `part` of a `channel`: `partial` is `[sums, parts, channels]`.
pub(super) fn partial_sums(sums: usize, parts: usize, channels: usize) -> String {
    let store = |sum: usize| format!("partial[({}u + part) * {channels}u + channel] = sum{sum};\n", sum * parts);
    (0..sums).map(store).collect()
}

/// Adds up what [`partial_sums`] stored for a `channel`.
pub(super) fn total_sums(sums: usize, parts: usize, channels: usize) -> String {
    let mut text = String::new();
    for sum in 0..sums {
        let _ = writeln!(text, "var sum{sum} = 0.0;");
    }
    let _ = writeln!(text, "for (var part = 0u; part < {parts}u; part++) {{");
    for sum in 0..sums {
        let _ = writeln!(text, "sum{sum} += partial[({}u + part) * {channels}u + channel];", sum * parts);
    }
    text + "}\n"
}
