//! What an experiment amounts to before anything is trained: layers, shapes, counts, memory, warnings, refusals.

use serde::Serialize;

use crate::error::Fault;
use crate::experiment::{Arm, Experiment, Rule};

/// A whole experiment in numbers. Everything the page shows about an experiment comes from here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Description {
    pub experiment: Experiment,
    /// The experiment as it stands after the `#` of a link; defaults are left out.
    pub query: String,
    pub dataset: DatasetDescription,
    /// The network in text form.
    pub spec: String,
    /// Steps in one epoch; the ragged last batch is dropped.
    pub steps_per_epoch: u32,
    /// One entry per arm, in the experiment's order.
    pub arms: Vec<ArmDescription>,
    /// Bytes needed for training all arms: parameters, gradients, optimiser, activations of one arm, images.
    pub memory: f64,
    pub warnings: Vec<Fault>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DatasetDescription {
    pub name: String,
    pub label: String,
    pub classes: Vec<String>,
    /// Channels, height, width.
    pub shape: [u32; 3],
    pub train_images: u32,
    pub test_images: u32,
    pub licence: String,
    pub source: String,
    /// What a user of the images must know, such as a missing licence.
    pub notice: Option<String>,
    /// Files to load, relative to the page's `data/` folder.
    pub files: Vec<String>,
    /// Bytes of all files together.
    pub bytes: f64,
}

/// One arm's network.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ArmDescription {
    pub arm: Arm,
    /// While training: the parameters of all factors.
    pub parameters: f64,
    /// While training, layer by layer, per image: multiply-adds as the paper counts them (paper.md §8).
    pub macs: f64,
    /// Multiply-adds to compose the kernels once; a contracted step pays them once per batch.
    pub compose_macs: f64,
    /// After contraction: those of the compact network, whatever the arm.
    pub contracted_parameters: f64,
    pub contracted_macs: f64,
    pub layers: Vec<LayerDescription>,
}

/// One layer of an arm's network, in order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LayerDescription {
    /// PyTorch name where it has parameters (`conv1`, `conv1_bn`, `fc1`), else the kind.
    pub name: String,
    pub kind: LayerKind,
    /// The layer in text form.
    pub text: String,
    /// Channels, height, width of the input; height and width 1 after flatten.
    pub input: [u32; 3],
    pub output: [u32; 3],
    pub parameters: f64,
    pub macs: f64,
    /// Which rule expanded the layer in this arm, if any.
    pub rule: Option<Rule>,
    /// The linear maps of a conv or dense layer: one if compact, several if expanded; empty for other kinds.
    pub maps: Vec<MapDescription>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LayerKind {
    Conv,
    Norm,
    Relu,
    Pool,
    Flatten,
    Dense,
}

/// One linear map of a chain.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MapDescription {
    /// PyTorch name: `conv1` if the layer is compact, `conv1.0`, `conv1.1` … if expanded.
    pub name: String,
    pub inputs: u32,
    pub outputs: u32,
    pub kernel: u32,
    pub stride: u32,
    pub dilation: u32,
    pub groups: u32,
    pub parameters: f64,
    pub macs: f64,
}
