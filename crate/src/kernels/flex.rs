//! The operations on the CPU: our kernels in single precision, burn's in double.

use std::ops::Range;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, TensorData};

use super::composition::Composition;
use super::shape::{Convolution, Normalization, Product};
use super::update::{Moved, Parts, Rule, Step, Updates};
use super::{Bias, EPSILON, Kernels, cpu, reference};

mod composed;

/// Multiply-adds from which on our matrix product is the faster one in WebAssembly.
const LARGE_PRODUCT: usize = 4 << 20;

/// Whether our kernels, which are for single precision, can do it.
fn single(x: &FlexTensor) -> bool {
    x.dtype() == DType::F32
}

/// Numbers in order, copied only if they lie otherwise.
fn ordered(x: FlexTensor) -> FlexTensor {
    if x.is_contiguous() { x } else { x.to_contiguous() }
}

fn numbers(x: &FlexTensor) -> &[f32] {
    x.as_slice().expect("a tensor in order and in single precision, see `ordered` and `single`")
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

impl Kernels for Flex {
    fn convolution(x: FlexTensor, weight: FlexTensor, bias: Bias<Self>, shape: Convolution) -> FlexTensor {
        if !single(&x) {
            return reference::convolution::<Self>(x, weight, bias, &shape);
        }
        let bias = match bias {
            Bias::None => None,
            Bias::Some(bias) => Some(ordered(bias)),
        };
        let (x, weight) = (ordered(x), ordered(weight));
        if let (Some(by), None) = (Composition::of(&shape), &bias) {
            return composed::first_gradient(&by, &x, &weight, &shape);
        }
        let [height, width] = shape.output_size();
        let mut y = vec![0.0; shape.batch * shape.outputs * height * width];
        cpu::convolve(&shape, numbers(&x), numbers(&weight), bias.as_ref().map(numbers), &mut y);
        tensor(y, [shape.batch, shape.outputs, height, width])
    }

    fn transposed_convolution(y: FlexTensor, weight: FlexTensor, shape: Convolution) -> FlexTensor {
        if !single(&y) {
            return reference::transposed_convolution::<Self>(y, weight, &shape);
        }
        let (y, weight) = (ordered(y), ordered(weight));
        if let Some(by) = Composition::of(&shape) {
            return composed::compose(&by, &y, &weight, &shape);
        }
        let [height, width] = shape.size;
        let mut x = vec![0.0; shape.batch * shape.inputs * height * width];
        cpu::convolve_input_gradient(&shape, numbers(&y), numbers(&weight), &mut x);
        tensor(x, [shape.batch, shape.inputs, height, width])
    }

    fn convolution_weight_gradient(
        x: FlexTensor,
        y: FlexTensor,
        shape: Convolution,
        bias: bool,
    ) -> (FlexTensor, Option<FlexTensor>) {
        if !single(&x) {
            return reference::convolution_weight_gradient::<Self>(x, y, &shape, bias);
        }
        let (x, y) = (ordered(x), ordered(y));
        if let (Some(by), false) = (Composition::of(&shape), bias) {
            return (composed::second_gradient(&by, &x, &y, &shape), None);
        }
        let dims = [shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel];
        let mut weight = vec![0.0; dims.iter().product()];
        let mut sums = bias.then(|| vec![0.0; shape.outputs]);
        cpu::convolve_weight_gradient(&shape, numbers(&x), numbers(&y), &mut weight, sums.as_deref_mut());
        (tensor(weight, dims), sums.map(|sums| tensor(sums, [shape.outputs])))
    }

    fn normalization(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        shape: Normalization,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        if !single(&x) {
            return reference::normalization::<Self>(x, gamma, beta, &shape);
        }
        let [height, width] = shape.output_size();
        let mut y = vec![0.0; shape.batch * shape.channels * height * width];
        let (mut mean, mut variance) = (vec![0.0; shape.channels], vec![0.0; shape.channels]);
        let [x, gamma, beta] = [x, gamma, beta].map(ordered);
        let by = [&gamma, &beta].map(numbers);
        cpu::normalize(&shape, numbers(&x), by[0], by[1], EPSILON as f32, &mut y, &mut mean, &mut variance);
        let y = tensor(y, [shape.batch, shape.channels, height, width]);
        (y, tensor(mean, [shape.channels]), tensor(variance, [shape.channels]))
    }

    fn normalization_by(
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        mean: FlexTensor,
        variance: FlexTensor,
        shape: Normalization,
    ) -> FlexTensor {
        if !single(&x) {
            return reference::normalization_by::<Self>(x, [gamma, beta, mean, variance], &shape);
        }
        let [height, width] = shape.output_size();
        let mut y = vec![0.0; shape.batch * shape.channels * height * width];
        let [x, gamma, beta, mean, variance] = [x, gamma, beta, mean, variance].map(ordered);
        let [gamma, beta, mean, variance] = [&gamma, &beta, &mean, &variance].map(numbers);
        cpu::normalize_with(&shape, numbers(&x), gamma, beta, mean, variance, EPSILON as f32, &mut y);
        tensor(y, [shape.batch, shape.channels, height, width])
    }

    fn normalization_gradient(
        y: FlexTensor,
        x: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        mean: FlexTensor,
        variance: FlexTensor,
        shape: Normalization,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        if !single(&x) {
            return reference::normalization_gradient::<Self>(y, x, [gamma, beta, mean, variance], &shape);
        }
        let [y, x, gamma, beta, mean, variance] = [y, x, gamma, beta, mean, variance].map(ordered);
        let (y, values) = (numbers(&y), numbers(&x));
        let [gamma, beta, mean, variance] = [&gamma, &beta, &mean, &variance].map(numbers);
        let mut dx = vec![0.0; values.len()];
        let (mut dgamma, mut dbeta) = (vec![0.0; shape.channels], vec![0.0; shape.channels]);
        let epsilon = EPSILON as f32;
        cpu::normalize_gradient(
            &shape,
            y,
            values,
            gamma,
            beta,
            mean,
            variance,
            epsilon,
            &mut dx,
            &mut dgamma,
            &mut dbeta,
        );
        let dx = tensor(dx, [shape.batch, shape.channels, shape.size[0], shape.size[1]]);
        (dx, tensor(dgamma, [shape.channels]), tensor(dbeta, [shape.channels]))
    }

    fn product(left: FlexTensor, right: FlexTensor, shape: Product) -> FlexTensor {
        // Natively, and for small factors, the library that burn calls is the faster one.
        let large = cfg!(target_arch = "wasm32") && shape.rows * shape.inner * shape.columns >= LARGE_PRODUCT;
        if !single(&left) || !large {
            return reference::product::<Self>(left, right, &shape);
        }
        let (left, right) = (ordered(left), ordered(right));
        let mut result = vec![0.0; shape.batch * shape.rows * shape.columns];
        cpu::multiply(&shape, numbers(&left), numbers(&right), &mut result);
        tensor(result, [shape.batch, shape.rows, shape.columns])
    }

    fn cross_entropy(logits: FlexTensor, targets: FlexTensor, shape: [usize; 2]) -> FlexTensor {
        reference::cross_entropy::<Self>(logits, targets, shape)
    }

    fn cross_entropy_gradient(
        rows: FlexTensor,
        logits: FlexTensor,
        targets: FlexTensor,
        shape: [usize; 2],
    ) -> FlexTensor {
        reference::cross_entropy_gradient::<Self>(rows, logits, targets, shape)
    }
}

impl Updates for Flex {
    fn part(flat: FlexTensor, range: Range<usize>) -> FlexTensor {
        flat.narrow(0, range.start, range.len())
    }

    fn update(moved: Moved<FlexTensor>, gradients: Parts<FlexTensor>, step: &Step) -> Moved<FlexTensor> {
        if !single(&moved.values) {
            return reference::update::<Self>(moved, gradients, step);
        }
        let Moved { mut values, mut first, mut second } = moved;
        // Written where they lie, unless somebody else holds them too: then they are copied first.
        let (all, moments) = (values.storage_mut::<f32>(), first.storage_mut::<f32>());
        let mut squares = second.as_mut().map(|second| second.storage_mut::<f32>());
        for (gradient, start) in gradients.tensors.into_iter().map(ordered).zip(gradients.starts) {
            let gradient = numbers(&gradient);
            let place = start..start + gradient.len();
            let (values, first) = (&mut all[place.clone()], &mut moments[place.clone()]);
            match (step.rule, squares.as_deref_mut()) {
                (Rule::Sgd { momentum, nesterov }, _) => {
                    sgd(values, first, gradient, step, momentum as f32, nesterov);
                }
                (rule, Some(squares)) => adam(values, first, &mut squares[place], gradient, step, rule),
                (Rule::Adam { .. }, None) => unreachable!("Adam keeps second moments"),
            }
        }
        Moved { values, first, second }
    }

    fn mix(mut kept: FlexTensor, new: Parts<FlexTensor>, scales: &[f64], share: f64) -> FlexTensor {
        if !single(&kept) {
            return reference::mix::<Self>(kept, new, scales, share);
        }
        let all = kept.storage_mut::<f32>();
        for ((new, start), scale) in new.tensors.into_iter().map(ordered).zip(new.starts).zip(scales) {
            let (keep, take) = ((1.0 - share) as f32, (share * scale) as f32);
            for (kept, new) in all[start..].iter_mut().zip(numbers(&new)) {
                *kept = keep * *kept + take * new;
            }
        }
        kept
    }
}

fn sgd(values: &mut [f32], velocity: &mut [f32], gradient: &[f32], step: &Step, momentum: f32, nesterov: bool) {
    let (rate, decay) = (step.learning_rate as f32, step.weight_decay as f32);
    for ((value, velocity), gradient) in values.iter_mut().zip(velocity).zip(gradient) {
        let gradient = gradient + decay * *value;
        *velocity = momentum * *velocity + gradient;
        *value -= rate * if nesterov { gradient + momentum * *velocity } else { *velocity };
    }
}

fn adam(values: &mut [f32], first: &mut [f32], second: &mut [f32], gradient: &[f32], step: &Step, rule: Rule) {
    let Rule::Adam { beta1, beta2, epsilon, correction1, correction2 } = rule else { return };
    let (rate, decay) = (step.learning_rate as f32, step.weight_decay as f32);
    let (kept1, new1, kept2, new2) = (beta1 as f32, (1.0 - beta1) as f32, beta2 as f32, (1.0 - beta2) as f32);
    let (scale1, scale2) = ((1.0 / correction1) as f32, (1.0 / correction2) as f32);
    for (((value, first), second), gradient) in values.iter_mut().zip(first).zip(second).zip(gradient) {
        let gradient = gradient + decay * *value;
        *first = kept1 * *first + new1 * gradient;
        *second = kept2 * *second + new2 * gradient * gradient;
        *value -= rate * (*first * scale1) / ((*second * scale2).sqrt() + epsilon as f32);
    }
}
