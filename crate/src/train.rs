//! One arm: its network, its optimiser, one step on a batch.

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::Fault;
use crate::experiment::{Arm, Experiment};
use crate::kernels::tensor::cross_entropy;
use crate::model::Model;
use crate::network::{Network, Tensors};
use crate::spec::Spec;

mod optimizer;
mod schedule;
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
}

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
        }
    }
}

/// An arm in training.
pub struct Trainer {
    pub arm: Arm,
    pub network: Network,
    /// Names, shapes and start of the network's arrays.
    pub initial: Model,
    update: Update,
}

impl Trainer {
    /// A fresh arm of an experiment.
    ///
    /// # Errors
    /// As [`crate::expand::expand`].
    pub fn new(experiment: &Experiment, arm: Arm, input: [usize; 3], device: &Device) -> Result<Trainer, Fault> {
        let expansion = (arm != Arm::Compact).then(|| experiment.expansion(arm));
        let initial = Model::initial(Spec::named(&experiment.network)?, expansion, input, experiment.seed)?;
        Trainer::starting(experiment, arm, initial, device)
    }

    /// An arm that starts from given numbers.
    ///
    /// # Errors
    /// As [`Model::check`].
    pub fn starting(experiment: &Experiment, arm: Arm, initial: Model, device: &Device) -> Result<Trainer, Fault> {
        let network = Network::new(&initial, device, experiment.batch as usize, experiment.execution)?;
        Ok(Trainer { arm, network, initial, update: Update::new(experiment) })
    }

    /// One step: forward, cross-entropy, backward, update. Nothing is read back.
    ///
    /// Returns the logits `[N, classes]` from before the update.
    pub fn step(&mut self, batch: &Batch, learning_rate: f64) -> Tensor<2> {
        let (logits, gradients) = self.gradients(batch);
        self.update.step(&mut self.network.parameters, gradients, learning_rate);
        logits
    }

    /// The logits and the gradient of the mean cross-entropy by parameter name; running statistics are updated.
    pub fn gradients(&mut self, batch: &Batch) -> (Tensor<2>, Tensors) {
        let tracked: Tensors = self
            .network
            .parameters
            .tensors()
            .into_iter()
            .map(|(name, value)| (name, value.autodiff().require_grad()))
            .collect();
        let (logits, statistics) = self.network.train(&tracked, batch.images.clone().autodiff());
        let targets = batch.targets.clone().autodiff();
        // Each row is divided by their number, and backward starts from ones: this is the mean's gradient.
        let mut gradients = cross_entropy(logits.clone(), targets).backward();
        self.network.remember(statistics);
        let gradients = tracked
            .iter()
            .filter_map(|(name, value)| value.grad_remove(&mut gradients).map(|gradient| (name.clone(), gradient)))
            .collect();
        (logits.inner(), gradients)
    }
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
