//! Convolutions and their input gradients: lay out, transform, sum over taps, transform back, put in place.

use super::super::shape::Convolution;
use super::blocks::{BLOCK, SLACK, Sums};
use super::gather::{Layout, scatter, whole};
use super::parallel::{map_chunks, with_scratch};
use super::plan::Plan;
use super::scheme::Scheme;

/// Values that the transformed pixels of some images may take together: they should stay in a core's own cache.
const ROOM: usize = 24 * 1024;

/// `y = x * weight + bias`: `x` is `[N, I, Y, X]`, `weight` `[O, I/G, K, K]`, `bias` `[O]`, `y` `[N, O, Y, X]`.
pub fn convolve(shape: &Convolution, x: &[f32], weight: &[f32], bias: Option<&[f32]>, y: &mut [f32]) {
    let plan = Plan::forward(&shape.by_lines());
    let area = shape.kernel * shape.kernel;
    let index = |group, output, input| ((group * plan.outputs + output) * plan.inputs + input) * area;
    let taps = |group, output, input| &weight[index(group, output, input)..][..area];
    apply(&plan, shape.batch, x, taps, |output| bias.map_or(0.0, |bias| bias[output]), y);
}

/// The gradient of `x` in [`convolve`]: `dy` is `[N, O, Y, X]`, `dx` `[N, I, Y, X]`.
pub fn convolve_input_gradient(shape: &Convolution, dy: &[f32], weight: &[f32], dx: &mut [f32]) {
    let area = shape.kernel * shape.kernel;
    if shape.kernel < shape.stride || shape.stride > 1 && shape.dilation > 1 {
        dx.fill(0.0);
    }
    for plan in Plan::backward(&shape.by_lines()) {
        let index = |group, output, input| ((group * plan.inputs + input) * plan.outputs + output) * area;
        let taps = |group, output, input| &weight[index(group, output, input)..][..area];
        apply(&plan, shape.batch, dy, taps, |_| 0.0, dx);
    }
}

/// Fills what a plan fills of `[N, O, Y, X]`; `taps` are the K×K weights of a group, an output and an input of it.
fn apply<'a>(
    plan: &Plan,
    batch: usize,
    source: &[f32],
    taps: impl Fn(usize, usize, usize) -> &'a [f32],
    bias: impl Fn(usize) -> f32 + Sync,
    target: &mut [f32],
) {
    let [from, to] = [plan.source, plan.target].map(|[height, width]| height * width);
    let [inputs, outputs] = [plan.inputs, plan.outputs].map(|channels| channels * plan.groups);
    assert!(source.len() == batch * inputs * from && target.len() == batch * outputs * to);
    let scheme = Scheme::of(plan);
    let layout = Layout::of_source(plan, &scheme);
    let kernel = transformed_taps(plan, &scheme, taps);
    let at_once = images_at_once(&scheme, inputs * layout.plane(), batch);
    let pixels = whole(layout.tiles * plan.grid[0]);
    map_chunks(target, at_once * outputs * to, |chunk, target| {
        let images = target.len() / (outputs * to);
        let source = &source[chunk * at_once * inputs * from..][..images * inputs * from];
        let (section, results) = (whole(images * inputs * layout.plane()), images * outputs * pixels);
        let sizes = [layout.phases.len() * section + SLACK, scheme.points * scheme.filters * section + SLACK];
        with_scratch(sizes[0] + sizes[1] + (scheme.points + scheme.tile) * results, |scratch| {
            let (gathered, rest) = scratch.split_at_mut(sizes[0]);
            let (transformed, rest) = rest.split_at_mut(sizes[1]);
            let (products, outcome) = rest.split_at_mut(scheme.points * results);
            layout.gather(source, plan.source, layout.plane(), section, gathered);
            let x: &[f32] = if scheme.tile == 1 {
                gathered
            } else {
                transform_inputs(&scheme, gathered, section, transformed);
                transformed
            };
            let offsets = offsets(plan, &scheme, &layout, section);
            let span = plan.outputs * offsets.len();
            for point in 0..scheme.points {
                for group in 0..plan.groups {
                    let weights = &kernel[(group * scheme.points + point) * span..][..span];
                    for image in 0..images {
                        let plane = image * inputs + group * plan.inputs;
                        let result = point * results + (image * outputs + group * plan.outputs) * pixels;
                        Sums {
                            x: &x[point * scheme.filters * section + plane * layout.plane()..],
                            offsets: &offsets,
                            weights,
                            outputs: plan.outputs,
                            pixels,
                            y: &mut products[result..],
                            stride: pixels,
                        }
                        .run();
                    }
                }
            }
            let y: &[f32] = if scheme.tile == 1 {
                products
            } else {
                transform_outputs(&scheme, products, results, outcome);
                outcome
            };
            scatter(plan, scheme.tile, pixels, y, |plane| bias(plane % outputs), target);
        });
    });
}

/// How many images to lay out together.
pub fn images_at_once(scheme: &Scheme, values: usize, batch: usize) -> usize {
    (ROOM / (scheme.points * scheme.filters * values).max(1)).clamp(1, batch.max(1))
}

/// Where the pixels of every tap lie, in the order of the weights: `[filter][input][row]`.
pub fn offsets(plan: &Plan, scheme: &Scheme, layout: &Layout, section: usize) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(scheme.filters * plan.inputs * plan.rows.len());
    for filter in 0..scheme.filters {
        for input in 0..plan.inputs {
            let start = filter * section + input * layout.plane();
            offsets.extend(plan.rows.iter().map(|&row| start + layout.shift(row)));
        }
    }
    offsets
}

/// `[filter][planes]` at every point, from the phases of the pixels.
pub fn transform_inputs(scheme: &Scheme, gathered: &[f32], section: usize, transformed: &mut [f32]) {
    let points = scheme.points;
    let weights = blocked(points, points, |point, phase| scheme.inputs[point * points + phase]);
    for filter in 0..scheme.filters {
        let offsets: Vec<usize> = (0..points).map(|phase| (filter * scheme.tile + phase) * section).collect();
        let (y, stride) = (&mut transformed[filter * section..], scheme.filters * section);
        Sums { x: gathered, offsets: &offsets, weights: &weights, outputs: points, pixels: section, y, stride }.run();
    }
}

/// The outputs of the tiles from the products at every point.
fn transform_outputs(scheme: &Scheme, products: &[f32], section: usize, outcome: &mut [f32]) {
    let weights = blocked(scheme.tile, scheme.points, |output, point| scheme.outputs[point * scheme.tile + output]);
    let offsets: Vec<usize> = (0..scheme.points).map(|point| point * section).collect();
    let outputs = scheme.tile;
    Sums { x: products, offsets: &offsets, weights: &weights, outputs, pixels: section, y: outcome, stride: section }
        .run();
}

/// A matrix in the order of [`Sums::weights`].
pub fn blocked(outputs: usize, taps: usize, value: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let mut weights = Vec::with_capacity(outputs * taps);
    for first in (0..outputs).step_by(BLOCK) {
        for tap in 0..taps {
            if first + BLOCK <= outputs {
                // Of a length that is known: no loop.
                weights.extend_from_slice(&std::array::from_fn::<f32, BLOCK, _>(|lane| value(first + lane, tap)));
            } else {
                weights.extend((first..outputs).map(|output| value(output, tap)));
            }
        }
    }
    weights
}

/// The weights at every point, `[G][point]` of blocks of outputs by `[filter][input][row]`.
fn transformed_taps<'a>(plan: &Plan, scheme: &Scheme, taps: impl Fn(usize, usize, usize) -> &'a [f32]) -> Vec<f32> {
    let rows = plan.rows.len();
    let count = scheme.filters * plan.inputs * rows;
    let mut kernel = Vec::with_capacity(plan.groups * scheme.points * plan.outputs * count);
    for group in 0..plan.groups {
        for point in 0..scheme.points {
            kernel.extend(blocked(plan.outputs, count, |output, tap| {
                let (filter, input, row) = (tap / rows / plan.inputs, tap / rows % plan.inputs, plan.rows[tap % rows]);
                let taps = taps(group, output, input);
                let start = row.index * plan.kernel;
                let columns = &plan.columns[filter * scheme.tile..][..scheme.taps_of(filter, plan.columns.len())];
                let weights = &scheme.weights[point * scheme.taps..];
                let terms =
                    columns.iter().zip(weights).map(|(column, weight)| weight * f64::from(taps[start + column.index]));
                terms.sum::<f64>() as f32
            }));
        }
    }
    kernel
}
