//! Normalisation with activation and pooling, and its gradients.

use proptest::prelude::*;

use super::{close, noise, within};
use crate::kernels::cpu::{normalize, normalize_gradient};
use crate::kernels::shape::{Activation, Normalization};

/// Batch normalisation, activation and pooling one after the other, forward and backward, in double precision.
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
