//! Composition of kernels and of biases, and their gradients.

use super::{close, noise};
use crate::kernels::cpu::{add_bias_weight_gradient, bias_first_gradient, compose, compose_bias, compose_gradient};
use crate::kernels::shape::{BiasComposition, Composition};

/// Below, at and beyond whole vectors and blocks of outputs; the gradients are sums over the same triples.
#[test]
fn compositions_are_convolutions_of_kernels() {
    for (inputs, hidden, outputs, kernels) in
        [(1, 1, 1, [3, 3]), (3, 5, 7, [2, 4]), (6, 17, 33, [5, 3]), (16, 64, 32, [3, 3]), (2, 3, 16, [3, 5])]
    {
        let shape = Composition { inputs, hidden, outputs, kernels };
        let ([k1, k2], k) = (kernels, shape.side());
        let first = noise(hidden * inputs * k1 * k1, 1);
        let second = noise(outputs * hidden * k2 * k2, 2);
        let gradient = noise(outputs * inputs * k * k, 3);
        let mut expected = [vec![0.0; gradient.len()], vec![0.0; first.len()], vec![0.0; second.len()]];
        for (o, h, i) in
            (0..outputs * hidden * inputs).map(|at| (at / inputs / hidden, at / inputs % hidden, at % inputs))
        {
            for (tap1, tap2) in (0..k1 * k1 * k2 * k2).map(|at| (at % (k1 * k1), at / (k1 * k1))) {
                let (y, x) = (tap1 / k1 + tap2 / k2, tap1 % k1 + tap2 % k2);
                let places = [
                    (o * inputs + i) * k * k + y * k + x,
                    (h * inputs + i) * k1 * k1 + tap1,
                    (o * hidden + h) * k2 * k2 + tap2,
                ];
                let [g, a, b] = [gradient[places[0]], first[places[1]], second[places[2]]].map(f64::from);
                for (expected, (place, term)) in expected.iter_mut().zip(places.into_iter().zip([a * b, g * b, g * a]))
                {
                    expected[place] += term;
                }
            }
        }
        let mut found = expected.each_ref().map(|expected| vec![f32::NAN; expected.len()]);
        let [composed, dfirst, dsecond] = &mut found;
        let [first, second] = compose(&shape, &first, &second, composed);
        compose_gradient(&shape, &gradient, [&first, &second], dfirst, dsecond);
        for (name, (found, expected)) in ["composed", "dfirst", "dsecond"].iter().zip(found.iter().zip(&expected)) {
            close(&format!("{name} of {shape:?}"), found, expected, 3e-5);
        }
    }
}

#[test]
fn biases_pass_through_every_tap_of_their_kernels() {
    for (hidden, outputs, kernel, groups) in [(1, 1, 1, 1), (5, 7, 3, 1), (12, 6, 5, 3), (40, 33, 1, 1)] {
        let shape = BiasComposition { hidden, outputs, kernel, groups };
        let (weight, first) = (noise(outputs * shape.row(), 1), noise(hidden, 2));
        let (second, gradient, other) = (noise(outputs, 3), noise(outputs, 4), noise(weight.len(), 5));
        let double = |numbers: &[f32]| numbers.iter().copied().map(f64::from).collect();
        let mut expected = [double(&second), double(&other), vec![0.0; hidden]];
        for at in 0..weight.len() {
            let output = at / shape.row();
            let from = output / (outputs / groups) * (hidden / groups) + at % shape.row() / shape.area();
            let [w, b, g] = [weight[at], first[from], gradient[output]].map(f64::from);
            expected[0][output] += w * b;
            expected[1][at] += g * b;
            expected[2][from] += g * w;
        }
        let mut found = expected.each_ref().map(|expected| vec![f32::NAN; expected.len()]);
        let [bias, dweight, dfirst] = &mut found;
        dweight.copy_from_slice(&other);
        compose_bias(&shape, &weight, &first, &second, bias);
        add_bias_weight_gradient(&shape, &gradient, &first, dweight);
        bias_first_gradient(&shape, &gradient, &weight, dfirst);
        for (name, (found, expected)) in ["bias", "dweight", "dfirst"].iter().zip(found.iter().zip(&expected)) {
            close(&format!("{name} of {shape:?}"), found, expected, 1e-5);
        }
    }
}
