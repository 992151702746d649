//! The bias of two maps, and its gradients: sums over the kernels of an output as over one row.

use super::sum::sum_pairs;
use crate::kernels::shape::BiasComposition;

/// `bias[o] = second[o] + Σ weight[o, h, k] · first[h]`: `weight` is `[O, H/G, K, K]`, `first` `[H]`, the others `[O]`.
pub fn compose_bias(shape: &BiasComposition, weight: &[f32], first: &[f32], second: &[f32], bias: &mut [f32]) {
    assert!(weight.len() == shape.outputs * shape.row() && first.len() == shape.hidden);
    let spread = spread(shape, first);
    let rows = weight.chunks_exact(shape.row()).enumerate();
    for ((output, weight), (bias, second)) in rows.zip(bias.iter_mut().zip(second)) {
        *bias = second + sum_pairs(weight, &spread[group(shape, output)..][..shape.row()], |a, b| a * b) as f32;
    }
}

/// The gradient of `first` in [`compose_bias`], from that of `bias`.
pub fn bias_first_gradient(shape: &BiasComposition, dbias: &[f32], weight: &[f32], dfirst: &mut [f32]) {
    assert!(weight.len() == shape.outputs * shape.row() && dfirst.len() == shape.hidden);
    let mut dspread = vec![0.0; shape.hidden * shape.area()];
    for (output, (weight, scale)) in weight.chunks_exact(shape.row()).zip(dbias).enumerate() {
        for (dspread, weight) in dspread[group(shape, output)..].iter_mut().zip(weight) {
            *dspread += scale * weight;
        }
    }
    for (dfirst, dspread) in dfirst.iter_mut().zip(dspread.chunks_exact(shape.area())) {
        *dfirst = dspread.iter().sum();
    }
}

/// Adds the gradient of `weight` in [`compose_bias`], from that of `bias`, to another.
pub fn add_bias_weight_gradient(shape: &BiasComposition, dbias: &[f32], first: &[f32], dweight: &mut [f32]) {
    assert!(dweight.len() == shape.outputs * shape.row() && first.len() == shape.hidden);
    let spread = spread(shape, first);
    for (output, (dweight, scale)) in dweight.chunks_exact_mut(shape.row()).zip(dbias).enumerate() {
        for (dweight, first) in dweight.iter_mut().zip(&spread[group(shape, output)..]) {
            *dweight += scale * first;
        }
    }
}

/// Every bias as often as its kernels have numbers, so that rows of both lie side by side: `[H, K, K]`.
fn spread(shape: &BiasComposition, first: &[f32]) -> Vec<f32> {
    first.iter().flat_map(|bias| std::iter::repeat_n(*bias, shape.area())).collect()
}

/// Where in [`spread`] the group of an output starts.
fn group(shape: &BiasComposition, output: usize) -> usize {
    output / (shape.outputs / shape.groups) * shape.row()
}
