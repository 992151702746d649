//! How gradients flow through the operations: each gradient is again one of them.

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::ops::{Backward, OpsKind};
use burn::backend::tensor::FloatTensor;

use super::shape::{BiasComposition, Composition, Convolution, Normalization, Product};
use super::{Bias, Kernels};

mod steps;
use steps::{
    BiasCompositionOp, CompositionOp, ConvolutionOp, CrossEntropyOp, NormalizationOp, ProductOp, Shared,
    SharedWeightOp, TransposedConvolutionOp,
};

type Tracked<B, C> = FloatTensor<Autodiff<B, C>>;

/// What must not be differentiated says so.
fn not_differentiable<T>(operation: &str) -> T {
    unreachable!("{operation} is called outside autodiff only")
}

impl<B: Kernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolution(x: Tracked<B, C>, weight: Tracked<B, C>, bias: Bias<Self>, shape: Convolution) -> Tracked<B, C> {
        let (x, node_x) = x.into_parts();
        let (weight, node_weight) = weight.into_parts();
        let state = (x.clone(), weight.clone(), shape);
        match bias {
            Bias::Some(bias) => {
                let (bias, node) = bias.into_parts();
                let y = B::convolution(x, weight, Bias::Some(bias), shape);
                match ConvolutionOp.prepare::<C>([node_x, node_weight, node]).compute_bound().stateful() {
                    OpsKind::Tracked(prepared) => prepared.finish(state, y),
                    OpsKind::UnTracked(prepared) => prepared.finish(y),
                }
            }
            Bias::None => {
                let y = B::convolution(x, weight, Bias::None, shape);
                match ConvolutionOp.prepare::<C>([node_x, node_weight]).compute_bound().stateful() {
                    OpsKind::Tracked(prepared) => prepared.finish(state, y),
                    OpsKind::UnTracked(prepared) => prepared.finish(y),
                }
            }
        }
    }

    fn transposed_convolution(y: Tracked<B, C>, weight: Tracked<B, C>, shape: Convolution) -> Tracked<B, C> {
        let (y, node_y) = y.into_parts();
        let (weight, node_weight) = weight.into_parts();
        let state = (y.clone(), weight.clone(), shape);
        let x = B::transposed_convolution(y, weight, shape);
        match TransposedConvolutionOp.prepare::<C>([node_y, node_weight]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(state, x),
            OpsKind::UnTracked(prepared) => prepared.finish(x),
        }
    }

    fn convolution_weight_gradient(
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Convolution,
        _: bool,
    ) -> (Tracked<B, C>, Option<Tracked<B, C>>) {
        not_differentiable("convolution_weight_gradient")
    }

    fn composition(
        first: Tracked<B, C>,
        second: Tracked<B, C>,
        shape: Composition,
    ) -> (Tracked<B, C>, Tracked<B, C>, Tracked<B, C>) {
        let (first, node_first) = first.into_parts();
        let (second, node_second) = second.into_parts();
        let (composed, first, second) = B::composition(first, second, shape);
        let composed = match CompositionOp.prepare::<C>([node_first, node_second]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((first.clone(), second.clone(), shape), composed),
            OpsKind::UnTracked(prepared) => prepared.finish(composed),
        };
        (composed, Tracked::<B, C>::new(first), Tracked::<B, C>::new(second))
    }

    fn composition_gradient(
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Composition,
    ) -> (Tracked<B, C>, Tracked<B, C>) {
        not_differentiable("composition_gradient")
    }

    fn bias_composition(
        weight: Tracked<B, C>,
        first: Tracked<B, C>,
        second: Tracked<B, C>,
        shape: BiasComposition,
    ) -> (Tracked<B, C>, Tracked<B, C>) {
        let (weight, node_weight) = weight.into_parts();
        let (first, node_first) = first.into_parts();
        let (second, node_second) = second.into_parts();
        let (bias, weight) = B::bias_composition(weight, first.clone(), second, shape);
        let of_bias = Shared::<B>::default();
        let shared = match SharedWeightOp.prepare::<C>([node_weight]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((of_bias.clone(), first, shape), weight.clone()),
            OpsKind::UnTracked(prepared) => prepared.finish(weight.clone()),
        };
        let nodes = [shared.clone().into_parts().1, node_first, node_second];
        let bias = match BiasCompositionOp.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish((of_bias, weight, shape), bias),
            OpsKind::UnTracked(prepared) => prepared.finish(bias),
        };
        (bias, shared)
    }

    fn bias_first_gradient(_: Tracked<B, C>, _: Tracked<B, C>, _: BiasComposition) -> Tracked<B, C> {
        not_differentiable("bias_first_gradient")
    }

    fn add_bias_weight_gradient(
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: BiasComposition,
    ) -> Tracked<B, C> {
        not_differentiable("add_bias_weight_gradient")
    }

    fn normalization(
        x: Tracked<B, C>,
        gamma: Tracked<B, C>,
        beta: Tracked<B, C>,
        shape: Normalization,
    ) -> (Tracked<B, C>, Tracked<B, C>, Tracked<B, C>) {
        let (x, node_x) = x.into_parts();
        let (gamma, node_gamma) = gamma.into_parts();
        let (beta, node_beta) = beta.into_parts();
        let inputs = [x.clone(), gamma.clone(), beta.clone()];
        let (y, mean, variance) = B::normalization(x, gamma, beta, shape);
        let prepared = NormalizationOp.prepare::<C>([node_x, node_gamma, node_beta]).compute_bound().stateful();
        let y = match prepared {
            OpsKind::Tracked(prepared) => {
                let [x, gamma, beta] = inputs;
                prepared.finish(([x, gamma, beta, mean.clone(), variance.clone()], shape), y)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(y),
        };
        (y, Tracked::<B, C>::new(mean), Tracked::<B, C>::new(variance))
    }

    fn normalization_by(
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Normalization,
    ) -> Tracked<B, C> {
        not_differentiable("normalization_by")
    }

    fn normalization_gradient(
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Tracked<B, C>,
        _: Normalization,
    ) -> (Tracked<B, C>, Tracked<B, C>, Tracked<B, C>) {
        not_differentiable("normalization_gradient")
    }

    fn product(left: Tracked<B, C>, right: Tracked<B, C>, shape: Product) -> Tracked<B, C> {
        let (left, node_left) = left.into_parts();
        let (right, node_right) = right.into_parts();
        let state = (left.clone(), right.clone(), shape);
        let product = B::product(left, right, shape);
        match ProductOp.prepare::<C>([node_left, node_right]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(state, product),
            OpsKind::UnTracked(prepared) => prepared.finish(product),
        }
    }

    fn cross_entropy(logits: Tracked<B, C>, targets: Tracked<B, C>, shape: [usize; 2]) -> Tracked<B, C> {
        let (logits, node) = logits.into_parts();
        let targets = targets.into_primitive();
        let state = (logits.clone(), targets.clone(), shape);
        let losses = B::cross_entropy(logits, targets, shape);
        match CrossEntropyOp.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => prepared.finish(state, losses),
            OpsKind::UnTracked(prepared) => prepared.finish(losses),
        }
    }

    fn cross_entropy_gradient(_: Tracked<B, C>, _: Tracked<B, C>, _: Tracked<B, C>, _: [usize; 2]) -> Tracked<B, C> {
        not_differentiable("cross_entropy_gradient")
    }
}
