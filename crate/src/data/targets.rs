//! What is to be learned of images: a class of each, a class of each pixel, or the objects in each.

use std::sync::Arc;

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
