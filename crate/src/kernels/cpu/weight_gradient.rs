//! The gradients of a convolution's weights: the same layout as forward, products summed over pixels and images.

use super::super::shape::Convolution;
use super::blocks::{BLOCK, Products, SLACK, Sums};
use super::convolution::{blocked, images_at_once, offsets, transform_inputs};
use super::gather::{Layout, whole};
use super::parallel::{map, with_scratch};
use super::plan::Plan;
use super::scheme::Scheme;
use super::sum::sum;

/// Batches are summed in so many parts, however many threads there are, so that the sums do not depend on them.
const PARTS: usize = 8;

/// Pixels that should be summed in vectors before their lanes are added up.
const RUN: usize = 256;

/// The gradients of `weight` and `bias` in [`convolve`](super::convolve): `x` is `[N, I, Y, X]`, `dy` `[N, O, Y, X]`,
/// `dweight` `[O, I/G, K, K]`, `dbias` `[O]`.
pub fn convolve_weight_gradient(
    shape: &Convolution,
    x: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    dbias: Option<&mut [f32]>,
) {
    let plan = Plan::forward(&shape.by_lines());
    let [from, to] = [plan.source, plan.target].map(|[height, width]| height * width);
    assert!(x.len() == shape.batch * shape.inputs * from && dy.len() == shape.batch * shape.outputs * to);
    let scheme = Scheme::of(&plan);
    let images = shape.batch.div_ceil(PARTS).max(1);
    let parts = map(shape.batch.div_ceil(images), |part| {
        let range = part * images..shape.batch.min((part + 1) * images);
        let x = &x[range.start * shape.inputs * from..range.end * shape.inputs * from];
        sum_part(shape, &plan, &scheme, x, &dy[range.start * shape.outputs * to..range.end * shape.outputs * to])
    });
    let mut sums = vec![0.0; plan.groups * plan.outputs * scheme.points * scheme.filters * plan.inputs * plan.kernel];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    transform_back(&plan, &scheme, &sums, dweight);
    if let Some(dbias) = dbias {
        sum_bias(shape.outputs, to, dy, dbias);
    }
}

/// The sums of some images, `[G][point]` of blocks of outputs by `[filter][input][row]`.
fn sum_part(shape: &Convolution, plan: &Plan, scheme: &Scheme, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let [from, to] = [plan.source, plan.target].map(|[height, width]| height * width);
    let (layout, dy_layout) = (Layout::of_source(plan, scheme), Layout::of_target(plan, scheme));
    let pixels = whole(dy_layout.plane());
    let span = plan.outputs * scheme.filters * plan.inputs * plan.kernel;
    let mut sums = vec![0.0; plan.groups * scheme.points * span];
    let at_once = images_at_once(scheme, shape.inputs * layout.plane(), shape.batch).max(RUN / pixels);
    for (x, dy) in x.chunks(at_once * shape.inputs * from).zip(dy.chunks(at_once * shape.outputs * to)) {
        let images = dy.len() / (shape.outputs * to);
        let (section, results) = (whole(images * shape.inputs * layout.plane()), images * shape.outputs * pixels);
        let sizes = [
            layout.phases.len() * section + SLACK,
            scheme.points * scheme.filters * section + SLACK,
            scheme.tile * results,
            scheme.points * results,
        ];
        with_scratch(sizes.iter().sum(), |scratch| {
            let (gathered, rest) = scratch.split_at_mut(sizes[0]);
            let (transformed, rest) = rest.split_at_mut(sizes[1]);
            let (dy_gathered, dy_transformed) = rest.split_at_mut(sizes[2]);
            layout.gather(x, plan.source, layout.plane(), section, gathered);
            dy_layout.gather(dy, plan.target, pixels, results, dy_gathered);
            // What vectors read past the last plane is multiplied by zero, so it has to be finite.
            gathered[sizes[0] - SLACK..].fill(0.0);
            transformed[sizes[1] - SLACK..].fill(0.0);
            let (x, dy): (&[f32], &[f32]) = if scheme.tile == 1 {
                (gathered, dy_gathered)
            } else {
                transform_inputs(scheme, gathered, section, transformed);
                transform_outputs(scheme, dy_gathered, results, dy_transformed);
                (transformed, dy_transformed)
            };
            let offsets = offsets(plan, scheme, &layout, section);
            for group in 0..plan.groups {
                for point in 0..scheme.points {
                    let start = point * scheme.filters * section + group * plan.inputs * layout.plane();
                    Products {
                        x: &x[start..],
                        offsets: &offsets,
                        y: &dy[point * results + group * plan.outputs * pixels..],
                        outputs: plan.outputs,
                        images,
                        pixels,
                        strides: [shape.inputs * layout.plane(), shape.outputs * pixels],
                        weights: &mut sums[(group * scheme.points + point) * span..][..span],
                    }
                    .run();
                }
            }
        });
    }
    sums
}

/// Output gradients at every point from those of each tile.
fn transform_outputs(scheme: &Scheme, gathered: &[f32], section: usize, transformed: &mut [f32]) {
    let (points, tile) = (scheme.points, scheme.tile);
    let weights = blocked(points, tile, |point, phase| scheme.outputs[point * tile + phase]);
    let offsets: Vec<usize> = (0..tile).map(|phase| phase * section).collect();
    let (outputs, y) = (points, transformed);
    Sums { x: gathered, offsets: &offsets, weights: &weights, outputs, pixels: section, y, stride: section }.run();
}

/// Gradients of kernels from those at every point.
fn transform_back(plan: &Plan, scheme: &Scheme, sums: &[f32], dweight: &mut [f32]) {
    let rows = plan.rows.len();
    let taps = scheme.filters * plan.inputs * rows;
    dweight.fill(0.0);
    for group in 0..plan.groups {
        for point in 0..scheme.points {
            let sums = &sums[(group * scheme.points + point) * plan.outputs * taps..];
            for output in 0..plan.outputs {
                let first = output / BLOCK * BLOCK;
                let width = BLOCK.min(plan.outputs - first);
                for tap in 0..taps {
                    let sum = sums[first * taps + tap * width + output - first];
                    let (filter, input, row) = (tap / rows / plan.inputs, tap / rows % plan.inputs, tap % rows);
                    let kernel = ((group * plan.outputs + output) * plan.inputs + input) * rows + row;
                    let first = kernel * plan.kernel + filter * scheme.tile;
                    let target = &mut dweight[first..][..scheme.taps_of(filter, plan.kernel)];
                    for (target, weight) in target.iter_mut().zip(&scheme.weights[point * scheme.taps..]) {
                        *target += sum * *weight as f32;
                    }
                }
            }
        }
    }
}

/// The sum of `dy` `[N, O, Y×X]` for each output.
fn sum_bias(outputs: usize, area: usize, dy: &[f32], dbias: &mut [f32]) {
    let mut sums = vec![0.0f64; outputs];
    for (plane, values) in dy.chunks_exact(area).enumerate() {
        sums[plane % outputs] += sum(values, |value| value);
    }
    dbias.iter_mut().zip(sums).for_each(|(target, sum)| *target = sum as f32);
}
