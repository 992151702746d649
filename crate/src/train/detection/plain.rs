//! The loss of one image in plain loops and double precision: for scores, and what the loss on the device is tested by.

use super::assignment::{Assigned, assigned};
use super::{CLASS, COORDINATES, FREE, NO_OBJECT, OBJECT};
use crate::data::Object;
use crate::error::Fault;
use crate::measure::detection::{Grid, sides, sides_iou, sigmoid};

/// The loss of one image's output `[A·(5 + C), GY, GX]`, read number by number, by its true objects: see
/// [`super::Lesson::loss`], which divides the sum over images by their number.
///
/// # Errors
/// As [`assigned`].
pub fn image_loss(grid: &Grid, output: impl Fn(usize) -> f64, objects: &[Object]) -> Result<f64, Fault> {
    let assigned = assigned(grid, objects)?;
    let mut loss = 0.0;
    for anchor in 0..grid.anchors.len() {
        for cell in 0..grid.area() {
            let channel = |index: usize| output((anchor * (5 + grid.classes) + index) * grid.area() + cell);
            let square = |error: f64| 0.5 * error * error;
            let sure = sigmoid(channel(4));
            let Some(told) = assigned.iter().find(|told| (told.anchor, told.cell) == (anchor, cell)) else {
                let found = grid.sides(anchor, cell, [0, 1, 2, 3].map(channel));
                let free = objects.iter().any(|object| sides_iou(found, sides(object)) > FREE);
                loss += if free { 0.0 } else { f64::from(NO_OBJECT) * square(sure) };
                continue;
            };
            let Assigned { object, responses: [x, y, w, h], .. } = *told;
            let place = square(sigmoid(channel(0)) - x) + square(sigmoid(channel(1)) - y);
            let shape = square(channel(2) - w) + square(channel(3) - h);
            loss += f64::from(COORDINATES) * (place + shape) + f64::from(OBJECT) * square(sure - 1.0);
            let most = (0..grid.classes).map(|class| channel(5 + class)).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = (0..grid.classes).map(|class| (channel(5 + class) - most).exp()).sum();
            loss += CLASS * (sum.ln() + most - channel(5 + usize::from(object.class)));
        }
    }
    Ok(loss)
}
