//! Running a chain, and composing it to one map.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::Tensors;
use super::compose::{self, TensorMap};
use crate::expand::ChainPlan;
use crate::kernels::shape::{Convolution, Product};
use crate::kernels::tensor::{convolution, product};
use crate::planner::{Fold, Schedule};

/// A chain composed to one map, starting with the folds of its schedule.
pub(super) fn whole(chain: &ChainPlan, schedule: &Schedule, parameters: &Tensors) -> TensorMap {
    let whole = schedule.folds.iter().cloned().reduce(|left, right| Fold::Pair(Box::new(left), Box::new(right)));
    compose::fold(&whole.expect("a chain has at least one map"), &maps(chain, parameters))
}

/// Runs a chain fold after fold; all padding goes on the first.
pub(super) fn run(chain: &ChainPlan, folds: &[Fold], parameters: &Tensors, images: Tensor<4>) -> Tensor<4> {
    let maps = maps(chain, parameters);
    let mut x = images;
    for (index, fold) in folds.iter().enumerate() {
        let TensorMap { weight, bias, stride, dilation, groups } = compose::fold(fold, &maps);
        let [n, inputs, height, width] = x.dims();
        let [outputs, _, kernel, _] = weight.dims();
        x = if chain.dense {
            // [N, I] × [I, O]
            let shape = Product {
                batch: 1,
                rows: n,
                inner: inputs,
                columns: outputs,
                left_transposed: false,
                right_transposed: true,
            };
            let mut y = product(x, weight, shape).reshape([n, outputs]);
            if let Some(bias) = bias {
                y = y.add(bias.reshape([1, outputs]));
            }
            y.reshape([n, outputs, 1, 1])
        } else {
            let padding = if index == 0 { chain.padding } else { 0 };
            let size = [height, width];
            let shape = Convolution { batch: n, inputs, outputs, size, kernel, stride, padding, dilation, groups };
            convolution(x, weight, bias, shape)
        };
        if chain.nonlinear && index + 1 < folds.len() {
            x = relu(x);
        }
    }
    x
}

pub(super) fn maps(chain: &ChainPlan, parameters: &Tensors) -> Vec<TensorMap> {
    chain
        .maps
        .iter()
        .map(|map| TensorMap {
            weight: parameters[&format!("{}.weight", map.name)].clone().reshape(map.shape()),
            bias: map.bias.then(|| parameters[&format!("{}.bias", map.name)].clone()),
            stride: map.stride,
            dilation: map.dilation,
            groups: map.groups,
        })
        .collect()
}
