//! Batch normalisation, ReLU and maximum pooling in one pass over the pixels.

use super::super::shape::Normalization;
use super::parallel::{map, map_chunks};
use super::sum::sum;

/// Normalises with the statistics of this batch, which it returns in `mean` and `variance` (biased), both `[C]`.
///
/// `x` is `[N, C, Y, X]`, `gamma` and `beta` are `[C]`, `y` is `[N, C, Y/pool, X/pool]`.
#[expect(clippy::too_many_arguments, reason = "the tensors of the operation")]
pub fn normalize(
    shape: &Normalization,
    x: &[f32],
    gamma: &[f32],
    beta: &[f32],
    epsilon: f32,
    y: &mut [f32],
    mean: &mut [f32],
    variance: &mut [f32],
) {
    for (channel, (mean_of, variance_of)) in
        map(shape.channels, |channel| statistics(shape, x, channel)).into_iter().enumerate()
    {
        mean[channel] = mean_of as f32;
        variance[channel] = variance_of as f32;
    }
    normalize_with(shape, x, gamma, beta, mean, variance, epsilon, y);
}

/// Normalises with given statistics; see [`normalize`].
#[expect(clippy::too_many_arguments, reason = "the tensors of the operation")]
pub fn normalize_with(
    shape: &Normalization,
    x: &[f32],
    gamma: &[f32],
    beta: &[f32],
    mean: &[f32],
    variance: &[f32],
    epsilon: f32,
    y: &mut [f32],
) {
    let [from, to] = [shape.size, shape.output_size()].map(|[height, width]| height * width);
    assert_eq!(x.len(), shape.batch * shape.channels * from);
    assert_eq!(y.len(), shape.batch * shape.channels * to);
    if y.is_empty() {
        return;
    }
    map_chunks(y, shape.channels * to, |image, y| {
        for (channel, y) in y.chunks_exact_mut(to).enumerate() {
            let x = &x[(image * shape.channels + channel) * from..][..from];
            let line = Line::new(gamma[channel], beta[channel], mean[channel], variance[channel], epsilon);
            pool(shape, x, line, y);
        }
    });
}

/// What normalisation does to the pixels of a channel: `x · scale + shift`.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub scale: f32,
    pub shift: f32,
}

impl Line {
    pub fn new(gamma: f32, beta: f32, mean: f32, variance: f32, epsilon: f32) -> Self {
        let scale = gamma / (variance + epsilon).sqrt();
        Self { scale, shift: beta - mean * scale }
    }

    #[inline(always)]
    pub fn at(self, x: f32) -> f32 {
        x * self.scale + self.shift
    }
}

/// The larger of two numbers in one instruction, unlike `f32::max` with its rule for what is not a number.
#[inline(always)]
pub fn larger(left: f32, right: f32) -> f32 {
    if left > right { left } else { right }
}

/// The smaller of two numbers; see [`larger`].
#[inline(always)]
pub fn smaller(left: f32, right: f32) -> f32 {
    if left < right { left } else { right }
}

/// Mean and biased variance of a channel; each plane's deviations are from its own mean, so nothing cancels.
fn statistics(shape: &Normalization, x: &[f32], channel: usize) -> (f64, f64) {
    let area = shape.size[0] * shape.size[1];
    let (mut count, mut mean, mut deviations) = (0.0, 0.0, 0.0);
    for plane in x.chunks_exact(area).skip(channel).step_by(shape.channels) {
        let plane_mean = sum(plane, |value| value) / area as f64;
        let center = plane_mean as f32;
        let squares = sum(plane, |value| (value - center) * (value - center));
        let delta = plane_mean - mean;
        let total = count + area as f64;
        deviations += squares + delta * delta * count * area as f64 / total;
        mean += delta * area as f64 / total;
        count = total;
    }
    (mean, deviations / count)
}

/// Normalised pixels of one plane, activated and pooled as the shape says.
fn pool(shape: &Normalization, x: &[f32], line: Line, y: &mut [f32]) {
    let [floor, ceiling] = shape.activation.bounds();
    if shape.pool == 1 {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = smaller(larger(line.at(x), floor), ceiling);
        }
        return;
    }
    let (width, columns) = (shape.size[1], shape.output_size()[1]);
    for (row, y) in y.chunks_exact_mut(columns).enumerate() {
        let rows = &x[row * shape.pool * width..][..shape.pool * width];
        if shape.pool == 2 {
            let (top, bottom) = rows.split_at(width);
            for ((y, top), bottom) in y.iter_mut().zip(top.chunks_exact(2)).zip(bottom.chunks_exact(2)) {
                let upper = larger(line.at(top[0]), line.at(top[1]));
                let lower = larger(line.at(bottom[0]), line.at(bottom[1]));
                *y = smaller(larger(larger(upper, lower), floor), ceiling);
            }
        } else {
            for (column, y) in y.iter_mut().enumerate() {
                let windows = rows.chunks_exact(width).flat_map(|row| &row[column * shape.pool..][..shape.pool]);
                *y = smaller(windows.fold(floor, |largest, &x| larger(line.at(x), largest)), ceiling);
            }
        }
    }
}
