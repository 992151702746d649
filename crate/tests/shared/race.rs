//! Short races on the tests' synthetic set: they learn, contract, and export what was trained.

use std::collections::BTreeMap;

use expandnets::data::{self, Dataset};
use expandnets::device::Compute;
use expandnets::event::Event;
use expandnets::experiment::{Arm, DatasetName, Experiment, Schedule};
use expandnets::export::{Form, ModelFile};
use expandnets::race::Race;
use expandnets::train::Trained;

pub fn dataset() -> Dataset {
    data::decode(DatasetName::Synthetic, &BTreeMap::new()).unwrap()
}

pub fn experiment() -> Experiment {
    Experiment {
        dataset: DatasetName::Synthetic,
        network: "conv 4 k5; norm; relu; pool 2; flatten; dense 8; relu; dense 4".into(),
        arms: vec![Arm::Compact, Arm::CL, Arm::CKFC],
        rate: 2.0,
        batch: 32,
        epochs: 2,
        learning_rate: 0.1,
        schedule: Schedule::Constant,
        ..Experiment::default()
    }
}

pub fn start(experiment: &Experiment, compute: &Compute) -> Race {
    Race::new(experiment, dataset(), compute.clone(), || 0.0, &Trained::new()).unwrap()
}

/// Runs to the end and returns all events.
pub async fn finish(race: &mut Race) -> Vec<Event> {
    let mut events = Vec::new();
    while !race.finished() {
        events.extend(race.turns(7).await.unwrap());
    }
    events
}

/// Training losses of an arm in order.
pub fn losses(events: &[Event], wanted: Arm) -> Vec<f64> {
    let loss = |event: &Event| match event {
        Event::Step { arm, loss, .. } if *arm == wanted => Some(*loss),
        _ => None,
    };
    events.iter().filter_map(loss).collect()
}

/// Every arm's loss at least halves, every arm is contracted within the tolerance, every file reads back.
pub async fn a_race_learns_and_contracts(compute: &Compute, tolerance: f64) {
    let experiment = experiment();
    let mut race = start(&experiment, compute);
    let events = finish(&mut race).await;
    assert!(matches!(events.last(), Some(Event::Finished { step: 16 })), "{:?}", events.last());
    for &arm in &experiment.arms {
        let losses = losses(&events, arm);
        assert_eq!(losses.len(), 16);
        let (first, last) = (losses[0], losses[15]);
        assert!(last < 0.5 * first, "{arm:?}: {first} to {last}");
        let tests = events.iter().filter(|event| matches!(event, Event::Epoch { arm: other, .. } if *other == arm));
        assert_eq!(tests.count(), 3, "one before training, one after each epoch");

        let contraction = race.contract(arm).await.unwrap();
        let report = &contraction.report;
        assert!(report.max_relative_error <= tolerance, "{arm:?}: {}", report.max_relative_error);
        assert_eq!((report.agreement, report.probe), (1.0, 64));
        assert_eq!(report.accuracy_before, report.accuracy_after);
        for form in [Form::Expanded, Form::Contracted] {
            let file = race.file(&contraction, form);
            assert_eq!(ModelFile::read(&file.write().unwrap()).unwrap().model.arrays, file.model.arrays);
        }
    }
    let filters = race.filters().await.unwrap();
    assert_eq!(filters.len(), 3);
    assert!(filters.iter().all(|filters| filters.shape == [4, 1, 5, 5] && filters.values.len() == 100));
}
