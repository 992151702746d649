//! Clusters that are known are found, whatever the order; no step worsens the fit; refusals.

use proptest::prelude::*;

use super::*;

fn object([right, bottom]: Size) -> Object {
    Object { class: 0, left: 0.0, top: 0.0, right, bottom }
}

fn objects(sizes: &[Size]) -> Vec<Object> {
    sizes.iter().copied().map(object).collect()
}

/// Eight sizes around one, up to a sixteenth wider or lower.
fn cluster([width, height]: Size) -> Vec<Size> {
    let share = |index: u32| 1.0 + index as f32 / 128.0;
    (0..8).map(|index| [width * share(index), height / share(index)]).collect()
}

fn mean(sizes: &[Size]) -> Size {
    [0, 1].map(|axis| sizes.iter().map(|size| size[axis]).sum::<f32>() / sizes.len() as f32)
}

#[test]
fn known_clusters_are_found_smallest_first() {
    let clusters = [[40.0, 12.0], [6.0, 6.0], [14.0, 42.0], [60.0, 64.0], [20.0, 20.0]].map(cluster);
    let mut expected = clusters.each_ref().map(|cluster| mean(cluster));
    expected.sort_by(|a, b| (a[0] * a[1]).total_cmp(&(b[0] * b[1])));
    for seed in 0..20 {
        let found = anchors(&objects(&clusters.concat()), 5, seed).unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            let near = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4 * expected);
            assert!(near, "seed {seed}: {found:?} against {expected:?}");
        }
    }
}

#[test]
fn as_many_anchors_as_sizes_are_the_sizes() {
    let sizes = [[4.0, 4.0], [9.0, 3.0], [3.0, 10.0], [20.0, 8.0]];
    // Three of the first: sizes that repeat are one.
    let found = anchors(&objects(&[sizes.as_slice(), &[sizes[0]; 2]].concat()), 4, 1).unwrap();
    assert_eq!(found, sizes);
    assert_eq!(mean_iou(&sizes, &found), 1.0);
    assert_eq!(anchors(&objects(&sizes[..1]), 1, 1).unwrap(), [sizes[0]]);
}

#[test]
fn too_many_anchors_and_none_are_refused() {
    let all = objects(&[[4.0, 4.0], [9.0, 3.0], [4.0, 4.0], [0.0, 5.0], [5.0, -1.0]]);
    let refuse = |count, objects: &[Object]| anchors(objects, count, 1).unwrap_err().to_string();
    assert_eq!(refuse(3, &all), "3 anchors; allowed are 1 to 2, as many as there are different sizes of boxes");
    assert_eq!(refuse(0, &all), "0 anchors; allowed are 1 to 2, as many as there are different sizes of boxes");
    assert_eq!(refuse(1, &all[3..]), "1 anchors; there are no boxes to take them from");
}

#[test]
fn sizes_are_compared_as_if_laid_upon_each_other() {
    assert_eq!(shape_iou([4.0, 2.0], [4.0, 2.0]), 1.0);
    assert_eq!(shape_iou([4.0, 2.0], [2.0, 4.0]), 4.0 / 12.0);
    assert_eq!(shape_iou([1.0, 1.0], [2.0, 4.0]), 1.0 / 8.0);
    // The first of equals.
    assert_eq!(nearest(&[[4.0, 2.0], [2.0, 4.0], [3.0, 3.0], [3.0, 3.0]], [3.0, 3.0]), 2);
    assert_eq!(nearest(&[[4.0, 2.0], [2.0, 4.0]], [3.0, 3.0]), 0);
    assert_eq!(mean_iou(&[[4.0, 2.0], [2.0, 2.0]], &[[4.0, 2.0]]), 0.75);
    assert_eq!(mean_iou(&[], &[[4.0, 2.0]]), 0.0);
}

fn any_sizes() -> impl Strategy<Value = Vec<Size>> {
    let size = prop::array::uniform2(1u8..40).prop_map(|sides| sides.map(|side| f32::from(side) / 3.0));
    prop::collection::vec(size, 8..40)
}

proptest! {
    #[test]
    fn the_order_of_objects_changes_nothing(
        (sizes, shuffled) in any_sizes().prop_flat_map(|sizes| (Just(sizes.clone()), Just(sizes).prop_shuffle())),
        seed in 0u32..100,
    ) {
        prop_assert_eq!(anchors(&objects(&sizes), 3, seed), anchors(&objects(&shuffled), 3, seed));
    }

    /// From every start to its end; and what is returned is no worse than any of them.
    #[test]
    fn no_step_worsens_the_fit(mut sizes in any_sizes(), seed in 0u32..100) {
        let Ok(found) = anchors(&objects(&sizes), 4, seed) else { return Ok(()) };
        sizes.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        for attempt in 0..STARTS {
            let mut now = start(&sizes, 4, seed, attempt);
            prop_assert!((1..4).all(|at| !now[..at].contains(&now[at])), "{:?}", now);
            while let Some(next) = step(&sizes, &now) {
                prop_assert!(mean_iou(&sizes, &next) >= mean_iou(&sizes, &now));
                now = next;
            }
            prop_assert!(mean_iou(&sizes, &found) >= mean_iou(&sizes, &now) - 1e-12);
        }
    }
}
