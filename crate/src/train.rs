//! One arm: its network, its optimiser, one step on a batch.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::Fault;
use crate::experiment::{Arm, Experiment, Variant};
use crate::model::Model;
use crate::network::{BatchStatistics, Draw, Network, Tensors, rows};

mod loss;
mod optimizer;
mod schedule;
pub use loss::{Distillation, Loss};
pub use optimizer::Update;
pub use schedule::learning_rate;

/// A batch on the device, shared by all arms of a race.
#[derive(Clone)]
pub struct Batch {
    /// `[N, C, Y, X]`, normalised.
    pub images: Tensor<4>,
    /// `[N, classes]`, 1 at the image's class.
    pub targets: Tensor<2>,
    /// The classes themselves, for metrics.
    pub labels: Vec<u8>,
    /// What the teacher says, softened: `[N, classes]`.
    pub soft: Option<Tensor<2>>,
}

/// What other arms start from or learn from, trained before.
pub type Trained = BTreeMap<Arm, Model>;

impl Batch {
    /// Uploads normalised images `[N, C, Y, X]` and their labels.
    pub fn new(images: Vec<f32>, labels: Vec<u8>, shape: [usize; 3], classes: usize, device: &Device) -> Batch {
        let [c, y, x] = shape;
        let n = labels.len();
        let mut targets = vec![0f32; n * classes];
        for (row, &label) in labels.iter().enumerate() {
            targets[row * classes + usize::from(label)] = 1.0;
        }
        Batch {
            images: Tensor::from_data(TensorData::new(images, [n, c, y, x]), device),
            targets: Tensor::from_data(TensorData::new(targets, [n, classes]), device),
            labels,
            soft: None,
        }
    }
}

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
    /// Returns the logits `[N, classes]` from before the update.
    pub fn step(&mut self, batch: &Batch, learning_rate: f64) -> Tensor<2> {
        let (logits, gradients) = self.gradients(batch);
        self.update.step(&mut self.network.parameters, gradients, learning_rate);
        logits
    }

    /// The logits and the gradient of the loss by parameter name; running statistics are updated.
    pub fn gradients(&mut self, batch: &Batch) -> (Tensor<2>, Tensors) {
        let (logits, gradients, statistics) = gradients(&self.network, batch, &self.loss, Some(self.draw));
        self.draw.step += 1;
        self.network.remember(statistics);
        (logits, gradients)
    }
}

/// A network's logits `[N, classes]` on a batch in training mode, the gradient of its loss by parameter name, and the
/// batch's statistics; nothing is changed.
///
/// Without a draw there is no dropout.
pub fn gradients(
    network: &Network,
    batch: &Batch,
    loss: &Loss,
    draw: Option<Draw>,
) -> (Tensor<2>, Tensors, Vec<BatchStatistics>) {
    let tracked: Tensors =
        network.parameters.tensors().into_iter().map(|(name, value)| (name, value.autodiff().require_grad())).collect();
    let (output, statistics) = network.train(&tracked, batch.images.clone().autodiff(), draw);
    let logits = rows(output);
    let soft = batch.soft.clone().map(Tensor::autodiff);
    let rows = loss.rows(logits.clone(), batch.targets.clone().autodiff(), soft);
    // Each row is divided by their number, and backward starts from ones: this is the mean's gradient.
    let total = match loss.product_decay {
        0.0 => rows,
        decay => rows.sum().add(network.squares(&tracked).mul_scalar(0.5 * decay)),
    };
    let mut gradients = total.backward();
    let gradients = tracked
        .iter()
        .filter_map(|(name, value)| value.grad_remove(&mut gradients).map(|gradient| (name.clone(), gradient)))
        .collect();
    (logits.inner(), gradients, statistics)
}

/// Mean cross-entropy and number of correct rows of logits `[N, classes]`, in f64.
///
/// Rows beyond the labels (the padding of a short batch) do not count.
pub fn score(logits: &[f32], labels: &[u8], classes: usize) -> (f64, usize) {
    let (mut loss, mut correct) = (0.0, 0);
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = row.iter().map(|&logit| f64::from(logit - most).exp()).sum();
        loss += sum.ln() - f64::from(row[usize::from(label)] - most);
        correct += usize::from(argmax(row) == usize::from(label));
    }
    (loss / labels.len().max(1) as f64, correct)
}

/// Index of the largest value; the first of equals.
pub fn argmax(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best })
}

#[cfg(test)]
mod tests;
