//! SGD and Adam on flat tensors.
//!
//! Our own few lines instead of burn's: their state can be read from a GPU in one transfer, which a checkpoint needs
//! and burn's records cannot do in a browser.

use std::collections::BTreeMap;

use burn::tensor::Tensor;

use crate::experiment::{Experiment, Optimizer};
use crate::network::Tensors;

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// An optimiser with its state.
pub struct Update {
    kind: Optimizer,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    /// SGD: velocity. Adam: first moment.
    first: Tensors,
    /// Adam: second moment.
    second: Tensors,
    steps: i32,
}

impl Update {
    pub fn new(experiment: &Experiment) -> Update {
        Update {
            kind: experiment.optimizer,
            momentum: experiment.momentum,
            nesterov: experiment.nesterov,
            weight_decay: experiment.weight_decay,
            first: BTreeMap::new(),
            second: BTreeMap::new(),
            steps: 0,
        }
    }

    /// Moves every parameter that has a gradient, as PyTorch's `SGD` and `Adam` do.
    pub fn step(&mut self, parameters: &mut Tensors, gradients: Tensors, learning_rate: f64) {
        self.steps += 1;
        for (name, mut gradient) in gradients {
            let Some(value) = parameters.get(&name).cloned() else { continue };
            if self.weight_decay > 0.0 {
                gradient = gradient.add(value.clone().mul_scalar(self.weight_decay));
            }
            let direction = match self.kind {
                Optimizer::Sgd => self.sgd(&name, gradient),
                Optimizer::Adam => self.adam(&name, gradient),
            };
            parameters.insert(name, value.sub(direction.mul_scalar(learning_rate)));
        }
    }

    /// v ← μ·v + g; the step is v, or g + μ·v with Nesterov.
    fn sgd(&mut self, name: &str, gradient: Tensor<1>) -> Tensor<1> {
        if self.momentum == 0.0 {
            return gradient;
        }
        let velocity = match self.first.remove(name) {
            Some(velocity) => velocity.mul_scalar(self.momentum).add(gradient.clone()),
            None => gradient.clone(),
        };
        self.first.insert(name.into(), velocity.clone());
        if self.nesterov { gradient.add(velocity.mul_scalar(self.momentum)) } else { velocity }
    }

    /// m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²; the step is m̂ / (√v̂ + ε) with both corrected for their start at zero.
    fn adam(&mut self, name: &str, gradient: Tensor<1>) -> Tensor<1> {
        let mix = |old: Option<Tensor<1>>, new: Tensor<1>, beta: f64| {
            let new = new.mul_scalar(1.0 - beta);
            old.map_or(new.clone(), |old| old.mul_scalar(beta).add(new))
        };
        let first = mix(self.first.remove(name), gradient.clone(), BETA1);
        let second = mix(self.second.remove(name), gradient.clone().mul(gradient), BETA2);
        self.first.insert(name.into(), first.clone());
        self.second.insert(name.into(), second.clone());
        let (correct1, correct2) = (1.0 - BETA1.powi(self.steps), 1.0 - BETA2.powi(self.steps));
        let root = second.mul_scalar(1.0 / correct2).sqrt().add_scalar(EPSILON);
        first.mul_scalar(1.0 / correct1).div(root)
    }
}
