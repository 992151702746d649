//! Batches: which images, in which order, cropped, flipped and normalised into floats.
//!
//! Random numbers are drawn as whole numbers only, so that a seed gives the same batches on every machine.

use rand::Rng;

use super::Images;

/// Random changes to training images, drawn anew for every image of every batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Augmentation {
    /// Rows and columns of black added on every side before a window of the old size is cut out at random; 0 is off.
    pub crop: usize,
    /// Mirrors left and right in one case of two.
    pub flip: bool,
}

/// How one image of a batch is cut out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns that the window begins below and right of the padded image's corner.
    pub down: usize,
    pub right: usize,
    pub flip: bool,
}

impl Augmentation {
    /// Draws a window; nothing is drawn where nothing is asked for.
    pub fn window(&self, rng: &mut impl Rng) -> Window {
        if *self == Augmentation::default() {
            return Window::default();
        }
        let (down, right) = (below(rng, 2 * self.crop + 1), below(rng, 2 * self.crop + 1));
        Window { down, right, flip: self.flip && below(rng, 2) == 1 }
    }
}

/// `(pixel / 255 − mean) / std` for every value a pixel of a channel can have.
#[derive(Clone, Debug)]
pub struct Normalization {
    tables: Vec<[f32; 256]>,
}

impl Normalization {
    /// One mean and one standard deviation per channel, of pixels scaled to 0..1.
    pub fn new(mean: &[f32], std: &[f32]) -> Self {
        let table = |(mean, std): (&f32, &f32)| std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std);
        Normalization { tables: mean.iter().zip(std).map(table).collect() }
    }

    /// The normalised value of every pixel of every channel: `[C, 256]`.
    pub fn table(&self) -> Vec<f32> {
        self.tables.concat()
    }

    /// The images at `indices`, unchanged but for the normalisation: `[N, C, H, W]`.
    ///
    /// # Panics
    /// If an index is not one of an image, or the images have more channels than this has.
    pub fn batch(&self, images: &Images, indices: &[u32]) -> Vec<f32> {
        let plane = images.shape[1] * images.shape[2];
        let mut out = Vec::with_capacity(indices.len() * images.shape[0] * plane);
        for &index in indices {
            for (table, pixels) in self.tables.iter().zip(images.image(index as usize).chunks_exact(plane)) {
                out.extend(pixels.iter().map(|&pixel| table[usize::from(pixel)]));
            }
        }
        out
    }

    /// The images at `indices`, each padded with black, cropped, flipped, then normalised: `[N, C, H, W]`.
    ///
    /// Black is a pixel of 0, which is not 0 after the normalisation: the padding comes first, as in the paper's code.
    ///
    /// # Panics
    /// As [`Normalization::batch`].
    pub fn augmented(&self, images: &Images, indices: &[u32], how: Augmentation, rng: &mut impl Rng) -> Vec<f32> {
        if how == Augmentation::default() {
            return self.batch(images, indices);
        }
        let [channels, height, width] = images.shape;
        let plane = height * width;
        let mut out = Vec::with_capacity(indices.len() * channels * plane);
        for &index in indices {
            let Window { down, right, flip } = how.window(rng);
            // Columns of the window that lie on the image; the others are padding.
            let first = how.crop.saturating_sub(right).min(width);
            let last = (width + how.crop).saturating_sub(right).clamp(first, width);
            for (table, pixels) in self.tables.iter().zip(images.image(index as usize).chunks_exact(plane)) {
                for y in 0..height {
                    let start = out.len();
                    out.resize(start + width, table[0]);
                    let Some(row) = (y + down).checked_sub(how.crop).filter(|&row| row < height) else { continue };
                    if first == last {
                        continue;
                    }
                    let source = &pixels[row * width + first + right - how.crop..][..last - first];
                    let window = &mut out[start..];
                    if flip {
                        for (to, &pixel) in window[width - last..width - first].iter_mut().rev().zip(source) {
                            *to = table[usize::from(pixel)];
                        }
                    } else {
                        for (to, &pixel) in window[first..last].iter_mut().zip(source) {
                            *to = table[usize::from(pixel)];
                        }
                    }
                }
            }
        }
        out
    }
}

/// The numbers below `count` in random order (Fisher–Yates): which images come when in an epoch.
pub fn shuffled(count: usize, rng: &mut impl Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for last in (1..count).rev() {
        order.swap(last, below(rng, last + 1));
    }
    order
}

/// A random number below `bound`, by one multiplication; the bias is under `bound / 2³²`.
pub(super) fn below(rng: &mut impl Rng, bound: usize) -> usize {
    ((u64::from(rng.next_u32()) * bound as u64) >> 32) as usize
}

#[cfg(test)]
mod tests;
