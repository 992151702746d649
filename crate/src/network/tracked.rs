//! Evaluation mode that can be differentiated, for what measures a trained network by its gradients.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;

use super::{Network, Tensors};
use crate::kernels::EPSILON;

impl Network {
    /// Logits in evaluation mode, as [`Network::evaluate`], from the given (tracked) parameters.
    ///
    /// Norms use their running statistics, which carry no gradient; they, ReLU and pooling are burn's own operations,
    /// since our one pass for the three cannot be differentiated ([`crate::kernels::Kernels::normalization_by`]).
    ///
    /// # Shapes
    /// - `images`: `[N, C, Y, X]`, normalised, within autodiff
    /// - result: `[N, classes]`
    pub fn evaluate_tracked(&self, parameters: &Tensors, images: Tensor<4>) -> Tensor<2> {
        self.forward(parameters, images, |norm, x, [gamma, beta], shape| {
            let running = |part: &str| self.running.get(&format!("{norm}.{part}")).autodiff();
            let scale = gamma.div(running("running_var").add_scalar(EPSILON).sqrt());
            let shift = beta.sub(running("running_mean").mul(scale.clone()));
            let over = [1, shape.channels, 1, 1];
            let x = x.mul(scale.reshape(over)).add(shift.reshape(over));
            let x = if shape.relu { relu(x) } else { x };
            if shape.pool > 1 { max_pool2d(x, MaxPoolOptions::new([shape.pool; 2])) } else { x }
        })
    }
}
