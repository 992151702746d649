//! The steps backward, one for each operation.

use std::sync::{Arc, Mutex};

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::tensor::FloatTensor;

use crate::kernels::shape::{BiasComposition, Composition, Convolution, Normalization, Product};
use crate::kernels::{Bias, Kernels};

#[derive(Debug)]
pub(super) struct ConvolutionOp;

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
pub(super) struct TransposedConvolutionOp;

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
pub(super) struct CompositionOp;

impl<B: Kernels> Backward<B, 2> for CompositionOp {
    /// What the forward pass has kept of both factors
    type State = (FloatTensor<B>, FloatTensor<B>, Composition);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (first, second, shape) = ops.state;
        let (first, second) = B::composition_gradient(gradient, first, second, shape);
        for (node, gradient) in ops.parents.into_iter().zip([first, second]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

/// The gradient of a composed bias, for who adds what follows from it for the weight.
pub(super) type Shared<B> = Arc<Mutex<Option<FloatTensor<B>>>>;

/// Leaves the gradient in the weight to [`SharedWeightOp`], of which that weight comes: its turn is after this one's.
#[derive(Debug)]
pub(super) struct BiasCompositionOp;

impl<B: Kernels> Backward<B, 3> for BiasCompositionOp {
    /// Where to leave the gradient, and the weight
    type State = (Shared<B>, FloatTensor<B>, BiasComposition);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (shared, weight, shape) = ops.state;
        let [_, first, second] = ops.parents;
        if let Some(node) = first {
            grads.register::<B>(node.id, B::bias_first_gradient(gradient.clone(), weight, shape));
        }
        if let Some(node) = second {
            grads.register::<B>(node.id, gradient.clone());
        }
        *shared.lock().expect("nothing panics while it holds a gradient") = Some(gradient);
    }
}

/// The weight of a composed bias, handed on as it is.
#[derive(Debug)]
pub(super) struct SharedWeightOp;

impl<B: Kernels> Backward<B, 1> for SharedWeightOp {
    /// The gradient of the bias, if there is one by then, and the first bias
    type State = (Shared<B>, FloatTensor<B>, BiasComposition);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let mut gradient = grads.consume::<B>(&ops.node);
        let (shared, first, shape) = ops.state;
        if let Some(of_bias) = shared.lock().expect("nothing panics while it holds a gradient").take() {
            gradient = B::add_bias_weight_gradient(gradient, of_bias, first, shape);
        }
        if let [Some(node)] = ops.parents {
            grads.register::<B>(node.id, gradient);
        }
    }
}

#[derive(Debug)]
pub(super) struct NormalizationOp;

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
pub(super) struct ProductOp;

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
pub(super) struct CrossEntropyOp;

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
