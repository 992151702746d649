//! A set for tests: four patterns in noise, made from a seed with whole numbers only, so it is the same everywhere.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::batch::below;
use super::{Dataset, Images, Targets};
use crate::experiment::DatasetName;

/// Rows and columns of an image.
const SIZE: usize = 12;
const CLASSES: usize = 4;

/// Images `[1, 12, 12]` of horizontal stripes, vertical stripes, a blob above and a blob below, in turn.
pub fn synthetic(seed: u64, train: usize, test: usize) -> Dataset {
    Dataset { name: DatasetName::Synthetic, train: images(seed, 0, train), test: images(seed, 1, test) }
}

/// The splits draw from different streams of one seed; a longer split starts with the images of a shorter one.
fn images(seed: u64, stream: u64, count: usize) -> Images {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(stream);
    let mut pixels = Vec::with_capacity(count * SIZE * SIZE);
    for index in 0..count {
        draw(index % CLASSES, &mut rng, &mut pixels);
    }
    Images {
        shape: [1, SIZE, SIZE],
        pixels: pixels.into(),
        targets: Targets::Classes((0..count).map(|index| (index % CLASSES) as u8).collect()),
    }
}

fn draw(class: usize, rng: &mut impl Rng, pixels: &mut Vec<u8>) {
    let (shift, across) = (below(rng, 2), 4 + below(rng, 4));
    let down = if class == 2 { 2 + shift } else { SIZE - 4 + shift };
    for y in 0..SIZE {
        for x in 0..SIZE {
            let bright = match class {
                0 => (y + shift) % 4 < 2,
                1 => (x + shift) % 4 < 2,
                _ => x.abs_diff(across).pow(2) + y.abs_diff(down).pow(2) <= 6,
            };
            pixels.push((if bright { 150 } else { 30 } + below(rng, 64)) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_the_same_seed_and_differs_between_seeds_and_splits() {
        let set = synthetic(3, 64, 64);
        assert_eq!(set, synthetic(3, 64, 64));
        assert_ne!(set.train.pixels, synthetic(4, 64, 64).train.pixels);
        assert_ne!(set.train.pixels, set.test.pixels);
        assert_eq!(set.take(8, 4), synthetic(3, 8, 4));
    }

    /// The nearest mean image names the class: the easiest of classifiers learns it.
    #[test]
    fn is_easy_to_learn() {
        let set = synthetic(0, 256, 64);
        let mut means = [[0.0; SIZE * SIZE]; CLASSES];
        for (index, &label) in set.train.labels().iter().enumerate() {
            for (sum, &pixel) in means[usize::from(label)].iter_mut().zip(set.train.image(index)) {
                *sum += f64::from(pixel) / 64.0;
            }
        }
        let right = (0..set.test.len()).filter(|&index| {
            let distance = |class: &usize| -> f64 {
                means[*class]
                    .iter()
                    .zip(set.test.image(index))
                    .map(|(mean, &pixel)| (mean - f64::from(pixel)).powi(2))
                    .sum()
            };
            (0..CLASSES).min_by(|a, b| distance(a).total_cmp(&distance(b)))
                == Some(usize::from(set.test.labels()[index]))
        });
        assert!(right.count() >= 62);
    }
}
