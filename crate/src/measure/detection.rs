//! Objects found in images: boxes compared, doubles removed, and how good what is left is.

use crate::data::Object;

mod average_precision;
mod decode;
pub use average_precision::{DetectionScores, Ranking, thresholds};
pub use decode::{Grid, sigmoid};

/// An object that a network finds, and how sure it is of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    pub object: Object,
    /// 0 to 1.
    pub score: f32,
}

/// Intersection over union of two boxes, 0 to 1, whatever their classes; 0 if neither has an area.
pub fn iou(a: &Object, b: &Object) -> f64 {
    sides_iou(sides(a), sides(b))
}

/// As [`iou`], of left, top, right and bottom.
pub fn sides_iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    let area = |[left, top, right, bottom]: [f64; 4]| {
        if left < right && top < bottom { (right - left) * (bottom - top) } else { 0.0 }
    };
    let both = area([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    let either = area(a) + area(b) - both;
    if either > 0.0 { both / either } else { 0.0 }
}

/// Left, top, right and bottom of an object, in pixels.
pub fn sides(object: &Object) -> [f64; 4] {
    [object.left, object.top, object.right, object.bottom].map(f64::from)
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
