//! One value describes an experiment: what is trained, on what, how. Defaults, field metadata and parsing live here.
//!
//! The form on the page, the URL, the JSON file of the command and the checks all read [`FIELDS`], so they cannot disagree.
//! Checks that need shapes (does this network fit these images?) are in `describe.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::spec::Spec;

mod arm;
mod fields;
mod layers;
mod presets;
mod reading;
pub use arm::{Arm, Variant};
pub use fields::{Choice, FIELDS, Field, FieldKind, field};
pub use layers::LayerRule;
pub use presets::{Claim, Preset, preset, presets};

/// Version of every schema that crosses the wasm boundary or is written to a file.
pub const SCHEMA_VERSION: u32 = 1;

/// A teacher wider than any SmallNet and quick to train.
const TEACHER: &str = "conv 32 k3; norm; relu; pool 2; conv 64 k3; norm; relu; pool 2; \
                       conv 128 k3; norm; relu; pool 2; flatten; dense 128; relu; dense 10";

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
    /// Whether ReLU follows each inner map of a chain: the nonlinear counterpart, which does not contract.
    #[serde(default)]
    pub nonlinear: bool,
    /// Layers, by name, of which the experiment says what becomes of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<String, LayerRule>,
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
    /// Composite scenes, the class of every pixel.
    SceneMasks,
    /// The same scenes, a box for every item.
    SceneBoxes,
    /// Cells in a microscope picture, the class of every pixel.
    Nuclei,
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

/// How the factors of a chain start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum InitialValues {
    /// Each factor as PyTorch starts a layer of its own.
    Default,
    /// Factors scaled so that the contracted kernel is as large as the compact layer's (paper.md §7).
    VariancePreserving,
}

/// What weight decay pulls to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Penalty {
    /// Every factor of a chain: Σ‖Wᵢ‖² (paper, normal L2).
    Factors,
    /// The contracted kernel of a chain: ‖W_l…W_1‖² (paper, product L2).
    Product,
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
    /// Single layers, expanded otherwise: `conv5=compact, conv7=CL`.
    pub layers: String,
    pub execution: Execution,
    /// Images per step.
    pub batch: u32,
    pub epochs: u32,
    pub optimizer: Optimizer,
    pub learning_rate: f64,
    pub momentum: f64,
    pub nesterov: bool,
    pub weight_decay: f64,
    pub penalty: Penalty,
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
    /// Repeats with seeds counted up from `seed`.
    pub seeds: u32,
    /// Rates to go through instead of `rate`; empty for that one alone.
    pub rates: Vec<f64>,
    /// Kernel sides to give every convolution above 1×1 in turn; empty for the network as it is.
    pub kernels: Vec<u32>,
    pub initial_values: InitialValues,
    /// The network distilled from: a preset's name or a text form.
    pub teacher: String,
    /// T: logits are divided by it before teacher and student are compared.
    pub temperature: f64,
    /// a: the share of the teacher's term in the loss, the labels' being 1 − a.
    pub distillation: f64,
    /// Share of the training labels replaced by random ones.
    pub label_noise: f64,
    /// Pairs of mini-batches whose gradients are compared after each epoch; 0 for none.
    pub confusion: u32,
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
            layers: String::new(),
            execution: Execution::Contracted,
            batch: 64,
            epochs: 10,
            optimizer: Optimizer::Sgd,
            learning_rate: 0.05,
            momentum: 0.9,
            nesterov: false,
            weight_decay: 0.0,
            penalty: Penalty::Factors,
            schedule: Schedule::Cosine,
            milestones: vec![50, 100],
            schedule_factor: 0.1,
            crop: 0,
            flip: false,
            train_images: 0,
            test_images: 0,
            seed: 1,
            seeds: 1,
            rates: Vec::new(),
            kernels: Vec::new(),
            initial_values: InitialValues::Default,
            teacher: TEACHER.into(),
            temperature: 4.0,
            distillation: 0.9,
            label_noise: 0.0,
            confusion: 0,
            backend: BackendChoice::Auto,
        }
    }
}

impl Experiment {
    /// The expansion of one arm's network in training; one that expands nothing where that network is compact.
    pub fn expansion(&self, arm: Arm) -> Expansion {
        let rules = if arm.expands() { arm.rules() } else { (None, false) };
        Expansion { nonlinear: arm.variant() == Variant::Nonlinear, ..self.by_rules(rules) }
    }

    /// The expansion of an arm whose initial values are contracted before training.
    pub fn contracted_expansion(&self, arm: Arm) -> Expansion {
        self.by_rules(arm.rules())
    }

    fn by_rules(&self, (conv, dense): (Option<Rule>, bool)) -> Expansion {
        // Text that cannot be read was refused with the experiment.
        let layers =
            if conv.is_some() || dense { layers::parse(&self.layers).unwrap_or_default() } else { BTreeMap::new() };
        Expansion { conv, dense, rate: self.rate, expand_input: self.expand_input, nonlinear: false, layers }
    }

    /// The network of an arm: the experiment's, but for the teacher.
    ///
    /// # Errors
    /// As [`Spec::named`], at `teacher` for the teacher.
    pub fn spec(&self, arm: Arm) -> Result<Spec, Fault> {
        match arm {
            Arm::Teacher => Spec::named(&self.teacher).map_err(|fault| fault.at("teacher")),
            _ => Spec::named(&self.network),
        }
    }
}

#[cfg(test)]
mod tests;
