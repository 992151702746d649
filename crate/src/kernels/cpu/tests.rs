//! Every kernel against plain loops in double precision.

use super::super::shape::{Activation, Convolution, Normalization, Product};
use super::{convolve, convolve_input_gradient, convolve_weight_gradient, multiply, normalize, normalize_gradient};
use proptest::prelude::*;

mod composition;

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

/// Batch normalisation, ReLU and pooling one after the other, forward and backward, in double precision.
struct Expected {
    y: Vec<f64>,
    mean: Vec<f64>,
    variance: Vec<f64>,
    dx: Vec<f64>,
    dgamma: Vec<f64>,
    dbeta: Vec<f64>,
}

fn normalized_slowly(shape: &Normalization, [x, gamma, beta, dy]: [&[f32]; 4], epsilon: f32) -> Expected {
    let ([height, width], [rows, columns]) = (shape.size, shape.output_size());
    let channel = |index: usize| index / (height * width) % shape.channels;
    let count = (shape.batch * height * width) as f64;
    let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
    let per_channel = |term: &dyn Fn(usize) -> f64| {
        let mut sums = vec![0.0; shape.channels];
        (0..x.len()).for_each(|index| sums[channel(index)] += term(index));
        sums
    };
    let mean: Vec<f64> = per_channel(&|index| x[index] / count);
    let variance = per_channel(&|index| (x[index] - mean[channel(index)]).powi(2) / count);
    let inverse: Vec<f64> = variance.iter().map(|variance| 1.0 / (variance + f64::from(epsilon)).sqrt()).collect();
    let unit = |index: usize| (x[index] - mean[channel(index)]) * inverse[channel(index)];
    let line = |index: usize| unit(index) * f64::from(gamma[channel(index)]) + f64::from(beta[channel(index)]);
    let [floor, ceiling] = shape.activation.bounds().map(f64::from);
    let active = |value: f64| value.max(floor).min(ceiling);
    let (mut y, mut dz) = (Vec::new(), vec![0.0; x.len()]);
    for (target, dy) in dy.iter().enumerate() {
        let (plane, row, column) = (target / columns / rows, target / columns % rows, target % columns);
        let place = |index: usize| {
            (plane * height + row * shape.pool + index / shape.pool) * width + column * shape.pool + index % shape.pool
        };
        let windows = (0..shape.pool * shape.pool).map(place);
        let best =
            windows.reduce(|best, next| if active(line(next)) > active(line(best)) { next } else { best }).unwrap();
        y.push(active(line(best)));
        dz[best] += if line(best) > floor && line(best) < ceiling { f64::from(*dy) } else { 0.0 };
    }
    let dbeta = per_channel(&|index| dz[index]);
    let dgamma = per_channel(&|index| dz[index] * unit(index));
    let dx = (0..x.len()).map(|index| {
        let c = channel(index);
        f64::from(gamma[c]) * inverse[c] * (dz[index] - dbeta[c] / count - unit(index) * dgamma[c] / count)
    });
    Expected { y, dx: dx.collect(), mean, variance, dgamma, dbeta }
}

const ACTIVATIONS: [Activation; 3] = [Activation::None, Activation::Relu, Activation::Relu6];

fn check_normalization(shape: &Normalization, x: &[f32], gamma: &[f32], beta: &[f32]) {
    let [rows, columns] = shape.output_size();
    let mut dy = noise(shape.batch * shape.channels * rows * columns, 5);
    let epsilon = 1e-5;
    // Rounding decides whether pixels next to a bound are beyond it; they get no gradient.
    let lines =
        normalized_slowly(&Normalization { activation: Activation::None, ..*shape }, [x, gamma, beta, &dy], epsilon).y;
    dy.iter_mut()
        .zip(lines)
        .filter(|(_, line)| line.abs() < 1e-4 || (*line - 6.0).abs() < 1e-4)
        .for_each(|(dy, _)| *dy = 0.0);
    let expected = normalized_slowly(shape, [x, gamma, beta, &dy], epsilon);
    let (mut y, mut dx) = (vec![f32::NAN; dy.len()], vec![f32::NAN; x.len()]);
    let [mut mean, mut variance, mut dgamma, mut dbeta] =
        [const { Vec::new() }; 4].map(|_: Vec<f32>| vec![0.0; shape.channels]);
    normalize(shape, x, gamma, beta, epsilon, &mut y, &mut mean, &mut variance);
    normalize_gradient(shape, &dy, x, gamma, beta, &mean, &variance, epsilon, &mut dx, &mut dgamma, &mut dbeta);
    close("mean", &mean, &expected.mean, 1e-5);
    close("variance", &variance, &expected.variance, 1e-5);
    // The terms of these cancel, all but exactly so for two pixels; errors are relative to the terms.
    let steepest =
        expected.variance.iter().map(|variance| 1.0 / (variance + f64::from(epsilon)).sqrt()).fold(1.0, f64::max);
    let terms = ((x.len() / shape.channels) as f64).sqrt();
    within("y", &y, &expected.y, 1e-5 * steepest);
    within("dx", &dx, &expected.dx, 1e-5 * steepest);
    within("dgamma", &dgamma, &expected.dgamma, 1e-5 * steepest * terms);
    within("dbeta", &dbeta, &expected.dbeta, 1e-5 * terms);
}

proptest! {
    #[test]
    fn any_normalization_is_right(
        (batch, channels, height, width) in (1..5usize, 1..5usize, 1..20usize, 1..20usize),
        (activation, pool) in (0..3usize, 1..4usize),
    ) {
        prop_assume!(height.min(width) >= pool && batch * height * width > 1);
        let activation = ACTIVATIONS[activation];
        let shape = Normalization { batch, channels, size: [height, width], activation, pool };
        // Pixels are either equal or so different that rounding does not change their order.
        let x: Vec<f32> = noise(batch * channels * height * width, 6).iter().map(|x| (x * 500.0).round() / 500.0).collect();
        // Some as large as ReLU6 is wide.
        let gamma: Vec<f32> = noise(channels, 7).iter().map(|gamma| 4.0 * gamma).collect();
        check_normalization(&shape, &x, &gamma, &noise(channels, 8));
    }
}

#[test]
fn ties_go_to_the_first_pixel() {
    let shape = Normalization { batch: 2, channels: 3, size: [9, 11], activation: Activation::Relu, pool: 2 };
    let x: Vec<f32> = noise(2 * 3 * 99, 9).iter().map(|x| x.round()).collect();
    check_normalization(&shape, &x, &[1.0, -0.5, 0.0], &[0.1, 0.2, 0.3]);
    check_normalization(&Normalization { pool: 3, ..shape }, &x, &[1.0, -0.5, 0.0], &[0.1, 0.2, 0.3]);
}

#[test]
fn a_large_mean_does_not_cost_the_variance() {
    let shape = Normalization { batch: 3, channels: 2, size: [8, 8], activation: Activation::None, pool: 1 };
    let x: Vec<f32> = noise(3 * 2 * 64, 10).iter().map(|x| x + 1000.0).collect();
    let (mut y, [mut mean, mut variance]) = (vec![0.0; x.len()], [[0.0; 2]; 2]);
    normalize(&shape, &x, &[1.0; 2], &[0.0; 2], 1e-5, &mut y, &mut mean, &mut variance);
    let expected = normalized_slowly(&shape, [&x, &[1.0; 2], &[0.0; 2], &y], 1e-5);
    close("variance", &variance, &expected.variance, 1e-5);
}

#[test]
fn small_normalizations_are_right() {
    for index in 1..4 * 3 * 4 * 4 * 2 * 3 {
        let (pool, activation) = (index % 3 + 1, ACTIVATIONS[index / 3 % 3]);
        let (height, width, channels, batch) =
            (index / 6 % 4 + 1, index / 24 % 4 + 1, index / 96 % 3 + 1, index / 288 + 1);
        if height.min(width) >= pool && batch * height * width > 1 {
            let shape = Normalization { batch, channels, size: [height, width], activation, pool };
            let x: Vec<f32> =
                noise(batch * channels * height * width, 6).iter().map(|x| (x * 500.0).round() / 500.0).collect();
            // Some as large as ReLU6 is wide.
            let gamma: Vec<f32> = noise(channels, 7).iter().map(|gamma| 4.0 * gamma).collect();
            check_normalization(&shape, &x, &gamma, &noise(channels, 8));
        }
    }
}

/// Every way the factors can lie, with sizes below, at and beyond the blocks.
#[test]
fn products_are_sums_of_products() {
    let numbers = |count: usize, seed: usize| -> Vec<f32> {
        (0..count).map(|at| ((at * 37 + seed * 11) % 23) as f32 / 11.0 - 1.0).collect()
    };
    for [batch, rows, inner, columns] in [[1, 1, 1, 1], [2, 5, 7, 9], [1, 130, 515, 17], [3, 4, 64, 16]] {
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
