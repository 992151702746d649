//! Composition on tensors, differentiable: `affine::compose` for the maps that the rules make.
//!
//! Axes: O out, H hidden, I in, G groups, K kernel.

use burn::tensor::Tensor;

use crate::kernels::composition::serves;
use crate::kernels::shape::{BiasComposition, Composition, Convolution, Product};
use crate::kernels::tensor::{bias_composition, composition, product, transposed_convolution};
use crate::planner::Fold;

/// A linear map on a device.
#[derive(Clone)]
pub struct TensorMap {
    /// `[O, I/G, K, K]`
    pub weight: Tensor<4>,
    /// `[O]`
    pub bias: Option<Tensor<1>>,
    pub stride: usize,
    pub dilation: usize,
    pub groups: usize,
}

impl Fold {
    /// Composes `count` maps from the first to the last.
    pub fn left(count: usize) -> Fold {
        (1..count).fold(Fold::Map(0), |left, index| Fold::Pair(Box::new(left), Box::new(Fold::Map(index))))
    }
}

/// Composes maps in the order of a fold.
pub fn fold(fold: &Fold, maps: &[TensorMap]) -> TensorMap {
    match fold {
        Fold::Map(index) => maps[*index].clone(),
        Fold::Pair(left, right) => compose(self::fold(left, maps), self::fold(right, maps)),
    }
}

/// As [`crate::affine::compose`], for the chains the rules make: no stride before a kernel, equal dilations.
fn compose(first: TensorMap, second: TensorMap) -> TensorMap {
    let groups = first.groups;
    let [hidden, inputs, k1, _] = first.weight.dims();
    let [outputs, _, k2, _] = second.weight.dims();
    let (o, h, k) = (outputs / groups, hidden / groups, k1 + k2 - 1);
    let plain = |rows, columns| Product {
        batch: groups,
        rows,
        inner: h,
        columns,
        left_transposed: false,
        right_transposed: false,
    };
    let (bias, second_weight) = match (first.bias, second.bias) {
        (Some(b1), Some(b2)) => {
            let shape = BiasComposition { hidden, outputs, kernel: k2, groups };
            let (bias, weight) = bias_composition(second.weight, b1, b2, shape);
            (Some(bias), weight)
        }
        // Biases come in all maps of a chain or in none.
        (_, b2) => (b2, second.weight),
    };
    let weight = if k2 == 1 {
        // [G, O/G, H/G] × [G, H/G, I/G·K·K]
        product(second_weight, first.weight, plain(o, inputs * k1 * k1)).reshape([outputs, inputs, k, k])
    } else if k1 == 1 && groups > 1 {
        // [G, O/G·K·K, H/G] × [G, H/G, I/G]
        let w2 = second_weight.reshape([groups, o, h, k2 * k2]).permute([0, 1, 3, 2]);
        let columns = product(w2, first.weight, plain(o * k2 * k2, inputs));
        columns.reshape([groups * o, k2 * k2, inputs]).permute([0, 2, 1]).reshape([outputs, inputs, k, k])
    } else if groups == 1 && serves([k1, k2]) {
        composition(first.weight, second_weight, Composition { inputs, hidden, outputs, kernels: [k1, k2] })
    } else {
        // Full correlation of the kernels: images [O/G, H, K2, K2], kernels [H, I/G, K1, K1].
        let w2 = second_weight.reshape([groups, o, h * k2 * k2]).permute([1, 0, 2]).reshape([o, hidden, k2, k2]);
        let shape = Convolution {
            batch: o,
            inputs: inputs * groups,
            outputs: hidden,
            size: [k; 2],
            kernel: k1,
            stride: 1,
            padding: 0,
            dilation: 1,
            groups,
        };
        let full = transposed_convolution(w2, first.weight, shape);
        full.reshape([o, groups, inputs * k * k]).permute([1, 0, 2]).reshape([outputs, inputs, k, k])
    };
    let dilation = if k2 > 1 { second.dilation } else { first.dilation };
    TensorMap { weight, bias, stride: first.stride * second.stride, dilation, groups }
}
