//! The operations that training spends its time in, as an extension of burn's backends.
//!
//! burn's own go through matrices that a small network does not fill, and read and write each map of features once per
//! operation. Here every operation has a CPU version in SIMD ([`cpu`]) and a WebGPU version in WGSL ([`wgsl`]); in double
//! precision, which only tests use, burn's operations are called ([`reference`]).

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, ExtensionType, backend_extension};

mod autodiff;
pub mod composition;
pub mod cpu;
#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
pub mod feed;
mod flex;
mod reference;
pub mod shape;
pub mod tensor;
pub mod update;
#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
mod webgpu;
pub mod wgsl;

use shape::{BiasComposition, Composition, Convolution, Normalization, Product};

/// Added to variances, as in PyTorch's batch norm.
pub const EPSILON: f64 = 1e-5;

/// What a convolution adds to its outputs.
#[derive(Clone, Debug, ExtensionType)]
pub enum Bias<B: Backend> {
    None,
    /// `[O]`
    Some(FloatTensor<B>),
}

/// Tensors are contiguous or are made so. Axes: N batch, C channels, I in, O out, G groups, K kernel, Y×X space.
#[backend_extension(Cube: cfg(any(target_arch = "wasm32", feature = "gpu")), Flex, Autodiff)]
pub trait Kernels: Backend {
    /// Convolves `x` `[N, I, Y, X]` with `weight` `[O, I/G, K, K]` and adds `bias` `[O]`: `[N, O, Y', X']`.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        shape: Convolution,
    ) -> FloatTensor<Self>;

    /// The adjoint of [`Kernels::convolution`] in `x`: from `y` `[N, O, Y', X']` to `[N, I, Y, X]`.
    fn transposed_convolution(y: FloatTensor<Self>, weight: FloatTensor<Self>, shape: Convolution)
    -> FloatTensor<Self>;

    /// The gradients of [`Kernels::convolution`] in `weight` and, if asked for, in `bias`. Not differentiable.
    fn convolution_weight_gradient(
        x: FloatTensor<Self>,
        y: FloatTensor<Self>,
        shape: Convolution,
        bias: bool,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>);

    /// Composes kernels `first` `[H, I, K1, K1]` with `second` `[O, H, K2, K2]`, which follow: `[O, I, K, K]`.
    ///
    /// Also returns of each what [`Kernels::composition_gradient`] needs, as the backend likes it; these carry no gradient.
    fn composition(
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        shape: Composition,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// The gradients of [`Kernels::composition`] in `first` and `second`, from that of the composed kernels and from what
    /// it has returned of both. Not differentiable.
    fn composition_gradient(
        y: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        shape: Composition,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The bias of two maps: `second` `[O]` plus what the kernels `weight` `[O, H/G, K, K]` make of `first` `[H]`: `[O]`.
    ///
    /// Also returns `weight`, which what else depends on it has to be computed from: the share that the bias has in its
    /// gradient is then added where the other's lies. Apart, each would be written, and both be read to add them.
    fn bias_composition(
        weight: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        shape: BiasComposition,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The gradient of [`Kernels::bias_composition`] in `first`, from that of the bias, which is also that in `second`.
    /// Not differentiable.
    fn bias_first_gradient(
        y: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        shape: BiasComposition,
    ) -> FloatTensor<Self>;

    /// Adds to `gradient`, of `weight`, what the bias of [`Kernels::bias_composition`] adds to it, from that of the bias.
    /// Not differentiable.
    fn add_bias_weight_gradient(
        gradient: FloatTensor<Self>,
        y: FloatTensor<Self>,
        first: FloatTensor<Self>,
        shape: BiasComposition,
    ) -> FloatTensor<Self>;

    /// Batch norm of `x` `[N, C, Y, X]` by its own statistics, then as [`Normalization`] says.
    ///
    /// Returns the output, and mean and biased variance, `[C]` each; these two carry no gradient.
    fn normalization(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        shape: Normalization,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// As [`Kernels::normalization`] by given statistics. Not differentiable.
    fn normalization_by(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        shape: Normalization,
    ) -> FloatTensor<Self>;

    /// The gradients of [`Kernels::normalization`] in `x`, `gamma` and `beta`, from that of its output. Not differentiable.
    fn normalization_gradient(
        y: FloatTensor<Self>,
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        shape: Normalization,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// Batched matrix products: `[B, M, N]`.
    fn product(left: FloatTensor<Self>, right: FloatTensor<Self>, shape: Product) -> FloatTensor<Self>;

    /// Cross-entropy of each row of `logits` `[N, C]` against `targets` `[N, C]`, divided by N: `[N]`.
    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>, shape: [usize; 2]) -> FloatTensor<Self>;

    /// The gradient of [`Kernels::cross_entropy`] in the logits, from that of its rows `[N]`. Not differentiable.
    fn cross_entropy_gradient(
        rows: FloatTensor<Self>,
        logits: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        shape: [usize; 2],
    ) -> FloatTensor<Self>;
}
