//! Gradient confusion (paper.md §6): whether the gradients of different mini-batches, weights frozen, point the same way.
//!
//! One cosine per pair of mini-batches. The paper takes the smallest of 100 after every epoch, and at the end of
//! training the density of all of them.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::error::Fault;
use crate::kernels::shape::Product;
use crate::kernels::tensor::product;
use crate::network::Tensors;

/// Numbers of a gradient that one matrix product sums over: sums of sums round less, and a GPU does them side by side.
const BLOCK: usize = 1024;

/// Numbers of all gradients that lie together at once, 16 MiB: a WebGPU binding holds 128 MiB.
const MOST_NUMBERS: usize = 4 << 20;

/// The fewest mini-batches with at least that many pairs among them.
pub fn batches(pairs: usize) -> usize {
    (0..).find(|count: &usize| count * count.saturating_sub(1) / 2 >= pairs).unwrap_or_default()
}

/// Inner products of M gradients, each over all parameters: `[M, M]`, computed where the gradients are.
///
/// Gradients are compared in the space they are given in: an expanded network's factors, or contracted kernels.
///
/// # Shapes
/// - `gradients`: M times the same names and lengths, each array flat `[P]`, outside autodiff
///
/// # Errors
/// When there is no gradient, or not all have the same arrays.
pub fn gram(gradients: &[Tensors]) -> Result<Tensor<2>, Fault> {
    let differ =
        || Fault::new("gradients_differ", "confusion compares gradients in the same, at least one, parameters");
    let (first, count) = (gradients.first().ok_or_else(differ)?, gradients.len());
    let lengths = |gradient: &Tensors| -> Vec<(String, usize)> {
        gradient.iter().map(|(name, tensor)| (name.clone(), tensor.dims()[0])).collect()
    };
    let arrays = lengths(first);
    if gradients.iter().any(|gradient| lengths(gradient) != arrays) {
        return Err(differ());
    }
    let width = (MOST_NUMBERS / (count * BLOCK)).max(1) * BLOCK;
    let products = windows(&arrays, width).into_iter().map(|window| {
        let rows: Vec<Tensor<3>> = gradients.iter().map(|gradient| row(gradient, &window)).collect();
        let rows = Tensor::cat(rows, 1);
        let shape = Product {
            batch: rows.dims()[0],
            rows: count,
            inner: BLOCK,
            columns: count,
            left_transposed: false,
            right_transposed: true,
        };
        product(rows.clone(), rows, shape).sum_dim(0).reshape([count, count])
    });
    products.reduce(Tensor::add).ok_or_else(differ)
}

/// The first `pairs` cosines between gradients from their inner products `gram` `[count, count]`, row-major.
///
/// Pairs i < j come ordered by i, then j: (0, 1), (0, 2) … (1, 2) …. A gradient that is zero or not finite has no
/// direction: its cosines are 0.
pub fn cosines(gram: &[f32], count: usize, pairs: usize) -> Vec<f32> {
    let product = |i: usize, j: usize| f64::from(gram[i * count + j]);
    let all = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j)));
    all.take(pairs)
        .map(|(i, j)| {
            let cosine = product(i, j) / (product(i, i).sqrt() * product(j, j).sqrt());
            if cosine.is_finite() { cosine.clamp(-1.0, 1.0) as f32 } else { 0.0 }
        })
        .collect()
}

/// Cuts arrays into windows of `width` numbers, over their ends; the last may be shorter.
///
/// Not array by array: on a GPU every length would be another kernel to compile.
fn windows(arrays: &[(String, usize)], width: usize) -> Vec<Vec<(&str, Range<usize>)>> {
    let mut windows: Vec<Vec<_>> = Vec::new();
    let mut room = 0;
    for (name, length) in arrays {
        let mut start = 0;
        while start < *length {
            if room == 0 {
                windows.push(Vec::new());
                room = width;
            }
            let end = (*length).min(start + room);
            if let Some(window) = windows.last_mut() {
                window.push((name.as_str(), start..end));
            }
            room -= end - start;
            start = end;
        }
    }
    windows
}

/// A gradient's numbers in a window, zeros after them up to whole blocks: `[blocks, 1, BLOCK]`.
fn row(gradient: &Tensors, window: &[(&str, Range<usize>)]) -> Tensor<3> {
    let mut parts: Vec<Tensor<1>> =
        window.iter().map(|(name, range)| gradient[*name].clone().slice([range.clone()])).collect();
    let length: usize = window.iter().map(|(_, range)| range.len()).sum();
    let blocks = length.div_ceil(BLOCK);
    if let (Some(first), true) = (parts.first(), length < blocks * BLOCK) {
        parts.push(Tensor::zeros([blocks * BLOCK - length], &first.device()));
    }
    Tensor::cat(parts, 0).reshape([blocks, 1, BLOCK])
}

#[cfg(test)]
mod tests;
