//! Gradient confusion after an epoch: one mini-batch's gradients of one arm a turn, weights frozen, read once an arm.

use burn::tensor::Tensor;

use super::{Kind, Pending, Race};
use crate::data::Targets;
use crate::error::Fault;
use crate::event::Event;
use crate::experiment::{Arm, Variant};
use crate::measure::confusion::{batches, cosines, gram};
use crate::network::{Network, Tensors};
use crate::train::{Batch, gradients};

/// How far the comparison of gradients has come.
#[derive(Default)]
pub(super) struct Agreement {
    runner: usize,
    /// Mini-batches of this epoch, the same for all arms.
    batches: Vec<Batch>,
    /// The arm contracted, where it is another network.
    contracted: Option<Network>,
    /// Gradients so far by the arm's own parameters, and by those of the contracted network where that is another.
    own: Vec<Tensors>,
    shared: Vec<Tensors>,
}

impl Race {
    /// Whether gradients are compared after the epoch that ends here.
    pub(super) fn compares(&self) -> bool {
        self.experiment.confusion > 0 && self.step > 0
    }

    /// One mini-batch's gradients of one arm.
    pub(super) fn compare_gradients(&mut self) -> Result<bool, Fault> {
        let Some(mut at) = self.agreement.take() else { return Ok(false) };
        if at.batches.is_empty() {
            at.batches = self.agreement_batches();
        }
        while self.runners.get(at.runner).is_some_and(|runner| runner.stopped) {
            at.runner += 1;
        }
        let Some(runner) = self.runners.get(at.runner) else { return Ok(true) };
        let trainer = &runner.trainer;
        if trainer.arm.expands() && contracts(trainer.arm) && at.contracted.is_none() {
            at.contracted = Some(trainer.network.contracted(&trainer.initial)?);
        }
        let batch = &at.batches[at.own.len()];
        at.own.push(gradients(&trainer.network, batch, &trainer.loss, None).1);
        if let Some(network) = &at.contracted {
            at.shared.push(gradients(network, batch, &trainer.loss, None).1);
        }
        if at.own.len() == at.batches.len() {
            let mut products = vec![gram(&at.own)?];
            if at.contracted.is_some() {
                products.push(gram(&at.shared)?);
            }
            let kind = Kind::Confusion { epoch: self.step / self.steps_per_epoch, step: self.step };
            self.pending.push_back(Pending {
                runner: at.runner,
                read: Tensor::<2>::cat(products, 0).unsqueeze(),
                truth: Targets::Classes(Vec::new()),
                kind,
            });
            at = Agreement { runner: at.runner + 1, batches: at.batches, ..Agreement::default() };
        }
        if self.runners.iter().skip(at.runner).any(|runner| !runner.stopped) {
            self.agreement = Some(at);
        }
        Ok(true)
    }

    /// Mini-batches drawn anew for this epoch, images as they are.
    fn agreement_batches(&self) -> Vec<Batch> {
        let epoch = self.step / self.steps_per_epoch;
        let drawn = self.training.drawn(&format!("confusion/{epoch}"), batches(self.experiment.confusion as usize));
        drawn.into_iter().map(|batch| self.taught(batch)).collect()
    }
}

/// What was found, from the inner products of an arm's gradients: its own `[M, M]`, then the contracted network's.
pub(super) fn event(arm: Arm, epoch: u32, step: u32, products: &[f32], pairs: usize) -> Event {
    let count = batches(pairs);
    let mut spaces = products.chunks_exact(count * count).map(|gram| cosines(gram, count, pairs));
    let own = spaces.next().unwrap_or_default();
    let contracted = spaces.next().or_else(|| (!arm.expands()).then(|| own.clone()));
    let least = |cosines: &[f32]| cosines.iter().copied().fold(1.0, f32::min);
    let (own_minimum, contracted_minimum) = (least(&own), contracted.as_deref().map(least));
    Event::Confusion { arm, epoch, step, own, contracted, own_minimum, contracted_minimum }
}

fn contracts(arm: Arm) -> bool {
    arm.variant() != Variant::Nonlinear
}
