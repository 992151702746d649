//! A race: several arms on the same batches, interleaved, in turns. It says what happens as events and reads nothing it was not asked for.
//!
//! Pull, don't push: the caller asks for turns; not asking is pausing, dropping is cancelling.

use std::collections::VecDeque;
use std::sync::Arc;

use burn::tensor::{Tensor, Transaction};

use crate::data::{self, Dataset, Images, Normalization, Targets};
use crate::device::Compute;
use crate::error::Fault;
use crate::event::Event;
use crate::experiment::{Arm, DatasetName, Experiment};
use crate::network::{device_fault, floats};
use crate::report::{Backend, Filters};
use crate::train::{Batch, Head, Trained, Trainer, learning_rate};

mod agreement;
mod batches;
mod contraction;
mod evaluation;
mod predictions;
mod reading;
mod runner;
mod teacher;

use agreement::Agreement;
use batches::Batches;
pub use contraction::Contraction;
use evaluation::Evaluation;
use runner::Runner;
use teacher::Teacher;

/// Seconds since some moment; the caller's clock, since a browser's and a system's differ.
pub type Clock = fn() -> f64;

/// Arms in training on one device.
pub struct Race {
    experiment: Experiment,
    compute: Compute,
    dataset: DatasetName,
    training: Batches,
    head: Arc<Head>,
    runners: Vec<Runner>,
    clock: Clock,
    steps_per_epoch: u32,
    /// Steps every running arm has completed.
    step: u32,
    /// The arm whose turn it is.
    next: usize,
    /// Steps an arm takes in a turn, at most.
    stride: u32,
    /// The batches of the current steps, made by the first arm and shared by the others.
    batches: Vec<Batch>,
    evaluation: Option<Evaluation>,
    agreement: Option<Agreement>,
    /// The test images.
    judged: Images,
    normalization: Normalization,
    /// Test batches on the device, made once.
    test: Vec<Batch>,
    /// The first training images, as they are and with the labels they are trained with.
    fit: Vec<Batch>,
    /// What distilled arms learn from.
    teacher: Option<Teacher>,
    /// Turns whose logits were not read yet.
    pending: VecDeque<Pending>,
    finished: bool,
}

/// Training images that are tested on too, for the generalization gap: as many as test images, and at most so many.
const FIT: usize = 1000;

/// A turn that was taken and not yet read.
struct Pending {
    runner: usize,
    /// Outputs `[N, C, Y, X]`, or inner products of gradients.
    read: Tensor<4>,
    truth: Targets,
    kind: Kind,
}

enum Kind {
    Train { step: u32, epoch: f64, learning_rate: f64, seconds: f64 },
    // On test images or, for the fit, on the first training images.
    Test { epoch: u32, step: u32, fit: bool, last: bool },
    Confusion { epoch: u32, step: u32 },
}

impl Race {
    /// A race at its start; `dataset` is already cut to the experiment's number of images, and its labels are as they
    /// are to be learned. `trained` holds what the arms need.
    ///
    /// # Errors
    /// When an arm cannot be expanded or lacks what it needs, or the batch is larger than the training images.
    pub fn new(
        experiment: &Experiment,
        dataset: Dataset,
        compute: Compute,
        clock: Clock,
        trained: &Trained,
    ) -> Result<Race, Fault> {
        let steps_per_epoch = (dataset.train.len() / experiment.batch as usize) as u32;
        if steps_per_epoch == 0 {
            let message = format!("{} is more than the {} training images", experiment.batch, dataset.train.len());
            return Err(Fault::new("batch_too_large", message).at("batch"));
        }
        let entry = data::entry(dataset.name);
        let mut trainers = Vec::new();
        for &arm in &experiment.arms {
            trainers.push(Trainer::new(experiment, arm, dataset.train.shape, trained, &compute.device)?);
        }
        // All arms train the same compact network; a teacher has a race of its own.
        let output = trainers.first().map_or(dataset.train.shape, |trainer| trainer.network.plan().output);
        let head = Arc::new(Head::of(entry, output)?.fitted(&dataset.train.targets)?);
        let runners = trainers.into_iter().map(|trainer| Runner::new(trainer, &head)).collect();
        let normalization = Normalization::new(entry.mean, entry.std);
        let batches = |images: &Images, count| {
            let first: Vec<u32> = (0..count as u32).collect();
            evaluation::batches(images, &first, &normalization, &head, experiment.batch as usize, &compute.device)
        };
        let test = batches(&dataset.test, dataset.test.len());
        let fit = batches(&dataset.train, dataset.train.len().min(dataset.test.len()).min(FIT));
        let teacher = Teacher::of(experiment, trained, output, &compute)?;
        let training = Batches::new(experiment, dataset.train, normalization.clone(), &head, &compute);
        Ok(Race {
            experiment: experiment.clone(),
            compute,
            dataset: dataset.name,
            training,
            head,
            runners,
            clock,
            steps_per_epoch,
            step: 0,
            next: 0,
            stride: 1,
            batches: Vec::new(),
            evaluation: Some(Evaluation::default()),
            agreement: None,
            judged: dataset.test,
            normalization,
            test,
            fit,
            teacher,
            pending: VecDeque::new(),
            finished: false,
        })
    }

    pub fn backend(&self) -> Backend {
        self.compute.backend
    }

    pub fn arms(&self) -> Vec<Arm> {
        self.runners.iter().map(|runner| runner.trainer.arm).collect()
    }

    /// Whether every arm has stopped.
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// How many steps an arm takes in a turn, from the next steps on: 1 unless asked for more.
    ///
    /// A device is read once a turn: a fast one waits less for many steps at once. The losses are the same.
    pub fn stride(&mut self, steps: u32) {
        self.stride = steps.max(1);
    }

    /// Takes up to `turns` turns (one arm's steps, or one batch to test or measure it) and tells what happened.
    ///
    /// The device is read once, at the end.
    ///
    /// # Errors
    /// When the device fails; the race cannot go on then.
    pub async fn turns(&mut self, turns: u32) -> Result<Vec<Event>, Fault> {
        for _ in 0..turns {
            if self.finished || !self.turn()? {
                break;
            }
        }
        let mut events = self.flush().await?;
        self.finish(&mut events);
        Ok(events)
    }

    /// Seconds that one step of all arms takes, after one to warm up. The race is spent: it has skipped its first test.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn trial(&mut self) -> Result<f64, Fault> {
        self.evaluation = None;
        let mut seconds = 0.0;
        for _ in 0..2 {
            let start = (self.clock)();
            for _ in 0..self.runners.len() {
                self.train()?;
            }
            self.flush().await?;
            seconds = (self.clock)() - start;
        }
        Ok(seconds)
    }

    /// One turn; false when there is nothing to do until the results so far are read.
    fn turn(&mut self) -> Result<bool, Fault> {
        if self.evaluation.is_some() {
            self.evaluate()
        } else if self.agreement.is_some() {
            self.compare_gradients()
        } else {
            self.train()
        }
    }

    fn train(&mut self) -> Result<bool, Fault> {
        if self.step >= self.experiment.epochs * self.steps_per_epoch
            || self.runners.iter().all(|runner| runner.stopped)
        {
            return Ok(false);
        }
        while self.runners.get(self.next).is_some_and(|runner| runner.stopped) {
            self.next += 1;
        }
        if self.batches.is_empty() {
            let left = self.steps_per_epoch - self.step % self.steps_per_epoch;
            self.batches = (self.step..self.step + self.stride.min(left)).map(|step| self.batch(step)).collect();
        }
        if let Some(runner) = self.runners.get_mut(self.next) {
            for (step, batch) in (self.step..).zip(&self.batches) {
                let start = (self.clock)();
                let epochs = |step: u32| f64::from(step) / f64::from(self.steps_per_epoch);
                let rate = learning_rate(&self.experiment, epochs(step));
                let output = runner.trainer.step(batch, rate);
                let kind = Kind::Train {
                    step: step + 1,
                    epoch: epochs(step + 1),
                    learning_rate: rate,
                    seconds: (self.clock)() - start,
                };
                let truth = batch.truth.clone();
                self.pending.push_back(Pending { runner: self.next, read: output, truth, kind });
            }
            self.next += 1;
        }
        if self.next >= self.runners.len() {
            self.next = 0;
            self.step += self.batches.len() as u32;
            self.batches.clear();
            if self.step.is_multiple_of(self.steps_per_epoch) {
                self.evaluation = Some(Evaluation::default());
                self.agreement = self.compares().then(Agreement::default);
            }
        }
        Ok(true)
    }

    /// The batch of a step.
    fn batch(&mut self, step: u32) -> Batch {
        let batch = self.training.batch(step);
        self.taught(batch)
    }

    /// A batch with what the teacher says of it, where there is one.
    fn taught(&self, batch: Batch) -> Batch {
        match &self.teacher {
            Some(teacher) => teacher.teach(batch),
            None => batch,
        }
    }

    /// First-layer kernels of every arm, contracted; arms without a convolution are left out.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn filters(&self) -> Result<Vec<Filters>, Fault> {
        let kernels: Vec<(Arm, Tensor<4>)> = self
            .runners
            .iter()
            .filter_map(|runner| Some((runner.trainer.arm, runner.trainer.network.first_kernel()?)))
            .collect();
        let transaction = kernels.iter().fold(Transaction::default(), |all, (_, kernel)| all.register(kernel.clone()));
        let data = transaction.execute_async().await.map_err(device_fault)?;
        kernels
            .into_iter()
            .zip(data)
            .map(|((arm, kernel), data)| {
                let shape = kernel.dims().map(|size| size as u32);
                Ok(Filters { arm, step: self.step, shape, values: floats(data)? })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
