//! Learning to detect: the region loss of YOLOv2 (Redmon and Farhadi 2017), by true objects or by a teacher.
//!
//! Axes: N images, A anchors, G = GY·GX cells, C classes, T true boxes; see [`Grid`] for what the channels mean.

use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor, TensorData};

use crate::data::Object;
use crate::error::Fault;
use crate::kernels::tensor::cross_entropy;
use crate::measure::detection::Grid;

mod assignment;
mod overlap;
mod plain;
use assignment::Targets;
pub use assignment::{Assigned, assigned};
use overlap::Overlap;
pub use plain::image_loss;

/// Weights of the parts of the loss: `coord_scale`, `object_scale`, `noobject_scale` and `class_scale` of YOLO-LITE's
/// configuration for darknet (paper.md §3).
pub const COORDINATES: f32 = 1.0;
pub const OBJECT: f32 = 5.0;
pub const NO_OBJECT: f32 = 1.0;
pub const CLASS: f64 = 1.0;

/// The IoU with a true box above which a predicted box that is assigned none is not told to be none: `thresh` of darknet's
/// configurations of YOLOv2.
pub const FREE: f64 = 0.6;

/// What the outputs for a batch should be, on the device, for all arms.
#[derive(Clone)]
pub struct Lesson {
    anchors: usize,
    /// `[N·A, 5, G]`: what σ(x), σ(y), w, h and σ(objectness) should be.
    responses: Tensor<3>,
    /// `[N·A, 5, G]`: the weights of their squared errors, …
    certain: Tensor<3>,
    /// … but for these, which count for boxes that are not free only.
    bound: Tensor<3>,
    /// `[N·A·G, C]`: probabilities of the classes.
    classes: Tensor<2>,
    /// `[N·A·G]`: how much the rows of the classes' cross-entropy are of the loss.
    shares: Tensor<1>,
    temperature: f64,
    /// What a predicted box is set free by; nothing in a teacher's lesson.
    overlap: Option<Overlap>,
}

impl Lesson {
    /// What the true objects of each image teach.
    ///
    /// # Errors
    /// As [`assigned`].
    pub fn of_objects(grid: &Grid, images: &[Vec<Object>], device: &Device) -> Result<Lesson, Fault> {
        let Targets { responses, classes, boxes, most } = Targets::of(grid, images)?;
        let (rows, area) = (images.len() * grid.anchors.len(), grid.area());
        let responses = Tensor::from_data(TensorData::new(responses, [rows, 5, area]), device);
        let classes = Tensor::from_data(TensorData::new(classes, [rows * area, grid.classes]), device);
        let boxes = Tensor::from_data(TensorData::new(boxes, [images.len(), 4, most]), device);
        Ok(Lesson::new(grid, responses, classes, 1.0, Some(Overlap::new(grid, boxes))))
    }

    /// What a teacher's output `[N, A·(5 + C), GY, GX]` teaches: our choice, the paper tells of none.
    ///
    /// The teacher's word stands in the truth's place, weighed by how sure it is: where it sees an object, the student's
    /// box is to be the same and so are, softened by the temperature, the probabilities of the classes. A teacher that is
    /// wholly sure of all it says teaches what such objects would, except that no box is free.
    pub fn of_teacher(grid: &Grid, output: Tensor<4>, temperature: f64) -> Lesson {
        let (responses, logits) = read(output.inner(), grid.anchors.len());
        let classes = softmax(logits.mul_scalar(1.0 / temperature), 1);
        Lesson::new(grid, responses, classes, temperature, None)
    }

    fn new(
        grid: &Grid,
        responses: Tensor<3>,
        classes: Tensor<2>,
        temperature: f64,
        overlap: Option<Overlap>,
    ) -> Lesson {
        let ([rows, _, area], device) = (responses.dims(), responses.device());
        let object = responses.clone().slice([0..rows, 4..5, 0..area]);
        let none = object.clone().mul_scalar(-1.0).add_scalar(1.0);
        let [place, shape] = [COORDINATES; 2];
        // The gradient of softened classes is smaller by the temperature squared (Hinton et al. 2015); and a row of
        // cross-entropy comes divided by their number.
        let share = CLASS * temperature * temperature * (rows * area) as f64 * grid.anchors.len() as f64 / rows as f64;
        Lesson {
            anchors: grid.anchors.len(),
            certain: object.clone().mul(per_channel([place, place, shape, shape, OBJECT], &device)),
            bound: none.mul(per_channel([0.0, 0.0, 0.0, 0.0, NO_OBJECT], &device)),
            responses,
            classes,
            shares: object.reshape([rows * area]).mul_scalar(share),
            temperature,
            overlap,
        }
    }

    /// The loss of an output `[N, A·(5 + C), GY, GX]`, within autodiff or not: `[1]`, a sum over boxes divided by N.
    ///
    /// Where there is an object, half the squared errors of σ(x), σ(y), w, h and of σ(objectness) to 1, and the cross-entropy
    /// of the classes; elsewhere, unless the box is free ([`FREE`]), half the squared error of σ(objectness) to 0; each by
    /// its weight. They are halved so that a weight is what it is in darknet: that of the error, in the gradient.
    pub fn loss(&self, output: Tensor<4>) -> Tensor<1> {
        let images = output.dims()[0];
        let (responses, logits) = read(output, self.anchors);
        let bound = match &self.overlap {
            Some(overlap) => self.bound.clone().mul(overlap.bound(responses.clone().inner())),
            None => self.bound.clone(),
        };
        let errors = responses.sub(self.responses.clone());
        let squares = errors.clone().mul(errors).mul(self.certain.clone().add(bound)).sum();
        let rows = cross_entropy(logits.mul_scalar(1.0 / self.temperature), self.classes.clone());
        let classes = rows.mul(self.shares.clone()).sum();
        squares.mul_scalar(0.5 / images as f64).add(classes)
    }
}

/// Takes an output `[N, A·(5 + C), GY, GX]` apart: σ(x), σ(y), w, h, σ(objectness) `[N·A, 5, G]`, class logits `[N·A·G, C]`.
fn read(output: Tensor<4>, anchors: usize) -> (Tensor<3>, Tensor<2>) {
    let [n, channels, height, width] = output.dims();
    let (rows, depth, area) = (n * anchors, channels / anchors, height * width);
    let output = output.reshape([rows, depth, area]);
    let logits = output.clone().slice([0..rows, 5..depth, 0..area]);
    let logits = logits.permute([0, 2, 1]).reshape([rows * area, depth - 5]);
    let raw = output.slice([0..rows, 0..5, 0..area]);
    let device = raw.device();
    let squashed = sigmoid(raw.clone()).mul(per_channel([1.0, 1.0, 0.0, 0.0, 1.0], &device));
    (squashed.add(raw.mul(per_channel([0.0, 0.0, 1.0, 1.0, 0.0], &device))), logits)
}

/// A factor for each of the five channels, `[1, 5, 1]`.
fn per_channel(factors: [f32; 5], device: &Device) -> Tensor<3> {
    Tensor::from_data(TensorData::new(factors.to_vec(), [1, 5, 1]), device)
}

/// σ(x) = e^(x − m) / (e^(x − m) + e^(−m)) with m = max(x, 0), of operations that training has anyway.
///
/// No power of e is above 1, so nothing overflows; and the gradient is right whatever that of the maximum is taken for.
fn sigmoid(x: Tensor<3>) -> Tensor<3> {
    let most = relu(x.clone());
    let yes = x.sub(most.clone()).exp();
    let no = most.mul_scalar(-1.0).exp();
    yes.clone().div(yes.add(no))
}

#[cfg(test)]
mod tests;
