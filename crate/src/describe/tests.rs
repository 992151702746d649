//! Descriptions add up, and what cannot run is refused beside the right field.

use super::*;
use crate::experiment::{DatasetName, Execution};

fn refusals(experiment: Experiment) -> Vec<(String, String)> {
    let faults = describe(&experiment, Limits::BROWSER).unwrap_err();
    faults.into_iter().map(|fault| (fault.field.unwrap_or_default(), fault.message)).collect()
}

#[test]
fn the_default_experiment_is_described() {
    let description = describe(&Experiment::default(), Limits::BROWSER).unwrap();
    assert_eq!(description.dataset.name, "fashion-mnist");
    assert_eq!(description.steps_per_epoch, 78);
    for arm in &description.arms {
        let sum: f64 = arm.layers.iter().map(|layer| layer.parameters).sum();
        assert_eq!(sum, arm.parameters);
        let maps: f64 = arm.layers.iter().flat_map(|layer| &layer.maps).map(|map| map.parameters).sum();
        let norms: f64 =
            arm.layers.iter().filter(|layer| layer.kind == LayerKind::Norm).map(|layer| layer.parameters).sum();
        assert_eq!(maps + norms, arm.parameters);
        assert!(arm.step.macs <= arm.step.macs_by_layer);
        assert_eq!(arm.step.macs_by_layer, arm.macs * f64::from(description.experiment.batch));
    }
    assert_eq!(description.arms[0].parameters, description.arms[2].contracted_parameters);
}

#[test]
fn a_step_is_counted_the_way_each_chain_is_run() {
    let arms = vec![Arm::Compact, Arm::CL, Arm::CKFC];
    let contracted =
        describe(&Experiment { arms: arms.clone(), batch: 128, ..Experiment::default() }, Limits::BROWSER).unwrap();
    let by_layer = Experiment { arms, batch: 128, execution: Execution::LayerByLayer, ..Experiment::default() };
    let by_layer = describe(&by_layer, Limits::BROWSER).unwrap();
    for (now, then) in contracted.arms.iter().zip(&by_layer.arms) {
        // The same network, whichever way it is run; layer by layer there is nothing to save.
        assert_eq!(now.step.macs_by_layer, then.step.macs_by_layer);
        assert_eq!((then.step.macs, then.step.ratio), (then.step.macs_by_layer, now.step.ratio_by_layer));
    }
    let [compact, cl, ckfc] = [&contracted.arms[0], &contracted.arms[1], &contracted.arms[2]];
    assert_eq!((compact.step.ratio, compact.step.ratio_by_layer), (1.0, 1.0));
    assert!(cl.step.ratio > 1.0 && cl.step.ratio < 1.2, "{:?}", cl.step);
    assert!(cl.step.ratio_by_layer > 5.0, "{:?}", cl.step);

    let runs = |arm: &ArmDescription| -> Vec<ChainRun> { arm.layers.iter().filter_map(|l| l.run.clone()).collect() };
    let ways = |arm| runs(arm).iter().map(|run| run.way).collect::<Vec<_>>();
    assert_eq!(ways(compact), [Way::Compact; 5]);
    assert_eq!(ways(cl)[..4], [Way::Contracted, Way::Contracted, Way::Contracted, Way::Compact]);
    assert_eq!(ways(&by_layer.arms[1])[..3], [Way::LayerByLayer; 3]);
    assert_eq!(runs(cl)[1].text, "3 maps → 1 convolution, composed once a step");
    assert_eq!(runs(ckfc)[3].text, "3 maps → 1 dense layer, composed once a step");
    assert_eq!(runs(&by_layer.arms[1])[1].text, "3 maps, 3 convolutions one after the other");
    for run in contracted.arms.iter().flat_map(runs) {
        assert!(run.compose_macs < run.macs && run.macs <= run.macs_by_layer);
        assert_eq!(run.saving, run.macs_by_layer / run.macs);
    }
}

#[test]
fn a_partial_fold_names_what_it_composes() {
    let network = "conv 8 k7; relu; pool 4; conv 16 k9; relu; flatten; dense 10";
    let run = |batch: u32| {
        let experiment =
            Experiment { network: network.into(), arms: vec![Arm::CK], rate: 1.0, batch, ..Experiment::default() };
        let arm = describe(&experiment, Limits::BROWSER).unwrap().arms.remove(0);
        arm.layers.into_iter().find(|layer| layer.name == "conv2").and_then(|layer| layer.run).unwrap()
    };
    let few = run(1);
    assert_eq!(few.text, "4 maps → 3 convolutions, conv2.1 with conv2.2 composed once a step");
    let more = run(2);
    assert_eq!(more.text, "4 maps → 2 convolutions, conv2.1 to conv2.3 composed once a step");
    assert_eq!((few.way, more.way), (Way::Partial, Way::Partial));
}

#[test]
fn what_cannot_run_is_refused_beside_its_field() {
    let base = Experiment::default;
    let found = refusals(Experiment { network: "conv 8 k3; flatten; dense 7".into(), ..base() });
    assert_eq!(
        found[0],
        ("network".into(), "the network ends in 7 units, Fashion-MNIST has 10 classes; end with dense 10".into())
    );
    let found = refusals(Experiment { network: "smallnet-3".into(), ..base() });
    assert_eq!((found.len(), found[0].0.as_str()), (1, "arms"));
    let found = refusals(Experiment { batch: 500, train_images: 100, ..base() });
    assert_eq!(found[0], ("batch".into(), "500 is more than the 100 training images".into()));
    let wide = "conv 4000 k7; relu; conv 4000 k7; flatten; dense 10";
    let found = refusals(Experiment { network: wide.into(), arms: vec![Arm::Compact], ..base() });
    assert!(found[0].0 == "batch" || found[0].0 == "rate", "{found:?}");
    assert!(found[0].1.contains("GB"), "{found:?}");
}

/// What a network ends in, and what makes no sense where images have no one class.
#[test]
fn other_tasks_have_their_own_refusals() {
    let masks = || Experiment { dataset: DatasetName::SceneMasks, network: "unet".into(), ..Experiment::default() };
    let cl = || Experiment { arms: vec![Arm::Compact, Arm::CL], ..masks() };
    assert!(describe(&cl(), Limits::BROWSER).is_ok());
    let found = |experiment: Experiment| refusals(experiment).remove(0);
    let (field, message) = found(Experiment { network: "smallnet-7".into(), ..cl() });
    assert!(field == "network" && message.contains("a class for each of 64×64 pixels"), "{message}");
    let (field, message) = found(Experiment { network: "unet-2".into(), ..cl() });
    assert!(field == "network" && message.contains("end with conv 6 k1"), "{message}");
    let (field, message) = found(Experiment { network: "unet".into(), ..Experiment::default() });
    assert!(field == "network" && message.contains("one class an image"), "{message}");
    let boxes = Experiment { dataset: DatasetName::SceneBoxes, ..cl() };
    let (field, message) = found(Experiment { network: "yolo-lite; conv 31 k1".into(), ..boxes.clone() });
    assert!(field == "network", "{message}");
    let (field, message) = found(Experiment { network: "conv 8 k3 s4; conv 31 k1".into(), ..boxes.clone() });
    assert!(field == "network" && message.contains("end with conv 30 k1"), "{message}");
    assert!(describe(&Experiment { network: "yolo-lite".into(), ..boxes }, Limits::BROWSER).is_ok());
    assert_eq!(found(Experiment { crop: 2, ..cl() }).0, "crop");
    assert_eq!(found(Experiment { label_noise: 0.2, ..cl() }).0, "label_noise");
    assert_eq!(found(Experiment { layers: "conv99=CL".into(), ..cl() }).0, "layers");
    // CK has nothing to split in kernels of 3×3.
    assert_eq!(found(Experiment { arms: vec![Arm::CK], ..cl() }).0, "arms");
}

#[test]
fn the_largest_batch_that_fits_does_fit() {
    let experiment = Experiment {
        dataset: DatasetName::Cifar10,
        network: "conv 512 k5; norm; relu; pool 2; flatten; dense 10".into(),
        arms: vec![Arm::Compact],
        batch: 1024,
        ..Experiment::default()
    };
    let (field, message) = refusals(experiment.clone()).remove(0);
    assert_eq!(field, "batch");
    let batch: u32 = message.split("use ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(describe(&Experiment { batch, ..experiment.clone() }, Limits::BROWSER).is_ok());
    assert!(describe(&Experiment { batch: batch + 1, ..experiment }, Limits::BROWSER).is_err());
}

#[test]
fn a_rate_of_one_is_a_control() {
    let description = describe(&Experiment { rate: 1.0, ..Experiment::default() }, Limits::BROWSER).unwrap();
    assert_eq!(description.warnings[0].code, "narrow_rate");
}
