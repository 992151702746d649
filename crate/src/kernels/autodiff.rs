//! How gradients flow through the operations: each gradient is again one of them.

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

use super::shape::{Convolution, Normalization, Product};
use super::{Bias, Kernels};

type Tracked<B, C> = FloatTensor<Autodiff<B, C>>;

#[derive(Debug)]
struct ConvolutionOp;

impl<B: Kernels, const N: usize> Backward<B, N> for ConvolutionOp {
    /// x and weight
    type State = (FloatTensor<B>, FloatTensor<B>, Convolution);

    fn backward(self, ops: Ops<Self::State, N>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (x, weight, shape) = ops.state;
        let parent = |index: usize| ops.parents.get(index).and_then(Option::as_ref);
        if let Some(node) = parent(0) {
            grads.register::<B>(node.id, B::transposed_convolution(gradient.clone(), weight, shape));
        }
        if parent(1).is_none() && parent(2).is_none() {
            return;
        }
        let (weight, bias) = B::convolution_weight_gradient(x, gradient, shape, parent(2).is_some());
        if let Some(node) = parent(1) {
            grads.register::<B>(node.id, weight);
        }
        if let (Some(node), Some(bias)) = (parent(2), bias) {
            grads.register::<B>(node.id, bias);
        }
    }
}

#[derive(Debug)]
struct TransposedConvolutionOp;

impl<B: Kernels> Backward<B, 2> for TransposedConvolutionOp {
    /// y and weight
    type State = (FloatTensor<B>, FloatTensor<B>, Convolution);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (y, weight, shape) = ops.state;
        let [node_y, node_weight] = ops.parents;
        if let Some(node) = node_y {
            grads.register::<B>(node.id, B::convolution(gradient.clone(), weight, Bias::None, shape));
        }
        if let Some(node) = node_weight {
            grads.register::<B>(node.id, B::convolution_weight_gradient(gradient, y, shape, false).0);
        }
    }
}

#[derive(Debug)]
struct NormalizationOp;

impl<B: Kernels> Backward<B, 3> for NormalizationOp {
    /// x, γ, β, mean, variance
    type State = ([FloatTensor<B>; 5], Normalization);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let ([x, gamma, beta, mean, variance], shape) = ops.state;
        let (x, gamma, beta) = B::normalization_gradient(gradient, x, gamma, beta, mean, variance, shape);
        for (node, gradient) in ops.parents.into_iter().zip([x, gamma, beta]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct ProductOp;

impl<B: Kernels> Backward<B, 2> for ProductOp {
    type State = (FloatTensor<B>, FloatTensor<B>, Product);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (left, right, shape) = ops.state;
        let [node_left, node_right] = ops.parents;
        if let Some(node) = node_left {
            let of_left = shape.left_gradient();
            let product = match shape.left_transposed {
                true => B::product(right.clone(), gradient.clone(), of_left),
                false => B::product(gradient.clone(), right.clone(), of_left),
            };
            grads.register::<B>(node.id, product);
        }
        if let Some(node) = node_right {
            let of_right = shape.right_gradient();
            let product = match shape.right_transposed {
                true => B::product(gradient, left, of_right),
                false => B::product(left, gradient, of_right),
            };
            grads.register::<B>(node.id, product);
        }
    }
}

#[derive(Debug)]
struct CrossEntropyOp;

impl<B: Kernels> Backward<B, 1> for CrossEntropyOp {
    /// logits and targets
    type State = (FloatTensor<B>, FloatTensor<B>, [usize; 2]);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let rows = grads.consume::<B>(&ops.node);
        let (logits, targets, shape) = ops.state;
        let [node] = ops.parents;
        if let Some(node) = node {
            grads.register::<B>(node.id, B::cross_entropy_gradient(rows, logits, targets, shape));
        }
    }
}

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
