//! The operations on the CPU: our kernels in single precision, burn's in double.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, TensorData};

use super::shape::{BiasComposition, Composition, Convolution, Normalization, Product};
use super::{Bias, EPSILON, Kernels, cpu, reference};

mod update;

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
        let dims = [shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel];
        let mut weight = vec![0.0; dims.iter().product()];
        let mut sums = bias.then(|| vec![0.0; shape.outputs]);
        cpu::convolve_weight_gradient(&shape, numbers(&x), numbers(&y), &mut weight, sums.as_deref_mut());
        (tensor(weight, dims), sums.map(|sums| tensor(sums, [shape.outputs])))
    }

    fn composition(first: FlexTensor, second: FlexTensor, shape: Composition) -> (FlexTensor, FlexTensor, FlexTensor) {
        if !single(&first) {
            return reference::composition::<Self>(first, second, &shape);
        }
        let (first, second) = (ordered(first), ordered(second));
        let dims = [shape.outputs, shape.inputs, shape.side(), shape.side()];
        let mut composed = vec![0.0; dims.iter().product()];
        let [first, second] = cpu::compose(&shape, numbers(&first), numbers(&second), &mut composed);
        let flat = |values: Vec<f32>| {
            let length = values.len();
            tensor(values, [length])
        };
        (tensor(composed, dims), flat(first), flat(second))
    }

    fn composition_gradient(
        y: FlexTensor,
        first: FlexTensor,
        second: FlexTensor,
        shape: Composition,
    ) -> (FlexTensor, FlexTensor) {
        if !single(&y) {
            return reference::composition_gradient::<Self>(y, first, second, &shape);
        }
        let y = ordered(y);
        let [k1, k2] = shape.kernels;
        let (first_dims, second_dims) = ([shape.hidden, shape.inputs, k1, k1], [shape.outputs, shape.hidden, k2, k2]);
        let (mut dfirst, mut dsecond) =
            (vec![0.0; first_dims.iter().product()], vec![0.0; second_dims.iter().product()]);
        let values = [&first, &second].map(numbers);
        cpu::compose_gradient(&shape, numbers(&y), values, &mut dfirst, &mut dsecond);
        (tensor(dfirst, first_dims), tensor(dsecond, second_dims))
    }

    fn bias_composition(
        weight: FlexTensor,
        first: FlexTensor,
        second: FlexTensor,
        shape: BiasComposition,
    ) -> (FlexTensor, FlexTensor) {
        if !single(&weight) {
            return (reference::bias_composition::<Self>(weight.clone(), first, second, &shape), weight);
        }
        let [weight, first, second] = [weight, first, second].map(ordered);
        let mut bias = vec![0.0; shape.outputs];
        cpu::compose_bias(&shape, numbers(&weight), numbers(&first), numbers(&second), &mut bias);
        (tensor(bias, [shape.outputs]), weight)
    }

    fn bias_first_gradient(y: FlexTensor, weight: FlexTensor, shape: BiasComposition) -> FlexTensor {
        if !single(&weight) {
            return reference::bias_first_gradient::<Self>(y, weight, &shape);
        }
        let [y, weight] = [y, weight].map(ordered);
        let mut dfirst = vec![0.0; shape.hidden];
        cpu::bias_first_gradient(&shape, numbers(&y), numbers(&weight), &mut dfirst);
        tensor(dfirst, [shape.hidden])
    }

    fn add_bias_weight_gradient(
        gradient: FlexTensor,
        y: FlexTensor,
        first: FlexTensor,
        shape: BiasComposition,
    ) -> FlexTensor {
        if !single(&gradient) {
            return reference::add_bias_weight_gradient::<Self>(gradient, y, first, &shape);
        }
        let [mut gradient, y, first] = [gradient, y, first].map(ordered);
        cpu::add_bias_weight_gradient(&shape, numbers(&y), numbers(&first), gradient.storage_mut());
        gradient
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
