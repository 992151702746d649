//! Wrong labels on purpose: how well does a network learn when some of what it is told is random (paper.md §6)?

use super::batch::{below, shuffled};
use crate::seed;

/// Replaces a share of the labels by classes drawn at random, the right one among them (Zhang et al. 2017).
///
/// Returns which images were drawn, in order: the same for a seed on every machine.
pub fn noise(labels: &mut [u8], classes: usize, share: f64, seed: u32) -> Vec<u32> {
    let mut stream = seed::stream(seed, "noise");
    let count = (share * labels.len() as f64).round() as usize;
    let mut chosen = shuffled(labels.len(), &mut stream);
    chosen.truncate(count);
    chosen.sort_unstable();
    for &index in &chosen {
        labels[index as usize] = below(&mut stream, classes) as u8;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_labels_is_drawn_anew_and_the_rest_is_left() {
        let clean: Vec<u8> = (0..5000).map(|index| (index % 10) as u8).collect();
        let mut noisy = clean.clone();
        let chosen = noise(&mut noisy, 10, 0.2, 7);
        assert_eq!(chosen.len(), 1000);
        let changed = clean.iter().zip(&noisy).filter(|(a, b)| a != b).count();
        // One in ten is drawn right: 900 expected, standard deviation 9.5.
        assert!((850..950).contains(&changed), "{changed}");
        for (index, (a, b)) in clean.iter().zip(&noisy).enumerate() {
            assert!(a == b || chosen.binary_search(&(index as u32)).is_ok());
        }
        let mut again = clean.clone();
        assert_eq!((noise(&mut again, 10, 0.2, 7), &again), (chosen.clone(), &noisy));
        assert_ne!(noise(&mut again, 10, 0.2, 8), chosen);
        assert!(noise(&mut clean.clone(), 10, 0.0, 7).is_empty());
        assert_eq!(noise(&mut clean.clone(), 10, 1.0, 7).len(), 5000);
    }
}
