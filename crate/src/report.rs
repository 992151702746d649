//! Answers to questions asked of a running race: what was opened, contraction error, filters.

use serde::Serialize;

use crate::data::{Object, Task};
use crate::describe::Description;
use crate::event::Event;
use crate::experiment::Arm;

/// What the browser told about its graphics adapter; gathered before anything touches the GPU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AdapterReport {
    /// Whether WebGPU can be used here.
    pub usable: bool,
    /// The adapter's name, as far as the browser tells it.
    pub name: String,
    /// Computed on the CPU, such as SwiftShader.
    pub software: bool,
    /// Why it cannot be used: no `navigator.gpu`, no adapter, no `timestamp-query`.
    pub reason: Option<String>,
    /// Largest buffer a kernel can bind, bytes.
    pub largest_buffer: f64,
}

/// The answer to opening a session.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Opened {
    pub backend: Backend,
    /// For the badge: the adapter's name, or the CPU's description.
    pub adapter: String,
    pub software: bool,
    /// One sentence: why this backend.
    pub reason: String,
    /// Planned memory, bytes.
    pub memory: f64,
}

/// What computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Backend {
    Cpu,
    Webgpu,
}

/// An arm's network before and after contraction, compared in evaluation mode.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ContractionReport {
    pub arm: Arm,
    pub step: u32,
    /// max |Δlogit| / max |logit| over the probe images.
    pub max_relative_error: f64,
    /// Share of probe images for which both give the same class.
    pub agreement: f64,
    /// Images compared.
    pub probe: u32,
    /// Test accuracy of the network as trained.
    pub accuracy_before: f64,
    /// Test accuracy of the contracted network.
    pub accuracy_after: f64,
    pub parameters_before: f64,
    pub parameters_after: f64,
    pub layers: Vec<LayerContraction>,
}

/// One chain's contraction.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LayerContraction {
    pub name: String,
    /// Maps before; 1 after.
    pub maps: u32,
    pub parameters_before: f64,
    pub parameters_after: f64,
}

/// First-layer kernels of one arm, contracted: what the arm's network really convolves the image with.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Filters {
    pub arm: Arm,
    pub step: u32,
    /// Output channels, input channels, height, width.
    pub shape: [u32; 4],
    /// Row-major values.
    pub values: Vec<f32>,
}

/// Which training labels of a race were drawn at random.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NoiseReport {
    pub seed: u32,
    /// Indices of the images, in order.
    pub images: Vec<u32>,
}

/// A recorded experiment, for the page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Replayed {
    pub description: Description,
    pub events: Vec<Event>,
}

/// What the arms say of some test images, contracted, as they are now.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Predictions {
    pub step: u32,
    pub task: Task,
    /// Channels, height, width of each image.
    pub shape: [u32; 3],
    pub images: Vec<PredictedImage>,
}

/// A test image with its truth and what each arm says.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PredictedImage {
    /// Its place among the test images.
    pub index: u32,
    /// `[C, H, W]`, row-major, 0 is black.
    pub pixels: Vec<u8>,
    pub truth: Answer,
    pub arms: Vec<ArmAnswer>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ArmAnswer {
    pub arm: Arm,
    pub answer: Answer,
}

/// What is said of an image. Classes are by their index in the data set's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Answer {
    Class {
        class: u8,
    },
    /// `[H, W]`, row-major; 255 where the truth does not say.
    Mask {
        classes: Vec<u8>,
    },
    Objects {
        objects: Vec<Found>,
    },
}

/// An object in an image, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Found {
    pub class: u8,
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
    /// How sure the arm is, 0 to 1; none for the truth.
    pub score: Option<f32>,
}

impl Found {
    pub fn new(Object { class, left, top, right, bottom }: Object, score: Option<f32>) -> Found {
        Found { class, left, top, right, bottom, score }
    }
}
