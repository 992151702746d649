//! Convolutions that gather: every invocation sums one column of a few rows and channels of the result.
//!
//! Forward and input gradient are both of this kind; they differ in which source row and column a kernel row and column
//! reach. Neighbouring invocations take neighbouring columns, so that their loads lie side by side. The rows that an
//! invocation reads overlap: each is loaded once for all kernel rows and all its channels.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::reach::Reach;
use super::tile::{Cost, INVOCATIONS, LOADS, REGISTERS, cheapest};
use super::{Kernel, buffers};

const WORKGROUP: usize = 64;

/// Multiply-adds written out in one turn of the loop, if a single kernel column does not come to more.
const UNROLLED: usize = 600;

/// `target[n, t, y, x] = bias[t] + Σ source[n, s, row(y, ky), column(x, kx)] · weight[s, t, ky, kx]` over s, ky, kx.
pub(super) struct Gather {
    pub batch: usize,
    pub groups: usize,
    /// Channels per group.
    pub sources: usize,
    pub targets: usize,
    /// Y and X.
    pub source_size: [usize; 2],
    pub target_size: [usize; 2],
    pub kernel: usize,
    /// Distance in the weight tensor from one channel to the next, of source and of target.
    pub weight_strides: [usize; 2],
    pub bias: bool,
    pub reach: Reach,
}

/// What one invocation computes: this many images, rows and channels of one column.
#[derive(Clone, Copy, Debug)]
struct Tile {
    images: usize,
    rows: usize,
    channels: usize,
}

impl Gather {
    /// Binds source, weight, bias if there is one, target.
    pub fn kernel(&self) -> Kernel {
        let tile = self.tile();
        let names: &[&str] =
            if self.bias { &["source", "weight", "bias", "target*"] } else { &["source", "weight", "target*"] };
        // `target` is a reserved word of the language.
        let bindings = buffers(names).replace("target", "result");
        Kernel::flat(&bindings, self.invocations(tile), WORKGROUP, &self.body(tile))
    }

    fn tile(&self) -> Tile {
        let step = self.reach.step();
        let candidates = [1, 2, 4].into_iter().filter(|images| self.batch.is_multiple_of(*images)).flat_map(|images| {
            let rows = (1..=16).map(move |rows| rows * step).filter(|&rows| rows < self.target_size[0] + step);
            rows.flat_map(move |rows| (1..=self.targets.min(16)).map(move |channels| Tile { images, rows, channels }))
        });
        let all = candidates.collect::<Vec<_>>();
        cheapest(all.iter().copied(), |tile| Cost {
            sums: tile.images * tile.rows * tile.channels,
            registers: REGISTERS,
            loads: self.loads(tile),
            multiplications: tile.images * tile.channels * self.meetings(tile),
            invocations: self.invocations(tile),
            least: INVOCATIONS,
        })
        .expect("a tile of one row and channel is always there")
    }

    fn invocations(&self, tile: Tile) -> usize {
        self.batch / tile.images * self.groups * self.blocks(tile).iter().product::<usize>() * self.target_size[1]
    }

    /// Blocks of rows and of channels of one group.
    fn blocks(&self, tile: Tile) -> [usize; 2] {
        [self.target_size[0].div_ceil(tile.rows), self.targets.div_ceil(tile.channels)]
    }

    /// Loads for each source channel and kernel column.
    fn loads(&self, tile: Tile) -> usize {
        tile.images * self.offsets(tile).len() + self.kernel * tile.channels
    }

    /// The source rows that a tile reads, from its base row.
    fn offsets(&self, tile: Tile) -> BTreeSet<i64> {
        let rows = 0..tile.rows;
        rows.flat_map(|row| (0..self.kernel).filter_map(move |ky| self.reach.offset(row, ky))).collect()
    }

    /// Pairs of a tile's row and a kernel row that meet a source row.
    fn meetings(&self, tile: Tile) -> usize {
        let rows = 0..tile.rows;
        rows.map(|row| (0..self.kernel).filter(|&ky| self.reach.offset(row, ky).is_some()).count()).sum()
    }

    fn body(&self, tile: Tile) -> String {
        let mut text = self.place(tile);
        self.begin(tile, &mut text);
        let [height, width] = self.source_size;
        let offsets: Vec<i64> = self.offsets(tile).into_iter().collect();
        for (at, offset) in offsets.iter().enumerate() {
            let _ = writeln!(text, "let row{at} = base + {offset};");
            let _ = writeln!(text, "let down{at} = (row{at} >= 0) & (row{at} < {height});");
            let _ = writeln!(text, "let start{at} = clamp(row{at}, 0, {}) * {width};", height - 1);
        }
        self.steps(tile, &offsets, &mut text);
        self.store(tile, &mut text);
        text
    }

    /// One loop over source channels and kernel columns, with as many of them written out as is reasonable: every turn of a
    /// loop, and every loop within one, costs something for each sum.
    fn steps(&self, tile: Tile, offsets: &[i64], text: &mut String) {
        let (sources, kernel) = (self.sources, self.kernel);
        let all = kernel * tile.images * tile.channels * self.meetings(tile);
        if all > UNROLLED {
            let _ = writeln!(text, "for (var step = 0; step < {}; step++) {{", sources * kernel);
            let _ = writeln!(text, "let channel = step / {kernel};\nlet kx = step % {kernel};");
            self.step(tile, offsets, text);
            *text += "}\n";
            return;
        }
        let loads = kernel * self.loads(tile);
        let fits = |many: usize| many * all <= UNROLLED && many * loads <= LOADS;
        let together = [8, 4, 2].into_iter().find(|many| sources.is_multiple_of(*many) && fits(*many));
        let together = together.unwrap_or(1);
        let _ = writeln!(text, "for (var step = 0; step < {sources}; step += {together}) {{");
        for (ahead, kx) in pairs(together, kernel) {
            let _ = writeln!(text, "{{\nlet channel = step + {ahead};\nlet kx = {kx};");
            self.step(tile, offsets, text);
            *text += "}\n";
        }
        *text += "}\n";
    }

    /// Adds what a `channel` and a kernel column `kx` contribute.
    fn step(&self, tile: Tile, offsets: &[i64], text: &mut String) {
        let [height, width] = self.source_size;
        let _ = write!(
            text,
            "let plane = ((image * {groups} + group) * {sources} + channel) * {area};
{columns}let pixel = plane + clamp(column, 0, {last});
let tap = weights + channel * {stride} + kx;
",
            sources = self.sources,
            groups = self.groups,
            area = height * width,
            columns = self.reach.columns(width),
            last = width - 1,
            stride = self.weight_strides[0],
        );
        let next = self.groups * self.sources * height * width;
        for (image, at) in pairs(tile.images, offsets.len()) {
            let shift = image * next;
            let _ = writeln!(
                text,
                "let v{image}_{at} = select(0.0, source[pixel + start{at} + {shift}], across & down{at});"
            );
        }
        self.multiply(tile, offsets, text);
    }

    /// Where the invocation works: `x`, `first` (row), `base`, `block` (first channel in its group), `group`, `image`.
    fn place(&self, tile: Tile) -> String {
        let [rows, channels] = self.blocks(tile);
        let (width, area) = (self.target_size[1], self.kernel * self.kernel);
        format!(
            "let x = i32(index % {width}u);
var rest = index / {width}u;
let first = i32(rest % {rows}u) * {tile_rows};
rest = rest / {rows}u;
let block = i32(rest % {channels}u) * {tile_channels};
rest = rest / {channels}u;
let group = i32(rest % {groups}u);
let image = i32(rest / {groups}u) * {tile_images};
let base = {base};
let weights = group * {per_group} + block * {stride};
",
            tile_rows = tile.rows,
            tile_channels = tile.channels,
            tile_images = tile.images,
            groups = self.groups,
            base = self.reach.base(),
            per_group = self.sources * self.targets * area,
            stride = self.weight_strides[1],
        )
    }

    fn begin(&self, tile: Tile, text: &mut String) {
        for channel in 0..tile.channels {
            let start = if self.bias {
                let _ = writeln!(text, "let bias{channel} = bias[group * {} + block + {channel}];", self.targets);
                format!("bias{channel}")
            } else {
                "0.0".into()
            };
            for (image, row) in pairs(tile.images, tile.rows) {
                let _ = writeln!(text, "var sum{image}_{channel}_{row} = {start};");
            }
        }
    }

    fn multiply(&self, tile: Tile, offsets: &[i64], text: &mut String) {
        for (ky, channel) in pairs(self.kernel, tile.channels) {
            let shift = channel * self.weight_strides[1] + ky * self.kernel;
            let _ = writeln!(text, "let w{ky}_{channel} = weight[tap + {shift}];");
            for (image, row) in pairs(tile.images, tile.rows) {
                let Some(offset) = self.reach.offset(row, ky) else { continue };
                let at = offsets.partition_point(|&other| other < offset);
                let _ = writeln!(text, "sum{image}_{channel}_{row} += w{ky}_{channel} * v{image}_{at};");
            }
        }
    }

    fn store(&self, tile: Tile, text: &mut String) {
        let [height, width] = self.target_size;
        let channels = self.groups * self.targets;
        for (channel, row) in pairs(tile.channels, tile.rows) {
            let ragged_channel = !self.targets.is_multiple_of(tile.channels);
            let ragged_row = !height.is_multiple_of(tile.rows);
            let guard = match (ragged_channel, ragged_row) {
                (false, false) => String::new(),
                (true, false) => format!("block + {channel} < {}", self.targets),
                (false, true) => format!("first + {row} < {height}"),
                (true, true) => format!("(block + {channel} < {}) & (first + {row} < {height})", self.targets),
            };
            let mut stores = String::new();
            for image in 0..tile.images {
                let _ = writeln!(
                    stores,
                    "result[(((image + {image}) * {channels} + group * {targets} + block + {channel}) * {height} + first \
                     + {row}) * {width} + x] = sum{image}_{channel}_{row};",
                    targets = self.targets,
                );
            }
            if guard.is_empty() {
                *text += &stores;
            } else {
                let _ = writeln!(text, "if ({guard}) {{\n{stores}}}");
            }
        }
    }
}

/// Every pair of numbers below the two bounds.
pub(super) fn pairs(first: usize, second: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..first).flat_map(move |left| (0..second).map(move |right| (left, right)))
}
