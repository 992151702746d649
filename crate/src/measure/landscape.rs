//! The loss around a trained network, along random directions (paper.md §6; Li et al., "Visualizing the Loss Landscape
//! of Neural Nets", 2018).
//!
//! Directions are normalised filter by filter, so that a step of 1 is as long as the weights themselves whatever their
//! scale: only then do two networks' landscapes compare.

use std::collections::BTreeMap;

use burn::tensor::{Device, Transaction};
use serde::{Deserialize, Serialize};

use super::{normal, require_compact, trained};
use crate::error::Fault;
use crate::experiment::Execution;
use crate::model::{Array, Model};
use crate::network::{Network, Values, device_fault, floats};
use crate::train::{Batch, Tally};

/// A direction in the space of a compact model's numbers. Arrays that it does not name stay as they are: biases, and
/// weights, biases and running statistics of norms.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction(BTreeMap<String, Vec<f32>>);

impl Direction {
    /// The `index`-th random direction, scaled to a model: every filter (dense layers: every row) is as long as the
    /// model's own.
    ///
    /// The numbers before scaling are the same for every model of the same network, so arms share their directions.
    ///
    /// # Errors
    /// When the model is expanded.
    pub fn random(model: &Model, seed: u32, index: u32) -> Result<Direction, Fault> {
        require_compact(model)?;
        let weights = trained(model).filter(|(_, array)| array.shape.len() > 1);
        let arrays = weights.map(|(name, array)| {
            let draw = normal(seed, &format!("landscape/{index}/{name}"), array.values.len());
            (name.clone(), scaled(&draw, array))
        });
        Ok(Direction(arrays.collect()))
    }
}

/// Random numbers, each filter as long as the weights' own; `[O, …]` both.
fn scaled(draw: &[f64], weights: &Array) -> Vec<f32> {
    let filter = (weights.values.len() / weights.shape[0].max(1)).max(1);
    let mut numbers = Vec::with_capacity(draw.len());
    for (draw, own) in draw.chunks_exact(filter).zip(weights.values.chunks_exact(filter)) {
        let length = own.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        let drawn = draw.iter().map(|value| value.powi(2)).sum::<f64>().sqrt();
        // Not even one normal number is zero, but for rounding.
        let scale = length / drawn.max(f64::MIN_POSITIVE);
        numbers.extend(draw.iter().map(|value| (scale * value) as f32));
    }
    numbers
}

/// The model moved by `at` times the directions; computed in f64 and rounded once.
pub fn shifted(model: &Model, directions: [&Direction; 2], at: [f64; 2]) -> Model {
    let mut moved = model.clone();
    for (name, array) in &mut moved.arrays {
        let [Some(first), Some(second)] = directions.map(|direction| direction.0.get(name)) else { continue };
        for (value, (&first, &second)) in array.values.iter_mut().zip(first.iter().zip(second)) {
            *value = (f64::from(*value) + at[0] * f64::from(first) + at[1] * f64::from(second)) as f32;
        }
    }
    moved
}

/// What a network does at one place of its landscape, in evaluation mode, on the probe images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Point {
    /// Steps along the first direction.
    pub alpha: f64,
    /// Steps along the second direction.
    pub beta: f64,
    /// Mean loss: cross-entropy in nats, or a detector's. Far out it may be infinite or not a number.
    #[serde(deserialize_with = "crate::event::number::read")]
    pub loss: f64,
    /// 1 − how good the answers are: the share of images classified wrongly, for instance.
    pub error: f64,
}

/// A compact model's landscape on a device, computed row by row. A one-dimensional slice is the row of beta = 0.
pub struct Surface {
    model: Model,
    directions: [Direction; 2],
    probe: Vec<Batch>,
    network: Network,
}

impl Surface {
    /// The landscape of a model along two directions, on probe batches that all have as many rows; rows beyond a
    /// batch's labels do not count.
    ///
    /// # Errors
    /// When the model is expanded, its arrays do not fit (see [`Model::check`]), or there is no image.
    pub fn new(model: Model, directions: [Direction; 2], probe: Vec<Batch>, device: &Device) -> Result<Surface, Fault> {
        require_compact(&model)?;
        if probe.iter().all(Batch::is_empty) {
            return Err(Fault::new("probe_empty", "a landscape needs at least one image to be computed on"));
        }
        let network = Network::new(&model, device, probe[0].images.dims()[0], Execution::LayerByLayer)?;
        Ok(Surface { model, directions, probe, network })
    }

    /// One point per alpha at the same beta. The device is read once.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn row(&self, beta: f64, alphas: &[f64]) -> Result<Vec<Point>, Fault> {
        let mut points: Vec<Point> = alphas.iter().map(|&alpha| Point { alpha, beta, loss: 0.0, error: 0.0 }).collect();
        if points.is_empty() {
            return Ok(points);
        }
        let [first, second] = &self.directions;
        // Planned once; a point only uploads its numbers.
        let mut network = self.network.clone();
        let mut transaction = Transaction::default();
        for &alpha in alphas {
            let moved = shifted(&self.model, [first, second], [alpha, beta]);
            let arrays = trained(&moved).map(|(name, array)| (name.clone(), array.values.as_slice()));
            network.parameters = Values::new(arrays, network.device());
            for batch in &self.probe {
                transaction = transaction.register(network.evaluate(batch.images.clone()));
            }
        }
        let outputs = transaction.execute_async().await.map_err(device_fault)?;
        for (point, outputs) in points.iter_mut().zip(outputs.chunks(self.probe.len())) {
            let mut tally = Tally::new(&self.probe[0].head);
            for (batch, output) in self.probe.iter().zip(outputs) {
                tally.add(&floats(output.clone())?, &batch.truth, &batch.head);
            }
            (point.loss, point.error) = (tally.loss(), 1.0 - tally.quality());
        }
        Ok(points)
    }
}

#[cfg(test)]
mod tests;
