//! The convolutions of composition on the CPU: at every point of [`Composition`] a matrix product over the channels.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{numbers, tensor};
use crate::kernels::Kernels;
use crate::kernels::composition::{Composition, Values};
use crate::kernels::shape::{Convolution, Product};

/// `[N, O, K1, K1]` and `[O, I, K2, K2]` to `[N, I, K, K]`.
pub fn compose(by: &Composition, y: &FlexTensor, weight: &FlexTensor, shape: &Convolution) -> FlexTensor {
    let sizes = Sizes { rows: shape.batch, inner: shape.outputs, columns: shape.inputs, by };
    let values = sizes.product(by.first(numbers(y)), by.second(numbers(weight)), false, false);
    let [height, width] = shape.size;
    tensor(by.product(numbers(&values)), [shape.batch, shape.inputs, height, width])
}

/// The gradient in the first kernels: `[N, I, K, K]` and `[O, I, K2, K2]` to `[N, O, K1, K1]`.
pub fn first_gradient(by: &Composition, x: &FlexTensor, weight: &FlexTensor, shape: &Convolution) -> FlexTensor {
    let sizes = Sizes { rows: shape.batch, inner: shape.inputs, columns: shape.outputs, by };
    let values = sizes.product(by.product_adjoint(numbers(x)), by.second(numbers(weight)), false, true);
    let [height, width] = shape.output_size();
    tensor(by.first_adjoint(numbers(&values)), [shape.batch, shape.outputs, height, width])
}

/// The gradient in the second kernels: `[N, I, K, K]` and `[N, O, K1, K1]` to `[O, I, K2, K2]`.
pub fn second_gradient(by: &Composition, x: &FlexTensor, y: &FlexTensor, shape: &Convolution) -> FlexTensor {
    let sizes = Sizes { rows: shape.outputs, inner: shape.batch, columns: shape.inputs, by };
    let values = sizes.product(by.first(numbers(y)), by.product_adjoint(numbers(x)), true, false);
    tensor(by.second_adjoint(numbers(&values)), [shape.outputs, shape.inputs, shape.kernel, shape.kernel])
}

/// The matrix product at every point.
struct Sizes<'a> {
    rows: usize,
    inner: usize,
    columns: usize,
    by: &'a Composition,
}

impl Sizes<'_> {
    fn product(&self, left: Values, right: Values, left_transposed: bool, right_transposed: bool) -> FlexTensor {
        let Sizes { rows, inner, columns, by } = *self;
        let batch = by.points();
        let shape = Product { batch, rows, inner, columns, left_transposed, right_transposed };
        let left = tensor(left.0, if left_transposed { [batch, inner, rows] } else { [batch, rows, inner] });
        let right = tensor(right.0, if right_transposed { [batch, columns, inner] } else { [batch, inner, columns] });
        Flex::product(left, right, shape)
    }
}
