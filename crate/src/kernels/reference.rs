//! The operations by burn's own: for double precision, and as the oracle of our kernels.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Shape, Slice, TensorMetadata, get_or_init_device_settings};
use burn::tensor::ops::ConvOptions;

use super::shape::{Activation, BiasComposition, Composition, Convolution, Normalization, Product};
use super::update::{Moved, Parts, Rule, Step};
use super::{Bias, EPSILON};

type Float<B> = FloatTensor<B>;

fn options(shape: &Convolution) -> ConvOptions<2> {
    ConvOptions::new([shape.stride; 2], [shape.padding; 2], [shape.dilation; 2], shape.groups)
}

/// A tensor of which only the shape matters.
fn like<B: Backend>(shape: impl Into<Shape>, model: &Float<B>) -> Float<B> {
    B::float_zeros(shape.into(), &model.device(), model.dtype().into())
}

fn reshape<B: Backend, const D: usize>(x: Float<B>, shape: [usize; D]) -> Float<B> {
    B::float_reshape(x, Shape::new(shape))
}

pub fn convolution<B: Backend>(x: Float<B>, weight: Float<B>, bias: Bias<B>, shape: &Convolution) -> Float<B> {
    let bias = match bias {
        Bias::None => None,
        Bias::Some(bias) => Some(bias),
    };
    B::conv2d(x, weight, bias, options(shape))
}

pub fn transposed_convolution<B: Backend>(y: Float<B>, weight: Float<B>, shape: &Convolution) -> Float<B> {
    let x = like::<B>([shape.batch, shape.inputs, shape.size[0], shape.size[1]], &y);
    B::conv2d_x_backward(x, weight, y, options(shape))
}

pub fn convolution_weight_gradient<B: Backend>(
    x: Float<B>,
    y: Float<B>,
    shape: &Convolution,
    bias: bool,
) -> (Float<B>, Option<Float<B>>) {
    let weight = like::<B>([shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel], &y);
    let sums = bias.then(|| {
        let [height, width] = shape.output_size();
        let rows = B::float_sum_dim(reshape::<B, 3>(y.clone(), [shape.batch, shape.outputs, height * width]), 2);
        reshape::<B, 1>(B::float_sum_dim(rows, 0), [shape.outputs])
    });
    (B::conv2d_weight_backward(x, weight, y, options(shape)), sums)
}

/// The composed kernels, and both factors as they are.
pub fn composition<B: Backend>(
    first: Float<B>,
    second: Float<B>,
    shape: &Composition,
) -> (Float<B>, Float<B>, Float<B>) {
    (transposed_convolution::<B>(second.clone(), first.clone(), &shape.adjoint()), first, second)
}

pub fn composition_gradient<B: Backend>(
    y: Float<B>,
    first: Float<B>,
    second: Float<B>,
    shape: &Composition,
) -> (Float<B>, Float<B>) {
    let shape = shape.adjoint();
    let of_first = convolution_weight_gradient::<B>(y.clone(), second, &shape, false).0;
    (of_first, convolution::<B>(y, first, Bias::None, &shape))
}

pub fn bias_composition<B: Backend>(
    weight: Float<B>,
    first: Float<B>,
    second: Float<B>,
    shape: &BiasComposition,
) -> Float<B> {
    let passed = B::float_matmul(kernel_sums::<B>(weight, shape), biases::<B>(first, shape));
    B::float_add(reshape::<B, 1>(passed, [shape.outputs]), second)
}

pub fn bias_first_gradient<B: Backend>(y: Float<B>, weight: Float<B>, shape: &BiasComposition) -> Float<B> {
    let y = reshape::<B, 3>(y, [shape.groups, shape.outputs / shape.groups, 1]);
    let of_first = B::float_matmul(B::float_swap_dims(kernel_sums::<B>(weight, shape), 1, 2), y);
    reshape::<B, 1>(of_first, [shape.hidden])
}

pub fn add_bias_weight_gradient<B: Backend>(
    gradient: Float<B>,
    y: Float<B>,
    first: Float<B>,
    shape: &BiasComposition,
) -> Float<B> {
    let BiasComposition { hidden, outputs, groups, .. } = *shape;
    let y = reshape::<B, 3>(y, [groups, outputs / groups, 1]);
    let of_sums = B::float_matmul(y, B::float_swap_dims(biases::<B>(first, shape), 1, 2));
    B::float_add(gradient, reshape::<B, 4>(of_sums, [outputs, hidden / groups, 1, 1]))
}

/// The sum of each kernel, `[G, O/G, H/G]`.
fn kernel_sums<B: Backend>(weight: Float<B>, shape: &BiasComposition) -> Float<B> {
    let BiasComposition { hidden, outputs, groups, .. } = *shape;
    let sums = B::float_sum_dim(reshape::<B, 2>(weight, [outputs * hidden / groups, shape.area()]), 1);
    reshape::<B, 3>(sums, [groups, outputs / groups, hidden / groups])
}

/// As columns, `[G, H/G, 1]`.
fn biases<B: Backend>(first: Float<B>, shape: &BiasComposition) -> Float<B> {
    reshape::<B, 3>(first, [shape.groups, shape.hidden / shape.groups, 1])
}

pub fn normalization<B: Backend>(
    x: Float<B>,
    gamma: Float<B>,
    beta: Float<B>,
    shape: &Normalization,
) -> (Float<B>, Float<B>, Float<B>) {
    let normalized = B::batch_norm_train(x, gamma, beta, EPSILON);
    (finish::<B>(normalized.output, shape), normalized.mean, normalized.variance)
}

pub fn normalization_by<B: Backend>(
    x: Float<B>,
    [gamma, beta, mean, variance]: [Float<B>; 4],
    shape: &Normalization,
) -> Float<B> {
    finish::<B>(B::batch_norm(x, gamma, beta, mean, variance, EPSILON), shape)
}

fn activate<B: Backend>(x: Float<B>, activation: Activation) -> Float<B> {
    match activation {
        Activation::None => x,
        Activation::Relu => B::relu(x),
        Activation::Relu6 => below_6::<B>(B::relu(below_6::<B>(B::relu(x)))),
    }
}

/// 6 − x.
fn below_6<B: Backend>(x: Float<B>) -> Float<B> {
    B::float_add_scalar(B::float_neg(x), 6.0.into())
}

/// Activation and pooling.
fn finish<B: Backend>(x: Float<B>, shape: &Normalization) -> Float<B> {
    let x = activate::<B>(x, shape.activation);
    let side = [shape.pool; 2];
    if shape.pool > 1 { B::max_pool2d(x, side, side, [0; 2], [1; 2], false) } else { x }
}

pub fn normalization_gradient<B: Backend>(
    y: Float<B>,
    x: Float<B>,
    [gamma, beta, mean, variance]: [Float<B>; 4],
    shape: &Normalization,
) -> (Float<B>, Float<B>, Float<B>) {
    let normalized = B::batch_norm(x.clone(), gamma.clone(), beta, mean.clone(), variance.clone(), EPSILON);
    let rectified = activate::<B>(normalized, shape.activation);
    let mut gradient = y;
    if shape.pool > 1 {
        let (side, integers) = ([shape.pool; 2], get_or_init_device_settings::<B>(&x.device()).int_dtype);
        let pooled = B::max_pool2d_with_indices(rectified.clone(), side, side, [0; 2], [1; 2], false, integers);
        let input = rectified.clone();
        gradient =
            B::max_pool2d_with_indices_backward(input, side, side, [0; 2], [1; 2], false, gradient, pooled.indices)
                .x_grad;
    }
    if shape.activation != Activation::None {
        gradient = B::relu_backward(rectified.clone(), gradient);
    }
    if shape.activation == Activation::Relu6 {
        gradient = B::relu_backward(below_6::<B>(rectified), gradient);
    }
    let back = B::batch_norm_train_backward(x, gamma, mean, variance, EPSILON, gradient);
    (back.x_grad, back.gamma_grad, back.beta_grad)
}

pub fn product<B: Backend>(left: Float<B>, right: Float<B>, shape: &Product) -> Float<B> {
    let factor = |x, transposed| if transposed { B::float_swap_dims(x, 1, 2) } else { x };
    B::float_matmul(factor(left, shape.left_transposed), factor(right, shape.right_transposed))
}

pub fn cross_entropy<B: Backend>(logits: Float<B>, targets: Float<B>, [rows, classes]: [usize; 2]) -> Float<B> {
    let logs = B::log_softmax(reshape::<B, 2>(logits, [rows, classes]), 1);
    let sums = B::float_sum_dim(B::float_mul(logs, reshape::<B, 2>(targets, [rows, classes])), 1);
    reshape::<B, 1>(B::float_mul_scalar(sums, (-1.0 / rows as f64).into()), [rows])
}

pub fn cross_entropy_gradient<B: Backend>(
    rows: Float<B>,
    logits: Float<B>,
    targets: Float<B>,
    [count, classes]: [usize; 2],
) -> Float<B> {
    let shares = B::softmax(reshape::<B, 2>(logits, [count, classes]), 1);
    let targets = reshape::<B, 2>(targets, [count, classes]);
    // A row of targets that does not sum to 1 weighs as much as it sums to: one of zeros, nothing.
    let weights = B::float_sum_dim(targets.clone(), 1);
    let scale = B::float_mul_scalar(reshape::<B, 2>(rows, [count, 1]), (1.0 / count as f64).into());
    B::float_mul(B::float_sub(B::float_mul(shares, weights), targets), scale)
}

/// The part of a flat tensor from `start` on that is as long as `model`.
fn part<B: Backend>(flat: &Float<B>, start: usize, model: &Float<B>) -> (Slice, Float<B>) {
    let slice = Slice::from(start..start + model.shape().num_elements());
    (slice, B::float_slice(flat.clone(), &[slice]))
}

fn scaled<B: Backend>(x: Float<B>, by: f64) -> Float<B> {
    B::float_mul_scalar(x, by.into())
}

pub fn update<B: Backend>(moved: Moved<Float<B>>, gradients: Parts<Float<B>>, step: &Step) -> Moved<Float<B>> {
    let Moved { mut values, mut first, mut second } = moved;
    for (gradient, start) in gradients.tensors.into_iter().zip(gradients.starts) {
        let (slice, value) = part::<B>(&values, start, &gradient);
        let (_, m) = part::<B>(&first, start, &gradient);
        let gradient = B::float_add(gradient, scaled::<B>(value.clone(), step.weight_decay));
        let (direction, m) = match step.rule {
            Rule::Sgd { momentum, nesterov } => {
                let velocity = B::float_add(scaled::<B>(m, momentum), gradient.clone());
                let ahead = || B::float_add(gradient, scaled::<B>(velocity.clone(), momentum));
                (if nesterov { ahead() } else { velocity.clone() }, velocity)
            }
            Rule::Adam { beta1, beta2, epsilon, correction1, correction2 } => {
                let mix = |old, new, beta: f64| B::float_add(scaled::<B>(old, beta), scaled::<B>(new, 1.0 - beta));
                let m = mix(m, gradient.clone(), beta1);
                let moments = second.take().expect("Adam keeps second moments");
                let (_, v) = part::<B>(&moments, start, &gradient);
                let v = mix(v, B::float_mul(gradient.clone(), gradient), beta2);
                second = Some(B::float_slice_assign(moments, &[slice], v.clone()));
                let root = B::float_add_scalar(B::float_sqrt(scaled::<B>(v, 1.0 / correction2)), epsilon.into());
                (B::float_div(scaled::<B>(m.clone(), 1.0 / correction1), root), m)
            }
        };
        values =
            B::float_slice_assign(values, &[slice], B::float_sub(value, scaled::<B>(direction, step.learning_rate)));
        first = B::float_slice_assign(first, &[slice], m);
    }
    Moved { values, first, second }
}

pub fn mix<B: Backend>(mut kept: Float<B>, new: Parts<Float<B>>, scales: &[f64], share: f64) -> Float<B> {
    for ((new, start), &scale) in new.tensors.into_iter().zip(new.starts).zip(scales) {
        let (slice, old) = part::<B>(&kept, start, &new);
        let mixed = B::float_add(scaled::<B>(old, 1.0 - share), scaled::<B>(new, share * scale));
        kept = B::float_slice_assign(kept, &[slice], mixed);
    }
    kept
}
