//! Every kernel against plain loops in double precision.

use super::super::shape::{Convolution, Product};
use super::{convolve, convolve_input_gradient, convolve_weight_gradient, multiply};
use proptest::prelude::*;

mod composition;
mod normalization;

/// Numbers without a pattern, from −1 to 1.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32
    };
    (0..count).map(|_| next()).collect()
}

/// Asserts the largest error, relative to the value expected or to the root mean square of all, whichever is more: a sum
/// of large terms rounds as they do, whether or not they cancel.
fn close(name: &str, actual: &[f32], expected: &[f64], tolerance: f64) {
    let norm = (expected.iter().map(|value| value * value).sum::<f64>() / expected.len() as f64).sqrt();
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        let allowed = tolerance * norm.max(expected.abs()) + 1e-7;
        within(&format!("{name} from {index} on"), &[*actual], &[*expected], allowed);
    }
}

/// Asserts the largest error.
fn within(name: &str, actual: &[f32], expected: &[f64], tolerance: f64) {
    for (index, (&actual, expected)) in actual.iter().zip(expected).enumerate() {
        let error = (f64::from(actual) - expected).abs();
        assert!(error <= tolerance, "{name}[{index}] is {actual}, not {expected}");
    }
}

/// Calls `visit` with the indices into `x`, `weight` and `y` of every product in a convolution.
fn each_product(shape: &Convolution, mut visit: impl FnMut(usize, usize, usize)) {
    let ([height, width], [rows, columns]) = (shape.size, shape.output_size());
    let (inputs, outputs) = (shape.inputs / shape.groups, shape.outputs / shape.groups);
    let source = |place: usize, tap: usize, size: usize| {
        (place * shape.stride + tap * shape.dilation).checked_sub(shape.padding).filter(|&source| source < size)
    };
    for (n, o, i) in (0..shape.batch * shape.outputs * inputs)
        .map(|index| (index / inputs / shape.outputs, index / inputs % shape.outputs, index % inputs))
    {
        let channel = o / outputs * inputs + i;
        for (ky, kx) in (0..shape.kernel * shape.kernel).map(|tap| (tap / shape.kernel, tap % shape.kernel)) {
            for (y, x) in (0..rows * columns).map(|pixel| (pixel / columns, pixel % columns)) {
                if let (Some(sy), Some(sx)) = (source(y, ky, height), source(x, kx, width)) {
                    visit(
                        ((n * shape.inputs + channel) * height + sy) * width + sx,
                        ((o * inputs + i) * shape.kernel + ky) * shape.kernel + kx,
                        ((n * shape.outputs + o) * rows + y) * columns + x,
                    );
                }
            }
        }
    }
}

fn check_convolution(shape: &Convolution) {
    let [height, width] = shape.size;
    let [rows, columns] = shape.output_size();
    let x = noise(shape.batch * shape.inputs * height * width, 1);
    let weight = noise(shape.outputs * shape.inputs / shape.groups * shape.kernel * shape.kernel, 2);
    let bias = noise(shape.outputs, 3);
    let dy = noise(shape.batch * shape.outputs * rows * columns, 4);
    let channel = |index: usize| index / (rows * columns) % shape.outputs;
    let mut expected = [&dy, &x, &weight].map(|values| vec![0.0f64; values.len()]);
    let mut dbias_expected = vec![0.0; shape.outputs];
    for (index, value) in dy.iter().enumerate() {
        expected[0][index] = f64::from(bias[channel(index)]);
        dbias_expected[channel(index)] += f64::from(*value);
    }
    each_product(shape, |source, tap, target| {
        expected[0][target] += f64::from(x[source]) * f64::from(weight[tap]);
        expected[1][source] += f64::from(dy[target]) * f64::from(weight[tap]);
        expected[2][tap] += f64::from(x[source]) * f64::from(dy[target]);
    });
    // Whatever was there must be overwritten.
    let mut actual = [&dy, &x, &weight].map(|values| vec![f32::NAN; values.len()]);
    let mut dbias = vec![f32::NAN; shape.outputs];
    convolve(shape, &x, &weight, Some(&bias), &mut actual[0]);
    convolve_input_gradient(shape, &dy, &weight, &mut actual[1]);
    convolve_weight_gradient(shape, &x, &dy, &mut actual[2], Some(&mut dbias));
    for (name, (actual, expected)) in ["y", "dx", "dweight"].into_iter().zip(actual.iter().zip(&expected)) {
        close(name, actual, expected, 2e-5);
    }
    close("dbias", &dbias, &dbias_expected, 1e-5);
}

fn plain(batch: usize, inputs: usize, outputs: usize, size: usize, kernel: usize) -> Convolution {
    let size = [size, size];
    Convolution { batch, inputs, outputs, size, kernel, stride: 1, padding: kernel / 2, dilation: 1, groups: 1 }
}

#[test]
fn convolutions_of_the_networks_are_right() {
    for kernel in [1, 3, 5, 7, 9, 11] {
        for (inputs, outputs, size) in [(3, 8, 32), (8, 16, 16), (16, 32, 8), (1, 8, 28), (8, 16, 14), (16, 32, 7)] {
            check_convolution(&plain(3, inputs, outputs, size, kernel));
        }
    }
}

#[test]
fn depthwise_and_strided_convolutions_are_right() {
    for stride in [1, 2, 3] {
        for kernel in [1, 2, 3] {
            for groups in [1, 2, 8] {
                check_convolution(&Convolution { stride, groups, ..plain(2, 8, 16, 9, kernel) });
                check_convolution(&Convolution { stride, groups, ..plain(17, 8, 8, 5, kernel) });
            }
        }
    }
}

#[test]
fn large_values_round_as_large_values_do() {
    let (size, groups, stride, padding, dilation) = ([19, 16], 2, 2, 5, 2);
    check_convolution(&Convolution { size, groups, stride, padding, dilation, ..plain(1, 8, 10, 16, 8) });
}

proptest! {
    #[test]
    fn any_convolution_is_right(
        (batch, groups, inputs, outputs) in (1..20usize, 1..4usize, 1..6usize, 1..8usize),
        (height, width, kernel) in (1..20usize, 1..20usize, 1..10usize),
        (stride, padding, dilation) in (1..4usize, 0..6usize, 1..3usize),
    ) {
        let size = [height, width];
        let (inputs, outputs) = (inputs * groups, outputs * groups);
        prop_assume!(height.min(width) + 2 * padding > dilation * (kernel - 1));
        check_convolution(&Convolution { batch, inputs, outputs, size, kernel, stride, padding, dilation, groups });
    }
}

#[test]
fn threads_do_not_change_a_result() {
    let shape = plain(21, 8, 16, 14, 7);
    let (x, dy) = (noise(21 * 8 * 196, 1), noise(21 * 16 * 196, 2));
    let gradient = |threads| {
        let mut dweight = vec![0.0; 16 * 8 * 49];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| convolve_weight_gradient(&shape, &x, &dy, &mut dweight, None));
        dweight
    };
    assert_eq!(gradient(1), gradient(3));
}

/// Every way the factors can lie, with sizes below, at and beyond the blocks.
#[test]
fn products_are_sums_of_products() {
    let numbers = |count: usize, seed: usize| -> Vec<f32> {
        (0..count).map(|at| ((at * 37 + seed * 11) % 23) as f32 / 11.0 - 1.0).collect()
    };
    for [batch, rows, inner, columns] in
        [[1, 1, 1, 1], [2, 5, 7, 9], [1, 130, 515, 17], [3, 4, 64, 16], [1, 6, 512, 130]]
    {
        for (left_transposed, right_transposed) in [(false, false), (false, true), (true, false), (true, true)] {
            let shape = Product { batch, rows, inner, columns, left_transposed, right_transposed };
            let (left, right) = (numbers(batch * rows * inner, 1), numbers(batch * inner * columns, 2));
            let mut found = vec![f32::NAN; batch * rows * columns];
            multiply(&shape, &left, &right, &mut found);
            for (at, found) in found.iter().enumerate() {
                let (page, row, column) = (at / (rows * columns), at / columns % rows, at % columns);
                let term = |index: usize| {
                    let a = if left_transposed { index * rows + row } else { row * inner + index };
                    let b = if right_transposed { column * inner + index } else { index * columns + column };
                    f64::from(left[page * rows * inner + a]) * f64::from(right[page * inner * columns + b])
                };
                let expected: f64 = (0..inner).map(term).sum();
                assert!(
                    (f64::from(*found) - expected).abs() < 2e-6 * inner.max(10) as f64,
                    "{shape:?} {row} {column}: {found} {expected}"
                );
            }
        }
    }
}
