//! What needs to reach inside a race; everything else is in `tests/`.

use std::collections::BTreeMap;

use pollster::block_on;

use super::*;
use crate::event::StopReason;
use crate::experiment::DatasetName;

/// One arm's numbers are spoilt: it stops with a hint, the others go on to the end, and the race ends.
#[test]
fn an_arm_that_diverges_stops_and_the_others_go_on() {
    let experiment = Experiment {
        dataset: DatasetName::Synthetic,
        network: "conv 4 k5; relu; flatten; dense 8; relu; dense 4".into(),
        arms: vec![Arm::Compact, Arm::CL, Arm::CK],
        batch: 64,
        epochs: 2,
        ..Experiment::default()
    };
    let dataset = data::decode(DatasetName::Synthetic, &BTreeMap::new()).unwrap();
    let mut race = Race::new(&experiment, dataset, Compute::cpu(), || 0.0, &Trained::new()).unwrap();
    let mut events = block_on(race.turns(8)).unwrap();
    let parameters = &mut race.runners[1].trainer.network.parameters;
    let (flat, _) = parameters.flat().unwrap();
    *flat = flat.clone().mul_scalar(f32::NAN);
    while !race.finished() {
        events.extend(block_on(race.turns(5)).unwrap());
    }
    let stops: Vec<(Arm, StopReason)> = events
        .iter()
        .filter_map(|event| if let Event::Stopped { arm, reason, .. } = event { Some((*arm, *reason)) } else { None })
        .collect();
    assert_eq!(stops[0], (Arm::CL, StopReason::Diverged));
    assert_eq!(stops[1..], [(Arm::Compact, StopReason::Done), (Arm::CK, StopReason::Done)]);
    let hint = events.iter().find_map(|event| if let Event::Stopped { hint, .. } = event { Some(hint) } else { None });
    assert!(hint.unwrap().contains("lower the learning rate (0.05)"));
    let steps =
        |wanted: Arm| events.iter().filter(|event| matches!(event, Event::Step { arm, .. } if *arm == wanted)).count();
    assert_eq!((steps(Arm::Compact), steps(Arm::CK)), (8, 8));
    assert!(steps(Arm::CL) < 8);
    assert!(matches!(events.last(), Some(Event::Finished { step: 8 })));
}
