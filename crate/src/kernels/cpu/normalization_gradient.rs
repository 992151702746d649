//! The gradients of batch normalisation, ReLU and maximum pooling together.

use super::super::shape::Normalization;
use super::normalization::{Line, larger};
use super::parallel::map_chunks;
use super::sum::{sum, sum_pairs};

/// The gradients of `x`, `gamma` and `beta` in [`normalize`](super::normalize), `mean` and `variance` being its own.
///
/// `dy` is `[N, C, Y/pool, X/pool]`, `x` and `dx` are `[N, C, Y, X]`, the rest `[C]`. A pooling window passes its
/// gradient to its first maximum, row by row.
#[expect(clippy::too_many_arguments, reason = "the tensors of the operation")]
pub fn normalize_gradient(
    shape: &Normalization,
    dy: &[f32],
    x: &[f32],
    gamma: &[f32],
    beta: &[f32],
    mean: &[f32],
    variance: &[f32],
    epsilon: f32,
    dx: &mut [f32],
    dgamma: &mut [f32],
    dbeta: &mut [f32],
) {
    let channels = shape.channels;
    let [from, to] = [shape.size, shape.output_size()].map(|[height, width]| height * width);
    assert!(x.len() == shape.batch * channels * from && dy.len() == shape.batch * channels * to);
    assert_eq!(dx.len(), x.len());
    // First the gradients of the normalised pixels, and their sums and products with the pixels for each channel.
    let sums = map_chunks(dx, channels * from, |image, dx| {
        let planes = dx.chunks_exact_mut(from).enumerate();
        let sums = planes.map(|(channel, dx)| {
            let plane = image * channels + channel;
            let (x, dy) = (&x[plane * from..][..from], &dy[plane * to..][..to]);
            let line = Line::new(gamma[channel], beta[channel], mean[channel], variance[channel], epsilon);
            unpool(shape, x, dy, line, dx);
            let mean = mean[channel];
            (sum(dx, |dx| dx), sum_pairs(dx, x, |dx, x| dx * (x - mean)))
        });
        sums.collect::<Vec<_>>()
    });
    let count = (shape.batch * from) as f64;
    let lines: Vec<[f32; 3]> = (0..channels)
        .map(|channel| {
            let (sum, product) = sums
                .iter()
                .map(|sums| sums[channel])
                .fold((0.0, 0.0), |left, right| (left.0 + right.0, left.1 + right.1));
            let inverse = 1.0 / (f64::from(variance[channel]) + f64::from(epsilon)).sqrt();
            dgamma[channel] = (product * inverse) as f32;
            dbeta[channel] = sum as f32;
            // `scale · (dx - sum / count - (x - mean) · inverse² · product / count)`
            let scale = f64::from(gamma[channel]) * inverse;
            let slope = -scale * inverse * inverse * product / count;
            [scale as f32, slope as f32, (-scale * sum / count) as f32]
        })
        .collect();
    map_chunks(dx, channels * from, |image, dx| {
        for (channel, dx) in dx.chunks_exact_mut(from).enumerate() {
            let (mean, [scale, slope, shift]) = (mean[channel], lines[channel]);
            for (dx, x) in dx.iter_mut().zip(&x[(image * channels + channel) * from..][..from]) {
                *dx = *dx * scale + ((x - mean) * slope + shift);
            }
        }
    });
}

/// The gradients of one plane's normalised pixels.
fn unpool(shape: &Normalization, x: &[f32], dy: &[f32], line: Line, dx: &mut [f32]) {
    let floor = if shape.relu { 0.0 } else { f32::NEG_INFINITY };
    if shape.pool == 1 {
        for ((dx, &x), &dy) in dx.iter_mut().zip(x).zip(dy) {
            *dx = if line.at(x) > floor { dy } else { 0.0 };
        }
        return;
    }
    let ([rows, columns], width) = (shape.output_size(), shape.size[1]);
    let band = shape.pool * width;
    dx[rows * band..].fill(0.0);
    for (row, dx) in dx[..rows * band].chunks_exact_mut(band).enumerate() {
        let (x, dy) = (&x[row * band..][..band], &dy[row * columns..][..columns]);
        if shape.pool == 2 {
            let ((x_top, x_bottom), (dx_top, dx_bottom)) = (x.split_at(width), dx.split_at_mut(width));
            unpool_pairs([x_top, x_bottom], dy, line, floor, [dx_top, dx_bottom]);
        } else {
            dx.fill(0.0);
            for (column, &dy) in dy.iter().enumerate() {
                let window = (0..shape.pool * shape.pool)
                    .map(|index| index / shape.pool * width + column * shape.pool + index % shape.pool);
                let mut largest = (f32::NEG_INFINITY, column * shape.pool);
                for place in window {
                    let value = line.at(x[place]);
                    if value > largest.0 {
                        largest = (value, place);
                    }
                }
                dx[largest.1] = if largest.0 > floor { dy } else { 0.0 };
            }
        }
    }
}

/// One row of windows of two by two, without a branch.
fn unpool_pairs(x: [&[f32]; 2], dy: &[f32], line: Line, floor: f32, dx: [&mut [f32]; 2]) {
    let [top, bottom] = dx;
    let (top, top_edge) = top.as_chunks_mut::<2>();
    let (bottom, bottom_edge) = bottom.as_chunks_mut::<2>();
    top_edge.fill(0.0);
    bottom_edge.fill(0.0);
    let x = x.map(|row| row.as_chunks::<2>().0);
    for ((((top, bottom), x_top), x_bottom), &dy) in top.iter_mut().zip(bottom).zip(x[0]).zip(x[1]).zip(dy) {
        let [first, second, third, fourth] = [x_top[0], x_top[1], x_bottom[0], x_bottom[1]].map(|x| line.at(x));
        let largest = larger(larger(first, second), larger(third, fourth));
        let dy = if largest > floor { dy } else { 0.0 };
        let take = |value: f32, left: f32| if value == largest { left } else { 0.0 };
        let leave = |value: f32, left: f32| if value == largest { 0.0 } else { left };
        top[0] = take(first, dy);
        let left = leave(first, dy);
        top[1] = take(second, left);
        let left = leave(second, left);
        bottom[0] = take(third, left);
        bottom[1] = take(fourth, leave(third, left));
    }
}
