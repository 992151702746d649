//! What the trainer says: plain tagged data, the same for the page, the command and the tests.

use serde::{Deserialize, Serialize};

use crate::experiment::Arm;

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
        /// Mean cross-entropy over the batch, before the update.
        loss: f64,
        /// Share of the batch classified correctly, 0 to 1.
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
        test_loss: f64,
        test_accuracy: f64,
    },
    /// Something to know that stops nothing.
    Warning { code: String, message: String, field: Option<String> },
    /// One arm will take no further step; the others go on.
    Stopped { arm: Arm, step: u32, reason: StopReason, message: String, hint: String },
    /// Every arm has stopped.
    Finished { step: u32 },
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
