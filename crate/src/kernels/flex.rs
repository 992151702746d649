//! The operations on the CPU.

use std::ops::Range;

use burn::backend::Flex;
use burn::backend::tensor::FloatTensor;

use super::shape::{Convolution, Normalization, Product};
use super::update::{Moved, Parts, Step, Updates};
use super::{Bias, Kernels, reference};

impl Kernels for Flex {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: Bias<Self>,
        shape: Convolution,
    ) -> FloatTensor<Self> {
        reference::convolution::<Self>(x, weight, bias, &shape)
    }

    fn transposed_convolution(
        y: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        shape: Convolution,
    ) -> FloatTensor<Self> {
        reference::transposed_convolution::<Self>(y, weight, &shape)
    }

    fn convolution_weight_gradient(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        shape: Convolution,
        bias: bool,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>) {
        reference::convolution_weight_gradient::<Self>(x, y, &shape, bias)
    }

    fn normalization(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        shape: Normalization,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::normalization::<Self>(x, gamma, beta, &shape)
    }

    fn normalization_by(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        shape: Normalization,
    ) -> FloatTensor<Self> {
        reference::normalization_by::<Self>(x, [gamma, beta, mean, variance], &shape)
    }

    fn normalization_gradient(
        y: FloatTensor<Self>,
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        shape: Normalization,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::normalization_gradient::<Self>(y, x, [gamma, beta, mean, variance], &shape)
    }

    fn product(left: FloatTensor<Self>, right: FloatTensor<Self>, shape: Product) -> FloatTensor<Self> {
        reference::product::<Self>(left, right, &shape)
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>, shape: [usize; 2]) -> FloatTensor<Self> {
        reference::cross_entropy::<Self>(logits, targets, shape)
    }

    fn cross_entropy_gradient(
        rows: FloatTensor<Self>,
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        shape: [usize; 2],
    ) -> FloatTensor<Self> {
        reference::cross_entropy_gradient::<Self>(rows, logits, targets, shape)
    }
}

impl Updates for Flex {
    fn part(flat: FloatTensor<Self>, range: Range<usize>) -> FloatTensor<Self> {
        flat.narrow(0, range.start, range.len())
    }

    fn update(
        moved: Moved<FloatTensor<Self>>,
        gradients: Parts<FloatTensor<Self>>,
        step: &Step,
    ) -> Moved<FloatTensor<Self>> {
        reference::update::<Self>(moved, gradients, step)
    }

    fn mix(kept: FloatTensor<Self>, new: Parts<FloatTensor<Self>>, scales: &[f64], share: f64) -> FloatTensor<Self> {
        reference::mix::<Self>(kept, new, scales, share)
    }
}
