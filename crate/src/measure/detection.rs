//! Objects found in images: boxes compared, doubles removed, and how good what is left is.

use crate::data::Object;

mod average_precision;
pub use average_precision::{DetectionScores, Ranking, thresholds};

/// An object that a network finds, and how sure it is of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    pub object: Object,
    /// 0 to 1.
    pub score: f32,
}

/// Intersection over union of two boxes, 0 to 1, whatever their classes; 0 if neither has an area.
pub fn iou(a: &Object, b: &Object) -> f64 {
    let area = |left: f32, top: f32, right: f32, bottom: f32| {
        let [width, height] = [(left, right), (top, bottom)].map(|(from, to)| f64::from(to) - f64::from(from));
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    };
    let of = |object: &Object| area(object.left, object.top, object.right, object.bottom);
    let both = area(a.left.max(b.left), a.top.max(b.top), a.right.min(b.right), a.bottom.min(b.bottom));
    let either = of(a) + of(b) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

/// Non-maximum suppression: of detections of one class that overlap by more than `threshold` (IoU), the surest stays.
///
/// Greedy by falling score, the earlier of equals first; what was suppressed suppresses nothing. Returns the rest in that
/// order.
pub fn suppress(mut detections: Vec<Detection>, threshold: f64) -> Vec<Detection> {
    detections.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for detection in detections {
        let double = |other: &Detection| {
            other.object.class == detection.object.class && iou(&other.object, &detection.object) > threshold
        };
        if !kept.iter().any(double) {
            kept.push(detection);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
