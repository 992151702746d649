//! What is refused, in which words, and what is mended.

use super::*;

const SHAPE: [usize; 3] = [3, 40, 60];

fn object(class: u8, [left, top, right, bottom]: [f32; 4]) -> Object {
    Object { class, left, top, right, bottom }
}

/// Checks boxes, one list per image, against five classes.
fn boxes(objects: &[&[Object]]) -> Result<(Vec<Vec<Object>>, Vec<Fault>), Fault> {
    let mut targets = Targets::Objects(Arc::new(objects.iter().map(|objects| objects.to_vec()).collect()));
    let notices = targets.check(objects.len(), SHAPE, 5)?;
    let Targets::Objects(objects) = targets else { unreachable!("boxes stay boxes") };
    Ok((objects.to_vec(), notices))
}

fn says(fault: &Fault, code: &str, parts: &[&str]) {
    assert_eq!((fault.code.as_str(), fault.field.as_deref()), (code, Some("dataset")));
    parts.iter().for_each(|part| assert!(fault.message.contains(part), "{part:?} is not in {:?}", fault.message));
}

#[test]
fn boxes_that_reach_outside_are_clipped_with_one_notice() {
    let inside = object(0, [0.0, 0.0, 60.0, 40.0]);
    let outside = [object(1, [-3.5, 2.0, 10.0, 41.0]), object(2, [50.0, -1.0, 99.0, 8.0])];
    let (kept, notices) = boxes(&[&[], &[inside, outside[0]], &[outside[1]]]).unwrap();
    assert_eq!(kept[1], [inside, object(1, [0.0, 2.0, 10.0, 40.0])]);
    assert_eq!(kept[2], [object(2, [50.0, 0.0, 60.0, 8.0])]);
    assert_eq!(notices.len(), 1);
    says(&notices[0], "boxes_clipped", &["2 box(es)", "box 1 of image 1", "from (-3.5, 2) to (10, 41)"]);
    assert_eq!(boxes(&[&[inside], &[]]).unwrap(), (vec![vec![inside], vec![]], vec![]));
}

#[test]
fn boxes_without_area_are_refused() {
    let empty = [
        [10.0, 10.0, 10.0, 20.0],
        [10.0, 20.0, 15.0, 19.0],
        // Outside of the image, so that clipping leaves nothing.
        [60.0, 0.0, 70.0, 10.0],
        [-9.0, 0.0, 0.0, 10.0],
        [0.0, f32::NAN, 9.0, 9.0],
        [f32::NEG_INFINITY, 0.0, 9.0, 9.0],
    ];
    for sides in empty {
        let fault = boxes(&[&[], &[object(0, [1.0, 1.0, 2.0, 2.0]), object(0, sides)]]).unwrap_err();
        says(&fault, "box_empty", &["box 1 of image 1", &format!("({}, {})", sides[0], sides[1]), "60×40", "greater"]);
    }
}

#[test]
fn classes_that_do_not_exist_are_refused() {
    let fault = boxes(&[&[object(5, [1.0, 1.0, 2.0, 2.0])]]).unwrap_err();
    says(&fault, "unknown_class", &["box 0 of image 0", "class 5", "0 to 4"]);
    let fault = Targets::Classes(vec![1, 0, 2]).check(3, SHAPE, 2).unwrap_err();
    says(&fault, "unknown_class", &["image 2", "class 2", "0 to 1"]);
    assert_eq!(Targets::Classes(vec![1, 0, 2]).check(3, SHAPE, 3), Ok(vec![]));
}

#[test]
fn masks_hold_classes_or_what_does_not_count() {
    let masks = |change: &[(usize, u8)]| {
        let mut values = vec![1; 2 * 40 * 60];
        change.iter().for_each(|&(at, value)| values[at] = value);
        Targets::Masks(values.into()).check(2, SHAPE, 3)
    };
    assert_eq!(masks(&[(0, 0), (1, 2), (2, IGNORE)]), Ok(vec![]));
    let fault = masks(&[(40 * 60 + 2 * 60 + 7, 3)]).unwrap_err();
    says(&fault, "mask_value", &["image 1", "value 3", "(7, 2)", "0 to 2", "255"]);
    says(&masks(&[(5, 254)]).unwrap_err(), "mask_value", &["image 0", "254", "(5, 0)"]);
}

#[test]
fn too_many_or_too_few_targets_are_refused() {
    let fault = Targets::Masks(vec![0; 100].into()).check(2, SHAPE, 3).unwrap_err();
    says(&fault, "target_count", &["100 pixels of masks", "4800"]);
    let fault = Targets::Classes(vec![0; 3]).check(2, SHAPE, 3).unwrap_err();
    says(&fault, "target_count", &["3 labels", "need 2"]);
    let fault = Targets::Objects(Arc::new(vec![])).check(1, SHAPE, 3).unwrap_err();
    says(&fault, "target_count", &["0 lists of boxes", "need 1"]);
}

#[test]
fn sizes_that_differ_are_refused_naming_both() {
    assert_eq!(same_shape(&[SHAPE; 3]), Ok(SHAPE));
    let fault = same_shape(&[SHAPE, SHAPE, [1, 40, 61]]).unwrap_err();
    says(&fault, "image_size", &["image 2 has 61×40 pixels with 1", "image 0 has 60×40 pixels with 3"]);
    says(&same_shape(&[]).unwrap_err(), "no_images", &["no images"]);
    assert_eq!(mask_size(4, [40, 60], SHAPE), Ok(()));
    let fault = mask_size(4, [60, 40], SHAPE).unwrap_err();
    says(&fault, "mask_size", &["image 4", "40×60", "60×40"]);
}
