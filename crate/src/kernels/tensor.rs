//! The operations on burn's tensors.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::shape::{BiasComposition, Composition, Convolution, Normalization, Product};
use super::{Bias, Kernels};

/// Convolves `x` `[N, I, Y, X]` with `weight` `[O, I/G, K, K]` and adds `bias` `[O]`: `[N, O, Y', X']`.
pub fn convolution(x: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>, shape: Convolution) -> Tensor<4> {
    let bias = bias.map_or(Bias::None, |bias| Bias::Some(bias.into_dispatch()));
    Tensor::from_dispatch(Dispatch::convolution(x.into_dispatch(), weight.into_dispatch(), bias, shape))
}

/// The adjoint of [`convolution`] in `x`: from `y` `[N, O, Y', X']` to `[N, I, Y, X]`.
pub fn transposed_convolution(y: Tensor<4>, weight: Tensor<4>, shape: Convolution) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::transposed_convolution(y.into_dispatch(), weight.into_dispatch(), shape))
}

/// Composes kernels `first` `[H, I, K1, K1]` with `second` `[O, H, K2, K2]`, which follow: `[O, I, K, K]`.
///
/// Of sizes that [`super::composition::serves`] approves of.
pub fn composition(first: Tensor<4>, second: Tensor<4>, shape: Composition) -> Tensor<4> {
    let (composed, _, _) = Dispatch::composition(first.into_dispatch(), second.into_dispatch(), shape);
    Tensor::from_dispatch(composed)
}

/// The bias of two maps: `second` `[O]` plus what the kernels `weight` `[O, H/G, K, K]` make of `first` `[H]`: `[O]`.
///
/// Also returns `weight`: what else depends on it has to be computed from this one, and the loss has to depend on that.
pub fn bias_composition(
    weight: Tensor<4>,
    first: Tensor<1>,
    second: Tensor<1>,
    shape: BiasComposition,
) -> (Tensor<1>, Tensor<4>) {
    let [first, second] = [first, second].map(Tensor::into_dispatch);
    let (bias, weight) = Dispatch::bias_composition(weight.into_dispatch(), first, second, shape);
    (Tensor::from_dispatch(bias), Tensor::from_dispatch(weight))
}

/// Batch norm of `x` `[N, C, Y, X]` by its own statistics, then ReLU and pooling as `shape` says.
///
/// Returns the output, and mean and biased variance, `[C]` each, which carry no gradient.
pub fn normalization(
    x: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    shape: Normalization,
) -> (Tensor<4>, Tensor<1>, Tensor<1>) {
    let (y, mean, variance) =
        Dispatch::normalization(x.into_dispatch(), gamma.into_dispatch(), beta.into_dispatch(), shape);
    (Tensor::from_dispatch(y), Tensor::from_dispatch(mean), Tensor::from_dispatch(variance))
}

/// As [`normalization`] by given γ, β, mean and variance, `[C]` each.
pub fn normalization_by(x: Tensor<4>, by: [Tensor<1>; 4], shape: Normalization) -> Tensor<4> {
    let [gamma, beta, mean, variance] = by.map(Tensor::into_dispatch);
    Tensor::from_dispatch(Dispatch::normalization_by(x.into_dispatch(), gamma, beta, mean, variance, shape))
}

/// Batched matrix products of factors with as many numbers as `shape` says: `[B, M, N]`.
pub fn product<const L: usize, const R: usize>(left: Tensor<L>, right: Tensor<R>, shape: Product) -> Tensor<3> {
    let Product { batch, rows, inner, columns, left_transposed, right_transposed } = shape;
    let left = left.reshape(if left_transposed { [batch, inner, rows] } else { [batch, rows, inner] });
    let right = right.reshape(if right_transposed { [batch, columns, inner] } else { [batch, inner, columns] });
    Tensor::from_dispatch(Dispatch::product(left.into_dispatch(), right.into_dispatch(), shape))
}

/// Cross-entropy of each row of `logits` against `targets`, `[N, C]` each, divided by N: `[N]`.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let shape = logits.dims();
    Tensor::from_dispatch(Dispatch::cross_entropy(logits.into_dispatch(), targets.into_dispatch(), shape))
}
