//! The gradient of a convolution for its weights and its bias.
//!
//! Every invocation keeps the sums of one kernel column for a few pairs of channels while it walks over some images, down
//! a block of rows at each step. How many images is a matter of how many invocations there should be; a second kernel adds
//! up what they found.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::gather::pairs;
use super::sweep::Sweep;
use super::tile::{Cost, REGISTERS, cheapest};
use super::{Kernel, buffers};
use crate::kernels::shape::Convolution;

const WORKGROUP: usize = 64;

/// Invocations to aim for.
const INVOCATIONS: usize = 8192;

/// Two launches, or one where one part of the images is all of them.
#[derive(Clone, Debug)]
pub struct WeightGradient {
    /// Binds x `[N, I, Y, X]`, dy `[N, O, Y', X']`, then writes the sums over parts of the images: `[parts, O, I/G, K, K]`.
    pub partial: Kernel,
    pub parts: usize,
    /// Binds what `partial` wrote, then writes dweight `[O, I/G, K, K]`. None where `partial` has written just that.
    pub total: Option<Kernel>,
}

/// Input and output channels of one invocation, and how many output rows it takes at a time.
#[derive(Clone, Copy)]
struct Tile {
    inputs: usize,
    outputs: usize,
    rows: usize,
}

/// The kernels for a shape.
pub fn weight_gradient(shape: &Convolution) -> WeightGradient {
    let work = Work::new(shape);
    let length = shape.outputs * work.inputs * shape.kernel * shape.kernel;
    let total = (work.parts > 1).then(|| sum(length, work.parts));
    WeightGradient { partial: work.kernel(), parts: work.parts, total }
}

/// The kernels for the bias of a convolution of a shape: as [`WeightGradient`], but `partial` binds dy alone.
pub fn bias_gradient(shape: &Convolution) -> WeightGradient {
    let area = shape.output_size().iter().product::<usize>();
    let outputs = shape.outputs;
    let sweep = Sweep::new(shape.batch, outputs, area);
    let body = format!("sum0 += dy[(image * {outputs}u + channel) * {area}u + pixel];");
    let store = format!("partial[part * {outputs}u + channel] = sum0;");
    let partial = sweep.kernel(&buffers(&["dy", "partial*"]), 1, "", &body, &store);
    WeightGradient { partial, parts: sweep.parts, total: (sweep.parts > 1).then(|| sum(outputs, sweep.parts)) }
}

/// Adds up `[parts, length]` to `[length]`.
fn sum(length: usize, parts: usize) -> Kernel {
    let body = format!(
        "var sum = 0.0;
for (var part = 0u; part < {parts}u; part++) {{ sum += partial[part * {length}u + index]; }}
total[index] = sum;"
    );
    Kernel::flat(&buffers(&["partial", "total*"]), length, WORKGROUP, &body)
}

struct Work<'a> {
    shape: &'a Convolution,
    /// Channels per group.
    inputs: usize,
    outputs: usize,
    /// Y and X of the output.
    size: [usize; 2],
    tile: Tile,
    parts: usize,
}

impl<'a> Work<'a> {
    fn new(shape: &'a Convolution) -> Self {
        let (inputs, outputs) = (shape.inputs / shape.groups, shape.outputs / shape.groups);
        let size = shape.output_size();
        let mut work = Work { shape, inputs, outputs, size, tile: Tile { inputs: 1, outputs: 1, rows: 1 }, parts: 1 };
        let rows = [size[0].min(8), size[0].min(4), size[0].min(7), 1];
        let mut candidates = Vec::new();
        for (inputs, outputs) in pairs(inputs.min(16), outputs.min(16)) {
            candidates.extend(rows.map(|rows| Tile { inputs: inputs + 1, outputs: outputs + 1, rows }));
        }
        let cost = |tile: Tile| Cost {
            sums: tile.inputs * tile.outputs * shape.kernel,
            registers: REGISTERS,
            loads: tile.inputs * work.offsets(tile).len() + tile.outputs * tile.rows,
            multiplications: tile.inputs * tile.outputs * tile.rows * shape.kernel,
            // The images are split until there are enough: all tiles come to as many invocations.
            invocations: work.places(tile) * size[0].div_ceil(tile.rows) * shape.batch,
            least: 0,
        };
        work.tile = cheapest(candidates.into_iter(), cost).expect("a tile of one channel each is always there");
        work.parts = INVOCATIONS.div_ceil(work.places(work.tile)).min(shape.batch);
        work
    }

    /// Invocations for one part of the images.
    fn places(&self, tile: Tile) -> usize {
        self.shape.groups * self.shape.kernel * self.inputs.div_ceil(tile.inputs) * self.outputs.div_ceil(tile.outputs)
    }

    /// The input rows that a block of output rows meets, from its base row.
    fn offsets(&self, tile: Tile) -> BTreeSet<i64> {
        pairs(tile.rows, self.shape.kernel).map(|(row, ky)| self.offset(row, ky)).collect()
    }

    fn offset(&self, row: usize, ky: usize) -> i64 {
        (row * self.shape.stride + ky * self.shape.dilation) as i64 - self.shape.padding as i64
    }

    fn kernel(&self) -> Kernel {
        let count = self.places(self.tile) * self.parts;
        Kernel::flat(&buffers(&["images", "dy", "partial*"]), count, WORKGROUP, &self.body())
    }

    fn body(&self) -> String {
        let Work { shape, tile, .. } = *self;
        let [height, width] = self.size;
        let images = shape.batch.div_ceil(self.parts);
        let mut text = self.place();
        for (output, input) in pairs(tile.outputs, tile.inputs) {
            for ky in 0..shape.kernel {
                let _ = writeln!(text, "var sum{output}_{input}_{ky} = 0.0;");
            }
        }
        let _ = write!(
            text,
            "let begin = part * {images};
let end = (min(begin + {images}, {batch}) - begin) * {width};
for (var first = 0; first < {height}; first += {rows}) {{
",
            batch = shape.batch,
            rows = tile.rows,
        );
        self.rows(&mut text);
        let _ = write!(
            text,
            "for (var step = 0; step < end; step++) {{
let image = begin + step / {width};
let x = step % {width};
let map = (image * {inputs} + group * {group_inputs} + input) * {area};
let gradient = (image * {outputs} + group * {group_outputs} + output) * {output_area};
let column = x * {stride} + kx * {dilation} - {padding};
let across = (column >= 0) & (column < {source_width});
let pixel = map + clamp(column, 0, {last});
",
            inputs = shape.inputs,
            outputs = shape.outputs,
            group_inputs = self.inputs,
            group_outputs = self.outputs,
            area = shape.size[0] * shape.size[1],
            output_area = height * width,
            stride = shape.stride,
            dilation = shape.dilation,
            padding = shape.padding,
            source_width = shape.size[1],
            last = shape.size[1] - 1,
        );
        self.multiply(&mut text);
        text += "}\n}\n";
        self.store(&mut text);
        text
    }

    /// Where the invocation works: `kx`, `input`, `output` (first channels in their group), `group`, `part`.
    fn place(&self) -> String {
        let Work { shape, tile, .. } = *self;
        let (inputs, outputs) = (self.inputs.div_ceil(tile.inputs), self.outputs.div_ceil(tile.outputs));
        format!(
            "let kx = i32(index % {kernel}u);
var rest = index / {kernel}u;
let input = i32(rest % {inputs}u) * {};
rest = rest / {inputs}u;
let output = i32(rest % {outputs}u) * {};
rest = rest / {outputs}u;
let group = i32(rest % {groups}u);
let part = i32(rest / {groups}u);
",
            tile.inputs,
            tile.outputs,
            kernel = shape.kernel,
            groups = shape.groups,
        )
    }

    fn rows(&self, text: &mut String) {
        let [height, width] = self.shape.size;
        let _ = writeln!(text, "let base = first * {};", self.shape.stride);
        for (at, offset) in self.offsets(self.tile).into_iter().enumerate() {
            let _ = writeln!(text, "let row{at} = base + {offset};");
            let _ = writeln!(text, "let down{at} = (row{at} >= 0) & (row{at} < {height});");
            let _ = writeln!(text, "let start{at} = clamp(row{at}, 0, {}) * {width};", height - 1);
        }
    }

    fn multiply(&self, text: &mut String) {
        let Work { shape, tile, .. } = *self;
        let offsets: Vec<i64> = self.offsets(tile).into_iter().collect();
        let area = shape.size[0] * shape.size[1];
        let [height, width] = self.size;
        for (input, at) in pairs(tile.inputs, offsets.len()) {
            let shift = input * area;
            let _ = writeln!(
                text,
                "let v{input}_{at} = select(0.0, images[pixel + start{at} + {shift}], across & down{at});"
            );
        }
        for (output, row) in pairs(tile.outputs, tile.rows) {
            let shift = output * height * width + row * width;
            let load = format!("dy[gradient + first * {width} + x + {shift}]");
            if height.is_multiple_of(tile.rows) {
                let _ = writeln!(text, "let d{output}_{row} = {load};");
            } else {
                let _ = writeln!(text, "let d{output}_{row} = select(0.0, {load}, first + {row} < {height});");
            }
            for (input, ky) in pairs(tile.inputs, shape.kernel) {
                let offset = self.offset(row, ky);
                let at = offsets.partition_point(|&other| other < offset);
                let _ = writeln!(text, "sum{output}_{input}_{ky} += d{output}_{row} * v{input}_{at};");
            }
        }
    }

    fn store(&self, text: &mut String) {
        let Work { shape, tile, .. } = *self;
        let kernel = shape.kernel;
        for (output, input) in pairs(tile.outputs, tile.inputs) {
            let mut stores = String::new();
            for ky in 0..kernel {
                let _ = writeln!(
                    stores,
                    "partial[((part * {outputs} + group * {group_outputs} + output + {output}) * {group_inputs} + input + \
                     {input}) * {area} + {ky} * {kernel} + kx] = sum{output}_{input}_{ky};",
                    outputs = shape.outputs,
                    group_outputs = self.outputs,
                    group_inputs = self.inputs,
                    area = kernel * kernel,
                );
            }
            let ragged = [
                (self.outputs.is_multiple_of(tile.outputs), format!("output + {output} < {}", self.outputs)),
                (self.inputs.is_multiple_of(tile.inputs), format!("input + {input} < {}", self.inputs)),
            ];
            for (_, guard) in ragged.iter().filter(|(whole, _)| !whole) {
                stores = format!("if ({guard}) {{\n{stores}}}\n");
            }
            *text += &stores;
        }
    }
}
