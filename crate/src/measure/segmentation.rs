//! How well classes of pixels are told: confusion matrix, intersection over union, recall, precision, accuracy.

use crate::data::IGNORE;
use crate::error::Fault;

/// A confusion matrix: how many pixels of each class were given each class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Pixels, `[classes, classes]`: a row for each true class, a column for each predicted one.
    pub counts: Vec<Vec<u64>>,
}

/// What a confusion matrix amounts to. Shares, 0 to 1.
///
/// Every mean is over the same classes: those that are true or predicted somewhere, but for the background where it is
/// left out. Among them a class that is never predicted has precision 0, and one that is never true has recall 0: never
/// to predict a class is no way to a better mean. A mean is none where no class is left.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct SegmentationScores {
    /// Pixels given their class, of all that count, background included; none if none count.
    pub pixel_accuracy: Option<f64>,
    /// mIoU: the mean of `iou`, without the background's where it is left out.
    pub mean_iou: Option<f64>,
    /// Mean over classes of the share of its pixels that are found.
    pub mean_recall: Option<f64>,
    /// Mean over classes of the share of pixels given it that are of it.
    pub mean_precision: Option<f64>,
    /// `[classes]`, the background's too: pixels both of the class and given it, of those that are either; none for a
    /// class that is neither true nor predicted anywhere.
    pub iou: Vec<Option<f64>>,
}

impl ConfusionMatrix {
    /// Of no pixels yet.
    pub fn new(classes: usize) -> ConfusionMatrix {
        ConfusionMatrix { counts: vec![vec![0; classes]; classes] }
    }

    /// Counts pixels by predicted and true class, `[N, H, W]` each; those whose true class is [`IGNORE`] do not count.
    ///
    /// # Errors
    /// If the two differ in length or a class is not in the matrix; nothing is counted then.
    pub fn add(&mut self, predicted: &[u8], truth: &[u8]) -> Result<(), Fault> {
        let (found, expected, classes) = (predicted.len(), truth.len(), self.counts.len());
        if found != expected {
            let text = format!("{found} predicted pixels stand against {expected} true ones");
            return Err(Fault::new("pixels_do_not_match", text));
        }
        let counted = || predicted.iter().zip(truth).filter(|(_, truth)| **truth != IGNORE);
        let beyond = counted().find_map(|(&a, &b)| [a, b].into_iter().find(|class| usize::from(*class) >= classes));
        if let Some(class) = beyond {
            let text = format!("a pixel has class {class}; there are {classes}, from 0, and {IGNORE} for none");
            return Err(Fault::new("class_out_of_range", text));
        }
        counted().for_each(|(&predicted, &truth)| self.counts[usize::from(truth)][usize::from(predicted)] += 1);
        Ok(())
    }

    /// Counts what another matrix of the same classes has counted.
    pub fn merge(&mut self, other: &ConfusionMatrix) {
        let counts = self.counts.iter_mut().flatten().zip(other.counts.iter().flatten());
        counts.for_each(|(count, more)| *count += more);
    }

    /// The figures; without `background`, class 0 is left out of the means.
    pub fn scores(&self, background: bool) -> SegmentationScores {
        let classes = 0..self.counts.len();
        let all: u64 = self.counts.iter().flatten().sum();
        let hits: Vec<u64> = classes.clone().map(|class| self.counts[class][class]).collect();
        let of: Vec<u64> = classes.clone().map(|class| self.counts[class].iter().sum()).collect();
        let given: Vec<u64> = classes.clone().map(|class| self.counts.iter().map(|row| row[class]).sum()).collect();
        let either: Vec<u64> = classes.clone().map(|class| of[class] + given[class] - hits[class]).collect();
        let some: Vec<usize> =
            classes.clone().filter(|&class| either[class] > 0 && (background || class > 0)).collect();
        let mean = |totals: &[u64]| {
            let sum: f64 = some.iter().map(|&class| share(hits[class], totals[class]).unwrap_or(0.0)).sum();
            (!some.is_empty()).then(|| sum / some.len() as f64)
        };
        SegmentationScores {
            pixel_accuracy: share(hits.iter().sum(), all),
            mean_iou: mean(&either),
            mean_recall: mean(&of),
            mean_precision: mean(&given),
            iou: classes.map(|class| share(hits[class], either[class])).collect(),
        }
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The class of the largest logit at each pixel, the first of equals: from `[N, C, H, W]` to `[N, H, W]`.
///
/// # Panics
/// If there are other than N·C·H·W logits, no classes or more than 256.
pub fn class_map(logits: &[f32], [n, classes, height, width]: [usize; 4]) -> Vec<u8> {
    let area = height * width;
    assert_eq!(logits.len(), n * classes * area, "logits are [N, C, H, W]");
    assert!((1..=256).contains(&classes), "a class is a byte");
    let mut map = vec![0; n * area];
    if area == 0 {
        return map;
    }
    for (image, map) in logits.chunks_exact(classes * area).zip(map.chunks_exact_mut(area)) {
        let mut planes = image.chunks_exact(area);
        let mut best = planes.next().unwrap_or_default().to_vec();
        for (class, plane) in planes.enumerate() {
            for ((class_here, best), &logit) in map.iter_mut().zip(&mut best).zip(plane) {
                if logit > *best {
                    (*class_here, *best) = (class as u8 + 1, logit);
                }
            }
        }
    }
    map
}

#[cfg(test)]
mod tests;
