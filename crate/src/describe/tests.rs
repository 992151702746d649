//! Descriptions add up, and what cannot run is refused beside the right field.

use super::*;
use crate::experiment::DatasetName;

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
        assert!(arm.planned_macs <= arm.macs);
    }
    assert_eq!(description.arms[0].parameters, description.arms[2].contracted_parameters);
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
