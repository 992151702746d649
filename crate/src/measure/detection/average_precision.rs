//! Average precision by COCO's rules (Lin et al. 2014; pycocotools' `COCOeval` for boxes of any size, none of them a crowd).

use std::array;

use super::{Detection, iou};
use crate::data::Object;
use crate::error::Fault;

/// Detections of a class that count in one image: the surest.
const MOST: usize = 100;

/// Points between a recall of 0 and of 1, both included, at which precision is read.
const POINTS: u32 = 101;

/// IoU at which a detection hits an object: 0.5 to 0.95 in steps of 0.05, to the last bit as NumPy's `linspace` has them.
pub fn thresholds() -> [f64; 10] {
    array::from_fn(|index| if index == 9 { 0.95 } else { index as f64 * ((0.95 - 0.5) / 9.0) + 0.5 })
}

/// How well objects are found. Shares, 0 to 1; none for a class without true objects, which is in no mean.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct DetectionScores {
    /// mAP@0.5: the mean of `ap_50` over classes with true objects; none if there are no objects.
    pub mean_ap_50: Option<f64>,
    /// mAP@[.5:.95]: the mean of `ap` over classes with true objects.
    pub mean_ap: Option<f64>,
    /// `[classes]`: average precision where a detection hits from an IoU of 0.5 on.
    pub ap_50: Vec<Option<f64>>,
    /// `[classes]`: the mean of the average precisions at the ten [`thresholds`].
    pub ap: Vec<Option<f64>>,
}

/// The detections of many images, to be ranked by score.
#[derive(Clone, Debug)]
pub struct Ranking {
    classes: Vec<Found>,
}

/// What was found of one class.
#[derive(Clone, Debug, Default)]
struct Found {
    /// True objects.
    objects: usize,
    /// Score of each detection and whether it hits, at each of the [`thresholds`].
    detections: Vec<(f32, [bool; 10])>,
}

impl Ranking {
    /// Of no images yet.
    pub fn new(classes: usize) -> Ranking {
        Ranking { classes: vec![Found::default(); classes] }
    }

    /// Adds an image: what was found in it, in any order, and what truly is in it.
    ///
    /// By falling score, the earlier of equals first, each detection hits the object of its class that it overlaps most,
    /// of those not hit yet and overlapped by the threshold or more; of equally overlapped ones the last.
    ///
    /// # Errors
    /// If a class is not among the classes; nothing is added then.
    pub fn add(&mut self, detections: &[Detection], objects: &[Object]) -> Result<(), Fault> {
        let classes = self.classes.len();
        let all = detections.iter().map(|detection| &detection.object).chain(objects);
        if let Some(Object { class, .. }) = all.into_iter().find(|object| usize::from(object.class) >= classes) {
            let text = format!("an object has class {class}; there are {classes}, from 0");
            return Err(Fault::new("class_out_of_range", text));
        }
        for (class, found) in self.classes.iter_mut().enumerate() {
            let of = |object: &Object| usize::from(object.class) == class;
            let mut ranked: Vec<&Detection> = detections.iter().filter(|detection| of(&detection.object)).collect();
            ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
            ranked.truncate(MOST);
            let objects: Vec<&Object> = objects.iter().filter(|object| of(object)).collect();
            found.objects += objects.len();
            let overlaps =
                |detection: &&Detection| objects.iter().map(|object| iou(&detection.object, object)).collect();
            let overlaps: Vec<Vec<f64>> = ranked.iter().map(overlaps).collect();
            let hits = thresholds().map(|threshold| hits(&overlaps, threshold));
            let each = ranked.iter().enumerate();
            found
                .detections
                .extend(each.map(|(at, detection)| (detection.score, hits.each_ref().map(|hits| hits[at]))));
        }
        Ok(())
    }

    /// Adds the images of another ranking of the same classes, after those that are here.
    pub fn merge(&mut self, other: &Ranking) {
        for (found, more) in self.classes.iter_mut().zip(&other.classes) {
            found.objects += more.objects;
            found.detections.extend_from_slice(&more.detections);
        }
    }

    /// The figures over all images so far. Of equal scores the detection of the earlier image comes first.
    pub fn scores(&self) -> DetectionScores {
        let each: Vec<Option<[f64; 10]>> = self.classes.iter().map(Found::average_precisions).collect();
        let ap_50: Vec<_> = each.iter().map(|found| found.map(|at| at[0])).collect();
        let ap: Vec<_> = each.iter().map(|found| found.map(|at| at.iter().sum::<f64>() / at.len() as f64)).collect();
        let mean = |values: &[Option<f64>]| {
            let some: Vec<f64> = values.iter().flatten().copied().collect();
            (!some.is_empty()).then(|| some.iter().sum::<f64>() / some.len() as f64)
        };
        DetectionScores { mean_ap_50: mean(&ap_50), mean_ap: mean(&ap), ap_50, ap }
    }
}

impl Found {
    /// One for each of the [`thresholds`]; none without true objects.
    fn average_precisions(&self) -> Option<[f64; 10]> {
        let mut ranked: Vec<&(f32, [bool; 10])> = self.detections.iter().collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let at = |threshold: usize| average_precision(ranked.iter().map(|(_, hits)| hits[threshold]), self.objects);
        (self.objects > 0).then(|| array::from_fn(at))
    }
}

/// Which of an image's detections hit at a threshold, by their overlaps `[detections][objects]`.
fn hits(overlaps: &[Vec<f64>], threshold: f64) -> Vec<bool> {
    let mut taken = vec![false; overlaps.first().map_or(0, Vec::len)];
    let hit = |overlaps: &Vec<f64>| {
        let (mut best, mut at) = (threshold, None);
        for (object, &overlap) in overlaps.iter().enumerate() {
            if !taken[object] && overlap >= best {
                (best, at) = (overlap, Some(object));
            }
        }
        if let Some(object) = at {
            taken[object] = true;
        }
        at.is_some()
    };
    overlaps.iter().map(hit).collect()
}

/// The mean, over 101 recalls, of the best precision at that recall or more; 0 where it is not reached.
fn average_precision(ranked: impl Iterator<Item = bool>, objects: usize) -> f64 {
    let (mut recalls, mut precisions) = (Vec::new(), Vec::new());
    let mut hits = 0;
    for (index, hit) in ranked.enumerate() {
        hits += usize::from(hit);
        recalls.push(hits as f64 / objects as f64);
        precisions.push(hits as f64 / (index + 1) as f64);
    }
    // From the last on: the best precision from here.
    for index in (1..precisions.len()).rev() {
        precisions[index - 1] = f64::max(precisions[index - 1], precisions[index]);
    }
    let at = |point: u32| {
        let recall = f64::from(point) * 0.01;
        precisions.get(recalls.partition_point(|&reached| reached < recall)).copied().unwrap_or(0.0)
    };
    (0..POINTS).map(at).sum::<f64>() / f64::from(POINTS)
}
