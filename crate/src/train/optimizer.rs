//! SGD and Adam on a network's flat values.
//!
//! Our own few lines instead of burn's: their state can be read from a GPU in one transfer, which a checkpoint needs
//! and burn's records cannot do in a browser, and a step is few passes however many arrays a network has.

use burn::tensor::Tensor;

use crate::experiment::{Experiment, Optimizer, Penalty};
use crate::kernels::update::{Moved, Rule, Step, update};
use crate::network::{Tensors, Values, placed, replace_with};

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// An optimiser with its state.
pub struct Update {
    kind: Optimizer,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    /// SGD: velocity. Adam: first moment. None before the first step.
    first: Option<Tensor<1>>,
    /// Adam: second moment.
    second: Option<Tensor<1>>,
    steps: i32,
}

impl Update {
    pub fn new(experiment: &Experiment) -> Update {
        Update {
            kind: experiment.optimizer,
            momentum: experiment.momentum,
            nesterov: experiment.nesterov,
            // A penalty on the product is part of the loss.
            weight_decay: if experiment.penalty == Penalty::Factors { experiment.weight_decay } else { 0.0 },
            first: None,
            second: None,
            steps: 0,
        }
    }

    /// Moves every parameter that has a gradient, as PyTorch's `SGD` and `Adam` do.
    pub fn step(&mut self, parameters: &mut Values, gradients: Tensors, learning_rate: f64) {
        let Some((flat, places)) = parameters.flat() else { return };
        self.steps += 1;
        let rule = match self.kind {
            Optimizer::Sgd => Rule::Sgd { momentum: self.momentum, nesterov: self.nesterov },
            Optimizer::Adam => Rule::Adam {
                beta1: BETA1,
                beta2: BETA2,
                epsilon: EPSILON,
                correction1: 1.0 - BETA1.powi(self.steps),
                correction2: 1.0 - BETA2.powi(self.steps),
            },
        };
        let step = Step { rule, learning_rate, weight_decay: self.weight_decay };
        let (length, device) = (flat.dims()[0], flat.device());
        let zeros = || Tensor::zeros([length], &device);
        let first = self.first.take().unwrap_or_else(zeros);
        let second = (self.kind == Optimizer::Adam).then(|| self.second.take().unwrap_or_else(zeros));
        let gradients = placed(gradients, places);
        replace_with(flat, |values| {
            let moved = update(Moved { values, first, second }, gradients, &step);
            (self.first, self.second) = (Some(moved.first), moved.second);
            moved.values
        });
    }
}
