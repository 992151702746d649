//! What is compared in double precision, so that what is left is not rounding: contracted execution against layer by
//! layer, and gradients and curvature against finite differences.
#![cfg(not(target_arch = "wasm32"))]

mod shared;

use std::collections::BTreeMap;
use std::sync::Once;

use burn::tensor::{Device, FloatDType, Tensor, TensorData};
use expandnets::device::Compute;
use expandnets::experiment::{Arm, Execution, Experiment};
use expandnets::kernels::tensor::cross_entropy;
use expandnets::measure::sharpness::PowerIteration;
use expandnets::model::Model;
use expandnets::network::{Network, Tensors, Values, rows};
use expandnets::seed;
use expandnets::spec::Spec;
use expandnets::train::{Batch, Goal};
use pollster::block_on;
use shared::{Numbers, assert_close, gradients, read, read_one, relative_error};

/// The CPU in double precision, which is set once for the whole program, before the first tensor: every test begins here.
fn double() -> Compute {
    static SET: Once = Once::new();
    SET.call_once(|| Device::flex().configure(FloatDType::F64).unwrap());
    Compute::cpu()
}

#[test]
fn contracted_equals_layer_by_layer_in_double_precision() {
    block_on(gradients::contracted_equals_layer_by_layer(&double(), 1e-10));
}

const INPUT: [usize; 3] = [2, 8, 8];

fn batch(name: &str, device: &Device) -> Batch {
    let mut stream = seed::stream(11, name);
    let images = (0..5 * 128).map(|_| (4.0 * seed::unit(&mut stream) - 2.0) as f32).collect();
    Batch::new(images, vec![0, 2, 1, 2, 0], INPUT, 3, device)
}

/// A model as if trained: running statistics and norms are not at their start.
fn model(network: &str, arm: Arm) -> Model {
    let expansion = (arm != Arm::Compact).then(|| Experiment { rate: 2.0, ..Experiment::default() }.expansion(arm));
    let mut model = Model::initial(Spec::parse(network).unwrap(), expansion, INPUT, 3).unwrap();
    for (name, array) in model.arrays.iter_mut().filter(|(name, _)| name.contains("_bn.")) {
        let mut stream = seed::stream(3, name);
        array.values.iter_mut().for_each(|value| *value += (0.5 * seed::unit(&mut stream)) as f32);
    }
    model
}

/// The gradient of the mean cross-entropy of logits that are computed from parameters.
fn gradient(parameters: &Tensors, batch: &Batch, logits: impl Fn(&Tensors, Tensor<4>) -> Tensor<2>) -> Numbers {
    let tracked: Tensors =
        parameters.iter().map(|(name, tensor)| (name.clone(), tensor.clone().autodiff().require_grad())).collect();
    let logits = logits(&tracked, batch.images.clone().autodiff());
    let gradients = cross_entropy(logits, targets(batch).autodiff()).backward();
    let found = tracked.into_iter().map(|(name, tensor)| (name, tensor.grad(&gradients).unwrap())).collect();
    block_on(read(found))
}

/// Central differences of a function of parameters, coordinate by coordinate, half a step to each side.
fn differences<T>(parameters: &Tensors, step: f64, function: impl Fn(&Tensors) -> T) -> BTreeMap<String, Vec<[T; 2]>> {
    let numbers = block_on(read(parameters.clone()));
    let moved = |name: &str, at: usize, by: f64| {
        let mut values = numbers[name].clone();
        values[at] += by;
        let (mut moved, old) = (parameters.clone(), &parameters[name]);
        let length = values.len();
        moved.insert(name.into(), Tensor::from_data(TensorData::new(values, [length]), &old.device()));
        function(&moved)
    };
    let both = |name: &str, at| [moved(name, at, 0.5 * step), moved(name, at, -0.5 * step)];
    numbers.iter().map(|(name, values)| (name.clone(), (0..values.len()).map(|at| both(name, at)).collect())).collect()
}

/// The network with other numbers.
fn at(network: &Network, parameters: &Tensors) -> Network {
    let mut network = network.clone();
    network.parameters = Values::Loose(parameters.clone());
    network
}

/// A gradient in a network's parameters against finite differences of the loss of some logits, which may be computed
/// another way.
fn check_gradient(
    what: &str,
    network: &Network,
    batch: &Batch,
    tracked: impl Fn(&Tensors, Tensor<4>) -> Tensor<2>,
    logits: impl Fn(&Tensors, Tensor<4>) -> Tensor<2>,
) {
    let parameters = network.parameters.tensors();
    let found = gradient(&parameters, batch, tracked);
    let loss = |parameters: &Tensors| {
        let logits = logits(parameters, batch.images.clone());
        block_on(read_one(cross_entropy(logits, targets(batch)))).iter().sum::<f64>()
    };
    let step = 1e-5;
    let slope = |[ahead, behind]: [f64; 2]| (ahead - behind) / step;
    let expected = differences(&parameters, step, loss)
        .into_iter()
        .map(|(name, pairs)| (name, pairs.into_iter().map(slope).collect()))
        .collect();
    assert_close(&found, &expected, 1e-7, what);
}

const NETWORK: &str = "conv 3 k5; norm; relu; pool 2; conv 4 k3; relu; pool 2; flatten; dense 5; relu; dense 3";

/// The gradient of an expanded network in the space of its contracted kernels, as confusion compares it.
#[test]
fn gradients_of_contracted_kernels_are_finite_differences() {
    let device = double().device;
    let batch = batch("images", &device);
    for arm in [Arm::CL, Arm::CLFC, Arm::FC] {
        let model = model(NETWORK, arm);
        let expanded = Network::new(&model, &device, 5, Execution::Contracted).unwrap();
        let contracted = expanded.contracted(&model).unwrap();
        let train = |parameters: &Tensors, images| rows(contracted.train(parameters, images, None).0);
        check_gradient(arm.name(), &contracted, &batch, train, train);
    }
}

#[test]
fn tracked_evaluation_is_evaluation_with_its_gradient() {
    let device = double().device;
    let batch = batch("images", &device);
    for network in [
        NETWORK,
        "conv 3 k3 s2; norm; pool 2; conv 4 k3; norm; relu; flatten; dense 3 nobias",
        "conv 4 k3; norm; relu6; tag a; conv 4 k3 g4; leaky 0.1; add a; split b; concat b; average; dropout 0.5; dense 3",
    ] {
        let network = Network::new(&model(network, Arm::Compact), &device, 5, Execution::LayerByLayer).unwrap();
        let routes = network.routes(batch.images.clone());
        let tracked = network.evaluate_tracked(&network.parameters.tensors(), batch.images.clone(), &routes);
        let (found, expected) =
            (block_on(read_one(tracked)), block_on(read_one(network.evaluate(batch.images.clone()))));
        let error = relative_error(&found, &expected);
        assert!(error < 1e-12, "logits differ by {error:.1e}");
        let tracked = |parameters: &Tensors, images| rows(network.evaluate_tracked(parameters, images, &routes));
        let plain = |parameters: &Tensors, images| rows(at(&network, parameters).evaluate(images));
        check_gradient("evaluation", &network, &batch, tracked, plain);
    }
}

/// One-hot classes of the images, `[N, classes]`.
fn targets(batch: &Batch) -> Tensor<2> {
    let Goal::Classes { targets, .. } = batch.goal() else { unreachable!("a batch of labels") };
    targets.clone()
}

/// The eigenvalue of largest magnitude of the Hessian, every number of it from a central difference of gradients.
///
/// Of the network as it is at either side, nothing held: the step is too short to meet a kink.
fn explicit(network: &Network, probe: &[Batch], step: f64) -> f64 {
    let parameters = network.parameters.tensors();
    let flat = |parameters: &Tensors| {
        let of = |batch: &Batch| -> Vec<f64> {
            let routes = at(network, parameters).routes(batch.images.clone());
            let logits = |parameters: &Tensors, images| rows(network.evaluate_tracked(parameters, images, &routes));
            gradient(parameters, batch, logits).into_values().flatten().collect()
        };
        let sum = probe.iter().map(of).reduce(|a, b| a.iter().zip(&b).map(|(a, b)| a + b).collect()).unwrap();
        sum.into_iter().map(|value| value / probe.len() as f64).collect::<Vec<f64>>()
    };
    let hessian: Vec<Vec<f64>> = differences(&parameters, step, flat)
        .into_values()
        .flatten()
        .map(|[ahead, behind]| ahead.iter().zip(&behind).map(|(ahead, behind)| (ahead - behind) / step).collect())
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut vector: Vec<f64> = (0..hessian.len()).map(|at| (at as f64).sin()).collect();
    let mut eigenvalue = 0.0;
    for _ in 0..5000 {
        let length = dot(&vector, &vector).sqrt();
        vector.iter_mut().for_each(|value| *value /= length);
        let product: Vec<f64> = hessian.iter().map(|row| dot(row, &vector)).collect();
        eigenvalue = dot(&vector, &product);
        vector = product;
    }
    eigenvalue
}

#[test]
fn sharpness_is_the_top_eigenvalue_of_the_hessian() {
    let device = double().device;
    let probe = ["one", "two", "three"].map(|name| batch(name, &device)).to_vec();
    for network in ["conv 3 k3; norm; flatten; dense 4; dense 3", NETWORK] {
        let model = model(network, Arm::Compact);
        let built = Network::new(&model, &device, 5, Execution::LayerByLayer).unwrap();
        let expected = explicit(&built, &probe, 1e-7);
        let mut search = PowerIteration::new(&model, probe.clone(), &device, 1).unwrap();
        let found = (0..200).map(|_| block_on(search.iterate()).unwrap()).last().unwrap();
        let error = (found.eigenvalue / expected - 1.0).abs();
        assert!(found.converged && error < 1e-4, "{network}: {found:?} against {expected}");
    }
}
