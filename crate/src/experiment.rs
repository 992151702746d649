//! One value describes an experiment: what is trained, on what, how. Defaults, field metadata and parsing live here.
//!
//! The form on the page, the URL, the JSON file of the command and the checks all read [`FIELDS`], so they cannot disagree.
//! Checks that need shapes (does this network fit these images?) are in `describe.rs`.

use serde::{Deserialize, Serialize};

mod fields;
mod presets;
mod reading;
pub use fields::{Choice, FIELDS, Field, FieldKind, field};
pub use presets::{Preset, preset, presets};

/// Version of every schema that crosses the wasm boundary or is written to a file.
pub const SCHEMA_VERSION: u32 = 1;

/// How one layer kind is rewritten (paper §3): CL and CK for convolutions, FC for dense layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Rule {
    /// k×k becomes 1×1 → k×k → 1×1.
    CL,
    /// k×k (odd, above 3) becomes a chain of (k−1)/2 maps of 3×3.
    CK,
    /// A dense layer becomes three dense layers.
    FC,
}

/// One way to train the same compact network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Arm {
    #[serde(rename = "compact")]
    Compact,
    CL,
    CK,
    FC,
    #[serde(rename = "CL+FC")]
    CLFC,
    #[serde(rename = "CK+FC")]
    CKFC,
}

impl Arm {
    pub const ALL: [Arm; 6] = [Arm::Compact, Arm::CL, Arm::CK, Arm::FC, Arm::CLFC, Arm::CKFC];

    /// The arm's one spelling, used in files, URLs, legends and messages.
    pub fn name(self) -> &'static str {
        match self {
            Arm::Compact => "compact",
            Arm::CL => "CL",
            Arm::CK => "CK",
            Arm::FC => "FC",
            Arm::CLFC => "CL+FC",
            Arm::CKFC => "CK+FC",
        }
    }

    /// What the arm expands: the convolution rule, and whether dense layers are expanded.
    pub fn rules(self) -> (Option<Rule>, bool) {
        match self {
            Arm::Compact => (None, false),
            Arm::CL => (Some(Rule::CL), false),
            Arm::CK => (Some(Rule::CK), false),
            Arm::FC => (None, true),
            Arm::CLFC => (Some(Rule::CL), true),
            Arm::CKFC => (Some(Rule::CK), true),
        }
    }
}

/// How a compact network is expanded; stored as JSON in every exported file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Expansion {
    /// Rule for convolutions: CL, CK or none.
    pub conv: Option<Rule>,
    /// Whether every dense layer but the last (the logits) is expanded.
    pub dense: bool,
    /// Expansion rate r: hidden maps are r times as wide.
    pub rate: f64,
    /// Whether the first hidden map of the first layer is widened too (paper: yes; the authors' CIFAR models: no).
    pub expand_input: bool,
}

/// The data sets the page and the command know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DatasetName {
    FashionMnist,
    #[serde(rename = "cifar-10")]
    Cifar10,
    Mnist,
    FashionMnistFull,
    #[serde(rename = "cifar-10-full")]
    Cifar10Full,
    MnistFull,
    /// Seeded stripes and blobs, for tests only.
    Synthetic,
}

/// Which optimiser updates the factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Optimizer {
    Sgd,
    Adam,
}

/// How the learning rate changes over the epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Schedule {
    Constant,
    /// Multiplied by `schedule_factor` at each epoch in `milestones`.
    Step,
    /// Half a cosine from the learning rate to zero over all epochs.
    Cosine,
}

/// How a chain is run while training: the same function and gradients either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Execution {
    /// Compose the kernels inside the step, convolve once.
    Contracted,
    /// One convolution per map, as the paper trains.
    LayerByLayer,
}

/// What the user asks to train on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum BackendChoice {
    Auto,
    Cpu,
    Webgpu,
}

/// Everything that determines a race. Flat, so that a field is one form control and one URL key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Experiment {
    /// Schema version; 1.
    pub version: u32,
    pub dataset: DatasetName,
    /// A preset's name (`smallnet-7`) or a network in text form.
    pub network: String,
    pub arms: Vec<Arm>,
    pub rate: f64,
    pub expand_input: bool,
    pub execution: Execution,
    /// Images per step.
    pub batch: u32,
    pub epochs: u32,
    pub optimizer: Optimizer,
    pub learning_rate: f64,
    pub momentum: f64,
    pub nesterov: bool,
    pub weight_decay: f64,
    pub schedule: Schedule,
    /// Epochs at which the step schedule multiplies the learning rate.
    pub milestones: Vec<u32>,
    pub schedule_factor: f64,
    /// Pixels of zero padding for the random crop; 0 switches it off.
    pub crop: u32,
    /// Random horizontal flip.
    pub flip: bool,
    /// Training images used, the first ones of the set; 0 for all.
    pub train_images: u32,
    /// Test images used; 0 for all.
    pub test_images: u32,
    pub seed: u32,
    pub backend: BackendChoice,
}

impl Default for Experiment {
    fn default() -> Self {
        Experiment {
            version: SCHEMA_VERSION,
            dataset: DatasetName::FashionMnist,
            network: "smallnet-7".into(),
            arms: vec![Arm::Compact, Arm::CL, Arm::CK, Arm::CKFC],
            rate: 4.0,
            expand_input: true,
            execution: Execution::Contracted,
            batch: 64,
            epochs: 10,
            optimizer: Optimizer::Sgd,
            learning_rate: 0.05,
            momentum: 0.9,
            nesterov: false,
            weight_decay: 0.0,
            schedule: Schedule::Cosine,
            milestones: vec![50, 100],
            schedule_factor: 0.1,
            crop: 0,
            flip: false,
            train_images: 0,
            test_images: 0,
            seed: 1,
            backend: BackendChoice::Auto,
        }
    }
}

impl Experiment {
    /// The expansion of one arm.
    pub fn expansion(&self, arm: Arm) -> Expansion {
        let (conv, dense) = arm.rules();
        Expansion { conv, dense, rate: self.rate, expand_input: self.expand_input }
    }
}

#[cfg(test)]
mod tests;
