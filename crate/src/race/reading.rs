//! Reading the turns that were taken: logits become losses, losses and gradients' products become events.

use burn::tensor::Transaction;

use super::{Kind, Race, agreement};
use crate::error::Fault;
use crate::event::{Event, StopReason};
use crate::experiment::{Arm, Experiment, Optimizer};
use crate::network::{device_fault, floats};

impl Race {
    /// Reads all pending logits in one transfer and turns them into events.
    pub(super) async fn flush(&mut self) -> Result<Vec<Event>, Fault> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let start = (self.clock)();
        let transaction = pending.iter().fold(Transaction::default(), |all, turn| all.register(turn.read.clone()));
        let data = transaction.execute_async().await.map_err(device_fault)?;
        // Where the device runs behind, the time is spent waiting here: shared evenly.
        let waited = ((self.clock)() - start) / pending.len() as f64;
        let mut events = Vec::new();
        for (turn, data) in pending.into_iter().zip(data) {
            let numbers = floats(data)?;
            let runner = &mut self.runners[turn.runner];
            if let Kind::Confusion { epoch, step } = turn.kind {
                let pairs = self.experiment.confusion as usize;
                events.push(agreement::event(runner.trainer.arm, epoch, step, &numbers, pairs));
                continue;
            }
            match turn.kind {
                _ if runner.stopped => {}
                Kind::Confusion { .. } => {}
                Kind::Train { step, epoch, learning_rate, seconds } => {
                    let tally = runner.trained(&numbers, &turn.truth);
                    let loss = tally.loss();
                    events.push(Event::Step {
                        arm: runner.trainer.arm,
                        step,
                        epoch,
                        loss,
                        accuracy: tally.quality(),
                        learning_rate,
                        seconds: seconds + waited,
                    });
                    if !loss.is_finite() {
                        runner.stopped = true;
                        events.push(diverged(runner.trainer.arm, step, &self.experiment));
                    }
                }
                Kind::Test { epoch, step, fit, last } => {
                    runner.tested(fit, &numbers, &turn.truth);
                    if last {
                        events.extend(runner.epoch(epoch, step));
                    }
                }
            }
        }
        Ok(events)
    }

    /// Says once that arms are through and that the race is over.
    pub(super) fn finish(&mut self, events: &mut Vec<Event>) {
        let measured = self.evaluation.is_none() && self.agreement.is_none();
        let through = measured && self.step >= self.experiment.epochs * self.steps_per_epoch;
        if self.finished || !(through || self.runners.iter().all(|runner| runner.stopped)) {
            return;
        }
        for runner in self.runners.iter_mut().filter(|runner| !runner.stopped) {
            runner.stopped = true;
            events.push(Event::Stopped {
                arm: runner.trainer.arm,
                step: self.step,
                reason: StopReason::Done,
                message: format!("trained for {} epochs", self.experiment.epochs),
                hint: String::new(),
            });
        }
        self.finished = true;
        events.push(Event::Finished { step: self.step });
    }
}

/// The end of an arm whose loss is not a number any more.
fn diverged(arm: Arm, step: u32, experiment: &Experiment) -> Event {
    let hint = if experiment.optimizer == Optimizer::Sgd && experiment.momentum > 0.9 {
        format!("lower the momentum ({}) or the learning rate ({})", experiment.momentum, experiment.learning_rate)
    } else {
        format!("lower the learning rate ({}), for instance to a tenth", experiment.learning_rate)
    };
    let message = format!("{}: the loss is not a number after {step} steps", arm.name());
    Event::Stopped { arm, step, reason: StopReason::Diverged, message, hint }
}
