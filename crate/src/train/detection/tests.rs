//! Assignment by hand, the loss against plain loops and their differences, a teacher against the truth.

use burn::tensor::DType;

use super::*;
use crate::measure::detection::sides;
use crate::seed;

/// Images of 24×36 pixels in 2×3 cells of 12×12.
fn grid() -> Grid {
    Grid { anchors: vec![[6.0, 6.0], [12.0, 6.0], [6.0, 12.0]], classes: 2, image: [24, 36], cells: [2, 3] }
}

/// An object by its centre and size.
fn object(class: u8, [x, y]: [f32; 2], [width, height]: [f32; 2]) -> Object {
    Object { class, left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
}

fn places(objects: &[Object]) -> Vec<(usize, usize)> {
    assigned(&grid(), objects).unwrap().iter().map(|told| (told.anchor, told.cell)).collect()
}

#[test]
fn an_object_goes_to_the_cell_of_its_centre_and_the_anchor_of_its_shape() {
    let told = assigned(&grid(), &[object(1, [27.0, 15.0], [18.0, 8.0])]).unwrap();
    let [Assigned { anchor: 1, cell: 5, responses: [x, y, w, h], .. }] = told[..] else { panic!("{told:?}") };
    assert_eq!([x, y], [0.25, 0.25]);
    assert!((w - 1.5f64.ln()).abs() < 1e-12 && (h - (8f64 / 6.0).ln()).abs() < 1e-12);
    // On the line between two cells, and beyond the border.
    let small = |x, y| object(0, [x, y], [4.0, 4.0]);
    assert_eq!(places(&[small(12.0, 0.0), small(36.0, 24.0), small(37.0, -1.0)]), [(0, 1), (0, 5), (0, 2)]);
    let told = assigned(&grid(), &[small(36.0, 24.0)]).unwrap();
    assert_eq!(told[0].responses[..2], [1.0, 1.0]);
}

#[test]
fn a_later_object_takes_the_next_best_anchor_and_then_none() {
    let wide = object(0, [6.0, 6.0], [12.0, 7.0]);
    // The square is nearer to it than the tall one.
    assert_eq!(places(&[wide, wide]), [(1, 0), (0, 0)]);
    assert_eq!(places(&[wide, wide, wide, wide]), [(1, 0), (0, 0), (2, 0)]);
    // What an earlier one has is not taken from it; another cell is another matter.
    let square = object(0, [6.0, 6.0], [6.0, 6.0]);
    assert_eq!(places(&[square, square, wide, object(0, [18.0, 6.0], [6.0, 6.0])]), [(0, 0), (1, 0), (2, 0), (0, 1)]);
    // Both other anchors fit a square alike: the first of equals.
    assert_eq!(places(&[square, square]), [(0, 0), (1, 0)]);
}

#[test]
fn what_has_no_area_teaches_nothing_and_a_class_that_is_not_there_is_refused() {
    assert_eq!(places(&[object(0, [6.0, 6.0], [0.0, 6.0]), object(0, [6.0, 6.0], [6.0, -1.0])]), []);
    let fault = Lesson::of_objects(&grid(), &[vec![object(2, [6.0, 6.0], [6.0, 6.0])]], &Device::flex()).err().unwrap();
    assert_eq!(fault.to_string(), "an object has class 2; the detector has 2, from 0");
}

/// The place of a number in an output `[N, A·(5 + C), GY, GX]`.
fn at(grid: &Grid, image: usize, anchor: usize, channel: usize, cell: usize) -> usize {
    ((image * grid.anchors.len() + anchor) * (5 + grid.classes) + channel) * grid.area() + cell
}

/// An output that says without doubt what objects there are.
fn sure(grid: &Grid, images: &[Vec<Object>]) -> Vec<f32> {
    let mut output = vec![0.0; images.len() * grid.channels() * grid.area()];
    for (image, objects) in images.iter().enumerate() {
        for anchor in 0..grid.anchors.len() {
            (0..grid.area()).for_each(|cell| output[at(grid, image, anchor, 4, cell)] = -60.0);
        }
        for Assigned { object, anchor, cell, responses: [x, y, w, h] } in assigned(grid, objects).unwrap() {
            let logit = |x: f64| (x / (1.0 - x)).ln();
            for (channel, value) in [logit(x), logit(y), w, h, 60.0].into_iter().enumerate() {
                output[at(grid, image, anchor, channel, cell)] = value as f32;
            }
            output[at(grid, image, anchor, 5 + usize::from(object.class), cell)] = 60.0;
        }
    }
    output
}

fn draw(seed: u32, name: &str, count: usize, scale: f64) -> Vec<f32> {
    let mut stream = seed::stream(seed, name);
    (0..count).map(|_| (scale * (2.0 * seed::unit(&mut stream) - 1.0)) as f32).collect()
}

/// Up to six objects in each of three images, none in the last.
fn scene(grid: &Grid, seed: u32) -> Vec<Vec<Object>> {
    let [height, width] = grid.image.map(|size| size as f32);
    let one = |numbers: &[f32]| {
        let centre = [width * (0.5 + 0.45 * numbers[0]), height * (0.5 + 0.45 * numbers[1])];
        object(u8::from(numbers[4] > 0.0), centre, [8.0 + 5.0 * numbers[2], 8.0 + 5.0 * numbers[3]])
    };
    let image =
        |index: u32| draw(seed, &format!("{index}"), 30, 1.0).chunks(5).take(2 + index as usize * 4).map(one).collect();
    vec![image(0), image(1), vec![]]
}

#[test]
fn decoding_undoes_assignment() {
    let grid = grid();
    for seed in 0..10 {
        let images = scene(&grid, seed);
        let found = grid.decode(&sure(&grid, &images), 0.5, 1.0);
        for (found, objects) in found.iter().zip(&images) {
            let mut told: Vec<Object> = assigned(&grid, objects).unwrap().iter().map(|told| told.object).collect();
            assert_eq!(found.len(), told.len());
            for found in found {
                let [height, width] = grid.image.map(|size| size as f64);
                let inside = |object: &Object| {
                    let [left, top, right, bottom] = sides(object);
                    [left.max(0.0), top.max(0.0), right.min(width), bottom.min(height)]
                };
                let near = |object: &Object| {
                    let pairs = inside(object).into_iter().zip(sides(&found.object));
                    object.class == found.object.class && pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-4)
                };
                told.remove(told.iter().position(near).unwrap_or_else(|| panic!("{found:?} is not among {told:?}")));
            }
        }
    }
}

fn tensor(grid: &Grid, output: &[f32]) -> Tensor<4> {
    let channels = grid.channels();
    let [height, width] = grid.cells;
    let shape = [output.len() / channels / grid.area(), channels, height, width];
    Tensor::from_data(TensorData::new(output.to_vec(), shape), &Device::flex())
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().try_cast(DType::F64).unwrap().try_to_vec::<f64>().unwrap()
}

/// The loss on the device and its gradient.
fn found(grid: &Grid, lesson: &Lesson, output: &[f32]) -> (f64, Vec<f64>) {
    let output = tensor(grid, output).autodiff().require_grad();
    let loss = lesson.loss(output.clone());
    let gradient = output.grad(&loss.backward()).unwrap();
    (numbers(loss.inner())[0], numbers(gradient))
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    let most = expected.iter().fold(0f64, |most, value| most.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance * most, "{what} {index}: {found} against {expected} of {most}");
    }
}

/// The loss by plain loops, and its central differences.
fn expected(grid: &Grid, images: &[Vec<Object>], output: &[f32]) -> (f64, Vec<f64>) {
    let size = grid.channels() * grid.area();
    let wide: Vec<f64> = output.iter().copied().map(f64::from).collect();
    let one = |image: usize, moved: usize, by: f64| {
        let number = |index: usize| wide[image * size + index] + if index == moved { by } else { 0.0 };
        image_loss(grid, number, &images[image]).unwrap() / images.len() as f64
    };
    let loss = (0..images.len()).map(|image| one(image, 0, 0.0)).sum();
    let step = 1e-5;
    let slope = |index: usize| {
        let [ahead, behind] = [0.5, -0.5].map(|half| one(index / size, index % size, half * step));
        (ahead - behind) / step
    };
    (loss, (0..wide.len()).map(slope).collect())
}

/// Puts a box around an object where another anchor is to have the object: one that is just free, then one that just is not.
fn fit_others(grid: &Grid, images: &[Vec<Object>], output: &mut [f32]) {
    let mut overlaps = [0.61f64, 0.59].into_iter().cycle();
    for (image, objects) in images.iter().enumerate() {
        let told = assigned(grid, objects).unwrap();
        let is_told = |place| told.iter().any(|told| (told.anchor, told.cell) == place);
        for Assigned { anchor, cell, responses: [x, y, w, h], .. } in &told {
            for other in (0..grid.anchors.len()).filter(|&other| !is_told((other, *cell))) {
                let [w, h] = [(w, 0), (h, 1)]
                    .map(|(size, axis)| size + f64::from(grid.anchors[*anchor][axis] / grid.anchors[other][axis]).ln());
                // With the same middle and height, the IoU is the ratio of the widths.
                let w = w - overlaps.next().unwrap_or(FREE).ln();
                let logit = |x: &f64| (x / (1.0 - x)).ln();
                for (channel, value) in [logit(x), logit(y), w, h].into_iter().enumerate() {
                    output[at(grid, image, other, channel, *cell)] = value as f32;
                }
            }
        }
    }
}

/// Predicted boxes that no object is assigned to and that overlap one by more than the threshold; none so near the
/// threshold that single precision could take it for the other side.
fn count_free(grid: &Grid, images: &[Vec<Object>], output: &[f32]) -> usize {
    let mut free = 0;
    for (image, objects) in images.iter().enumerate() {
        for anchor in 0..grid.anchors.len() {
            for cell in 0..grid.area() {
                let channel = |channel: usize| f64::from(output[at(grid, image, anchor, channel, cell)]);
                let found = grid.sides(anchor, cell, [0, 1, 2, 3].map(channel));
                let overlaps = objects.iter().map(|object| crate::measure::detection::sides_iou(found, sides(object)));
                let best = overlaps.fold(0.0, f64::max);
                assert!((best - FREE).abs() > 1e-4, "draw another scene");
                let told = assigned(grid, objects).unwrap();
                free += usize::from(best > FREE && !told.iter().any(|told| (told.anchor, told.cell) == (anchor, cell)));
            }
        }
    }
    free
}

#[test]
fn the_loss_and_its_gradient_are_those_of_plain_loops() {
    let grid = grid();
    let mut free = 0;
    for seed in 0..6 {
        let images = scene(&grid, seed);
        let mut output = draw(seed, "output", 3 * grid.channels() * grid.area(), 1.5);
        // Where a logit is exactly 0, the maximum in σ has a kink.
        output[..grid.area() * 5].fill(0.0);
        fit_others(&grid, &images, &mut output);
        free += count_free(&grid, &images, &output);
        let lesson = Lesson::of_objects(&grid, &images, &Device::flex()).unwrap();
        let (loss, gradient) = found(&grid, &lesson, &output);
        let (expected_loss, expected_gradient) = expected(&grid, &images, &output);
        assert_near(&[loss], &[expected_loss], 1e-6, "loss");
        assert_near(&gradient, &expected_gradient, 1e-6, "gradient");
        // Without autodiff it is the same.
        assert_eq!(numbers(lesson.loss(tensor(&grid, &output)))[0], loss);
    }
    assert!(free > 5, "{free} boxes were free");
}

/// What is right already is not moved; what is far out moves within bounds.
#[test]
fn a_sure_and_right_output_loses_nothing_and_an_extreme_one_breaks_nothing() {
    let grid = grid();
    let images = scene(&grid, 1);
    let lesson = Lesson::of_objects(&grid, &images, &Device::flex()).unwrap();
    let (loss, gradient) = found(&grid, &lesson, &sure(&grid, &images));
    assert!(loss < 1e-9 && gradient.iter().all(|value| value.abs() < 1e-6), "{loss}");
    for far in [1e4, -1e4] {
        let mut output = vec![far; 3 * grid.channels() * grid.area()];
        // e to the 100 is more than single precision holds.
        for (anchor, channel) in (0..9).flat_map(|row| [(row, 2), (row, 3)]) {
            let start = at(&grid, 0, anchor, channel, 0);
            output[start..][..grid.area()].fill(far / 100.0);
        }
        let (loss, gradient) = found(&grid, &lesson, &output);
        assert!(loss.is_finite() && gradient.iter().all(|value| value.is_finite()), "{far}: {loss}");
    }
}

/// A sure teacher of objects, where no box of the student is free: at any temperature but for the classes' share.
#[test]
fn a_teacher_without_doubt_teaches_as_the_truth_does() {
    let grid = grid();
    let images = scene(&grid, 2);
    let mut output = draw(2, "output", 3 * grid.channels() * grid.area(), 1.0);
    // Too small to overlap anything by much.
    for (anchor, channel) in (0..9).flat_map(|row| [(row, 2), (row, 3)]) {
        output[at(&grid, 0, anchor, channel, 0)..][..grid.area()].iter_mut().for_each(|value| *value -= 3.0);
    }
    let truth = Lesson::of_objects(&grid, &images, &Device::flex()).unwrap();
    let teacher = Lesson::of_teacher(&grid, tensor(&grid, &sure(&grid, &images)), 1.0);
    let ((expected, slopes), (loss, gradient)) = (found(&grid, &truth, &output), found(&grid, &teacher, &output));
    assert_near(&[loss], &[expected], 1e-6, "loss");
    assert_near(&gradient, &slopes, 1e-5, "gradient");
}

/// The student that says what the teacher says has nothing to learn but the teacher's own doubt about classes.
#[test]
fn a_teacher_does_not_move_its_equal() {
    let grid = grid();
    let output = draw(3, "output", 2 * grid.channels() * grid.area(), 2.0);
    let (loss, gradient) = found(&grid, &Lesson::of_teacher(&grid, tensor(&grid, &output), 4.0), &output);
    assert!(loss > 0.0 && gradient.iter().all(|value| value.abs() < 1e-6), "{loss}");
}
