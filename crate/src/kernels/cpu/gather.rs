//! Lays images out so that every kernel offset is a shift in memory, and puts results back.

use super::blocks::SLACK;
use super::plan::{Plan, Tap};
use super::scheme::Scheme;

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
        let reach = (self.tiles - 1) * self.column_step + 1;
        let first = *self.phases.iter().min().expect("a plan with taps");
        let last = *self.phases.iter().max().expect("a plan with taps");
        // One source row with the zeros around it; phase `p` of tile 0 is at `p - first`.
        let mut row = vec![0.0; (last - first) as usize + reach];
        let from = first.max(0).min(width as isize) as usize;
        let to = (last + reach as isize).max(0).min(width as isize) as usize;
        for plane in 0..planes {
            let image = &images[plane * height * width..][..height * width];
            for phase in 0..self.row_phases {
                for line in 0..self.lines {
                    let y = (line * self.row_step + phase) as isize + self.first_row;
                    if from < to {
                        let place = (from as isize - first) as usize..(to as isize - first) as usize;
                        match usize::try_from(y).ok().filter(|&y| y < height) {
                            Some(y) => row[place].copy_from_slice(&image[y * width..][from..to]),
                            None => row[place].fill(0.0),
                        }
                    }
                    let start = plane * stride + (phase * self.lines + line) * self.tiles;
                    for (index, offset) in self.phases.iter().enumerate() {
                        let target = &mut target[index * section + start..][..self.tiles];
                        let row = &row[(offset - first) as usize..];
                        if self.column_step == 1 {
                            target.copy_from_slice(&row[..self.tiles]);
                        } else {
                            for (target, value) in target.iter_mut().zip(row.iter().step_by(self.column_step)) {
                                *target = *value;
                            }
                        }
                    }
                }
            }
            // The vectors that run over a plane's end multiply what is there by zero.
            for index in 0..self.phases.len() {
                let rest = &mut target[index * section..][plane * stride + self.plane()..(plane + 1) * stride];
                rest.fill(0.0);
            }
        }
        for index in 0..self.phases.len() {
            target[index * section..][planes * stride..section].fill(0.0);
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
    for (plane, target) in target.chunks_exact_mut(height * width).enumerate() {
        let bias = bias(plane);
        for y in 0..plan.grid[0] {
            let target = &mut target[(plan.start[0] + y * plan.pace) * width..][..width];
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

/// Rounds up to whole vectors.
pub fn whole(count: usize) -> usize {
    count.next_multiple_of(SLACK)
}
