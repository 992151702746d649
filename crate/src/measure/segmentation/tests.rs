//! Figures against scikit-learn's, which `fixtures/segmentation.py` wrote; refusals and ties by hand.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Case {
    name: String,
    classes: usize,
    truth: Vec<u8>,
    predicted: Vec<u8>,
    with_background: SegmentationScores,
    without_background: SegmentationScores,
}

fn fixture() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../fixtures/segmentation.json")).unwrap()
}

fn close(found: Option<f64>, expected: Option<f64>, what: &str) {
    let same = match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-12,
        (found, expected) => found == expected,
    };
    assert!(same, "{what}: {found:?} against {expected:?}");
}

fn all_close(found: &SegmentationScores, expected: &SegmentationScores, case: &str) {
    close(found.pixel_accuracy, expected.pixel_accuracy, &format!("{case}: pixel accuracy"));
    close(found.mean_iou, expected.mean_iou, &format!("{case}: mean IoU"));
    close(found.mean_recall, expected.mean_recall, &format!("{case}: mean recall"));
    close(found.mean_precision, expected.mean_precision, &format!("{case}: mean precision"));
    assert_eq!(found.iou.len(), expected.iou.len());
    for (class, (&found, &expected)) in found.iou.iter().zip(&expected.iou).enumerate() {
        close(found, expected, &format!("{case}: IoU of class {class}"));
    }
}

#[test]
fn figures_are_scikit_learns() {
    let cases = fixture();
    assert!(cases.len() >= 6);
    for case in cases {
        let mut confusion = ConfusionMatrix::new(case.classes);
        confusion.add(&case.predicted, &case.truth).unwrap();
        all_close(&confusion.scores(true), &case.with_background, &case.name);
        all_close(&confusion.scores(false), &case.without_background, &case.name);
    }
}

/// Batch by batch comes to the same.
#[test]
fn pixels_add_up_in_any_portion() {
    for case in fixture() {
        let mut whole = ConfusionMatrix::new(case.classes);
        whole.add(&case.predicted, &case.truth).unwrap();
        let mut parts = ConfusionMatrix::new(case.classes);
        for (predicted, truth) in case.predicted.chunks(7).zip(case.truth.chunks(7)) {
            parts.add(predicted, truth).unwrap();
        }
        assert_eq!(parts, whole, "{}", case.name);
        let mut twice = whole.clone();
        twice.merge(&parts);
        assert_eq!(
            twice.counts,
            whole.counts.iter().map(|row| row.iter().map(|count| 2 * count).collect()).collect::<Vec<Vec<u64>>>()
        );
    }
}

#[test]
fn without_pixels_there_are_no_figures() {
    let mut confusion = ConfusionMatrix::new(2);
    // What is predicted where nothing counts may be anything.
    confusion.add(&[0, 1, 9], &[IGNORE; 3]).unwrap();
    let none = SegmentationScores {
        pixel_accuracy: None,
        mean_iou: None,
        mean_recall: None,
        mean_precision: None,
        iou: vec![None; 2],
    };
    assert_eq!(confusion.scores(true), none);
    assert_eq!(ConfusionMatrix::new(0).scores(false), SegmentationScores { iou: vec![], ..none });
}

#[test]
fn pixels_that_do_not_fit_are_refused_and_not_counted() {
    let mut confusion = ConfusionMatrix::new(2);
    let faults = [([0, 1].as_slice(), [0].as_slice()), (&[0, 2], &[0, 1]), (&[0, 1], &[0, 2])];
    let faults = faults.map(|(predicted, truth)| confusion.add(predicted, truth).unwrap_err());
    assert_eq!(faults[0].to_string(), "2 predicted pixels stand against 1 true ones");
    assert_eq!(faults[1].to_string(), "a pixel has class 2; there are 2, from 0, and 255 for none");
    assert_eq!(faults[2], faults[1]);
    assert_eq!(confusion, ConfusionMatrix::new(2));
}

/// Two images of 1×3 pixels and three classes: a clear largest, ties, infinities.
#[test]
fn the_largest_logit_names_the_class_and_the_first_of_equals() {
    let [low, high] = [f32::NEG_INFINITY, f32::INFINITY];
    let first = [0.0, 2.0, 1.0, 3.0, 2.0, -1.0, 1.0, 5.0, 1.0];
    let second = [low, 1.0, -0.0, low, high, 0.0, low, high, 0.5];
    assert_eq!(class_map(&[first, second].concat(), [2, 3, 1, 3]), [1, 2, 0, 0, 1, 2]);
    assert_eq!(class_map(&[4.0, -4.0], [2, 1, 1, 1]), [0, 0]);
    assert!(class_map(&[], [0, 3, 4, 4]).is_empty());
    assert!(class_map(&[], [2, 3, 0, 4]).is_empty());
}
