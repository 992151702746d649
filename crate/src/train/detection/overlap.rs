//! Which predicted boxes overlap a true one so well that they are not told to be none, found on the device.

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::FREE;
use crate::measure::detection::Grid;

/// What an excess, in pixels², is multiplied by to be more than 1 unless it is nothing.
const STEEP: f64 = 1e9;

/// The true boxes of N images, and the anchors and cells of predicted ones. Pairs are of the two axes: across, then down.
#[derive(Clone)]
pub(super) struct Overlap {
    /// Width and height of a cell, in pixels.
    cell: [f64; 2],
    anchors: usize,
    /// `[N, 1, T]`: where each true box ends, in pixels, …
    ends: [Tensor<3>; 2],
    /// … how long it is, and its area.
    lengths: [Tensor<3>; 2],
    areas: Tensor<3>,
    /// `[1, A·G, 1]`: the column and the row of each predicted box, and half of its anchor, in pixels.
    places: [Tensor<3>; 2],
    halves: [Tensor<3>; 2],
}

impl Overlap {
    /// With true boxes `[N, 4, T]`: left, top, right, bottom.
    pub fn new(grid: &Grid, boxes: Tensor<3>) -> Overlap {
        let ([n, _, most], device) = (boxes.dims(), boxes.device());
        let side = |index: usize| boxes.clone().slice([0..n, index..index + 1, 0..most]);
        let lengths = [0, 1].map(|axis| side(axis + 2).sub(side(axis)));
        let [height, width] = grid.cell();
        let (columns, cells) = (grid.cells[1], 0..grid.area());
        let places = [cells.clone().map(|cell| cell % columns).collect(), cells.map(|cell| cell / columns).collect()];
        let each = |of: &dyn Fn(usize, usize) -> f32| {
            let anchors = 0..grid.anchors.len();
            per_box(anchors.flat_map(|anchor| (0..grid.area()).map(move |cell| of(anchor, cell))).collect(), &device)
        };
        Overlap {
            cell: [width, height],
            anchors: grid.anchors.len(),
            ends: [side(2), side(3)],
            areas: lengths[0].clone().mul(lengths[1].clone()),
            lengths,
            places: places.map(|place: Vec<usize>| each(&|_, cell| place[cell] as f32)),
            halves: [0, 1].map(|axis| each(&|anchor, _| 0.5 * grid.anchors[anchor][axis])),
        }
    }

    /// 0 for each predicted box whose IoU with a true one is above [`FREE`], 1 for the others: `[N·A, 1, G]`.
    ///
    /// `responses` are σ(x), σ(y), w, h, σ(objectness), `[N·A, 5, G]`, without autodiff.
    ///
    /// No quotient and no comparison: IoU is above f where `both > f · (one + other − both)`, and of some true box where the
    /// sum of what is too much is above 0. A predicted box without bounds does no harm: each of its ends is subtracted from
    /// something and cut off at 0 before it meets another.
    pub fn bound(&self, responses: Tensor<3>) -> Tensor<3> {
        let [rows, _, cells] = responses.dims();
        let channel = |index: usize| {
            let channel = responses.clone().slice([0..rows, index..index + 1, 0..cells]);
            channel.reshape([rows / self.anchors, self.anchors * cells, 1])
        };
        let [(across, width), (down, height)] = [0, 1].map(|axis| {
            let (end, length) = (self.ends[axis].clone(), self.lengths[axis].clone());
            let middle = channel(axis).add(self.places[axis].clone()).mul_scalar(self.cell[axis]);
            let half = channel(axis + 2).exp().mul(self.halves[axis].clone());
            // Of the true box, what sticks out of the predicted one on either side is not shared.
            let after = relu(end.clone().sub(middle.clone().add(half.clone())));
            let before = relu(middle.sub(half.clone()).sub(end.sub(length.clone())));
            (half, relu(length.sub(after).sub(before)))
        });
        let (both, areas) = (width.mul(height), across.mul(down).mul_scalar(4.0).add(self.areas.clone()));
        let excess = relu(both.mul_scalar(1.0 + FREE).sub(areas.mul_scalar(FREE))).sum_dim(2);
        relu(excess.mul_scalar(-STEEP).add_scalar(1.0)).reshape([rows, 1, cells])
    }
}

/// One number for each predicted box, `[1, A·G, 1]`.
fn per_box(values: Vec<f32>, device: &Device) -> Tensor<3> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [1, count, 1]), device)
}
