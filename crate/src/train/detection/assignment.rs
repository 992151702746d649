//! Which box of a detector is to become which true object: pure, on the CPU.

use crate::data::Object;
use crate::data::anchors::{Size, shape_iou, size};
use crate::error::Fault;
use crate::measure::detection::{Grid, sides};

/// The box that is to become an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assigned {
    pub object: Object,
    pub anchor: usize,
    /// Row by row, 0 to GY·GX − 1.
    pub cell: usize,
    /// What σ(x), σ(y), w and h of the box should be.
    pub responses: [f64; 4],
}

/// Assigns each object of an image to the cell that its centre is in, and there to the anchor whose shape has the highest
/// IoU with its own, of those that no earlier object has; if all are taken, it is dropped.
///
/// A centre beyond the border counts as on it. Objects without an area teach nothing.
///
/// # Errors
/// If an object's class is not among the detector's.
pub fn assigned(grid: &Grid, objects: &[Object]) -> Result<Vec<Assigned>, Fault> {
    if let Some(Object { class, .. }) = objects.iter().find(|object| usize::from(object.class) >= grid.classes) {
        let text = format!("an object has class {class}; the detector has {}, from 0", grid.classes);
        return Err(Fault::new("class_out_of_range", text));
    }
    let mut all: Vec<Assigned> = Vec::new();
    for &object in objects.iter().filter(|object| has_area(object)) {
        let ([row, y], [column, x]) = (place(grid, &object, 0), place(grid, &object, 1));
        let cell = row as usize * grid.cells[1] + column as usize;
        let free = |anchor: &usize| !all.iter().any(|other| (other.anchor, other.cell) == (*anchor, cell));
        let fit = |anchor: usize| shape_iou(grid.anchors[anchor], size(&object));
        let better = |best: usize, anchor: usize| if fit(anchor) > fit(best) { anchor } else { best };
        if let Some(anchor) = (0..grid.anchors.len()).filter(free).reduce(better) {
            let ratio = |axis: usize, of: Size| (f64::from(size(&object)[axis]) / f64::from(of[axis])).ln();
            let [w, h] = [0, 1].map(|axis| ratio(axis, grid.anchors[anchor]));
            all.push(Assigned { object, anchor, cell, responses: [x, y, w, h] });
        }
    }
    Ok(all)
}

fn has_area(object: &Object) -> bool {
    size(object).iter().all(|&side| side > 0.0)
}

/// The row (axis 0) or column (axis 1) of cells that an object's centre is in, and how far into the cell, 0 to 1.
fn place(grid: &Grid, object: &Object, axis: usize) -> [f64; 2] {
    let [left, top, right, bottom] = sides(object);
    let centre = 0.5 * [top + bottom, left + right][axis];
    let cells = centre.clamp(0.0, grid.image[axis] as f64) / grid.cell()[axis];
    let cell = cells.floor().min((grid.cells[axis] - 1) as f64);
    [cell, cells - cell]
}

/// What the boxes of a detector should be for N images, row-major. Axes as in [`super`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Targets {
    /// `[N, A, 5, G]`: what σ(x), σ(y), w, h should be where there is an object, and 1 for that there is; 0 elsewhere.
    pub responses: Vec<f32>,
    /// `[N, A, G, C]`: 1 at an object's class.
    pub classes: Vec<f32>,
    /// `[N, 4, T]`: left, top, right, bottom of each object in pixels, dropped ones too, then zeros up to T.
    pub boxes: Vec<f32>,
    /// T: the most objects of an image, or more.
    pub most: usize,
}

/// True boxes are padded to a multiple of this many an image: few different shapes.
const ROUND: usize = 8;

impl Targets {
    /// Of the objects of each image.
    ///
    /// # Errors
    /// As [`assigned`].
    pub fn of(grid: &Grid, images: &[Vec<Object>]) -> Result<Targets, Fault> {
        let (n, anchors, area) = (images.len(), grid.anchors.len(), grid.area());
        let most = images.iter().map(Vec::len).max().unwrap_or(0).next_multiple_of(ROUND).max(ROUND);
        let mut responses = vec![0.0; n * anchors * 5 * area];
        let mut classes = vec![0.0; n * anchors * area * grid.classes];
        let mut boxes = vec![0.0; n * 4 * most];
        for (image, objects) in images.iter().enumerate() {
            for (index, object) in objects.iter().filter(|object| has_area(object)).enumerate() {
                let place = |side: usize| (image * 4 + side) * most + index;
                sides(object).into_iter().enumerate().for_each(|(side, at)| boxes[place(side)] = at as f32);
            }
            for Assigned { object, anchor, cell, responses: [x, y, w, h] } in assigned(grid, objects)? {
                let row = image * anchors + anchor;
                for (channel, value) in [x, y, w, h, 1.0].into_iter().enumerate() {
                    responses[(row * 5 + channel) * area + cell] = value as f32;
                }
                classes[(row * area + cell) * grid.classes + usize::from(object.class)] = 1.0;
            }
        }
        Ok(Targets { responses, classes, boxes, most })
    }
}
