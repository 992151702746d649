//! Races on masks and on boxes: they learn, distil, contract, export and show what they see, by the same loop as all others.

use expandnets::data::{Dataset, Task};
use expandnets::device::Compute;
use expandnets::event::Event;
use expandnets::experiment::{Arm, Experiment, Schedule};
use expandnets::export::{Form, ModelFile};
use expandnets::measure::survey::{SurveyRequest, Surveyed};
use expandnets::report::{Answer, Predictions};
use expandnets::series::Series;

use super::series::finish;

fn experiment(dataset: &Dataset, network: &str) -> Experiment {
    Experiment {
        dataset: dataset.name,
        network: network.into(),
        teacher: network.into(),
        arms: vec![Arm::Compact, Arm::CL, Arm::CLKD],
        rate: 2.0,
        batch: 8,
        epochs: 4,
        learning_rate: 0.02,
        schedule: Schedule::Constant,
        flip: true,
        confusion: 3,
        ..Experiment::default()
    }
}

/// Trains to the end on a few scenes; every arm's loss falls, details come with every test, contraction is exact.
async fn race(dataset: Dataset, network: &str, compute: &Compute, tolerance: f64) -> (Vec<Event>, Predictions) {
    let experiment = experiment(&dataset, network);
    let mut series = Series::new(&experiment, dataset.take(24, 12), compute.clone(), || 0.0, None).unwrap();
    let events = finish(&mut series).await;
    for &arm in &experiment.arms {
        let tests: Vec<(f64, f64)> = events
            .iter()
            .filter_map(|event| match event {
                Event::Epoch { arm: other, test_loss, test_accuracy, .. } if *other == arm => {
                    Some((*test_loss, *test_accuracy))
                }
                _ => None,
            })
            .collect();
        let (first, last) = (tests[0].0, tests[tests.len() - 1].0);
        assert!(last < 0.8 * first, "{arm:?}: {first} to {last}");
        assert!(tests.iter().all(|(_, quality)| (0.0..=1.0).contains(quality)));
        let details = events.iter().filter(|event| matches!(event, Event::Detail { arm: other, .. } if *other == arm));
        assert_eq!(details.count(), tests.len());
        let compared =
            events.iter().filter(|event| matches!(event, Event::Confusion { arm: other, .. } if *other == arm));
        assert_eq!(compared.count(), 4);

        let contraction = series.race().contract(arm).await.unwrap();
        let report = &contraction.report;
        assert!(report.max_relative_error <= tolerance, "{arm:?}: {:.1e}", report.max_relative_error);
        assert!(report.agreement > 0.999 && (report.accuracy_before - report.accuracy_after).abs() < 1e-3);
        let file = series.race().file(&contraction, Form::Contracted);
        assert_eq!(ModelFile::read(&file.write().unwrap()).unwrap().model, file.model);
    }
    let mut survey = series.race().survey(SurveyRequest { size: 3, radius: 0.5 }).await.unwrap();
    let Some(Surveyed::Row { points, .. }) = survey.next().await.unwrap() else { panic!("a row comes first") };
    assert!(points.iter().all(|point| point.loss.is_finite() && (0.0..=1.0).contains(&point.error)));
    let predictions = series.race().predictions(2, 3).await.unwrap();
    let refused = series.race().predictions(10, 3).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("images"));
    (events, predictions)
}

pub async fn masks_are_learned_and_contracted(dataset: Dataset, compute: &Compute, tolerance: f64) {
    let network = "conv 4 k3 nobias; norm; relu; tag a; pool 2; conv 8 k3; norm; relu; upsample 2; concat a; conv 6 k1";
    let (_, predictions) = race(dataset, network, compute, tolerance).await;
    assert_eq!((predictions.task, predictions.shape, predictions.images.len()), (Task::Segment, [3, 64, 64], 3));
    let image = &predictions.images[0];
    assert_eq!((image.index, image.pixels.len(), image.arms.len()), (2, 3 * 64 * 64, 3));
    for answer in image.arms.iter().map(|arm| &arm.answer).chain([&image.truth]) {
        let Answer::Mask { classes } = answer else { panic!("{answer:?}") };
        assert!(classes.len() == 64 * 64 && classes.iter().all(|&class| class < 6));
    }
    let Answer::Mask { classes } = &image.truth else { unreachable!() };
    assert!(classes.iter().any(|&class| class > 0));
}

pub async fn boxes_are_learned_and_contracted(dataset: Dataset, compute: &Compute, tolerance: f64) {
    let network = "conv 8 k3 s2; leaky 0.1; pool 2; conv 8 k3; leaky 0.1; pool 2; conv 20 k1";
    let (events, predictions) = race(dataset, network, compute, tolerance).await;
    assert_eq!(predictions.task, Task::Detect);
    for image in &predictions.images {
        let Answer::Objects { objects } = &image.truth else { panic!("{:?}", image.truth) };
        assert!((1..=3).contains(&objects.len()) && objects.iter().all(|object| object.score.is_none()));
        for arm in &image.arms {
            let Answer::Objects { objects } = &arm.answer else { panic!("{:?}", arm.answer) };
            assert!(objects.iter().all(|object| object.score.is_some_and(|score| score >= 0.05)));
        }
    }
    let detail =
        events.iter().find_map(|event| if let Event::Detail { detail, .. } = event { Some(detail) } else { None });
    let detail = detail.unwrap();
    assert_eq!((detail.of_classes.as_str(), detail.by_class.len()), ("AP@0.5", 5));
    let names: Vec<&str> = detail.measures.iter().map(|measure| measure.name.as_str()).collect();
    assert_eq!(names, ["mAP@0.5", "mAP@[.5:.95]"]);
}
