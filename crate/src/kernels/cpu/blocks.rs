//! The two inner loops of every convolution: sums over shifted pixels, and products summed over pixels.
//!
//! Both hold a block of sums in registers. Weights lie block by block: `[O/4][R][4]`, a last block being narrower.

use super::vector::{Kernel, Vector, run};

/// Outputs in a block: with two vectors of pixels it fills the sixteen registers of AVX2 and of wasm on x86.
pub const BLOCK: usize = 4;

/// What counts of pixels are rounded up to: two of the widest vectors.
pub const SLACK: usize = if cfg!(target_arch = "wasm32") { 8 } else { 16 };

/// Sums over shifted pixels: `y[o][p] = Σ_r weights[r][o] · x[offsets[r] + p]`.
pub struct Sums<'a> {
    pub x: &'a [f32],
    pub offsets: &'a [usize],
    /// `[O/4][R][4]`
    pub weights: &'a [f32],
    pub outputs: usize,
    /// A multiple of [`SLACK`].
    pub pixels: usize,
    pub y: &'a mut [f32],
    /// From one output to the next in `y`.
    pub stride: usize,
}

impl Sums<'_> {
    pub fn run(self) {
        let reach = self.offsets.iter().max().map_or(0, |offset| offset + self.pixels);
        assert!(reach <= self.x.len() && self.weights.len() == self.offsets.len() * self.outputs);
        assert!(self.pixels.is_multiple_of(SLACK) && (self.outputs - 1) * self.stride + self.pixels <= self.y.len());
        run(self);
    }

    /// # Safety
    /// As asserted in [`Sums::run`].
    #[inline(always)]
    unsafe fn block<V: Vector, const OUTPUTS: usize, const VECTORS: usize>(&mut self, first: usize) {
        let mut pixel = 0;
        while pixel < self.pixels {
            let mut sums = [[V::splat(0.0); VECTORS]; OUTPUTS];
            unsafe {
                let x = self.x.as_ptr().add(pixel);
                let mut weights = self.weights.as_ptr().add(first * self.offsets.len());
                for &offset in self.offsets {
                    let mut pixels = [V::splat(0.0); VECTORS];
                    for (vector, pixels) in pixels.iter_mut().enumerate() {
                        *pixels = V::load(x.add(offset + vector * V::LANES));
                    }
                    for (output, sums) in sums.iter_mut().enumerate() {
                        let weight = V::splat(*weights.add(output));
                        for (sum, pixels) in sums.iter_mut().zip(pixels) {
                            *sum = pixels.multiply_add(weight, *sum);
                        }
                    }
                    weights = weights.add(OUTPUTS);
                }
                for (output, sums) in sums.iter().enumerate() {
                    let y = self.y.as_mut_ptr().add((first + output) * self.stride + pixel);
                    for (vector, sum) in sums.iter().enumerate() {
                        sum.store(y.add(vector * V::LANES));
                    }
                }
            }
            pixel += VECTORS * V::LANES;
        }
    }
}

impl Kernel for Sums<'_> {
    #[inline(always)]
    fn run<V: Vector>(mut self) {
        for first in (0..self.outputs).step_by(BLOCK) {
            // SAFETY: asserted before.
            unsafe {
                match self.outputs - first {
                    1 => self.block::<V, 1, 2>(first),
                    2 => self.block::<V, 2, 2>(first),
                    3 => self.block::<V, 3, 2>(first),
                    _ => self.block::<V, BLOCK, 2>(first),
                }
            }
        }
    }
}

/// Products summed over pixels and images: `weights[r][o] += Σ_n,p x[n][offsets[r] + p] · y[n][o][p]`.
pub struct Products<'a> {
    pub x: &'a [f32],
    pub offsets: &'a [usize],
    pub y: &'a [f32],
    pub outputs: usize,
    pub images: usize,
    /// A multiple of [`SLACK`]; also from one output to the next in `y`.
    pub pixels: usize,
    /// From one image to the next in `x` and in `y`.
    pub strides: [usize; 2],
    /// `[O/4][R][4]`
    pub weights: &'a mut [f32],
}

impl Products<'_> {
    pub fn run(self) {
        let [x, y] = self.strides.map(|stride| (self.images - 1) * stride);
        let reach = self.offsets.iter().max().map_or(0, |offset| offset + self.pixels);
        assert!(x + reach <= self.x.len() && y + self.outputs * self.pixels <= self.y.len());
        assert!(self.pixels.is_multiple_of(SLACK) && self.weights.len() == self.offsets.len() * self.outputs);
        run(self);
    }

    /// # Safety
    /// As asserted in [`Products::run`].
    #[inline(always)]
    unsafe fn block<V: Vector, const OUTPUTS: usize, const TAPS: usize>(&mut self, first: usize, taps: usize) {
        let mut sums = [[V::splat(0.0); TAPS]; OUTPUTS];
        for image in 0..self.images {
            unsafe {
                let y = self.y.as_ptr().add(image * self.strides[1] + first * self.pixels);
                let mut starts = [self.x.as_ptr().add(image * self.strides[0]); TAPS];
                for (tap, start) in starts.iter_mut().enumerate() {
                    *start = start.add(self.offsets[taps + tap]);
                }
                for pixel in (0..self.pixels).step_by(V::LANES) {
                    let mut pixels = [V::splat(0.0); TAPS];
                    for (pixels, start) in pixels.iter_mut().zip(starts) {
                        *pixels = V::load(start.add(pixel));
                    }
                    for (output, sums) in sums.iter_mut().enumerate() {
                        let y = V::load(y.add(output * self.pixels + pixel));
                        for (sum, pixels) in sums.iter_mut().zip(pixels) {
                            *sum = pixels.multiply_add(y, *sum);
                        }
                    }
                }
            }
        }
        let start = first * self.offsets.len() + taps * OUTPUTS;
        for (output, sums) in sums.iter().enumerate() {
            for (tap, sum) in sums.iter().enumerate() {
                self.weights[start + tap * OUTPUTS + output] += sum.sum();
            }
        }
    }

    /// # Safety
    /// As asserted in [`Products::run`].
    #[inline(always)]
    unsafe fn all_taps<V: Vector, const OUTPUTS: usize>(&mut self, first: usize) {
        let pairs = self.offsets.len() / 2 * 2;
        unsafe {
            for taps in (0..pairs).step_by(2) {
                self.block::<V, OUTPUTS, 2>(first, taps);
            }
            if pairs < self.offsets.len() {
                self.block::<V, OUTPUTS, 1>(first, pairs);
            }
        }
    }
}

impl Kernel for Products<'_> {
    #[inline(always)]
    fn run<V: Vector>(mut self) {
        for first in (0..self.outputs).step_by(BLOCK) {
            // SAFETY: asserted before.
            unsafe {
                match self.outputs - first {
                    1 => self.all_taps::<V, 1>(first),
                    2 => self.all_taps::<V, 2>(first),
                    3 => self.all_taps::<V, 3>(first),
                    _ => self.all_taps::<V, BLOCK>(first),
                }
            }
        }
    }
}
