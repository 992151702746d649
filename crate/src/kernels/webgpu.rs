//! The operations on a GPU.

use std::ops::Range;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Cube, Shape};
use burn_wgpu::CubeTensor;

use super::shape::{Convolution, Normalization, Product};
use super::update::{BOUNDARY, Moved, Parts, Step, Updates};
use super::{Bias, Kernels, reference};

impl Kernels for Cube {
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

impl Updates for Cube {
    fn part(flat: FloatTensor<Self>, range: Range<usize>) -> FloatTensor<Self> {
        let size = flat.dtype.size() as u64;
        let after = flat.meta.num_elements() - range.end;
        // The handle ends at the next boundary: where a binding may end, too.
        let handle = flat.handle.clone().offset_start(range.start as u64 * size);
        let handle = handle.offset_end((after / BOUNDARY * BOUNDARY) as u64 * size);
        CubeTensor::new_contiguous(
            flat.client.clone(),
            flat.device.clone(),
            Shape::new([range.len()]),
            handle,
            flat.dtype,
        )
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
