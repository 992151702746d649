//! Boxes and scores by hand. That decoding undoes what the loss asks for is tested beside the loss.

use super::*;

/// Images of 24×36 pixels in 2×3 cells of 12×12.
fn grid(classes: usize) -> Grid {
    Grid { anchors: vec![[8.0, 4.0], [6.0, 60.0]], classes, image: [24, 36], cells: [2, 3] }
}

/// An output in which nothing is an object but what is set: (image, anchor, channel, cell, value).
fn output(grid: &Grid, images: usize, set: &[(usize, usize, usize, usize, f32)]) -> Vec<f32> {
    let (cells, depth) = (grid.area(), 5 + grid.classes);
    let at = |image: usize, anchor: usize, channel: usize, cell: usize| {
        ((image * grid.anchors.len() + anchor) * depth + channel) * cells + cell
    };
    let mut output = vec![0.0; images * grid.channels() * cells];
    for image in 0..images {
        for anchor in 0..grid.anchors.len() {
            output[at(image, anchor, 4, 0)..][..cells].fill(-50.0);
        }
    }
    set.iter().for_each(|&(image, anchor, channel, cell, value)| output[at(image, anchor, channel, cell)] = value);
    output
}

fn sides(detection: &Detection) -> [f32; 4] {
    let Object { left, top, right, bottom, .. } = detection.object;
    [left, top, right, bottom]
}

#[test]
fn a_box_of_zeros_is_the_anchor_in_the_middle_of_its_cell() {
    let grid = grid(2);
    // Cell 5 is the second row's third: from (24, 12) to (36, 24).
    let found = grid.decode(&output(&grid, 2, &[(1, 0, 4, 5, 0.0), (1, 0, 6, 5, 3f32.ln())]), 0.2, 0.5);
    assert_eq!(found[0], []);
    let [found] = found[1].as_slice() else { panic!("{found:?}") };
    assert_eq!((sides(found), found.object.class), ([26.0, 16.0, 34.0, 20.0], 1));
    // σ(0) · 3/4.
    assert!((found.score - 0.375).abs() < 1e-6, "{}", found.score);
}

#[test]
fn centre_and_size_are_moved_and_boxes_end_at_the_border() {
    let grid = grid(1);
    let at = |channel: usize, value: f32| (0, 1, channel, 1, value);
    // σ(ln 3) is 3/4, e^ln 2 is 2. The anchor of 60 pixels is higher than the image.
    let set = [at(0, 3f32.ln()), at(1, -(3f32.ln())), at(2, 2f32.ln()), at(4, 50.0)];
    let found = grid.decode(&output(&grid, 1, &set), 0.5, 0.5);
    let expected = [12.0 + 9.0 - 6.0, 0.0, 12.0 + 9.0 + 6.0, 24.0];
    let near = sides(&found[0][0]).iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-5);
    assert!(near && found[0].len() == 1, "{found:?} against {expected:?}");
    assert_eq!(found[0][0].score, 1.0);
}

#[test]
fn every_class_that_is_likely_enough_is_found_and_doubles_are_not() {
    let grid = grid(2);
    let both = [(0, 0, 4, 2, 50.0), (0, 0, 5, 2, 3f32.ln())];
    let found = |set: &[_], least| {
        let found = grid.decode(&output(&grid, 1, set), least, 0.5).remove(0);
        found.iter().map(|found| (found.object.class, (1000.0 * found.score).round())).collect::<Vec<_>>()
    };
    assert_eq!(found(&both, 0.2), [(0, 750.0), (1, 250.0)]);
    assert_eq!(found(&both, 0.3), [(0, 750.0)]);
    // A second box a little beside it, as the other cell's: less sure of the first class, surer of the second.
    let beside = [(0, 0, 4, 1, 50.0), (0, 0, 0, 1, 50.0), (0, 0, 0, 2, -2.0)];
    assert_eq!(found(&[both.as_slice(), &beside].concat(), 0.2), [(0, 750.0), (1, 500.0)]);
}

#[test]
fn what_is_no_number_and_what_is_too_large_break_nothing() {
    let grid = grid(1);
    let set =
        [(0, 0, 4, 0, f32::NAN), (0, 0, 4, 1, 50.0), (0, 0, 2, 1, f32::NAN), (0, 0, 4, 2, 50.0), (0, 0, 2, 2, 1000.0)];
    let found = grid.decode(&output(&grid, 1, &set), 0.5, 0.5).remove(0);
    assert_eq!(found.iter().map(sides).collect::<Vec<_>>(), [[0.0, 4.0, 36.0, 8.0]]);
    let low = [(0, 0, 4, 0, 50.0), (0, 0, 2, 0, -1000.0)];
    assert_eq!(grid.decode(&output(&grid, 1, &low), 0.5, 0.5), [[]]);
}
