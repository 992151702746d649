//! What the trainer says: plain tagged data, the same for the page, the command and the tests.

use serde::{Deserialize, Serialize};

use crate::experiment::Arm;
use crate::measure::statistics::{Interval, Stat};
use crate::measure::survey::{SurveyRequest, Surveyed};

/// Something that happened while training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Event {
    /// One arm took one step on one batch.
    Step {
        arm: Arm,
        /// Steps taken, from 1.
        step: u32,
        /// Epochs passed, fractional.
        epoch: f64,
        /// Mean loss over the batch, before the update: cross-entropy, or a detector's.
        #[serde(deserialize_with = "number::read")]
        loss: f64,
        /// How good the answers to the batch are, 0 to 1: the share of images classified correctly, mIoU without the
        /// background, or mAP@0.5. So are all accuracies.
        accuracy: f64,
        learning_rate: f64,
        /// Seconds the step took, batch preparation and read-back included.
        seconds: f64,
    },
    /// One arm finished an epoch and was tested.
    Epoch {
        arm: Arm,
        /// Epochs finished; 0 is the untrained network.
        epoch: u32,
        step: u32,
        /// Mean over the epoch's training batches; absent at epoch 0.
        train_loss: Option<f64>,
        train_accuracy: Option<f64>,
        /// Over the test images, in evaluation mode.
        #[serde(deserialize_with = "number::read")]
        test_loss: f64,
        test_accuracy: f64,
        /// Over the first training images (as many as test images, 1,000 at most), as they are, in evaluation mode, by the labels they are
        /// trained with.
        #[serde(deserialize_with = "number::read")]
        fit_loss: f64,
        fit_accuracy: f64,
        /// Generalization gap, test error − train error: `fit_accuracy − test_accuracy` (paper.md §6).
        gap: f64,
    },
    /// The test after an epoch, class by class; for pixels and boxes only.
    Detail { arm: Arm, epoch: u32, step: u32, detail: Detail },
    /// How the gradients of mini-batches agreed at one arm's weights after an epoch (paper.md §6).
    Confusion {
        arm: Arm,
        epoch: u32,
        step: u32,
        /// Cosines between the gradients of pairs of mini-batches, by the arm's own parameters: factors if expanded.
        own: Vec<f32>,
        /// The same by the parameters of the contracted network, the same for all arms; absent where there is none.
        contracted: Option<Vec<f32>>,
        own_minimum: f32,
        contracted_minimum: Option<f32>,
    },
    /// A portion of a survey of the landscape around an arm's contracted network, after its last step.
    Survey { step: u32, request: SurveyRequest, portion: Surveyed },
    /// A race of the experiment begins; what follows belongs to it.
    Run {
        /// Which one, from 1.
        index: u32,
        /// Of how many.
        of: u32,
        seed: u32,
        rate: f64,
        /// The side of every kernel, where several are gone through.
        kernel: Option<u32>,
        /// Trains only what other arms start from or learn from.
        preparation: bool,
        arms: Vec<Arm>,
        /// Training labels that were drawn at random.
        noisy_labels: u32,
    },
    /// A race of the experiment is over; what all races so far amount to.
    Summary {
        /// The race, from 1.
        index: u32,
        of: u32,
        rows: Vec<SummaryRow>,
    },
    /// Something to know that stops nothing.
    Warning { code: String, message: String, field: Option<String> },
    /// One arm will take no further step; the others go on.
    Stopped { arm: Arm, step: u32, reason: StopReason, message: String, hint: String },
    /// Every arm of every race has stopped.
    Finished { step: u32 },
}

/// How good answers are beyond one number. Shares, 0 to 1; none where there is nothing to take a share of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Detail {
    /// What `by_class` is, such as `IoU`.
    pub of_classes: String,
    /// In the order of the data set's classes.
    pub by_class: Vec<Option<f64>>,
    pub measures: Vec<Measure>,
}

/// A number with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Measure {
    pub name: String,
    pub value: Option<f64>,
}

/// What an arm came to over the seeds so far, at one rate and kernel. Accuracies are shares, 0 to 1, of the test images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SummaryRow {
    pub arm: Arm,
    /// None for arms that have no rate.
    pub rate: Option<f64>,
    pub kernel: Option<u32>,
    /// After the last epoch; none where every seed diverged, as below.
    pub test_accuracy: Option<Stat>,
    /// After the best epoch, chosen by the test images, as the authors report.
    pub best_accuracy: Option<Stat>,
    /// On the first training images after the last epoch.
    pub fit_accuracy: Option<Stat>,
    /// Generalization gap after the last epoch.
    pub gap: Option<Stat>,
    /// Seeds whose loss stopped being a number; they are in no other figure.
    pub diverged: u32,
    /// Test accuracy minus that of the compact arm with the same seed and kernel, after the last epoch: the 95 %
    /// confidence interval of its mean. None for fewer than two seeds.
    pub difference: Option<Interval>,
}

/// Numbers that may not be finite: JSON writes them as null.
pub(crate) mod number {
    use serde::{Deserialize, Deserializer};

    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}

/// Why an arm stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum StopReason {
    /// All epochs are through.
    Done,
    /// The loss is not finite.
    Diverged,
}

impl Event {
    /// The arm it is about.
    pub fn arm(&self) -> Option<Arm> {
        match self {
            Event::Step { arm, .. }
            | Event::Epoch { arm, .. }
            | Event::Detail { arm, .. }
            | Event::Confusion { arm, .. }
            | Event::Stopped { arm, .. } => Some(*arm),
            Event::Survey { portion, .. } => Some(portion.arm()),
            _ => None,
        }
    }

    /// When it happened: the step, and what comes after what at one step.
    pub fn moment(&self) -> Option<(u32, u8)> {
        match self {
            Event::Step { step, .. } => Some((*step, 0)),
            Event::Epoch { step, .. } | Event::Detail { step, .. } => Some((*step, 1)),
            Event::Confusion { step, .. } => Some((*step, 2)),
            Event::Stopped { step, .. } => Some((*step, 3)),
            Event::Survey { step, .. } => Some((*step, 4)),
            _ => None,
        }
    }
}
