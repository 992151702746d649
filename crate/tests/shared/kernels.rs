//! Every operation with its gradients on one device against the same on another.

use burn::tensor::{Device, Tensor, TensorData};
use expandnets::device::Compute;
use expandnets::kernels::shape::{Activation, BiasComposition, Composition, Convolution, Normalization, Product};
use expandnets::kernels::tensor::{
    bias_composition, composition, convolution, cross_entropy, normalization, normalization_by, product,
    transposed_convolution,
};
use expandnets::kernels::update::{Moved, Parts, Rule, Step, mix, part, update};
use expandnets::seed;

use super::{Numbers, assert_close, read_one};

/// Random numbers between −1 and 1, the same for the same name.
fn random<const D: usize>(name: &str, dims: [usize; D], device: &Device) -> Tensor<D> {
    let mut stream = seed::stream(3, name);
    let numbers = (0..dims.iter().product::<usize>()).map(|_| (2.0 * seed::unit(&mut stream) - 1.0) as f32).collect();
    Tensor::from_data(TensorData::new::<f32, _>(numbers, dims), device)
}

fn tracked<const D: usize>(name: &str, dims: [usize; D], device: &Device) -> Tensor<D> {
    random(name, dims, device).autodiff().require_grad()
}

async fn keep<const D: usize>(numbers: &mut Numbers, name: &str, tensor: Tensor<D>) {
    numbers.insert(name.into(), read_one(tensor).await);
}

/// The result of an operation, and the gradients of its weighted sum in the inputs.
async fn results<const D: usize>(y: Tensor<D>, inputs: Vec<(&str, Tensor<1>)>, device: &Device) -> Numbers {
    let mut numbers = Numbers::new();
    let weights = random("weights", y.dims(), device).autodiff();
    let gradients = (y.clone() * weights).sum().backward();
    keep(&mut numbers, "result", y.inner()).await;
    for (name, input) in inputs {
        keep(&mut numbers, name, input.grad(&gradients).unwrap()).await;
    }
    numbers
}

/// Runs on both devices.
macro_rules! compare {
    ($one:expr, $other:expr, $tolerance:expr, $what:expr, $run:expr) => {
        let run = $run;
        let found = run($one.device.clone()).await;
        let expected = run($other.device.clone()).await;
        assert_close(&found, &expected, $tolerance, $what);
    };
}

fn convolutions() -> Vec<Convolution> {
    let plain = Convolution {
        batch: 4,
        inputs: 6,
        outputs: 8,
        size: [9, 11],
        kernel: 3,
        stride: 1,
        padding: 1,
        dilation: 1,
        groups: 1,
    };
    vec![
        plain,
        Convolution { inputs: 3, size: [16, 16], kernel: 7, padding: 3, ..plain },
        Convolution { batch: 40, size: [8, 8], kernel: 5, padding: 4, groups: 2, ..plain },
        Convolution { stride: 2, padding: 0, ..plain },
        Convolution { stride: 3, padding: 2, dilation: 2, kernel: 4, ..plain },
        Convolution { inputs: 8, groups: 8, padding: 0, ..plain },
        Convolution { kernel: 1, padding: 0, size: [5, 5], ..plain },
        Convolution { batch: 1, inputs: 1, outputs: 1, size: [1, 1], ..plain },
        Convolution { batch: 7, inputs: 20, outputs: 13, size: [7, 7], ..plain },
    ]
}

pub async fn convolutions_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for shape in convolutions() {
        let [height, width] = shape.size;
        let x = [shape.batch * shape.inputs * height * width];
        let w = [shape.outputs * (shape.inputs / shape.groups) * shape.kernel * shape.kernel];
        let [down, across] = shape.output_size();
        let weights = [shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel];
        for bias in [false, true] {
            compare!(one, other, tolerance, &format!("{shape:?}, bias {bias}"), async |device: Device| {
                let (x, w) = (tracked("x", x, &device), tracked("w", w, &device));
                let b = tracked("b", [shape.outputs], &device);
                let image = x.clone().reshape([shape.batch, shape.inputs, height, width]);
                let y = convolution(image, w.clone().reshape(weights), bias.then(|| b.clone()), shape);
                let mut inputs = vec![("x", x), ("w", w)];
                if bias {
                    inputs.push(("b", b));
                }
                results(y, inputs, &device).await
            });
        }
        let y = [shape.batch * shape.outputs * down * across];
        compare!(one, other, tolerance, &format!("adjoint of {shape:?}"), async |device: Device| {
            let (y, w) = (tracked("y", y, &device), tracked("w", w, &device));
            let image = y.clone().reshape([shape.batch, shape.outputs, down, across]);
            let x = transposed_convolution(image, w.clone().reshape(weights), shape);
            results(x, vec![("y", y), ("w", w)], &device).await
        });
    }
}

pub async fn compositions_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for (inputs, hidden, outputs, kernels) in
        [(3, 8, 12, [3, 3]), (4, 33, 6, [5, 3]), (1, 1, 1, [3, 5]), (5, 7, 17, [2, 4])]
    {
        let shape = Composition { inputs, hidden, outputs, kernels };
        compare!(one, other, tolerance, &format!("{shape:?}"), async |device: Device| {
            let [k1, k2] = kernels;
            let first = tracked("first", [hidden * inputs * k1 * k1], &device);
            let second = tracked("second", [outputs * hidden * k2 * k2], &device);
            let factors =
                (first.clone().reshape([hidden, inputs, k1, k1]), second.clone().reshape([outputs, hidden, k2, k2]));
            let composed = composition(factors.0, factors.1, shape);
            results(composed, vec![("first", first), ("second", second)], &device).await
        });
    }
}

pub async fn bias_compositions_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for (hidden, outputs, kernel, groups) in [(5, 7, 3, 1), (12, 6, 5, 3), (40, 33, 1, 1), (8, 8, 2, 8)] {
        let shape = BiasComposition { hidden, outputs, kernel, groups };
        compare!(one, other, tolerance, &format!("{shape:?}"), async |device: Device| {
            let weight = tracked("weight", [outputs * shape.row()], &device);
            let (first, second) = (tracked("first", [hidden], &device), tracked("second", [outputs], &device));
            let kernels = weight.clone().reshape([outputs, hidden / groups, kernel, kernel]);
            let (bias, kernels) = bias_composition(kernels, first.clone(), second.clone(), shape);
            // Each of the gradients that the weight gets is there to be added to the other.
            let both = Tensor::cat(vec![bias, kernels.powi_scalar(2).reshape([-1])], 0);
            results(both, vec![("weight", weight), ("first", first), ("second", second)], &device).await
        });
    }
}

pub async fn normalizations_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for (batch, channels, size, activation, pool) in [
        (4, 3, [8, 8], Activation::Relu, 2),
        (3, 5, [7, 9], Activation::Relu6, 2),
        (2, 2, [4, 4], Activation::None, 1),
        (70, 2, [13, 11], Activation::Relu, 3),
        (40, 2, [32, 32], Activation::None, 2),
        (5, 4, [6, 6], Activation::Relu6, 1),
    ] {
        let shape = Normalization { batch, channels, size, activation, pool };
        compare!(one, other, tolerance, &format!("{shape:?}"), async |device: Device| {
            let x = tracked("x", [batch * channels * size[0] * size[1]], &device);
            let (gamma, beta) = (tracked("gamma", [channels], &device), tracked("beta", [channels], &device));
            let image = x.clone().reshape([batch, channels, size[0], size[1]]).add_scalar(3.0);
            // So wide that both ends of ReLU6 are met.
            let gain = gamma.clone().mul_scalar(8.0);
            let (y, mean, variance) = normalization(image.clone(), gain.clone(), beta.clone(), shape);
            let given = [gain, beta.clone(), random("mean", [channels], &device).autodiff()];
            let [given_gamma, given_beta, given_mean] = given.map(Tensor::inner);
            let given_variance = random("variance", [channels], &device).add_scalar(2.0);
            let by = normalization_by(image.inner(), [given_gamma, given_beta, given_mean, given_variance], shape);
            let mut numbers = results(y, vec![("x", x), ("gamma", gamma), ("beta", beta)], &device).await;
            keep(&mut numbers, "mean", mean.inner()).await;
            keep(&mut numbers, "variance", variance.inner()).await;
            keep(&mut numbers, "by given statistics", by).await;
            numbers
        });
    }
}

pub async fn products_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for (batch, rows, inner, columns) in
        [(1, 1, 1, 1), (3, 5, 7, 9), (1, 32, 512, 64), (2, 16, 64, 392), (1, 130, 33, 10)]
    {
        for flags in 0..4 {
            let (left_transposed, right_transposed) = (flags & 1 > 0, flags & 2 > 0);
            let shape = Product { batch, rows, inner, columns, left_transposed, right_transposed };
            compare!(one, other, tolerance, &format!("{shape:?}"), async |device: Device| {
                let left = tracked("left", [batch * rows * inner], &device);
                let right = tracked("right", [batch * inner * columns], &device);
                let y = product(left.clone(), right.clone(), shape);
                results(y, vec![("left", left), ("right", right)], &device).await
            });
        }
    }
}

/// With rows of targets that sum to 1, to less, and to nothing.
pub async fn losses_agree(one: &Compute, other: &Compute, tolerance: f64) {
    for dims in [[1, 2], [128, 10], [3, 100]] {
        compare!(one, other, tolerance, &format!("{dims:?}"), async |device: Device| {
            let logits = tracked("logits", [dims[0] * dims[1]], &device);
            let scores = random("targets", dims, &device).exp();
            let row = |row: usize| [1.0f32, 0.0, 0.3][row % 3];
            let weights = TensorData::new((0..dims[0]).map(row).collect::<Vec<_>>(), [dims[0], 1]);
            let weights = Tensor::from_data(weights, &device);
            let targets = (scores.clone() / scores.sum_dim(1) * weights).autodiff();
            let y = cross_entropy(logits.clone().mul_scalar(20.0).reshape(dims), targets);
            results(y, vec![("logits", logits)], &device).await
        });
    }
}

/// Three steps of each rule and a mixture, of more arrays than one launch takes, some without a gradient. The lengths of the
/// last launch are multiples of four.
pub async fn updates_agree(one: &Compute, other: &Compute, tolerance: f64) {
    const LENGTHS: [usize; 17] = [1, 64, 300, 7, 128, 65, 10, 3, 5001, 64, 4, 300, 128, 8, 6000, 12, 20];
    const ROOM: usize = 64 * 100;
    let starts: Vec<usize> = (0..LENGTHS.len()).map(|at| ROOM * at).collect();
    let length = ROOM * LENGTHS.len();
    let parts = |step: usize, device: &Device| {
        let kept = (0..LENGTHS.len()).filter(|at| *at != 3);
        let (tensors, starts) =
            kept.map(|at| (random(&format!("g{at} {step}"), [LENGTHS[at]], device), starts[at])).unzip();
        Parts { tensors, starts }
    };
    for rule in ["sgd", "nesterov", "adam"] {
        compare!(one, other, tolerance, rule, async |device: Device| {
            let zeros = || Tensor::zeros([length], &device);
            let second = (rule == "adam").then(zeros);
            let mut moved = Moved { values: random("values", [length], &device), first: zeros(), second };
            let seen = moved.values.clone();
            for number in 1..=3 {
                let rule = match rule {
                    "adam" => Rule::Adam {
                        beta1: 0.9,
                        beta2: 0.999,
                        epsilon: 1e-8,
                        correction1: 1.0 - 0.9f64.powi(number),
                        correction2: 1.0 - 0.999f64.powi(number),
                    },
                    rule => Rule::Sgd { momentum: 0.9, nesterov: rule == "nesterov" },
                };
                let step = Step { rule, learning_rate: 0.1 / f64::from(number), weight_decay: 0.01 };
                moved = update(moved, parts(number as usize, &device), &step);
            }
            let mut numbers = Numbers::new();
            keep(&mut numbers, "part", part(&moved.values, starts[2]..starts[2] + LENGTHS[2])).await;
            keep(&mut numbers, "values", moved.values).await;
            keep(&mut numbers, "first", moved.first).await;
            keep(&mut numbers, "before", seen).await;
            numbers
        });
    }
    compare!(one, other, tolerance, "mix", async |device: Device| {
        let scales: Vec<f64> = (0..LENGTHS.len() - 1).map(|at| 1.0 + at as f64 / 3.0).collect();
        let mixed = mix(random("kept", [length], &device), parts(0, &device), &scales, 0.1);
        let mut numbers = Numbers::new();
        keep(&mut numbers, "mixed", mixed).await;
        numbers
    });
}
