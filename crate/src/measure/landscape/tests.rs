//! Properties of directions, and surfaces against networks built anew at every point.

use pollster::block_on;

use super::*;
use crate::data::Targets;
use crate::device::Compute;
use crate::expand::Plan;
use crate::experiment::Expansion;
use crate::seed;
use crate::spec::Spec;

const NETWORK: &str = "conv 4 k5; norm; relu; pool 2; conv 6 k3 g2; relu; flatten; dense 8; relu; dense 3";
const INPUT: [usize; 3] = [2, 10, 10];

/// A model as if trained: no array is at its start, running statistics and zero filters included.
fn model(seed: u32) -> Model {
    let mut model = Model::initial(Spec::parse(NETWORK).unwrap(), None, INPUT, seed).unwrap();
    for (name, array) in &mut model.arrays {
        let mut stream = seed::stream(seed, name);
        array.values.iter_mut().for_each(|value| *value += (0.2 + 0.3 * seed::unit(&mut stream)) as f32);
    }
    model.arrays.get_mut("conv2.weight").unwrap().values[..18].fill(0.0);
    model
}

/// Random images, some rows more than labels.
fn probe(device: &Device) -> Vec<Batch> {
    let batch = |index: usize, labels: usize| {
        let mut stream = seed::stream(9, &index.to_string());
        let images = (0..6 * 200).map(|_| (2.0 * seed::unit(&mut stream) - 1.0) as f32).collect();
        let all = (0..6).map(|_| (3.0 * seed::unit(&mut stream)) as u8).collect();
        let mut batch = Batch::new(images, all, INPUT, 3, device);
        let Targets::Classes(all) = &mut batch.truth else { unreachable!("they are labels") };
        all.truncate(labels);
        batch
    };
    vec![batch(0, 6), batch(1, 6), batch(2, 4)]
}

fn directions(model: &Model) -> [Direction; 2] {
    [0, 1].map(|index| Direction::random(model, 3, index).unwrap())
}

/// Filters of an array, as numbers and lengths.
fn filters<'a>(plan: &Plan, name: &str, values: &'a [f32]) -> Vec<(&'a [f32], f64)> {
    let map = plan.chains().flat_map(|(_, chain)| &chain.maps).find(|map| format!("{}.weight", map.name) == name);
    let length = |filter: &[f32]| filter.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
    values.chunks_exact(values.len() / map.unwrap().outputs).map(|filter| (filter, length(filter))).collect()
}

#[test]
fn filters_of_a_direction_are_as_long_as_the_models() {
    let model = model(1);
    let plan = model.plan().unwrap();
    for direction in directions(&model) {
        assert_eq!(
            direction.0.keys().collect::<Vec<_>>(),
            ["conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight"]
        );
        for (name, values) in &direction.0 {
            let own = filters(&plan, name, &model.arrays[name].values);
            let found = filters(&plan, name, values);
            assert_eq!(own.len(), found.len());
            for ((_, own), (_, found)) in own.into_iter().zip(found) {
                assert!((own - found).abs() <= 1e-6 * own, "{name}: {found} against {own}");
            }
        }
    }
}

/// Two models of a network move along the same filters but for their lengths; two indices or seeds do not.
#[test]
fn models_share_the_draw() {
    let (one, other) = (model(1), model(2));
    let plan = one.plan().unwrap();
    let cosine = |a: &Direction, b: &Direction, name: &str| {
        let (a, b) = (filters(&plan, name, &a.0[name]), filters(&plan, name, &b.0[name]));
        let pairs = a.into_iter().zip(b).filter(|((_, a), (_, b))| *a > 0.0 && *b > 0.0);
        let cosines = pairs.map(|((a, long), (b, wide))| {
            a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() / (long * wide)
        });
        cosines.collect::<Vec<f64>>()
    };
    let [first, second] = directions(&one);
    let elsewhere = Direction::random(&one, 4, 0).unwrap();
    let [same, _] = directions(&other);
    assert_eq!(first, Direction::random(&one, 3, 0).unwrap());
    for name in ["conv1.weight", "conv2.weight", "fc1.weight"] {
        assert!(cosine(&first, &same, name).iter().all(|cosine| (cosine - 1.0).abs() < 1e-6), "{name}");
        assert!(cosine(&first, &second, name).iter().all(|cosine| cosine.abs() < 0.9), "{name}");
        assert!(cosine(&first, &elsewhere, name).iter().all(|cosine| cosine.abs() < 0.9), "{name}");
    }
}

#[test]
fn biases_and_norms_stay() {
    let model = model(1);
    let [first, second] = directions(&model);
    let moved = shifted(&model, [&first, &second], [0.5, -0.25]);
    for (name, array) in &model.arrays {
        let weight = first.0.contains_key(name);
        assert_eq!(moved.arrays[name].values != array.values, weight, "{name}");
        assert_eq!(name.ends_with(".weight") && !name.contains("_bn"), weight, "{name}");
    }
    assert_eq!(shifted(&model, [&first, &second], [0.0, 0.0]), model);
    let value = |at: usize| {
        let of = |values: &[f32]| f64::from(values[at]);
        of(&model.arrays["fc1.weight"].values) + 0.5 * of(&first.0["fc1.weight"]) - 0.25 * of(&second.0["fc1.weight"])
    };
    assert_eq!(moved.arrays["fc1.weight"].values[7], value(7) as f32);
}

/// Mean loss and error of a network built anew, image by image.
fn direct(model: &Model, probe: &[Batch], device: &Device) -> (f64, f64) {
    let network = Network::new(model, device, 6, Execution::LayerByLayer).unwrap();
    let (mut loss, mut wrong, mut images) = (0.0, 0, 0);
    for batch in probe {
        let logits = floats(network.evaluate(batch.images.clone()).into_data()).unwrap();
        let Targets::Classes(labels) = &batch.truth else { unreachable!("they are labels") };
        for (row, &label) in logits.chunks_exact(3).zip(labels) {
            let of_label = row[usize::from(label)];
            loss += row.iter().map(|&logit| f64::from(logit - of_label).exp()).sum::<f64>().ln();
            wrong += usize::from(row.iter().any(|&logit| logit > of_label));
            images += 1;
        }
    }
    (loss / f64::from(images), wrong as f64 / f64::from(images))
}

#[test]
fn a_surface_is_what_networks_built_anew_say() {
    let device = Compute::cpu().device;
    let (model, probe) = (model(1), probe(&device));
    let [first, second] = directions(&model);
    let surface = Surface::new(model.clone(), [first.clone(), second.clone()], probe.clone(), &device).unwrap();
    let mut losses = Vec::new();
    for beta in [0.0, -1.0, 0.5] {
        let alphas = [-1.0, 0.0, 0.3];
        let row = block_on(surface.row(beta, &alphas)).unwrap();
        assert_eq!(
            row.iter().map(|point| (point.alpha, point.beta)).collect::<Vec<_>>(),
            alphas.map(|alpha| (alpha, beta))
        );
        for point in row {
            let moved = shifted(&model, [&first, &second], [point.alpha, point.beta]);
            let (loss, error) = direct(&moved, &probe, &device);
            assert!((point.loss - loss).abs() <= 1e-12 * loss, "{point:?} against {loss}");
            assert!((point.error - error).abs() <= 1e-12, "{point:?} against {error}");
            losses.push(point.loss);
        }
    }
    let (centre, error) = direct(&model, &probe, &device);
    let point = block_on(surface.row(0.0, &[0.0])).unwrap()[0];
    assert!((point.loss - centre).abs() <= 1e-12 && (point.error - error).abs() <= 1e-12);
    // Every point is another network.
    losses.sort_by(f64::total_cmp);
    assert!(losses.windows(2).all(|pair| pair[0] < pair[1]), "{losses:?}");
    assert!(block_on(surface.row(0.0, &[])).unwrap().is_empty());
}

#[test]
fn what_has_no_landscape_is_refused() {
    let device = Compute::cpu().device;
    let compact = model(1);
    let expansion = Expansion {
        conv: None,
        dense: true,
        rate: 2.0,
        expand_input: true,
        nonlinear: false,
        layers: Default::default(),
    };
    let expanded = Model::initial(compact.spec.clone(), Some(expansion), INPUT, 1).unwrap();
    assert_eq!(Direction::random(&expanded, 1, 0).unwrap_err().code, "not_compact");
    let refusal =
        |model: &Model, probe| Surface::new(model.clone(), directions(&compact), probe, &device).err().unwrap();
    assert_eq!(refusal(&expanded, probe(&device)).code, "not_compact");
    assert_eq!(refusal(&compact, Vec::new()).code, "probe_empty");
}
