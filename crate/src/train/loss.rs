//! What is minimised: cross-entropy with the labels, the teacher's outputs where there is one, and a penalty.

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use crate::experiment::{Arm, Experiment, Penalty};
use crate::kernels::tensor::cross_entropy;

/// The loss of an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    pub distillation: Option<Distillation>,
    /// λ of λ/2·‖W‖², W being every layer's contracted weights and bias and the norms' parameters; 0 for none.
    pub product_decay: f64,
}

/// Knowledge distillation (Hinton et al. 2015): (1 − a)·CE(labels) + a·T²·KL(teacher/T ‖ student/T).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distillation {
    /// T, above 0.
    pub temperature: f64,
    /// a, 0 to 1.
    pub share: f64,
}

impl Loss {
    /// Cross-entropy with the labels alone.
    pub const PLAIN: Loss = Loss { distillation: None, product_decay: 0.0 };

    pub fn of(experiment: &Experiment, arm: Arm) -> Loss {
        let distillation = arm
            .distilled()
            .then_some(Distillation { temperature: experiment.temperature, share: experiment.distillation });
        let product_decay = if experiment.penalty == Penalty::Product { experiment.weight_decay } else { 0.0 };
        Loss { distillation, product_decay }
    }

    /// Each row's share of the mean loss, `[N]`, but for what does not depend on the student: the teacher's entropy.
    ///
    /// `soft` are the teacher's outputs from [`Distillation::soften`]; without them the labels have all the loss.
    pub fn rows(&self, logits: Tensor<2>, targets: Tensor<2>, soft: Option<Tensor<2>>) -> Tensor<1> {
        let (Some(Distillation { temperature, share }), Some(soft)) = (self.distillation, soft) else {
            return cross_entropy(logits, targets);
        };
        let softened = cross_entropy(logits.clone().mul_scalar(1.0 / temperature), soft);
        let labels = cross_entropy(logits, targets);
        labels.mul_scalar(1.0 - share).add(softened.mul_scalar(share * temperature * temperature))
    }
}

impl Distillation {
    /// A teacher's logits `[N, classes]` as probabilities at the temperature.
    pub fn soften(&self, logits: Tensor<2>) -> Tensor<2> {
        softmax(logits.mul_scalar(1.0 / self.temperature), 1)
    }
}
