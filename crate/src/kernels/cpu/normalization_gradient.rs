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
        let mut corners = vec![0.0; 4 * to];
        let planes = dx.chunks_exact_mut(from).enumerate();
        let sums = planes.map(|(channel, dx)| {
            let plane = image * channels + channel;
            let (x, dy) = (&x[plane * from..][..from], &dy[plane * to..][..to]);
            let line = Line::new(gamma[channel], beta[channel], mean[channel], variance[channel], epsilon);
            unpool(shape, x, dy, line, &mut corners, dx);
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
fn unpool(shape: &Normalization, x: &[f32], dy: &[f32], line: Line, corners: &mut [f32], dx: &mut [f32]) {
    let [floor, ceiling] = shape.activation.bounds();
    if shape.pool == 1 {
        for ((dx, &x), &dy) in dx.iter_mut().zip(x).zip(dy) {
            let value = line.at(x);
            *dx = if value > floor && value < ceiling { dy } else { 0.0 };
        }
        return;
    }
    let ([rows, columns], width) = (shape.output_size(), shape.size[1]);
    let band = shape.pool * width;
    dx[rows * band..].fill(0.0);
    if shape.pool == 2 {
        return unpool_pairs(shape, x, dy, line, corners, dx);
    }
    dx[..rows * band].fill(0.0);
    for (index, &dy) in dy.iter().enumerate() {
        let start = index / columns * band + index % columns * shape.pool;
        let mut largest = (f32::NEG_INFINITY, start);
        for place in (0..shape.pool * shape.pool).map(|pixel| start + pixel / shape.pool * width + pixel % shape.pool) {
            let value = line.at(x[place]);
            if value > largest.0 {
                largest = (value, place);
            }
        }
        dx[largest.1] = if largest.0 > floor && largest.0 < ceiling { dy } else { 0.0 };
    }
}

/// Windows of two by two; their pixels are first put in `corners`, `[4][windows]`, so that choices become vectors.
fn unpool_pairs(shape: &Normalization, x: &[f32], dy: &[f32], line: Line, corners: &mut [f32], dx: &mut [f32]) {
    let ([_, columns], width) = (shape.output_size(), shape.size[1]);
    let (first, rest) = corners.split_at_mut(dy.len());
    let (second, rest) = rest.split_at_mut(dy.len());
    let (third, fourth) = rest.split_at_mut(dy.len());
    let rows = x.chunks_exact(width).zip(0..);
    for (x, row) in rows.take(dy.len() / columns * 2) {
        let (left, right) = if row % 2 == 0 { (&mut *first, &mut *second) } else { (&mut *third, &mut *fourth) };
        let windows = row / 2 * columns..(row / 2 + 1) * columns;
        for ((left, right), pair) in left[windows.clone()].iter_mut().zip(&mut right[windows]).zip(x.as_chunks::<2>().0)
        {
            (*left, *right) = (line.at(pair[0]), line.at(pair[1]));
        }
    }
    let [floor, ceiling] = shape.activation.bounds();
    let corners = first.iter_mut().zip(second.iter_mut()).zip(third.iter_mut().zip(fourth.iter_mut()));
    for (((first, second), (third, fourth)), &dy) in corners.zip(dy) {
        let largest = larger(larger(*first, *second), larger(*third, *fourth));
        let left = if largest > floor && largest < ceiling { dy } else { 0.0 };
        let (taken, left) = if *first == largest { (left, 0.0) } else { (0.0, left) };
        *first = taken;
        let (taken, left) = if *second == largest { (left, 0.0) } else { (0.0, left) };
        *second = taken;
        (*third, *fourth) = if *third == largest { (left, 0.0) } else { (0.0, left) };
    }
    for (dx, row) in dx.chunks_exact_mut(width).zip(0..).take(dy.len() / columns * 2) {
        let (left, right) = if row % 2 == 0 { (&*first, &*second) } else { (&*third, &*fourth) };
        let windows = row / 2 * columns..(row / 2 + 1) * columns;
        let (pairs, edge) = dx.as_chunks_mut::<2>();
        edge.fill(0.0);
        for ((pair, left), right) in pairs.iter_mut().zip(&left[windows.clone()]).zip(&right[windows]) {
            *pair = [*left, *right];
        }
    }
}
