//! Testing the arms: one arm on one test batch a turn, with its kernels contracted once.

use std::sync::Arc;

use burn::tensor::Device;

use super::{Kind, Pending, Race};
use crate::data::{Images, Normalization};
use crate::error::Fault;
use crate::network::Network;
use crate::train::{Batch, Head, targets_of};

/// How far a test of all arms has come.
#[derive(Default)]
pub(super) struct Evaluation {
    runner: usize,
    batch: usize,
    /// The arm under test, contracted.
    network: Option<Network>,
}

/// Some images in batches of `size`; the last is padded with its first image, whose copies have no truth.
pub(super) fn batches(
    images: &Images,
    indices: &[u32],
    normalization: &Normalization,
    head: &Arc<Head>,
    size: usize,
    device: &Device,
) -> Vec<Batch> {
    let size = size.min(indices.len().max(1));
    let [_, height, width] = images.shape;
    indices
        .chunks(size)
        .map(|chunk| {
            let mut indices = chunk.to_vec();
            indices.resize(size, chunk[0]);
            let truth = targets_of(&images.targets, chunk, &vec![false; chunk.len()], [height, width]);
            Batch::with(normalization.batch(images, &indices), truth, images.shape, head, device)
        })
        .collect()
}

impl Race {
    /// One batch of one arm: the test images, then the first training images.
    pub(super) fn evaluate(&mut self) -> Result<bool, Fault> {
        let Some(mut at) = self.evaluation.take() else { return Ok(false) };
        while self.runners.get(at.runner).is_some_and(|runner| runner.stopped) {
            at.runner += 1;
        }
        let Some(runner) = self.runners.get(at.runner) else { return Ok(true) };
        let Some(batch) = self.test.iter().chain(&self.fit).nth(at.batch) else { return Ok(true) };
        let network = match at.network {
            Some(network) => network,
            None => runner.trainer.network.contracted(&runner.trainer.initial)?,
        };
        let output = network.evaluate(batch.images.clone());
        let last = at.batch + 1 == self.test.len() + self.fit.len();
        let (epoch, fit) = (self.step / self.steps_per_epoch, at.batch >= self.test.len());
        let kind = Kind::Test { epoch, step: self.step, fit, last };
        self.pending.push_back(Pending { runner: at.runner, read: output, truth: batch.truth.clone(), kind });
        let next = match last {
            true => Evaluation { runner: at.runner + 1, batch: 0, network: None },
            false => Evaluation { runner: at.runner, batch: at.batch + 1, network: Some(network) },
        };
        if self.runners.iter().skip(next.runner).any(|runner| !runner.stopped) {
            self.evaluation = Some(next);
        }
        Ok(true)
    }
}
