//! Kernels composed by products of values at points, and the gradients of that: see [`crate::kernels::composition`].
//!
//! Values lie so that vectors run along the outputs: of the second kernels `[P][H][O]`, of the composed ones `[P][I][O]`,
//! with O rounded up to whole vectors; those of the first ones, `[P][H·I]`, are the weights.

use super::blocks::{BLOCK, Products, Sums};
use super::convolution::blocked;
use super::parallel::{map_chunks, with_scratch};
use super::transform::{Grid, assemble, evaluate};
use super::vector::copy_few;
use crate::kernels::composition::{Matrix, Points};
use crate::kernels::shape::Composition;

/// How the kernels of a composition and their values lie.
struct Grids {
    first: Grid,
    second: Grid,
    composed: Grid,
}

impl Grids {
    fn of(shape: &Composition) -> Grids {
        let Composition { inputs, hidden, outputs, .. } = *shape;
        Grids {
            first: Grid { rows: 1, columns: hidden * inputs },
            second: Grid { rows: hidden, columns: outputs },
            composed: Grid { rows: inputs, columns: outputs },
        }
    }
}

/// Composes `first` `[H, I, K1, K1]` and `second` `[O, H, K2, K2]` into `composed` `[O, I, K, K]`.
///
/// Returns the values of both for [`compose_gradient`].
pub fn compose(shape: &Composition, first: &[f32], second: &[f32], composed: &mut [f32]) -> [Vec<f32>; 2] {
    let (points, grids) = (Points::new(shape.kernels), Grids::of(shape));
    let values = |matrix: &Matrix, grid: Grid, kernels: &[f32]| {
        let mut values = vec![0.0; points.count() * grid.page()];
        evaluate(matrix, grid, kernels, &mut values);
        values
    };
    let first = values(&points.first, grids.first, first);
    let second = values(&points.second, grids.second, second);
    let stride = grids.second.stride();
    let offsets: Vec<usize> = (0..shape.hidden).map(|hidden| hidden * stride).collect();
    with_scratch(points.count() * grids.composed.page(), |products| {
        map_chunks(products, grids.composed.page(), |point, products| {
            let first = &first[point * grids.first.page()..];
            Sums {
                x: &second[point * grids.second.page()..],
                offsets: &offsets,
                weights: &blocked(shape.inputs, shape.hidden, |input, hidden| first[hidden * shape.inputs + input]),
                outputs: shape.inputs,
                pixels: stride,
                y: products,
                stride,
            }
            .run();
        });
        assemble(&points.product, grids.composed, products, composed);
    });
    [first, second]
}

/// The gradients of `first` and `second` in [`compose`], from that of `composed` and from the values it returned.
pub fn compose_gradient(
    shape: &Composition,
    dcomposed: &[f32],
    [first, second]: [&[f32]; 2],
    dfirst: &mut [f32],
    dsecond: &mut [f32],
) {
    let (points, grids) = (Points::new(shape.kernels), Grids::of(shape));
    let sizes = [grids.composed, grids.second, grids.first].map(|grid| points.count() * grid.page());
    let stride = grids.second.stride();
    let offsets = |count: usize| -> Vec<usize> { (0..count).map(|row| row * stride).collect() };
    let (of_hidden, of_inputs) = (offsets(shape.hidden), offsets(shape.inputs));
    with_scratch(sizes.iter().sum(), |scratch| {
        let (products, rest) = scratch.split_at_mut(sizes[0]);
        let (of_second, of_first) = rest.split_at_mut(sizes[1]);
        evaluate(&points.product.transposed(), grids.composed, dcomposed, products);
        let products = &*products;
        map_chunks(of_second, grids.second.page(), |point, of_second| {
            let first = &first[point * grids.first.page()..];
            Sums {
                x: &products[point * grids.composed.page()..],
                offsets: &of_inputs,
                weights: &blocked(shape.hidden, shape.inputs, |hidden, input| first[hidden * shape.inputs + input]),
                outputs: shape.hidden,
                pixels: stride,
                y: of_second,
                stride,
            }
            .run();
        });
        map_chunks(of_first, grids.first.page(), |point, of_first| {
            let mut sums = vec![0.0; shape.hidden * shape.inputs];
            Products {
                x: &second[point * grids.second.page()..],
                offsets: &of_hidden,
                y: &products[point * grids.composed.page()..],
                outputs: shape.inputs,
                images: 1,
                pixels: stride,
                strides: [0, 0],
                weights: &mut sums,
            }
            .run();
            unblock(&sums, shape.hidden, shape.inputs, of_first);
        });
        assemble(&points.second.transposed(), grids.second, of_second, dsecond);
        assemble(&points.first.transposed(), grids.first, of_first, dfirst);
    });
}

/// From blocks of outputs, `[outputs/BLOCK][taps][BLOCK]`, to `[taps][outputs]`.
fn unblock(sums: &[f32], taps: usize, outputs: usize, to: &mut [f32]) {
    for (sums, first) in sums.chunks(taps * BLOCK).zip((0..outputs).step_by(BLOCK)) {
        let width = BLOCK.min(outputs - first);
        for (sums, to) in sums.chunks_exact(width).zip(to.chunks_mut(outputs)) {
            copy_few::<BLOCK>(sums, &mut to[first..][..width]);
        }
    }
}
