//! What a detector's output says: from the numbers of its last convolution to objects (YOLOv2).

use super::{Detection, suppress};
use crate::data::Object;
use crate::data::anchors::Size;

/// How the output `[N, A·(5 + C), GY, GX]` of a detector is to be read.
///
/// A box for each of A anchors in each of GY×GX cells. Its channels: x, y, w, h, objectness, then a logit for each of C
/// classes. Its centre lies at (σ(x) + column, σ(y) + row) cells, it is anchor width · e^w wide and anchor height · e^h
/// high; that it is an object of a class has probability σ(objectness) · softmax(logits).
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Width and height of each anchor.
    pub anchors: Vec<Size>,
    /// C.
    pub classes: usize,
    /// Height and width of the images, in pixels.
    pub image: [usize; 2],
    /// GY and GX.
    pub cells: [usize; 2],
}

impl Grid {
    /// A·(5 + C).
    pub fn channels(&self) -> usize {
        self.anchors.len() * (5 + self.classes)
    }

    /// GY·GX.
    pub fn area(&self) -> usize {
        self.cells[0] * self.cells[1]
    }

    /// Height and width of a cell, in pixels.
    pub fn cell(&self) -> [f64; 2] {
        [0, 1].map(|axis| self.image[axis] as f64 / self.cells[axis] as f64)
    }

    /// Left, top, right and bottom of the box of an anchor in a cell, in pixels, by its channels x, y, w, h.
    pub fn sides(&self, anchor: usize, cell: usize, [x, y, w, h]: [f64; 4]) -> [f64; 4] {
        let ([height, width], [across, down]) = (self.cell(), self.anchors[anchor].map(f64::from));
        let (x, y) = (sigmoid(x) + (cell % self.cells[1]) as f64, sigmoid(y) + (cell / self.cells[1]) as f64);
        let [x, y, across, down] = [x * width, y * height, 0.5 * across * w.exp(), 0.5 * down * h.exp()];
        [x - across, y - down, x + across, y + down]
    }

    /// The objects in each image, from an output of any number of them, surest first.
    ///
    /// Of every box, each class whose score is `least` or more; boxes are cut off at the image's border; then doubles are
    /// taken out by [`suppress`] with the threshold `overlap` (darknet's order is to suppress first and cut off then).
    ///
    /// # Panics
    /// If the output is not of whole images.
    pub fn decode(&self, output: &[f32], least: f32, overlap: f64) -> Vec<Vec<Detection>> {
        let image = self.channels() * self.area();
        assert!(image > 0 && output.len().is_multiple_of(image), "{} numbers for images of {image}", output.len());
        let boxes = |image: &[f32]| {
            let each = image.chunks_exact((5 + self.classes) * self.area()).enumerate();
            each.flat_map(|(anchor, channels)| self.boxes(anchor, channels, least)).collect()
        };
        output.chunks_exact(image).map(|image| suppress(boxes(image), overlap)).collect()
    }

    /// The detections of one anchor, from its channels `[5 + C, GY, GX]`.
    fn boxes(&self, anchor: usize, channels: &[f32], least: f32) -> Vec<Detection> {
        let mut found = Vec::new();
        for cell in 0..self.area() {
            let channel = |index: usize| f64::from(channels[index * self.area() + cell]);
            let [left, top, right, bottom] = self.sides(anchor, cell, [0, 1, 2, 3].map(channel));
            let [left, right] = [left, right].map(|at| at.clamp(0.0, self.image[1] as f64) as f32);
            let [top, bottom] = [top, bottom].map(|at| at.clamp(0.0, self.image[0] as f64) as f32);
            // Not so if it is too small to have an area, or not made of numbers.
            if !(left < right && top < bottom) {
                continue;
            }
            let most = (0..self.classes).map(|class| channel(5 + class)).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..self.classes).map(|class| (channel(5 + class) - most).exp()).sum();
            for class in 0..self.classes {
                let score = (sigmoid(channel(4)) * (channel(5 + class) - most).exp() / sum) as f32;
                if score >= least {
                    found.push(Detection { object: Object { class: class as u8, left, top, right, bottom }, score });
                }
            }
        }
        found
    }
}

/// σ(x).
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests;
