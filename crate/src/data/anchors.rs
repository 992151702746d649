//! Anchors: the sizes that a detector's boxes start from, by k-means over the boxes of training images with the distance
//! 1 − IoU (Redmon and Farhadi 2017, YOLOv2, §2).

use super::Object;
use crate::error::Fault;
use crate::seed;

/// Width and height of a box, in pixels.
pub type Size = [f32; 2];

/// The size of an object's box.
pub fn size(object: &Object) -> Size {
    [object.right - object.left, object.bottom - object.top]
}

/// Random starts, of which the best end counts: a single one may miss a cluster for good.
const STARTS: u32 = 10;

/// Intersection over union of two sizes, one laid upon the other: 0 to 1.
pub fn shape_iou(a: Size, b: Size) -> f64 {
    let area = |[width, height]: [f64; 2]| width * height;
    let [a, b] = [a, b].map(|size| size.map(f64::from));
    let both = area([a[0].min(b[0]), a[1].min(b[1])]);
    both / (area(a) + area(b) - both)
}

/// The mean over sizes of the IoU with the anchor nearest to it: how well the anchors fit; 0 if there are no sizes.
pub fn mean_iou(sizes: &[Size], anchors: &[Size]) -> f64 {
    let sum: f64 = sizes.iter().map(|&size| shape_iou(size, anchors[nearest(anchors, size)])).sum();
    sum / sizes.len().max(1) as f64
}

/// The index of the anchor with the highest IoU; the first of equals.
pub fn nearest(anchors: &[Size], size: Size) -> usize {
    let better =
        |best: usize, at: usize| if shape_iou(anchors[at], size) > shape_iou(anchors[best], size) { at } else { best };
    (0..anchors.len()).fold(0, better)
}

/// The `count` sizes that fit the boxes of these objects best, smallest area first.
///
/// Depends on the boxes and the seed only, not on the order of the objects. Boxes without an area count for nothing.
///
/// # Errors
/// For 0 anchors, and for more than there are distinct sizes.
pub fn anchors<'a>(objects: impl IntoIterator<Item = &'a Object>, count: usize, seed: u32) -> Result<Vec<Size>, Fault> {
    let all = objects.into_iter().map(size);
    let mut sizes: Vec<Size> = all.filter(|size| size.iter().all(|&side| side > 0.0)).collect();
    // One order, whatever that of the objects: sums then round alike, and the same sizes are drawn.
    sizes.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let distinct = sizes.chunk_by(|a, b| a == b).count();
    if !(1..=distinct).contains(&count) {
        let allowed = match distinct {
            0 => "there are no boxes to take them from".into(),
            _ => format!("allowed are 1 to {distinct}, as many as there are different sizes of boxes"),
        };
        return Err(Fault::new("anchors_out_of_range", format!("{count} anchors; {allowed}")));
    }
    let ends = (0..STARTS).map(|attempt| {
        let mut anchors = start(&sizes, count, seed, attempt);
        while let Some(better) = step(&sizes, &anchors) {
            anchors = better;
        }
        (mean_iou(&sizes, &anchors), anchors)
    });
    let best = ends.reduce(|best, end| if end.0 > best.0 { end } else { best });
    let mut anchors = best.map(|(_, anchors)| anchors).unwrap_or_default();
    anchors.sort_by(|a, b| (a[0] * a[1]).total_cmp(&(b[0] * b[1])).then(a[0].total_cmp(&b[0])));
    Ok(anchors)
}

/// As k-means++ starts: each next one drawn by its squared distance from those there are.
fn start(sizes: &[Size], count: usize, seed: u32, attempt: u32) -> Vec<Size> {
    let mut stream = seed::stream(seed, &format!("anchors/{attempt}"));
    let mut anchors: Vec<Size> = Vec::with_capacity(count);
    let mut weights = vec![1.0; sizes.len()];
    while anchors.len() < count {
        let mut left = seed::unit(&mut stream) * weights.iter().sum::<f64>();
        // Sizes that are anchors already weigh nothing and are never drawn.
        let mut drawn = sizes[0];
        for (&size, &weight) in sizes.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0) {
            drawn = size;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        anchors.push(drawn);
        weights = sizes.iter().map(|&size| (1.0 - shape_iou(size, anchors[nearest(&anchors, size)])).powi(2)).collect();
    }
    anchors
}

/// The mean of the sizes nearest to each anchor, if these fit better; an anchor without any stays.
///
/// A mean width and height need not lower distances of 1 − IoU: without the condition it could go round for ever.
fn step(sizes: &[Size], anchors: &[Size]) -> Option<Vec<Size>> {
    let mut sums = vec![[0f64; 3]; anchors.len()];
    for &size in sizes {
        let sum = &mut sums[nearest(anchors, size)];
        *sum = [sum[0] + f64::from(size[0]), sum[1] + f64::from(size[1]), sum[2] + 1.0];
    }
    let mean = |([width, height, count], &old): ([f64; 3], &Size)| match count {
        0.0 => old,
        count => [width / count, height / count].map(|side| side as f32),
    };
    let moved: Vec<Size> = sums.into_iter().zip(anchors).map(mean).collect();
    (mean_iou(sizes, &moved) > mean_iou(sizes, anchors)).then_some(moved)
}

#[cfg(test)]
mod tests;
