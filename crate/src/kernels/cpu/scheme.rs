//! How rows are cut into tiles: pixel by pixel, or four at a time by Winograd's minimal filtering.
//!
//! Toom and Cook multiply polynomials by their values at a few points; transposed, that filters: `tile` outputs of
//! `taps` taps take `tile + taps - 1` products. Longer kernels are split into several such filters, `tile` apart.

use super::plan::{Plan, Tap};

/// Outputs per tile of the fast scheme.
pub const TILE: usize = 4;

/// The points of the fast scheme; infinity is one more. Small and of few bits, for the sake of rounding.
const POINTS: [f64; 7] = [0.0, 1.0, -1.0, 0.5, -2.0, 2.0, -0.5];

/// The outputs of a tile are `outputs ᵀ · ((weights · kernel) ∘ (inputs · pixels))`.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Outputs per tile.
    pub tile: usize,
    /// Products per tile.
    pub points: usize,
    /// Taps of one filter, and how many filters make the kernel.
    pub taps: usize,
    pub filters: usize,
    /// `[points, points]`
    pub inputs: Vec<f32>,
    /// `[points, taps]`
    pub weights: Vec<f64>,
    /// `[points, tile]`
    pub outputs: Vec<f32>,
}

impl Scheme {
    /// The scheme with the least work for a plan.
    pub fn of(plan: &Plan) -> Self {
        let columns = plan.columns.len();
        let direct = Self::direct(columns);
        let consecutive = plan.columns.windows(2).all(|pair| pair[1].offset == pair[0].offset + 1);
        if plan.step > 1 || columns < 3 || !consecutive {
            return direct;
        }
        // The last filter may take one tap more than the others; two more would need points that round badly.
        let fast = if columns % TILE == 1 {
            Self::winograd(TILE + 1, columns / TILE)
        } else {
            Self::winograd(columns.min(TILE), columns.div_ceil(TILE))
        };
        if fast.work(plan) < 0.9 * direct.work(plan) { fast } else { direct }
    }

    /// One product per tap.
    pub fn direct(columns: usize) -> Self {
        Self {
            tile: 1,
            points: 1,
            taps: 1,
            filters: columns,
            inputs: vec![1.0],
            weights: vec![1.0],
            outputs: vec![1.0],
        }
    }

    fn winograd(taps: usize, filters: usize) -> Self {
        let points = TILE + taps - 1;
        let finite = &POINTS[..points - 1];
        let (mut inputs, mut weights, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        for (index, &point) in finite.iter().enumerate() {
            let others: Vec<f64> =
                finite.iter().enumerate().filter(|&(other, _)| other != index).map(|(_, &p)| p).collect();
            let scale: f64 = others.iter().map(|other| point - other).product();
            inputs.extend(polynomial(&others).into_iter().chain([0.0]).map(|value| value as f32));
            weights.extend((0..taps as i32).map(|power| point.powi(power) / scale));
            outputs.extend((0..TILE as i32).map(|power| point.powi(power) as f32));
        }
        inputs.extend(polynomial(finite).into_iter().map(|value| value as f32));
        weights.extend((0..taps).map(|power| if power == taps - 1 { 1.0 } else { 0.0 }));
        outputs.extend((0..TILE).map(|power| if power == TILE - 1 { 1.0 } else { 0.0 }));
        Self { tile: TILE, points, taps, filters, inputs, weights, outputs }
    }

    /// Products per row of outputs, transforms included.
    fn work(&self, plan: &Plan) -> f64 {
        let tiles = plan.grid[1].div_ceil(self.tile) as f64;
        let [inputs, outputs, rows] = [plan.inputs, plan.outputs, plan.rows.len()].map(|count| count as f64);
        let [points, filters] = [self.points, self.filters].map(|count| count as f64);
        let transforms =
            if self.tile == 1 { 0.0 } else { points * points * filters * inputs + self.tile as f64 * points * outputs };
        tiles * (points * filters * rows * inputs * outputs + transforms)
    }

    /// The taps of one filter that are its own: its kernel columns are `filter · tile` onwards.
    pub fn taps_of(&self, filter: usize, columns: usize) -> usize {
        let own = if filter + 1 == self.filters { self.taps } else { self.tile.min(self.taps) };
        own.min(columns - filter * self.tile)
    }

    /// Columns that the pixels of a row of tiles start at: phase `j` of tile `t` is pixel `t · tile · step + phases[j]`.
    ///
    /// They fill whole tiles, so that they can be dealt out a tile at a time.
    pub fn phases(&self, columns: &[Tap]) -> Vec<isize> {
        if self.tile == 1 {
            return columns.iter().map(|tap| tap.offset).collect();
        }
        let count = (self.tile * (self.filters - 1) + self.points).next_multiple_of(self.tile);
        (0..count as isize).map(|phase| columns[0].offset + phase).collect()
    }
}

/// The coefficients of `Π (x - root)`, constant first.
fn polynomial(roots: &[f64]) -> Vec<f64> {
    let mut coefficients = vec![1.0];
    for root in roots {
        coefficients.push(0.0);
        for power in (0..coefficients.len()).rev() {
            let shifted = if power == 0 { 0.0 } else { coefficients[power - 1] };
            coefficients[power] = shifted - root * coefficients[power];
        }
    }
    coefficients
}
