//! Which source pixels each output pixel reads: a convolution or its input gradient as sums over taps.

use super::super::shape::Convolution;

/// Where a kernel row or column reads: output `p` reads source `p · step + offset` with kernel index `index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    pub offset: isize,
    pub index: usize,
}

/// Sums over taps for a grid of output pixels that all read alike.
#[derive(Clone, Debug)]
pub struct Plan {
    pub groups: usize,
    /// Channels per group.
    pub inputs: usize,
    pub outputs: usize,
    pub kernel: usize,
    /// Y and X of the source.
    pub source: [usize; 2],
    /// Y and X of the target, and of the part of it that this plan fills: every `pace`-th pixel from `start`.
    pub target: [usize; 2],
    pub grid: [usize; 2],
    pub start: [usize; 2],
    pub pace: usize,
    /// Source pixels from one output of the grid to the next.
    pub step: usize,
    /// Ascending by offset.
    pub rows: Vec<Tap>,
    pub columns: Vec<Tap>,
}

impl Plan {
    /// The convolution itself.
    pub fn forward(shape: &Convolution) -> Self {
        let taps: Vec<Tap> = (0..shape.kernel)
            .map(|index| Tap { offset: (index * shape.dilation) as isize - shape.padding as isize, index })
            .collect();
        Self {
            groups: shape.groups,
            inputs: shape.inputs / shape.groups,
            outputs: shape.outputs / shape.groups,
            kernel: shape.kernel,
            source: shape.size,
            target: shape.output_size(),
            grid: shape.output_size(),
            start: [0, 0],
            pace: 1,
            step: shape.stride,
            rows: taps.clone(),
            columns: taps,
        }
    }

    /// The gradient of the input: one plan for each phase of the stride that any output reads.
    pub fn backward(shape: &Convolution) -> Vec<Self> {
        let phases = (0..shape.stride * shape.stride).map(|phase| [phase / shape.stride, phase % shape.stride]);
        let plan = |start: [usize; 2]| Self {
            groups: shape.groups,
            inputs: shape.outputs / shape.groups,
            outputs: shape.inputs / shape.groups,
            kernel: shape.kernel,
            source: shape.output_size(),
            target: shape.size,
            grid: [0, 1].map(|axis| shape.size[axis].saturating_sub(start[axis]).div_ceil(shape.stride)),
            start,
            pace: shape.stride,
            step: 1,
            rows: backward_taps(shape, start[0]),
            columns: backward_taps(shape, start[1]),
        };
        phases.map(plan).filter(|plan| plan.grid[0] * plan.grid[1] * plan.rows.len() * plan.columns.len() > 0).collect()
    }
}

/// Taps of the input pixels at `start` and every stride on, along one axis.
fn backward_taps(shape: &Convolution, start: usize) -> Vec<Tap> {
    let reach = |index: usize| (start + shape.padding) as isize - (index * shape.dilation) as isize;
    let stride = shape.stride as isize;
    let hits = (0..shape.kernel).rev().filter(|&index| reach(index) % stride == 0);
    hits.map(|index| Tap { offset: reach(index) / stride, index }).collect()
}
