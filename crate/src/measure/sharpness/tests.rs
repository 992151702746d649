//! Refusals and the course of a search; the eigenvalue itself is compared in double precision, in `tests/double.rs`.

use pollster::block_on;

use super::*;
use crate::data::Targets;
use crate::device::Compute;
use crate::experiment::Expansion;
use crate::seed;
use crate::spec::Spec;

const INPUT: [usize; 3] = [1, 8, 8];

fn model(network: &str, expansion: Option<Expansion>) -> Model {
    Model::initial(Spec::parse(network).unwrap(), expansion, INPUT, 1).unwrap()
}

fn probe(device: &Device) -> Vec<Batch> {
    let batch = |index: usize| {
        let mut stream = seed::stream(9, &index.to_string());
        let images = (0..6 * 64).map(|_| (2.0 * seed::unit(&mut stream) - 1.0) as f32).collect();
        Batch::new(images, vec![0, 1, 2, 0, 1, 1], INPUT, 3, device)
    };
    vec![batch(0), batch(1)]
}

#[test]
fn a_search_converges_and_repeats() {
    let device = Compute::cpu().device;
    let model = model("conv 4 k3; norm; relu; pool 2; flatten; dense 8; relu; dense 3", None);
    let run = |seed, limit| block_on(sharpness(&model, probe(&device), &device, seed, limit)).unwrap();
    let found = run(1, 200);
    assert!(found.converged && found.eigenvalue > 0.0, "{found:?}");
    assert_eq!(found, run(1, 200));
    // Another start ends at the same eigenvalue.
    let other = run(2, 200);
    assert!((other.eigenvalue / found.eigenvalue - 1.0).abs() < 0.05, "{other:?} and {found:?}");
    let short = run(1, 1);
    assert_eq!((short.iterations, short.converged), (1, false));
}

/// A flat loss: the last layer's input is zero and no bias can be told from another.
#[test]
fn a_loss_that_does_not_bend_has_the_eigenvalue_0() {
    let device = Compute::cpu().device;
    let mut model = model("flatten; dense 3 nobias", None);
    model.arrays.values_mut().for_each(|array| array.values.fill(0.0));
    let black = Batch::new(vec![0.0; 128], vec![0, 1], INPUT, 3, &device);
    let found = block_on(sharpness(&model, vec![black], &device, 1, 5)).unwrap();
    assert_eq!(found, Sharpness { eigenvalue: 0.0, iterations: 1, converged: true });
}

#[test]
fn what_has_no_sharpness_is_refused() {
    let device = Compute::cpu().device;
    let refusal = |model: &Model, probe| PowerIteration::new(model, probe, &device, 1).err().unwrap().code;
    let network = "flatten; dense 4; relu; dense 3";
    let expansion = Expansion {
        conv: None,
        dense: true,
        rate: 2.0,
        expand_input: true,
        nonlinear: false,
        layers: Default::default(),
    };
    assert_eq!(refusal(&model(network, Some(expansion)), probe(&device)), "not_compact");
    let mut compact = model(network, None);
    assert_eq!(refusal(&compact, Vec::new()), "probe_empty");
    let mut ragged = probe(&device);
    ragged[1].truth = Targets::Classes(vec![0, 1, 2, 0, 1]);
    assert_eq!(refusal(&compact, ragged), "probe_empty");
    compact.arrays.get_mut("fc2.weight").unwrap().values[0] = 1e30;
    let fault = block_on(sharpness(&compact, probe(&device), &device, 1, 5)).unwrap_err();
    assert_eq!(fault.code, "diverged");
    compact.arrays.get_mut("fc2.weight").unwrap().values[0] = f32::NAN;
    assert_eq!(refusal(&compact, probe(&device)), "diverged");
}
