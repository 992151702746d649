//! Lays images out so that every kernel offset is a shift in memory, and puts results back.

use super::blocks::SLACK;
use super::plan::{Plan, Tap};
use super::scheme::{Scheme, TILE};
use super::vector::{copy, transpose};

/// Where the pixels of some images lie: `[phase][N][C][row phase][line][tile]`.
///
/// A phase is a column within a tile, a row phase a row within a step; so a step up, down, left or right is a
/// constant shift. There is slack at the end of each phase.
#[derive(Clone, Debug)]
pub struct Layout {
    pub phases: Vec<isize>,
    /// Source pixels from tile to tile and from line to line.
    pub column_step: usize,
    pub row_step: usize,
    /// The source row of line 0.
    pub first_row: isize,
    pub row_phases: usize,
    pub lines: usize,
    pub tiles: usize,
    /// The phases are all columns of some tiles in a row.
    pub tiled: bool,
}

impl Layout {
    /// What the taps of a plan read.
    pub fn of_source(plan: &Plan, scheme: &Scheme) -> Self {
        let first_row = plan.rows.iter().map(|tap| tap.offset).min().unwrap_or_default();
        let reach = plan.rows.iter().map(|tap| (tap.offset - first_row) as usize).max().unwrap_or_default();
        Self {
            phases: scheme.phases(&plan.columns),
            column_step: scheme.tile * plan.step,
            row_step: plan.step,
            first_row,
            row_phases: plan.step.min(reach + 1),
            lines: plan.grid[0] + reach / plan.step,
            tiles: plan.grid[1].div_ceil(scheme.tile),
            tiled: scheme.tile == TILE,
        }
    }

    /// The outputs of a plan, tile by tile.
    pub fn of_target(plan: &Plan, scheme: &Scheme) -> Self {
        Self {
            phases: (0..scheme.tile as isize).collect(),
            column_step: scheme.tile,
            row_step: 1,
            first_row: 0,
            row_phases: 1,
            lines: plan.grid[0],
            tiles: plan.grid[1].div_ceil(scheme.tile),
            tiled: scheme.tile == TILE,
        }
    }

    /// Values in one phase of one channel.
    pub fn plane(&self) -> usize {
        self.row_phases * self.lines * self.tiles
    }

    /// Where a tap's line 0 lies in a plane.
    pub fn shift(&self, tap: Tap) -> usize {
        let row = (tap.offset - self.first_row) as usize;
        (row % self.row_step * self.lines + row / self.row_step) * self.tiles
    }

    /// Fills `phases` of `section` values each from `images`, planes of Y×X = `size`, `stride` apart.
    pub fn gather(&self, images: &[f32], size: [usize; 2], stride: usize, section: usize, target: &mut [f32]) {
        let [height, width] = size;
        let planes = images.len() / (height * width);
        let first = *self.phases.iter().min().expect("a plan with taps");
        let last = *self.phases.iter().max().expect("a plan with taps");
        // Each line with the zeros around it, in whole tiles; phase `p` of tile 0 is at `p - first`.
        let span = ((last - first) as usize + (self.tiles - 1) * self.column_step + 1).next_multiple_of(TILE);
        let from = first.clamp(0, width as isize);
        let to = (first + span as isize).clamp(from, width as isize);
        let place = (from - first) as usize..(to - first) as usize;
        let mut lines = vec![0.0; self.row_phases * self.lines * span];
        for plane in 0..planes {
            let image = &images[plane * height * width..][..height * width];
            for (index, line) in lines.chunks_exact_mut(span).enumerate() {
                let row = index % self.lines * self.row_step + index / self.lines;
                let row = usize::try_from(row as isize + self.first_row).ok().filter(|&row| row < height);
                if let Some(row) = row {
                    copy(&image[row * width..][from as usize..to as usize], &mut line[place.clone()]);
                }
            }
            let place = plane * stride..(plane + 1) * stride;
            if self.tiled {
                for block in 0..self.phases.len() / TILE {
                    let (first, rest) = target[block * TILE * section..].split_at_mut(section);
                    let (second, rest) = rest.split_at_mut(section);
                    let (third, fourth) = rest.split_at_mut(section);
                    let targets = [first, second, third, fourth].map(|section| &mut section[place.clone()]);
                    self.deal(&lines, span, block, targets);
                }
            } else {
                for (offset, section) in self.phases.iter().zip(target.chunks_mut(section)) {
                    self.pick(&lines, span, (offset - first) as usize, &mut section[place.clone()]);
                }
            }
        }
        // Vectors run over the ends of planes; in sums of products that must not count.
        for section in target.chunks_mut(section).take(self.phases.len()) {
            let (filled, rest) = section.split_at_mut(planes * stride);
            if stride > self.plane() {
                filled.chunks_mut(stride).for_each(|plane| plane[self.plane()..].fill(0.0));
            }
            rest.fill(0.0);
        }
    }

    /// Fills four phases at once, `block` tiles into the lines.
    fn deal(&self, lines: &[f32], span: usize, block: usize, targets: [&mut [f32]; TILE]) {
        let (lines, span) = (lines.as_chunks::<TILE>().0, span / TILE);
        let (mut start, mut tile) = (block, 0);
        let mut next = || {
            let values = &lines[start + tile];
            tile += 1;
            if tile == self.tiles {
                (start, tile) = (start + span, 0);
            }
            values
        };
        let plane = self.plane();
        let [first, second, third, fourth] = targets.map(|target| target[..plane].as_chunks_mut::<TILE>());
        let squares = first.0.iter_mut().zip(second.0).zip(third.0.iter_mut().zip(fourth.0));
        for ((first, second), (third, fourth)) in squares {
            [*first, *second, *third, *fourth] = transpose([next(), next(), next(), next()]);
        }
        let rest = first.1.iter_mut().zip(second.1).zip(third.1.iter_mut().zip(fourth.1));
        for ((first, second), (third, fourth)) in rest {
            [*first, *second, *third, *fourth] = *next();
        }
    }

    /// Fills one phase.
    fn pick(&self, lines: &[f32], span: usize, from: usize, target: &mut [f32]) {
        for (line, target) in lines.chunks_exact(span).zip(target.chunks_exact_mut(self.tiles)) {
            let line = &line[from..];
            if self.column_step == 1 {
                copy(&line[..self.tiles], target);
            } else {
                target
                    .iter_mut()
                    .zip(line.iter().step_by(self.column_step))
                    .for_each(|(target, value)| *target = *value);
            }
        }
    }
}

/// Puts the outputs of a plan, `[tile][plane][pixels]`, where they belong in planes of the target.
pub fn scatter(
    plan: &Plan,
    tile: usize,
    pixels: usize,
    source: &[f32],
    bias: impl Fn(usize) -> f32,
    target: &mut [f32],
) {
    let tiles = plan.grid[1].div_ceil(tile);
    let [height, width] = plan.target;
    let section = source.len() / tile;
    // Whole lines of whole tiles: then a plane is one row of them.
    let plain = tile == TILE && plan.pace == 1 && plan.grid == plan.target && width == tiles * TILE;
    for (plane, target) in target.chunks_exact_mut(height * width).enumerate() {
        let bias = bias(plane);
        if plain {
            let phase = |phase: usize| &source[phase * section + plane * pixels..][..height * tiles];
            collect([phase(0), phase(1), phase(2), phase(3)], bias, target);
            continue;
        }
        for y in 0..plan.grid[0] {
            let target = &mut target[(plan.start[0] + y * plan.pace) * width..][..width];
            if tile * plan.pace == 1 {
                let source = &source[plane * pixels + y * tiles..][..width];
                target.iter_mut().zip(source).for_each(|(target, value)| *target = value + bias);
                continue;
            }
            for phase in 0..tile {
                let source = &source[phase * section + plane * pixels + y * tiles..][..tiles];
                let places = target.iter_mut().skip(plan.start[1] + phase * plan.pace).step_by(tile * plan.pace);
                for (target, value) in places.zip(source) {
                    *target = value + bias;
                }
            }
        }
    }
}

/// Puts the phases of a plane side by side, plus `bias`.
fn collect(phases: [&[f32]; TILE], bias: f32, target: &mut [f32]) {
    let [first, second, third, fourth] = phases.map(|phase| phase.as_chunks::<TILE>());
    let (squares, rest) = target.split_at_mut(first.0.len() * TILE * TILE);
    let phases = first.0.iter().zip(second.0).zip(third.0.iter().zip(fourth.0));
    for (target, ((first, second), (third, fourth))) in
        squares.as_chunks_mut::<{ TILE * TILE }>().0.iter_mut().zip(phases)
    {
        let tiles = transpose([first, second, third, fourth]);
        for (target, tile) in target.as_chunks_mut::<TILE>().0.iter_mut().zip(tiles) {
            *target = tile.map(|value| value + bias);
        }
    }
    let phases = first.1.iter().zip(second.1).zip(third.1.iter().zip(fourth.1));
    for (target, ((first, second), (third, fourth))) in rest.as_chunks_mut::<TILE>().0.iter_mut().zip(phases) {
        *target = [first, second, third, fourth].map(|value| value + bias);
    }
}

/// Rounds up to whole vectors.
pub fn whole(count: usize) -> usize {
    count.next_multiple_of(SLACK)
}
