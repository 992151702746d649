//! Composition of kernels on a GPU: at every point of [`Points`] a matrix product over the channels.

use burn::backend::Cube;
use burn_wgpu::CubeTensor;

use super::launch::{Key, Side, room, single};
use crate::kernels::Kernels;
use crate::kernels::composition::{Matrix, Points};
use crate::kernels::shape::{Composition, Product};
use crate::kernels::wgsl::composition;

/// `[H, I, K1, K1]` and `[O, H, K2, K2]` to `[O, I, K, K]`, and the values of both for [`gradient`].
pub fn compose(first: &CubeTensor, second: &CubeTensor, shape: &Composition) -> (CubeTensor, CubeTensor, CubeTensor) {
    let Composition { inputs, hidden, outputs, .. } = *shape;
    let points = Points::new(shape.kernels);
    let first = values(&points.first, first, hidden * inputs);
    let second = values(&points.second, second, outputs * hidden);
    let products = product(&points, &second, &first, [outputs, hidden, inputs], [false, false]);
    (kernels(&points.product, &products, [outputs, inputs]), first, second)
}

/// The gradients in both factors, from that of the composed kernels `[O, I, K, K]` and from the factors' values.
pub fn gradient(
    y: &CubeTensor,
    first: &CubeTensor,
    second: &CubeTensor,
    shape: &Composition,
) -> (CubeTensor, CubeTensor) {
    let Composition { inputs, hidden, outputs, .. } = *shape;
    let points = Points::new(shape.kernels);
    let y = values(&points.product.transposed(), y, outputs * inputs);
    let of_first = product(&points, second, &y, [hidden, outputs, inputs], [true, false]);
    let of_second = product(&points, &y, first, [outputs, inputs, hidden], [false, true]);
    (
        kernels(&points.first.transposed(), &of_first, [hidden, inputs]),
        kernels(&points.second.transposed(), &of_second, [outputs, hidden]),
    )
}

/// Values at all points, `[P, count]`, of as many kernels.
fn values(matrix: &Matrix, kernels: &CubeTensor, count: usize) -> CubeTensor {
    let values = room(kernels, [matrix.rows * matrix.rows * count]);
    let key = Key::Points { matrix: Side::new(matrix), count, values: true };
    single(key, || composition::values(matrix, count)).launch(&[kernels, &values]);
    values
}

/// Kernels of channels from their values at all points.
fn kernels(matrix: &Matrix, values: &CubeTensor, [to, from]: [usize; 2]) -> CubeTensor {
    let kernels = room(values, [to, from, matrix.rows, matrix.rows]);
    let key = Key::Points { matrix: Side::new(matrix), count: to * from, values: false };
    single(key, || composition::kernels(matrix, to * from)).launch(&[values, &kernels]);
    kernels
}

fn product(
    points: &Points,
    left: &CubeTensor,
    right: &CubeTensor,
    [rows, inner, columns]: [usize; 3],
    [left_transposed, right_transposed]: [bool; 2],
) -> CubeTensor {
    let shape = Product { batch: points.count(), rows, inner, columns, left_transposed, right_transposed };
    Cube::product(left.clone(), right.clone(), shape)
}
