//! One arm: its network, its optimiser, one step on a batch.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};

use crate::error::Fault;
use crate::experiment::{Arm, Experiment, Variant};
use crate::model::Model;
use crate::network::{BatchStatistics, Draw, Network, Tensors};

mod batch;
pub mod detection;
mod head;
mod loss;
mod optimizer;
mod schedule;
mod tally;
pub use batch::{Batch, Goal, targets_of};
pub use head::Head;
pub use loss::{Distillation, Loss};
pub use optimizer::Update;
pub use schedule::learning_rate;
pub use tally::{Tally, argmax};

/// What other arms start from or learn from, trained before.
pub type Trained = BTreeMap<Arm, Model>;

/// An arm in training.
pub struct Trainer {
    pub arm: Arm,
    pub network: Network,
    /// Names, shapes and start of the network's arrays.
    pub initial: Model,
    pub loss: Loss,
    update: Update,
    /// What dropout draws at the next step.
    draw: Draw,
}

impl Trainer {
    /// An arm of an experiment at its start, for images of `input` = `[C, Y, X]`.
    ///
    /// # Errors
    /// When what the arm starts from is not among `trained`; and as [`crate::expand::expand`].
    pub fn new(
        experiment: &Experiment,
        arm: Arm,
        input: [usize; 3],
        trained: &Trained,
        device: &Device,
    ) -> Result<Trainer, Fault> {
        let expansion = experiment.expansion(arm);
        let fresh = |expansion| {
            let model = Model::initial(experiment.spec(arm)?, expansion, input, experiment.seed)?;
            model.with_initial_values(experiment.initial_values)
        };
        let before = || {
            let needed = arm.needs().into_iter().find(|&needed| needed != Arm::Teacher);
            needed.and_then(|needed| trained.get(&needed)).ok_or_else(|| {
                let message = format!("{} starts from a trained network, and none was trained before it", arm.name());
                Fault::new("no_start", message).at("arms")
            })
        };
        let initial = match arm.variant() {
            Variant::Linear | Variant::Nonlinear => fresh(arm.expands().then_some(expansion))?,
            Variant::Init => before()?.as_linear(expansion)?,
            Variant::Preserving => before()?.preserving(expansion, experiment.seed)?,
            Variant::Contracted => fresh(Some(experiment.contracted_expansion(arm)))?.contracted_start()?,
        };
        Trainer::starting(experiment, arm, initial, device)
    }

    /// An arm that starts from given numbers.
    ///
    /// # Errors
    /// As [`Model::check`].
    pub fn starting(experiment: &Experiment, arm: Arm, initial: Model, device: &Device) -> Result<Trainer, Fault> {
        let network = Network::new(&initial, device, experiment.batch as usize, experiment.execution)?;
        let draw = Draw { seed: experiment.seed, step: 0 };
        Ok(Trainer { arm, network, initial, loss: Loss::of(experiment, arm), update: Update::new(experiment), draw })
    }

    /// One step: forward, cross-entropy, backward, update. Nothing is read back.
    ///
    /// Returns the outputs `[N, C, Y, X]` from before the update.
    pub fn step(&mut self, batch: &Batch, learning_rate: f64) -> Tensor<4> {
        let (output, gradients) = self.gradients(batch);
        self.update.step(&mut self.network.parameters, gradients, learning_rate);
        output
    }

    /// The outputs and the gradient of the loss by parameter name; running statistics are updated.
    pub fn gradients(&mut self, batch: &Batch) -> (Tensor<4>, Tensors) {
        let (output, gradients, statistics) = gradients(&self.network, batch, &self.loss, Some(self.draw));
        self.draw.step += 1;
        self.network.remember(statistics);
        (output, gradients)
    }
}

/// A network's outputs `[N, C, Y, X]` on a batch in training mode, the gradient of its loss by parameter name, and the
/// batch's statistics; nothing is changed.
///
/// Without a draw there is no dropout.
pub fn gradients(
    network: &Network,
    batch: &Batch,
    loss: &Loss,
    draw: Option<Draw>,
) -> (Tensor<4>, Tensors, Vec<BatchStatistics>) {
    let tracked: Tensors =
        network.parameters.tensors().into_iter().map(|(name, value)| (name, value.autodiff().require_grad())).collect();
    let (output, statistics) = network.train(&tracked, batch.images.clone().autodiff(), draw);
    // Backward starts from ones: this is the gradient of the sum of the shares.
    let shares = batch.loss(loss, output.clone());
    let total = match loss.product_decay {
        0.0 => shares,
        decay => shares.sum().add(network.squares(&tracked).mul_scalar(0.5 * decay)),
    };
    let mut gradients = total.backward();
    let gradients = tracked
        .iter()
        .filter_map(|(name, value)| value.grad_remove(&mut gradients).map(|gradient| (name.clone(), gradient)))
        .collect();
    (output.inner(), gradients, statistics)
}

#[cfg(test)]
mod tests;
