//! The batches of a race: which images, in which order, changed how; made on the CPU, or on a GPU where they stay.

use std::sync::Arc;

use burn::tensor::Device;

#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
use crate::data::Task;
use crate::data::{self, Augmentation, Images, Normalization, Targets};
use crate::device::Compute;
use crate::experiment::Experiment;
#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
use crate::kernels::feed::Feed;
#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
use crate::report::Backend;
use crate::seed;
use crate::train::{Batch, Head, targets_of};

/// Training images and the order they come in.
pub(super) struct Batches {
    train: Images,
    normalization: Normalization,
    augmentation: Augmentation,
    head: Arc<Head>,
    size: usize,
    seed: u32,
    device: Device,
    /// The epoch `order` is of.
    epoch: Option<u32>,
    order: Vec<u32>,
    /// The images on the GPU, if there is one and they fit.
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    feed: Option<Feed>,
}

impl Batches {
    pub fn new(
        experiment: &Experiment,
        train: Images,
        normalization: Normalization,
        head: &Arc<Head>,
        compute: &Compute,
    ) -> Batches {
        let augmentation = Augmentation { crop: experiment.crop as usize, flip: experiment.flip };
        let size = experiment.batch as usize;
        #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
        let feed = match compute.backend {
            Backend::Webgpu if head.task == Task::Classify => {
                Feed::new(&train, &normalization.table(), augmentation.crop, size, head.classes, &compute.device)
            }
            _ => None,
        };
        Batches {
            train,
            normalization,
            augmentation,
            head: head.clone(),
            size,
            seed: experiment.seed,
            device: compute.device.clone(),
            epoch: None,
            order: Vec::new(),
            #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
            feed,
        }
    }

    /// The batch of a step.
    pub fn batch(&mut self, step: u32) -> Batch {
        let steps_per_epoch = (self.train.len() / self.size) as u32;
        let (epoch, within) = (step / steps_per_epoch, (step % steps_per_epoch) as usize);
        if self.epoch != Some(epoch) {
            self.epoch = Some(epoch);
            let mut stream = seed::stream(self.seed, &format!("shuffle/{epoch}"));
            self.order = data::shuffled(self.train.len(), &mut stream);
            self.plan(epoch * steps_per_epoch);
        }
        let indices = &self.order[within * self.size..][..self.size];
        #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
        if let Some(feed) = &self.feed {
            let (images, targets) = feed.batch(within * self.size);
            return Batch::made(images, targets, self.truth(indices, &vec![false; indices.len()]), &self.head);
        }
        let images = self.normalization.augmented(&self.train, indices, self.augmentation, &mut self.windows(step));
        let mut stream = self.windows(step);
        let flipped: Vec<bool> = indices.iter().map(|_| self.augmentation.window(&mut stream).flip).collect();
        let truth = self.truth(indices, &flipped);
        Batch::with(images, truth, self.train.shape, &self.head, &self.device)
    }

    /// Batches of images drawn for a purpose, as they are: as many different ones as there are.
    pub fn drawn(&self, purpose: &str, count: usize) -> Vec<Batch> {
        let order = data::shuffled(self.train.len(), &mut seed::stream(self.seed, purpose));
        let indices: Vec<u32> = order.iter().copied().cycle().take(count * self.size).collect();
        indices.chunks_exact(self.size).map(|indices| self.plain(indices)).collect()
    }

    /// The images at `indices`, not changed but for the normalisation.
    fn plain(&self, indices: &[u32]) -> Batch {
        let images = self.normalization.batch(&self.train, indices);
        let truth = self.truth(indices, &vec![false; indices.len()]);
        Batch::with(images, truth, self.train.shape, &self.head, &self.device)
    }

    /// What is to be said of the images at `indices`, some of them mirrored.
    fn truth(&self, indices: &[u32], flipped: &[bool]) -> Targets {
        let [_, height, width] = self.train.shape;
        targets_of(&self.train.targets, indices, flipped, [height, width])
    }

    /// The random numbers that cut out the images of a step.
    fn windows(&self, step: u32) -> impl rand::Rng + use<> {
        seed::stream(self.seed, &format!("augment/{step}"))
    }

    /// Tells the GPU the epoch that begins with a step: one upload, not one a step.
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    fn plan(&mut self, first: u32) {
        let Some(mut feed) = self.feed.take() else { return };
        let mut entries = Vec::with_capacity(self.order.len());
        for (step, indices) in (first..).zip(self.order.chunks_exact(self.size)) {
            let mut stream = self.windows(step);
            entries.extend(indices.iter().map(|&index| (index, self.augmentation.window(&mut stream))));
        }
        feed.plan(&entries, &self.device);
        self.feed = Some(feed);
    }

    #[cfg(not(any(target_arch = "wasm32", feature = "gpu")))]
    fn plan(&self, _first: u32) {}
}
