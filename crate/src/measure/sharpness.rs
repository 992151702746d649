//! How sharp a minimum is: the top eigenvalue of the Hessian of the loss, an addition to the paper's figures
//! (paper.md §6).
//!
//! By power iteration. burn does not differentiate twice: a Hessian times a vector is a central difference of gradients,
//! with every ReLU and maximum held ([`Routes`]), so that kinks between the two do not count as curvature.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::{normal, require_compact, trained};
use crate::error::Fault;
use crate::experiment::Execution;
use crate::model::Model;
use crate::network::{Network, Routes, Tensors, Values, device_fault, floats};
use crate::train::{Batch, Loss};

/// How far the two gradients of a difference lie from the parameters, as a share of the parameters' length.
///
/// On trained SmallNets in single precision, 1e-4 finds the eigenvalue that 1e-8 finds in double precision to two parts in
/// 100,000 and 1e-3 to two in 1,000; 1e-2 misses it by 7 %, for there the loss is no parabola any more.
const STEP: f64 = 3e-4;

/// Relative change of the eigenvalue below which it is found.
const TOLERANCE: f64 = 1e-3;

/// The eigenvalue of largest magnitude of the Hessian of the mean cross-entropy, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Sharpness {
    /// Nats per squared unit of parameter. Negative where the loss bends down more than up.
    pub eigenvalue: f64,
    /// Hessian-vector products computed.
    pub iterations: u32,
    /// Whether the last of them changed the eigenvalue by less than one part in a thousand.
    pub converged: bool,
}

/// The sharpness of a compact model's loss over probe batches, in evaluation mode (norms by their running statistics),
/// with respect to all trained parameters, in at most `limit` (at least one) iterations.
///
/// The device is read once an iteration; to do something between iterations, use [`PowerIteration`].
///
/// # Errors
/// As [`PowerIteration::new`] and [`PowerIteration::iterate`].
pub async fn sharpness(
    model: &Model,
    probe: Vec<Batch>,
    device: &Device,
    seed: u32,
    limit: u32,
) -> Result<Sharpness, Fault> {
    let mut search = PowerIteration::new(model, probe, device, seed)?;
    loop {
        let found = search.iterate().await?;
        if found.converged || found.iterations >= limit {
            return Ok(found);
        }
    }
}

/// A search for the top eigenvalue.
pub struct PowerIteration {
    network: Network,
    probe: Vec<Batch>,
    /// All trained numbers in one tensor, and where each array lies in it.
    parameters: Tensor<1>,
    places: Arc<BTreeMap<String, Range<usize>>>,
    /// The eigenvector so far, length 1, laid out as `parameters`.
    vector: Tensor<1>,
    /// How far the two gradients of a difference lie from the parameters.
    step: f64,
    found: Sharpness,
}

impl PowerIteration {
    /// A search that starts from a random vector.
    ///
    /// # Errors
    /// When the model is expanded, its numbers are not finite, or its arrays do not fit (see
    /// [`Model::check`]); when there is no probe batch, or one has rows without a label.
    pub fn new(model: &Model, probe: Vec<Batch>, device: &Device, seed: u32) -> Result<PowerIteration, Fault> {
        require_compact(model)?;
        let rows = |batch: &Batch| batch.images.dims()[0];
        if probe.is_empty() || probe.iter().any(|batch| rows(batch) != batch.len()) {
            let message = "sharpness needs at least one probe batch, and a label for every image in it";
            return Err(Fault::new("probe_empty", message));
        }
        let network = Network::new(model, device, rows(&probe[0]), Execution::LayerByLayer)?;
        let draw: Vec<(&String, Vec<f64>)> = trained(model)
            .map(|(name, array)| (name, normal(seed, &format!("sharpness/{name}"), array.values.len())))
            .collect();
        let length = draw.iter().flat_map(|(_, numbers)| numbers).map(|number| number * number).sum::<f64>().sqrt();
        let start: Vec<(&String, Vec<f32>)> = draw
            .into_iter()
            .map(|(name, numbers)| (name, numbers.into_iter().map(|number| (number / length) as f32).collect()))
            .collect();
        let start = start.iter().map(|(name, values)| ((*name).clone(), values.as_slice()));
        let (vector, _) = flat(Values::new(start, device));
        let (parameters, places) = flat(network.parameters.clone());
        let squares = trained(model).flat_map(|(_, array)| &array.values).map(|&value| f64::from(value).powi(2));
        let size = squares.sum::<f64>().sqrt();
        if !size.is_finite() {
            return Err(diverged());
        }
        let step = STEP * if size > 0.0 { size } else { 1.0 };
        let found = Sharpness { eigenvalue: 0.0, iterations: 0, converged: false };
        Ok(PowerIteration { network, probe, parameters, places, vector, step, found })
    }

    /// One more product of the Hessian and the vector, and what is known by then. The device is read once.
    ///
    /// # Errors
    /// When the device fails, or a gradient is not finite.
    pub async fn iterate(&mut self) -> Result<Sharpness, Fault> {
        let step = self.vector.clone().mul_scalar(self.step);
        let product = self.product(&step).div_scalar(2.0 * self.step * self.probe.len() as f64);
        let sums = vec![self.vector.clone().mul(product.clone()).sum(), product.clone().mul(product.clone()).sum()];
        let sums = floats(Tensor::cat(sums, 0).into_data_async().await.map_err(device_fault)?)?;
        let &[along, squares] = sums.as_slice() else { return Err(device_fault("two sums were asked for")) };
        let (eigenvalue, length) = (f64::from(along), f64::from(squares).sqrt());
        if !eigenvalue.is_finite() || !length.is_finite() {
            return Err(diverged());
        }
        // The vector has length 1. Where the loss is flat there is nothing to follow, and 0 is the answer.
        if length > 0.0 {
            self.vector = product.div_scalar(length);
        }
        let iterations = self.found.iterations + 1;
        let change = (eigenvalue - self.found.eigenvalue).abs();
        let converged = length == 0.0 || (iterations > 1 && change < TOLERANCE * eigenvalue.abs());
        self.found = Sharpness { eigenvalue, iterations, converged };
        Ok(self.found)
    }

    /// By how much the gradient changes from one step behind the parameters to one ahead, summed over the probe batches.
    fn product(&self, step: &Tensor<1>) -> Tensor<1> {
        let of = |batch: &Batch| {
            let routes = self.network.routes(batch.images.clone());
            let ahead = self.gradient(self.parameters.clone().add(step.clone()), batch, &routes);
            ahead.sub(self.gradient(self.parameters.clone().sub(step.clone()), batch, &routes))
        };
        self.probe.iter().map(of).reduce(Tensor::add).expect("`new` refuses an empty probe")
    }

    /// The gradient of a batch's mean cross-entropy at some parameters; both flat.
    fn gradient(&self, parameters: Tensor<1>, batch: &Batch, routes: &Routes) -> Tensor<1> {
        let parameters = parameters.autodiff().require_grad();
        let part = |range: &Range<usize>| parameters.clone().slice([range.clone()]);
        let tracked: Tensors = self.places.iter().map(|(name, range)| (name.clone(), part(range))).collect();
        let output = self.network.evaluate_tracked(&tracked, batch.images.clone().autodiff(), routes);
        // Backward starts from ones: this is the gradient of the sum of the shares.
        let mut gradients = batch.loss(&Loss::PLAIN, output).backward();
        parameters.grad_remove(&mut gradients).expect("the logits depend on the last layer's parameters at least")
    }
}

/// Numbers that are not finite have no curvature.
fn diverged() -> Fault {
    let message =
        "the network's numbers or gradients are not finite: it has diverged; train with a lower learning rate";
    Fault::new("diverged", message)
}

/// The one tensor of values that were uploaded, and where each array lies in it.
fn flat(values: Values) -> (Tensor<1>, Arc<BTreeMap<String, Range<usize>>>) {
    match values {
        Values::Flat { flat, places } => (*flat, places),
        Values::Loose(_) => unreachable!("what is uploaded lies in one tensor, see `Values::new`"),
    }
}

#[cfg(test)]
mod tests;
