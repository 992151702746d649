//! Short series of races on the tests' synthetic set: what is trained before, where arms start, what is measured.

use expandnets::device::Compute;
use expandnets::event::{Event, StopReason, SummaryRow};
use expandnets::experiment::{Arm, Experiment};
use expandnets::measure::survey::{SurveyRequest, Surveyed};
use expandnets::series::Series;

use super::race;

pub fn start(experiment: &Experiment, compute: &Compute) -> Series {
    Series::new(experiment, race::dataset(), compute.clone(), || 0.0, None).unwrap()
}

/// Runs to the end and returns all events.
pub async fn finish(series: &mut Series) -> Vec<Event> {
    let mut events = Vec::new();
    while !series.finished() {
        events.extend(series.turns(7).await.unwrap());
    }
    events
}

/// Test accuracies of an arm, epoch by epoch, over all races.
pub fn accuracies(events: &[Event], wanted: Arm) -> Vec<f64> {
    let accuracy = |event: &Event| match event {
        Event::Epoch { arm, test_accuracy, .. } if *arm == wanted => Some(*test_accuracy),
        _ => None,
    };
    events.iter().filter_map(accuracy).collect()
}

pub fn summary(events: &[Event]) -> Vec<SummaryRow> {
    let rows = |event: &Event| if let Event::Summary { rows, .. } = event { Some(rows.clone()) } else { None };
    events.iter().rev().find_map(rows).unwrap()
}

/// Every kind of arm trains after what it needs and starts where it should, over two seeds; all that can, contract.
pub async fn a_series_prepares_trains_and_sums_up(compute: &Compute, tolerance: f64) {
    let arms = vec![Arm::Compact, Arm::CompactKD, Arm::CKInit, Arm::CLCompact, Arm::CKContracted, Arm::CKNonlinear];
    let teacher = "conv 8 k3; norm; relu; pool 2; flatten; dense 4".to_string();
    let experiment = Experiment { arms, seeds: 2, confusion: 3, teacher, learning_rate: 0.05, ..race::experiment() };
    let mut series = start(&experiment, compute);
    let events = finish(&mut series).await;

    let runs: Vec<(u32, bool, Vec<Arm>)> = events
        .iter()
        .filter_map(|event| match event {
            Event::Run { seed, preparation, arms, .. } => Some((*seed, *preparation, arms.clone())),
            _ => None,
        })
        .collect();
    let first = vec![Arm::Compact, Arm::CKNonlinear, Arm::Teacher];
    let then = vec![Arm::CompactKD, Arm::CKInit, Arm::CLCompact, Arm::CKContracted];
    let of = |seed| [(seed, true, first.clone()), (seed, false, then.clone())];
    assert_eq!(runs, [of(1), of(2)].concat());
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
    let stops = events.iter().filter(|event| matches!(event, Event::Stopped { reason: StopReason::Done, .. }));
    assert_eq!(stops.count(), 14, "all arms of four races");

    // Expanded without changing it: the first test is the compact network's last. Three tests a race.
    let (compact, grown) = (accuracies(&events, Arm::Compact), accuracies(&events, Arm::CLCompact));
    assert_eq!((compact[2], compact[5]), (grown[0], grown[3]));
    let fresh = accuracies(&events, Arm::CKContracted);
    assert!(fresh[2] > fresh[0], "{fresh:?}");

    for row in summary(&events) {
        assert_eq!((row.test_accuracy.unwrap().n, row.diverged), (2, 0), "{:?}", row.arm);
        let mean = (accuracies(&events, row.arm)[2] + accuracies(&events, row.arm)[5]) / 2.0;
        assert!((row.test_accuracy.unwrap().mean - mean).abs() < 1e-12);
        assert_eq!(row.difference.is_some(), row.arm != Arm::Compact);
    }
    for arm in then {
        let report = series.race().contract(arm).await.unwrap().report;
        assert!(report.max_relative_error <= tolerance, "{arm:?}: {}", report.max_relative_error);
    }
    confusions(&events);
}

/// Three pairs after each of two epochs, in both spaces where the arm has both.
fn confusions(events: &[Event]) {
    let mut seen = 0;
    for event in events {
        let Event::Confusion { arm, epoch, own, contracted, own_minimum, contracted_minimum, .. } = event else {
            continue;
        };
        seen += 1;
        assert!((1..=2).contains(epoch));
        assert_eq!(own.len(), 3);
        assert!(own.iter().all(|cosine| (-1.0..=1.0).contains(cosine) && cosine >= own_minimum));
        assert_eq!(contracted.is_none(), *arm == Arm::CKNonlinear);
        assert_eq!(contracted_minimum.is_none(), contracted.is_none());
        if !arm.expands() {
            assert_eq!(contracted.as_ref(), Some(own), "{arm:?} has one space only");
        }
    }
    assert_eq!(seen, 28, "fourteen arms, two epochs");
}

/// A survey comes row by row, the slice first; its middle is the network's own loss.
pub async fn a_survey_comes_in_portions(compute: &Compute) {
    let experiment = Experiment { arms: vec![Arm::Compact, Arm::CK], epochs: 1, ..race::experiment() };
    let mut series = start(&experiment, compute);
    let events = finish(&mut series).await;
    let mut survey = series.race().survey(SurveyRequest { size: 3, radius: 0.5 }).await.unwrap();
    let mut portions = Vec::new();
    while let Some(portion) = survey.next().await.unwrap() {
        portions.push(portion);
    }
    let rows: Vec<(Arm, u32)> = portions
        .iter()
        .filter_map(|portion| if let Surveyed::Row { arm, row, .. } = portion { Some((*arm, *row)) } else { None })
        .collect();
    let turn = |row| [(Arm::Compact, row), (Arm::CK, row)];
    assert_eq!(rows, [turn(1), turn(2), turn(0)].concat());
    for arm in [Arm::Compact, Arm::CK] {
        let last = portions.iter().rev().find_map(|portion| match portion {
            Surveyed::Sharpness { arm: other, sharpness } if *other == arm => Some(*sharpness),
            _ => None,
        });
        let last = last.unwrap();
        assert!(last.converged || last.iterations == 100, "{last:?}");
    }
    let fit = events.iter().rev().find_map(|event| match event {
        Event::Epoch { arm: Arm::Compact, fit_loss, .. } => Some(*fit_loss),
        _ => None,
    });
    let Some(Surveyed::Row { points, .. }) = portions.first() else { panic!() };
    let error = (points[1].loss - fit.unwrap()).abs() / fit.unwrap();
    assert!(error < 1e-4, "{} against {:?}", points[1].loss, fit);
}
