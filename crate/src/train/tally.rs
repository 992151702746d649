//! Scores: what outputs read from a device amount to, over as many batches as are added.

use super::detection::image_loss;
use super::head::Head;
use crate::data::{IGNORE, Targets, Task};
use crate::event::{Detail, Measure};
use crate::measure::detection::Ranking;
use crate::measure::segmentation::{ConfusionMatrix, class_map};

/// A score so far.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Sum over what counts, and its number: images, or their pixels.
    loss: f64,
    counted: usize,
    images: usize,
    answers: Answers,
}

#[derive(Clone, Debug)]
enum Answers {
    /// Images classified correctly.
    Classes(usize),
    Masks(ConfusionMatrix),
    Objects(Ranking),
}

impl Tally {
    pub fn new(head: &Head) -> Tally {
        let answers = match head.task {
            Task::Classify => Answers::Classes(0),
            Task::Segment => Answers::Masks(ConfusionMatrix::new(head.classes)),
            Task::Detect => Answers::Objects(Ranking::new(head.classes)),
        };
        Tally { loss: 0.0, counted: 0, images: 0, answers }
    }

    /// Adds outputs `[N, C, Y, X]`; images beyond the truth (the padding of a short batch) do not count.
    pub fn add(&mut self, output: &[f32], truth: &Targets, head: &Head) {
        match (truth, &mut self.answers) {
            (Targets::Classes(labels), Answers::Classes(correct)) => {
                for (row, &label) in output.chunks_exact(head.classes).zip(labels) {
                    self.loss += cross_entropy(row.iter().copied(), label);
                    *correct += usize::from(argmax(row) == usize::from(label));
                }
                self.counted += labels.len();
                self.images += labels.len();
            }
            (Targets::Masks(masks), Answers::Masks(confusion)) => {
                let [height, width] = head.size;
                let pixels = height * width;
                let images = masks.len() / pixels;
                let output = &output[..images * head.classes * pixels];
                for (image, mask) in output.chunks_exact(head.classes * pixels).zip(masks.chunks_exact(pixels)) {
                    for (pixel, &class) in mask.iter().enumerate().filter(|(_, class)| **class != IGNORE) {
                        self.loss += cross_entropy(image.iter().skip(pixel).step_by(pixels).copied(), class);
                        self.counted += 1;
                    }
                }
                let predicted = class_map(output, [images, head.classes, height, width]);
                confusion.add(&predicted, masks).expect("classes were checked with the data set, and so were sizes");
                self.images += images;
            }
            (Targets::Objects(objects), Answers::Objects(ranking)) => {
                let image = head.grid.channels() * head.grid.area();
                let output = &output[..objects.len() * image];
                for ((found, output), objects) in
                    head.found(output).iter().zip(output.chunks_exact(image)).zip(&**objects)
                {
                    let loss = image_loss(&head.grid, |at| f64::from(output[at]), objects);
                    self.loss += loss.expect("classes were checked with the data set");
                    ranking.add(found, objects).expect("classes were checked with the data set");
                }
                self.counted += objects.len();
                self.images += objects.len();
            }
            _ => unreachable!("a batch's truth is of its head's task"),
        }
    }

    /// Adds what another tally of the same head has added.
    pub fn merge(&mut self, other: &Tally) {
        match (&mut self.answers, &other.answers) {
            (Answers::Classes(correct), Answers::Classes(more)) => *correct += more,
            (Answers::Masks(confusion), Answers::Masks(more)) => confusion.merge(more),
            (Answers::Objects(ranking), Answers::Objects(more)) => ranking.merge(more),
            _ => unreachable!("both are of one head, and so of one task"),
        }
        self.loss += other.loss;
        self.counted += other.counted;
        self.images += other.images;
    }

    /// Images that were added.
    pub fn images(&self) -> usize {
        self.images
    }

    /// Mean loss: over images, and over those of their pixels that count; not a number without any.
    pub fn loss(&self) -> f64 {
        self.loss / self.counted as f64
    }

    /// How good the answers are, 0 to 1: the share of images classified correctly, mIoU without the background, or mAP@0.5.
    pub fn quality(&self) -> f64 {
        match &self.answers {
            Answers::Classes(correct) => *correct as f64 / self.images.max(1) as f64,
            Answers::Masks(confusion) => confusion.scores(false).mean_iou.unwrap_or(0.0),
            Answers::Objects(ranking) => ranking.scores().mean_ap_50.unwrap_or(0.0),
        }
    }

    /// By class, and by other measures; none for classes of images.
    pub fn detail(&self) -> Option<Detail> {
        let measure = |name: &str, value: Option<f64>| Measure { name: name.into(), value };
        match &self.answers {
            Answers::Classes(_) => None,
            Answers::Masks(confusion) => {
                let scores = confusion.scores(false);
                Some(Detail {
                    by_class: scores.iou,
                    of_classes: "IoU".into(),
                    measures: vec![
                        measure("mIoU", scores.mean_iou),
                        measure("mean recall", scores.mean_recall),
                        measure("mean precision", scores.mean_precision),
                        measure("pixel accuracy", scores.pixel_accuracy),
                    ],
                })
            }
            Answers::Objects(ranking) => {
                let scores = ranking.scores();
                Some(Detail {
                    of_classes: "AP@0.5".into(),
                    by_class: scores.ap_50,
                    measures: vec![measure("mAP@0.5", scores.mean_ap_50), measure("mAP@[.5:.95]", scores.mean_ap)],
                })
            }
        }
    }
}

/// −ln of the softmax at a class.
fn cross_entropy(logits: impl Iterator<Item = f32> + Clone, class: u8) -> f64 {
    let most = logits.clone().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.clone().map(|logit| f64::from(logit - most).exp()).sum();
    let of_class = logits.clone().nth(usize::from(class)).expect("classes were checked with the data set");
    sum.ln() - f64::from(of_class - most)
}

/// Index of the largest value; the first of equals.
pub fn argmax(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best })
}
