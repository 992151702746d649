//! Contracting an arm of a race and measuring how well both networks agree; and its numbers for a file.

use burn::tensor::Transaction;

use super::Race;
use crate::contract::contract;
use crate::error::Fault;
use crate::experiment::{Arm, Execution};
use crate::export::{Form, ModelFile, Provenance};
use crate::model::Model;
use crate::network::{Network, device_fault, floats};
use crate::report::ContractionReport;
use crate::train::{argmax, score};

impl Race {
    /// Contracts an arm's network as it is now and compares both on the test images, in evaluation mode.
    ///
    /// The network as trained is run layer by layer, so that nothing of the contraction is on both sides.
    ///
    /// # Errors
    /// When the arm is not in the race or the device fails.
    pub async fn contract(&self, arm: Arm) -> Result<(Model, ContractionReport), Fault> {
        let trained = self.model(arm).await?;
        let (compact, layers) = contract(&trained)?;
        let batch = self.experiment.batch as usize;
        let before = Network::new(&trained, &self.compute.device, batch, Execution::LayerByLayer)?;
        let after = Network::new(&compact, &self.compute.device, batch, Execution::LayerByLayer)?;
        let (mut worst, mut most) = (0f64, 0f64);
        let (mut agree, mut right_before, mut right_after, mut images) = (0, 0, 0, 0);
        for batch in &self.test {
            let outputs = Transaction::default()
                .register(before.evaluate(batch.images.clone()))
                .register(after.evaluate(batch.images.clone()))
                .execute_async()
                .await
                .map_err(device_fault)?;
            let [left, right] = <[_; 2]>::try_from(outputs).map_err(|_| device_fault("two outputs were asked for"))?;
            let (left, right) = (floats(left)?, floats(right)?);
            let classes = before.plan().classes;
            let rows = batch.labels.len();
            for (a, b) in left.chunks_exact(classes).zip(right.chunks_exact(classes)).take(rows) {
                for (&a, &b) in a.iter().zip(b) {
                    worst = worst.max(f64::from(a - b).abs());
                    most = most.max(f64::from(a).abs());
                }
                agree += usize::from(argmax(a) == argmax(b));
            }
            right_before += score(&left, &batch.labels, classes).1;
            right_after += score(&right, &batch.labels, classes).1;
            images += rows;
        }
        let share = |count: usize| count as f64 / images.max(1) as f64;
        let count = |model: &Model| {
            let trained = |(name, _): &(&String, _)| !name.contains("running_");
            model.arrays.iter().filter(trained).map(|(_, array)| array.values.len()).sum::<usize>() as f64
        };
        let report = ContractionReport {
            arm,
            step: self.step,
            max_relative_error: if most > 0.0 { worst / most } else { worst },
            agreement: share(agree),
            probe: images as u32,
            accuracy_before: share(right_before),
            accuracy_after: share(right_after),
            parameters_before: count(&trained),
            parameters_after: count(&compact),
            layers,
        };
        Ok((compact, report))
    }

    /// An arm's numbers, read from the device.
    ///
    /// # Errors
    /// When the arm is not in the race or the device fails.
    pub async fn model(&self, arm: Arm) -> Result<Model, Fault> {
        let names = || self.arms().iter().map(|arm| arm.name()).collect::<Vec<_>>().join(", ");
        let runner = self.runners.iter().find(|runner| runner.trainer.arm == arm).ok_or_else(|| {
            Fault::new("no_such_arm", format!("{} is not in this race; its arms are {}", arm.name(), names()))
                .at("arms")
        })?;
        runner.trainer.network.read(&runner.trainer.initial).await
    }

    /// An arm's network as a file's content: as trained, or contracted.
    ///
    /// # Errors
    /// As [`Race::contract`].
    pub async fn export(&self, arm: Arm, form: Form) -> Result<ModelFile, Fault> {
        let (contracted, report) = self.contract(arm).await?;
        let entry = crate::data::entry(self.dataset.name);
        let provenance = Provenance {
            arm,
            dataset: entry.key.into(),
            mean: entry.mean.to_vec(),
            std: entry.std.to_vec(),
            seed: self.experiment.seed,
            steps: self.step,
            test_accuracy: if form == Form::Expanded { report.accuracy_before } else { report.accuracy_after },
            contraction_error: report.max_relative_error,
        };
        let model = match form {
            Form::Expanded => self.model(arm).await?,
            Form::Contracted => contracted,
        };
        Ok(ModelFile { model, provenance: Some(provenance) })
    }
}
