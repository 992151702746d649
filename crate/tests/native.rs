//! The shared bodies on the CPU with all cores, and what only needs to be shown once.
#![cfg(not(target_arch = "wasm32"))]

mod shared;

use burn::tensor::Tensor;
use expandnets::data::Dataset;
use expandnets::device::Compute;
use expandnets::event::Event;
use expandnets::experiment::{Arm, Execution, Experiment};
use expandnets::model::Model;
use expandnets::network::{Draw, Network, floats};
use expandnets::race::Race;
use expandnets::series::Series;
use expandnets::spec::Spec;
use expandnets::train::Trained;
use pollster::block_on;
use shared::{gradients, losses, measure, race, series, torch};

#[test]
fn steps_are_pytorchs_layer_by_layer() {
    block_on(torch::steps_are_pytorchs(&Compute::cpu(), Execution::LayerByLayer, 2e-5));
}

#[test]
fn steps_are_pytorchs_contracted() {
    block_on(torch::steps_are_pytorchs(&Compute::cpu(), Execution::Contracted, 2e-5));
}

#[test]
fn losses_are_pytorchs() {
    block_on(losses::losses_are_pytorchs(&Compute::cpu(), 1e-5));
}

#[test]
fn contracted_equals_layer_by_layer() {
    block_on(gradients::contracted_equals_layer_by_layer(&Compute::cpu(), 1e-5));
}

#[test]
fn a_race_learns_and_contracts() {
    block_on(race::a_race_learns_and_contracts(&Compute::cpu(), 1e-5));
}

#[test]
fn measuring_twice_gives_the_same() {
    block_on(measure::measures_agree(&Compute::cpu(), &Compute::cpu(), 0.0, 0.0));
}

#[test]
fn the_same_seed_gives_identical_losses_and_another_seed_does_not() {
    let run = |seed| {
        let experiment = Experiment { seed, crop: 2, flip: true, ..race::experiment() };
        let events = block_on(race::finish(&mut race::start(&experiment, &Compute::cpu())));
        race::losses(&events, Arm::CKFC)
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn the_order_of_arms_changes_nothing_but_the_legend() {
    let run = |arms: &[Arm]| {
        let experiment = Experiment { arms: arms.to_vec(), crop: 2, flip: true, ..race::experiment() };
        block_on(race::finish(&mut race::start(&experiment, &Compute::cpu())))
    };
    let (forth, back) = (run(&[Arm::Compact, Arm::CL, Arm::CKFC]), run(&[Arm::CKFC, Arm::CL, Arm::Compact]));
    for arm in [Arm::Compact, Arm::CL, Arm::CKFC] {
        assert_eq!(race::losses(&forth, arm), race::losses(&back, arm), "{arm:?}");
    }
}

/// However the turns are grouped, the same happens in the same order.
#[test]
fn turns_can_be_asked_for_in_any_portion() {
    let run = |portion: u32| {
        let mut race = race::start(&race::experiment(), &Compute::cpu());
        let mut events = Vec::new();
        while !race.finished() {
            events.extend(block_on(race.turns(portion)).unwrap());
        }
        events
    };
    assert_eq!(run(1), run(1000));
}

/// Steps can be taken several at a time: every arm's losses stay as they are, also where an epoch cuts a stride short.
#[test]
fn strides_change_the_order_of_events_only() {
    let run = |stride: u32| {
        let mut race = race::start(&race::experiment(), &Compute::cpu());
        race.stride(stride);
        let events = block_on(race::finish(&mut race));
        let of = |arm| race::losses(&events, arm);
        ([Arm::Compact, Arm::CL, Arm::CKFC].map(of), events.len())
    };
    assert_eq!(run(1), run(3));
}

/// A test set that the batch does not divide: the padding rows of the last batch do not count.
#[test]
fn accuracy_counts_every_test_image_once() {
    let test = |batch: u32| {
        let Dataset { name, train, test } = race::dataset();
        let dataset = Dataset { name, train, test: test.take(50) };
        let experiment = Experiment { batch, arms: vec![Arm::Compact], ..race::experiment() };
        let mut race = Race::new(&experiment, dataset, Compute::cpu(), || 0.0, &Trained::new()).unwrap();
        let events = block_on(race.turns(40)).unwrap();
        match events.first() {
            Some(Event::Epoch { epoch: 0, test_accuracy, test_loss, .. }) => (*test_accuracy, *test_loss),
            other => panic!("{other:?}"),
        }
    };
    let ((accuracy, loss), (other_accuracy, other_loss)) = (test(32), test(25));
    assert_eq!(accuracy, other_accuracy);
    assert!((loss - other_loss).abs() < 1e-6);
    assert_eq!((accuracy * 50.0).fract(), 0.0);
}

#[test]
fn a_batch_larger_than_the_training_images_is_refused() {
    let dataset = race::dataset().take(16, 0);
    let fault = Race::new(&race::experiment(), dataset, Compute::cpu(), || 0.0, &Trained::new()).err().unwrap();
    assert_eq!(fault.to_string(), "batch: 32 is more than the 16 training images");
}

#[test]
fn asking_for_an_arm_that_does_not_race_names_those_that_do() {
    let race = race::start(&race::experiment(), &Compute::cpu());
    let fault = block_on(race.contract(Arm::CK)).err().unwrap();
    assert_eq!(fault.message, "CK is not in this race; its arms are compact, CL, CK+FC");
}

#[test]
fn a_series_prepares_trains_and_sums_up() {
    block_on(series::a_series_prepares_trains_and_sums_up(&Compute::cpu(), 1e-5));
}

#[test]
fn a_survey_comes_in_portions() {
    block_on(series::a_survey_comes_in_portions(&Compute::cpu()));
}

/// An arm by itself is the arm in the whole experiment: `sweep` may train cells apart.
#[test]
fn an_arm_trains_the_same_alone_and_among_others() {
    let all = Experiment { arms: vec![Arm::Compact, Arm::CKInit], seeds: 2, crop: 2, flip: true, ..race::experiment() };
    let together = block_on(series::finish(&mut series::start(&all, &Compute::cpu())));
    let alone = Experiment { arms: vec![Arm::CKInit], seed: 2, seeds: 1, ..all };
    let alone = block_on(series::finish(&mut series::start(&alone, &Compute::cpu())));
    assert_eq!(race::losses(&alone, Arm::CKInit), race::losses(&together, Arm::CKInit)[16..]);
}

#[test]
fn labels_are_noisy_in_training_and_clean_in_tests() {
    let experiment = Experiment { label_noise: 0.5, arms: vec![Arm::Compact], ..race::experiment() };
    let mut series = series::start(&experiment, &Compute::cpu());
    assert_eq!(series.noisy().len(), race::dataset().train.len() / 2);
    let events = block_on(series::finish(&mut series));
    assert!(matches!(events.first(), Some(Event::Run { noisy_labels: 128, .. })), "{:?}", events.first());
    let clean = Experiment { label_noise: 0.0, ..experiment };
    let clean = block_on(series::finish(&mut series::start(&clean, &Compute::cpu())));
    // Before any step the test images say the same, the training labels do not.
    let first = |events: &[Event]| match events.iter().find(|event| matches!(event, Event::Epoch { .. })) {
        Some(Event::Epoch { test_loss, fit_loss, .. }) => (*test_loss, *fit_loss),
        other => panic!("{other:?}"),
    };
    assert_eq!(first(&events).0, first(&clean).0);
    assert_ne!(first(&events).1, first(&clean).1);
}

#[test]
fn a_teacher_for_other_images_is_refused() {
    let experiment = Experiment { arms: vec![Arm::CompactKD], ..race::experiment() };
    let spec = Spec::named("conv 4 k3; norm; relu; flatten; dense 4").unwrap();
    let other = Model::initial(spec, None, [3, 9, 9], 1).unwrap();
    let fault = Series::new(&experiment, race::dataset(), Compute::cpu(), || 0.0, Some(other)).err().unwrap();
    assert_eq!((fault.code.as_str(), fault.field.as_deref()), ("teacher_does_not_fit", Some("teacher")));
    assert!(fault.message.contains("takes images of [3, 9, 9]"), "{fault}");
}

/// Dropout in training: a share of the values is zero, the others are larger by as much; seeded, and gone in evaluation.
#[test]
fn dropout_zeroes_a_share_and_keeps_the_mean() {
    let device = Compute::cpu().device;
    let spec = Spec::parse("dropout 0.25; conv 1 k1 nobias").unwrap();
    let mut model = Model::initial(spec, None, [1, 64, 64], 1).unwrap();
    model.arrays.get_mut("conv1.weight").unwrap().values[0] = 3.0;
    let network = Network::new(&model, &device, 1, Execution::Contracted).unwrap();
    let images = || Tensor::<4>::ones([1, 1, 64, 64], &device);
    let train = |seed, step| {
        let output = network.train(&network.parameters.tensors(), images(), Some(Draw { seed, step })).0;
        floats(output.into_data()).unwrap()
    };
    let values = train(1, 5);
    let zeros = values.iter().filter(|value| **value == 0.0).count() as f64 / 4096.0;
    // Five standard deviations of 4,096 draws.
    assert!((zeros - 0.25).abs() < 0.034, "{zeros}");
    assert!(values.iter().all(|&value| value == 0.0 || (value - 4.0).abs() < 1e-6));
    assert_eq!(values, train(1, 5));
    assert!(values != train(1, 6) && values != train(2, 5));
    assert!(floats(network.evaluate(images()).into_data()).unwrap().iter().all(|value| *value == 3.0));
}
