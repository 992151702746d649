//! What is to be learned of images: a class of each, a class of each pixel, or the objects in each.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

mod check;

pub use check::{mask_size, same_shape};

/// What a network learns to say of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Task {
    /// Its class.
    Classify,
    /// The class of each of its pixels.
    Segment,
    /// The objects in it, each with a class and a box.
    Detect,
}

impl Task {
    /// The one number that says how good answers are, 0 to 1.
    pub fn quality(self) -> &'static str {
        match self {
            Task::Classify => "accuracy",
            Task::Segment => "mIoU",
            Task::Detect => "mAP@0.5",
        }
    }
}

/// The class of a pixel that neither teaches nor counts.
pub const IGNORE: u8 = 255;

/// An object in an image: its class and its box, in pixels from the upper left corner of the image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Object {
    pub class: u8,
    pub left: f32,
    pub top: f32,
    /// Past the last column; greater than `left`.
    pub right: f32,
    /// Past the last row; greater than `top`.
    pub bottom: f32,
}

/// Targets of N images.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// Classification, `[N]`: the index of each image's class.
    Classes(Vec<u8>),
    /// Segmentation, `[N, H, W]`: the index of each pixel's class, or [`IGNORE`].
    Masks(Arc<Vec<u8>>),
    /// Detection, `[N]`: the objects of each image, in no order.
    Objects(Arc<Vec<Vec<Object>>>),
}

impl Targets {
    /// The task that these are targets of.
    pub fn task(&self) -> Task {
        match self {
            Targets::Classes(_) => Task::Classify,
            Targets::Masks(_) => Task::Segment,
            Targets::Objects(_) => Task::Detect,
        }
    }

    /// Only those of the first `count` images, whose planes have `plane` pixels.
    pub(super) fn truncate(&mut self, count: usize, plane: usize) {
        match self {
            Targets::Classes(labels) => labels.truncate(count),
            Targets::Masks(masks) => Arc::make_mut(masks).truncate(count * plane),
            Targets::Objects(objects) => Arc::make_mut(objects).truncate(count),
        }
    }
}
