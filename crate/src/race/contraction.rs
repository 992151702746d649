//! Contracting an arm of a race and measuring how well both networks agree; and its numbers for a file.

use burn::tensor::Transaction;

use super::Race;
use crate::contract::contract;
use crate::error::Fault;
use crate::experiment::{Arm, Execution, Variant};
use crate::export::{Form, ModelFile, Provenance};
use crate::measure::survey::{Survey, SurveyRequest};
use crate::model::Model;
use crate::network::{Network, device_fault, floats};
use crate::report::ContractionReport;
use crate::train::{Batch, Tally};

/// Images on which both networks' logits are compared: layer by layer is slow, and the error does not need more.
const PROBE: usize = 256;

/// An arm's network as trained and contracted, and how well they agree.
pub struct Contraction {
    pub trained: Model,
    pub compact: Model,
    pub report: ContractionReport,
}

/// Agreement of two networks on some images.
struct Agreement {
    max_relative_error: f64,
    share: f64,
    images: usize,
}

impl Race {
    /// Contracts an arm's network as it is now and compares both, in evaluation mode.
    ///
    /// Logits are compared on the first test images with the network as trained run layer by layer, so that nothing of
    /// the contraction is on both sides; accuracies are over all test images.
    ///
    /// # Errors
    /// When the arm is not in the race or the device fails.
    pub async fn contract(&self, arm: Arm) -> Result<Contraction, Fault> {
        let trained = self.model(arm).await?;
        let (compact, layers) = contract(&trained)?;
        let network =
            |model, execution| Network::new(model, &self.compute.device, self.experiment.batch as usize, execution);
        let after = network(&compact, Execution::LayerByLayer)?;
        let agreement = self.compare(&network(&trained, Execution::LayerByLayer)?, &after).await?;
        let before = network(&trained, self.experiment.execution)?.contracted(&trained)?;
        let report = ContractionReport {
            arm,
            step: self.step,
            max_relative_error: agreement.max_relative_error,
            agreement: agreement.share,
            probe: agreement.images as u32,
            accuracy_before: self.accuracy(&before).await?,
            accuracy_after: self.accuracy(&after).await?,
            parameters_before: trained.parameters() as f64,
            parameters_after: compact.parameters() as f64,
            layers,
        };
        Ok(Contraction { trained, compact, report })
    }

    /// A survey of the contracted networks of all arms that have one, on the first training images.
    ///
    /// # Errors
    /// As [`Survey::new`], and when the device fails.
    pub async fn survey(&self, request: SurveyRequest) -> Result<Survey, Fault> {
        request.check()?;
        let mut models = Vec::new();
        for arm in self.arms().into_iter().filter(|arm| arm.variant() != Variant::Nonlinear) {
            models.push((arm, contract(&self.model(arm).await?)?.0));
        }
        // Batches without padding: each row counts the same.
        let whole = |batch: &&Batch| batch.len() == batch.images.dims()[0];
        let enough = PROBE.div_ceil(self.experiment.batch as usize);
        let probe: Vec<Batch> = self.fit.iter().filter(whole).take(enough).cloned().collect();
        Survey::new(request, models, &probe, &self.compute.device, self.experiment.seed)
    }

    async fn compare(&self, before: &Network, after: &Network) -> Result<Agreement, Fault> {
        let (mut worst, mut most, mut agree, mut asked, mut images) = (0f64, 0f64, 0, 0, 0);
        for batch in &self.test {
            let outputs = Transaction::default()
                .register(before.evaluate(batch.images.clone()))
                .register(after.evaluate(batch.images.clone()))
                .execute_async()
                .await
                .map_err(device_fault)?;
            let [left, right] = <[_; 2]>::try_from(outputs).map_err(|_| device_fault("two outputs were asked for"))?;
            let (left, right) = (floats(left)?, floats(right)?);
            let of_one = left.len() / batch.images.dims()[0];
            let (left, right) = (&left[..batch.len() * of_one], &right[..batch.len() * of_one]);
            for (&a, &b) in left.iter().zip(right) {
                worst = worst.max(f64::from(a - b).abs());
                most = most.max(f64::from(a).abs());
            }
            for (a, b) in batch.head.classes_of(left).into_iter().zip(batch.head.classes_of(right)) {
                agree += usize::from(a == b);
                asked += 1;
            }
            images += batch.len();
            if images >= PROBE {
                break;
            }
        }
        let max_relative_error = if most > 0.0 { worst / most } else { worst };
        Ok(Agreement { max_relative_error, share: agree as f64 / f64::from(asked.max(1)), images })
    }

    /// How good a network's answers to the test images are.
    async fn accuracy(&self, network: &Network) -> Result<f64, Fault> {
        let transaction = self
            .test
            .iter()
            .fold(Transaction::default(), |all, batch| all.register(network.evaluate(batch.images.clone())));
        let outputs = transaction.execute_async().await.map_err(device_fault)?;
        let mut tally = Tally::new(&self.head);
        for (batch, output) in self.test.iter().zip(outputs) {
            tally.add(&floats(output)?, &batch.truth, &self.head);
        }
        Ok(tally.quality())
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

    /// What an arm's file holds: the network as trained, or contracted.
    pub fn file(&self, contraction: &Contraction, form: Form) -> ModelFile {
        let entry = crate::data::entry(self.dataset);
        let report = &contraction.report;
        let (model, test_accuracy) = match form {
            Form::Expanded => (&contraction.trained, report.accuracy_before),
            Form::Contracted => (&contraction.compact, report.accuracy_after),
        };
        let provenance = Provenance {
            arm: report.arm,
            dataset: entry.key.into(),
            mean: entry.mean.to_vec(),
            std: entry.std.to_vec(),
            seed: self.experiment.seed,
            steps: self.step,
            test_accuracy,
            contraction_error: report.max_relative_error,
        };
        let anchors = self.head.grid.anchors.clone();
        ModelFile { model: model.clone(), anchors, provenance: Some(provenance) }
    }
}
