//! Average precision against pycocotools', which `fixtures/detection.py` wrote; boxes and suppression by hand.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Case {
    name: String,
    classes: usize,
    images: Vec<Image>,
    parameters: Parameters,
    scores: DetectionScores,
}

#[derive(Deserialize)]
struct Image {
    objects: Vec<(u8, f32, f32, f32, f32)>,
    detections: Vec<(u8, f32, f32, f32, f32, f32)>,
}

#[derive(Deserialize)]
struct Parameters {
    thresholds: [f64; 10],
}

fn object(class: u8, [left, top, right, bottom]: [f32; 4]) -> Object {
    Object { class, left, top, right, bottom }
}

fn detection(class: u8, sides: [f32; 4], score: f32) -> Detection {
    Detection { object: object(class, sides), score }
}

#[test]
fn average_precision_is_pycocotools() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../fixtures/detection.json")).unwrap();
    assert!(cases.len() >= 20);
    for Case { name, classes, images, parameters, scores } in cases {
        assert_eq!(thresholds(), parameters.thresholds);
        let mut ranking = Ranking::new(classes);
        for Image { objects, detections } in images {
            let objects: Vec<_> = objects.into_iter().map(|(class, l, t, r, b)| object(class, [l, t, r, b])).collect();
            let found = detections.into_iter().map(|(class, l, t, r, b, score)| detection(class, [l, t, r, b], score));
            // One by one and merged: the same images in the same order.
            let mut one = Ranking::new(classes);
            one.add(&found.collect::<Vec<_>>(), &objects).unwrap();
            ranking.merge(&one);
        }
        let found = ranking.scores();
        let flat = |scores: &DetectionScores| {
            let DetectionScores { mean_ap_50, mean_ap, ap_50, ap } = scores.clone();
            [vec![mean_ap_50, mean_ap], ap_50, ap].concat()
        };
        let (found, expected) = (flat(&found), flat(&scores));
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            let same = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() <= 1e-12,
                (found, expected) => found == expected,
            };
            assert!(same, "{name}: {found:?} against {expected:?}");
        }
    }
}

#[test]
fn a_class_that_is_not_there_is_refused_and_nothing_added() {
    let mut ranking = Ranking::new(2);
    let (good, bad) = (object(0, [0.0, 0.0, 1.0, 1.0]), object(2, [0.0, 0.0, 1.0, 1.0]));
    let fault = ranking.add(&[], &[good, bad]).unwrap_err();
    assert_eq!(fault.to_string(), "an object has class 2; there are 2, from 0");
    assert_eq!(ranking.add(&[Detection { object: bad, score: 1.0 }], &[good]).unwrap_err(), fault);
    assert_eq!(ranking.scores(), Ranking::new(2).scores());
}

#[test]
fn overlap_is_what_is_shared_of_what_is_covered() {
    let square = [0.0, 0.0, 4.0, 4.0];
    for (other, expected) in [
        (square, 1.0),
        ([0.0, 0.0, 4.0, 2.0], 0.5),
        ([2.0, 0.0, 6.0, 4.0], 8.0 / 24.0),
        ([1.0, 1.0, 3.0, 3.0], 4.0 / 16.0),
        // Beside it, apart in both directions, without an area.
        ([4.0, 0.0, 8.0, 4.0], 0.0),
        ([5.0, 5.0, 6.0, 6.0], 0.0),
        ([2.0, 2.0, 2.0, 3.0], 0.0),
    ] {
        assert_eq!(iou(&object(0, square), &object(1, other)), expected, "{other:?}");
        assert_eq!(iou(&object(0, other), &object(0, square)), expected, "{other:?}");
    }
    let nothing = object(0, [1.0; 4]);
    assert_eq!(iou(&nothing, &nothing), 0.0);
}

#[test]
fn the_surest_of_a_class_suppresses_what_overlaps_it_by_more_than_the_threshold() {
    // The IoU of two boxes of 4×4, one moved by a pixel, is 12/20; by two, 8/24.
    let at = |class: u8, x: f32, score: f32| detection(class, [x, 0.0, x + 4.0, 4.0], score);
    let (first, second, third) = (at(0, 0.0, 0.5), at(0, 1.0, 0.75), at(0, 2.0, 0.25));
    let other = at(1, 1.0, 0.125);
    let all = vec![first, second, third, other];
    assert_eq!(suppress(all.clone(), 0.5), [second, other]);
    // Exactly the threshold is not more than it.
    assert_eq!(suppress(all.clone(), 12.0 / 20.0), [second, first, third, other]);
    assert_eq!(suppress(all, 0.59), [second, other]);
    // What was suppressed suppresses nothing.
    assert_eq!(suppress(vec![at(0, 0.0, 0.75), at(0, 1.0, 0.5), at(0, 2.0, 0.25)], 0.5).len(), 2);
    // Of equals the earlier stays.
    assert_eq!(suppress(vec![at(0, 1.0, 0.5), at(0, 0.0, 0.5)], 0.5), [at(0, 1.0, 0.5)]);
    assert_eq!(suppress(vec![], 0.5), []);
}

fn any_detection() -> impl Strategy<Value = Detection> {
    (0u8..2, prop::array::uniform2(0u8..12), prop::array::uniform2(1u8..9), 0u8..5).prop_map(
        |(class, at, size, score)| {
            let [x, y, width, height] = [at[0], at[1], size[0], size[1]].map(f32::from);
            detection(class, [x, y, x + width, y + height], f32::from(score) / 4.0)
        },
    )
}

proptest! {
    /// What stays does not overlap; what goes overlaps a box of its class that stays and is at least as sure.
    #[test]
    fn suppression_leaves_no_doubles_and_takes_nothing_else(
        all in prop::collection::vec(any_detection(), 0..30),
        threshold in 0.1..0.9f64,
    ) {
        let kept = suppress(all.clone(), threshold);
        let double = |a: &Detection, b: &Detection| {
            a.object.class == b.object.class && iou(&a.object, &b.object) > threshold
        };
        for (index, one) in kept.iter().enumerate() {
            prop_assert!(all.contains(one));
            for later in &kept[index + 1..] {
                prop_assert!(!double(one, later) && one.score >= later.score);
            }
        }
        for one in all.iter().filter(|one| !kept.contains(one)) {
            prop_assert!(kept.iter().any(|other| double(one, other) && other.score >= one.score));
        }
        prop_assert_eq!(suppress(kept.clone(), threshold), kept);
    }
}
