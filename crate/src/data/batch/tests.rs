//! Batches against a slow obvious crop and flip; order and randomness against their seed.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::Targets;
use super::super::tests::load;
use super::super::{decode, entry, synthetic};
use super::*;
use crate::experiment::DatasetName;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Two channels, not square, so that swapped axes show.
fn images() -> Images {
    let pixels: Vec<u8> = (0..4 * 2 * 5 * 7).map(|i| (i * 37 % 251) as u8).collect();
    Images { shape: [2, 5, 7], pixels: pixels.into(), targets: Targets::Classes(vec![0; 4]) }
}

const MEAN: [f32; 2] = [0.25, 0.5];
const STD: [f32; 2] = [0.5, 0.2];

/// Pad, cut, mirror, normalise: one whole image after another, as the words say it.
fn oracle(images: &Images, indices: &[u32], how: Augmentation, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let [channels, height, width] = images.shape;
    let mut out = Vec::new();
    for &index in indices {
        let (down, right) = (below(rng, 2 * how.crop + 1), below(rng, 2 * how.crop + 1));
        let flip = how.flip && below(rng, 2) == 1;
        for channel in 0..channels {
            let mut padded = vec![vec![0; width + 2 * how.crop]; height + 2 * how.crop];
            for y in 0..height {
                for x in 0..width {
                    let at = ((index as usize * channels + channel) * height + y) * width + x;
                    padded[y + how.crop][x + how.crop] = images.pixels[at];
                }
            }
            for y in 0..height {
                for x in 0..width {
                    let from = if flip { width - 1 - x } else { x };
                    let pixel = padded[y + down][from + right];
                    out.push((f32::from(pixel as u8) / 255.0 - MEAN[channel]) / STD[channel]);
                }
            }
        }
    }
    out
}

#[test]
fn crop_and_flip_are_those_of_the_oracle() {
    let (images, normalization) = (images(), Normalization::new(&MEAN, &STD));
    let indices = [2, 0, 3, 3, 1, 0, 2, 1];
    for crop in [0, 1, 2, 4, 5, 9] {
        for flip in [false, true] {
            for seed in 0..20 {
                let how = Augmentation { crop, flip };
                let batch = normalization.augmented(&images, &indices, how, &mut rng(seed));
                let expected = oracle(&images, &indices, how, &mut rng(seed));
                if how == Augmentation::default() {
                    assert_eq!(batch, normalization.batch(&images, &indices));
                }
                assert_eq!(batch, expected, "crop {crop}, flip {flip}, seed {seed}");
            }
        }
    }
}

#[test]
fn every_shift_and_both_directions_occur() {
    let one = Images { shape: [1, 1, 1], pixels: vec![255].into(), targets: Targets::Classes(vec![0]) };
    let normalization = Normalization::new(&[0.0], &[1.0]);
    let how = Augmentation { crop: 1, flip: false };
    let batch = normalization.augmented(&one, &[0; 9000], how, &mut rng(5));
    // The pixel stays in the window in one case of nine; elsewhere the window shows black padding.
    let seen = batch.iter().sum::<f32>();
    assert!((880.0..1120.0).contains(&seen), "{seen}");
    let two = Images { shape: [1, 1, 2], pixels: vec![0, 255].into(), targets: Targets::Classes(vec![0]) };
    let batch = normalization.augmented(&two, &[0; 4000], Augmentation { crop: 0, flip: true }, &mut rng(5));
    let flipped = batch.iter().step_by(2).sum::<f32>();
    assert!((1850.0..2150.0).contains(&flipped), "{flipped}");
}

#[test]
fn padding_is_black_before_the_normalisation() {
    let white = Images { shape: [1, 1, 1], pixels: vec![255].into(), targets: Targets::Classes(vec![0]) };
    let batch = Normalization::new(&[0.5], &[0.25]).augmented(
        &white,
        &[0; 64],
        Augmentation { crop: 3, flip: true },
        &mut rng(1),
    );
    assert!(batch.contains(&-2.0));
    assert!(batch.iter().all(|&value| value == -2.0 || value == 2.0));
}

/// The subsets have nearly the mean and spread of the official training sets, so a batch is near 0 and 1.
#[test]
fn normalised_images_have_mean_0_and_deviation_1() {
    for name in [DatasetName::FashionMnist, DatasetName::Mnist, DatasetName::Cifar10, DatasetName::Synthetic] {
        let files = entry(name).files();
        let set = decode(name, &load(&files)).unwrap();
        let entry = entry(name);
        let all: Vec<u32> = (0..set.train.len() as u32).collect();
        let batch = Normalization::new(entry.mean, entry.std).batch(&set.train, &all);
        assert_eq!(batch.len(), set.train.pixels.len());
        let [channels, height, width] = entry.shape;
        for channel in 0..channels {
            let planes = batch.chunks_exact(height * width).skip(channel).step_by(channels);
            let values: Vec<f64> = planes.flatten().map(|&value| f64::from(value)).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt();
            assert!(mean.abs() < 0.03 && (spread - 1.0).abs() < 0.03, "{name:?} channel {channel}: {mean} {spread}");
        }
    }
}

#[test]
fn shuffled_is_a_permutation_and_follows_its_seed() {
    let order = shuffled(1000, &mut rng(1));
    assert_eq!(order, shuffled(1000, &mut rng(1)));
    assert_ne!(order, shuffled(1000, &mut rng(2)));
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..1000).collect::<Vec<u32>>());
    assert_eq!((shuffled(0, &mut rng(1)), shuffled(1, &mut rng(1))), (vec![], vec![0]));
}

/// Each of the 24 orders of 4 numbers comes up about equally often.
#[test]
fn shuffled_is_fair() {
    let mut counts = std::collections::BTreeMap::new();
    let mut rng = rng(7);
    for _ in 0..24_000 {
        *counts.entry(shuffled(4, &mut rng)).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 24);
    assert!(counts.values().all(|count| (850..1150).contains(count)), "{counts:?}");
}

/// A seed must mean the same batches on every machine and after every update.
#[test]
fn the_same_seed_gives_the_same_batch_everywhere() {
    let set = synthetic(0, 16, 4);
    let mut rng = ChaCha8Rng::from_seed([9; 32]);
    let order = shuffled(16, &mut rng);
    assert_eq!(order, [2, 6, 3, 5, 13, 1, 4, 11, 10, 0, 12, 14, 7, 8, 9, 15]);
    let how = Augmentation { crop: 2, flip: true };
    let batch = Normalization::new(&[0.0], &[1.0 / 255.0]).augmented(&set.train, &order, how, &mut rng);
    let sum: f64 =
        batch.iter().enumerate().map(|(index, &value)| f64::from(value.round()) * (index % 1009) as f64).sum();
    assert_eq!(sum, 93_991_094.0);
}
