//! The convolutions of composition on a GPU: at every point of [`Composition`] a matrix product over the channels.

use burn::backend::Cube;
use burn_wgpu::CubeTensor;

use super::launch::{Key, Side, room, single};
use crate::kernels::Kernels;
use crate::kernels::composition::{Composition, Matrix};
use crate::kernels::shape::{Convolution, Product};
use crate::kernels::wgsl::composition;

/// `[N, O, K1, K1]` and `[O, I, K2, K2]` to `[N, I, K, K]`.
pub fn compose(by: &Composition, y: &CubeTensor, weight: &CubeTensor, shape: &Convolution) -> CubeTensor {
    let Convolution { batch, inputs, outputs, .. } = *shape;
    let (left, right) = (values(&by.first, y, batch * outputs), values(&by.second, weight, outputs * inputs));
    let products = product(by, left, right, [batch, outputs, inputs], [false, false]);
    kernels(&by.product, &products, [batch, inputs])
}

/// The gradient in the first kernels: `[N, I, K, K]` and `[O, I, K2, K2]` to `[N, O, K1, K1]`.
pub fn first_gradient(by: &Composition, x: &CubeTensor, weight: &CubeTensor, shape: &Convolution) -> CubeTensor {
    let Convolution { batch, inputs, outputs, .. } = *shape;
    let left = values(&by.product.transposed(), x, batch * inputs);
    let right = values(&by.second, weight, outputs * inputs);
    let products = product(by, left, right, [batch, inputs, outputs], [false, true]);
    kernels(&by.first.transposed(), &products, [batch, outputs])
}

/// The gradient in the second kernels: `[N, I, K, K]` and `[N, O, K1, K1]` to `[O, I, K2, K2]`.
pub fn second_gradient(by: &Composition, x: &CubeTensor, y: &CubeTensor, shape: &Convolution) -> CubeTensor {
    let Convolution { batch, inputs, outputs, .. } = *shape;
    let left = values(&by.first, y, batch * outputs);
    let right = values(&by.product.transposed(), x, batch * inputs);
    let products = product(by, left, right, [outputs, batch, inputs], [true, false]);
    kernels(&by.second.transposed(), &products, [outputs, inputs])
}

fn values(matrix: &Matrix, kernels: &CubeTensor, count: usize) -> CubeTensor {
    let values = room(kernels, [matrix.rows * matrix.rows * count]);
    let key = Key::Points { matrix: Side::new(matrix), count, values: true };
    single(key, || composition::values(matrix, count)).launch(&[kernels, &values]);
    values
}

fn kernels(matrix: &Matrix, values: &CubeTensor, [first, second]: [usize; 2]) -> CubeTensor {
    let kernels = room(values, [first, second, matrix.rows, matrix.rows]);
    let key = Key::Points { matrix: Side::new(matrix), count: first * second, values: false };
    single(key, || composition::kernels(matrix, first * second)).launch(&[values, &kernels]);
    kernels
}

fn product(
    by: &Composition,
    left: CubeTensor,
    right: CubeTensor,
    [rows, inner, columns]: [usize; 3],
    [left_transposed, right_transposed]: [bool; 2],
) -> CubeTensor {
    let shape = Product { batch: by.points(), rows, inner, columns, left_transposed, right_transposed };
    Cube::product(left, right, shape)
}
