//! Updates against PyTorch's numbers, metrics against hand-made cases.

use burn::tensor::TensorData;

use super::*;
use crate::data::{IGNORE, Object, Targets};
use crate::experiment::Optimizer;
use crate::network::Values;

/// Two rows whose softmax is known: (ln 2, right) and (100 against a certain other class, wrong).
#[test]
fn scores_are_mean_cross_entropy_and_correct_rows() {
    let head = Head::classes(2);
    let tally = |output: &[f32], labels: &[u8]| {
        let mut tally = Tally::new(&head);
        tally.add(output, &Targets::Classes(labels.to_vec()), &head);
        tally
    };
    let found = tally(&[1.0, 1.0, 0.0, 100.0, 7.0, 7.0], &[0, 0]);
    assert!((found.loss() - (2f64.ln() + 100.0) / 2.0).abs() < 1e-6);
    assert_eq!((found.quality(), found.images()), (0.5, 2));
    assert!(tally(&[f32::NAN, 1.0], &[0]).loss().is_nan());
}

/// The same pixels as rows: classes come as planes, and a pixel that is ignored does not count.
#[test]
fn pixels_score_as_rows_do() {
    let head = Head::pixels(2, [1, 3]);
    let mut tally = Tally::new(&head);
    tally.add(&[1.0, 0.0, 9.0, 1.0, 100.0, 0.0], &Targets::Masks(vec![0, 0, IGNORE].into()), &head);
    assert!((tally.loss() - (2f64.ln() + 100.0) / 2.0).abs() < 1e-6);
    // Class 1 is predicted for one pixel, and is none's: IoU 0, and the background is left out.
    assert_eq!(tally.quality(), 0.0);
    let detail = tally.detail().unwrap();
    assert_eq!(detail.by_class, [Some(0.5), Some(0.0)]);
    assert_eq!(detail.measures[3].value, Some(0.5));
}

/// Left and right change places in masks and boxes.
#[test]
fn targets_are_mirrored_with_their_images() {
    let masks = Targets::Masks(vec![1, 2, 3, 4, 5, 6, 7, 8].into());
    assert_eq!(
        targets_of(&masks, &[1, 0], &[true, false], [2, 2]),
        Targets::Masks(vec![6, 5, 8, 7, 1, 2, 3, 4].into())
    );
    let object = |left, right| Object { class: 3, left, top: 1.0, right, bottom: 2.0 };
    let objects = Targets::Objects(vec![vec![object(1.0, 4.0)], vec![]].into());
    let mirrored = targets_of(&objects, &[0, 1], &[true, true], [8, 10]);
    assert_eq!(mirrored, Targets::Objects(vec![vec![object(6.0, 9.0)], vec![]].into()));
}

/// Three steps on w = [1, −2] with gradients [0.5, −1], [0.25, 2], [−1, 0] and learning rate 0.1.
///
/// ```python
/// import torch
/// def run(make):
///     w = torch.nn.Parameter(torch.tensor([1., -2.])); o = make([w])
///     for g in ([.5, -1.], [.25, 2.], [-1., 0.]): w.grad = torch.tensor(g); o.step()
///     return w.tolist()
/// run(lambda p: torch.optim.SGD(p, .1, momentum=.9, weight_decay=.01))
/// run(lambda p: torch.optim.SGD(p, .1, momentum=.9, nesterov=True))
/// run(lambda p: torch.optim.Adam(p, .1))
/// ```
#[test]
fn updates_are_pytorchs() {
    let run = |experiment: Experiment| {
        let device = Device::flex();
        let tensor = |values: [f32; 2]| Tensor::<1>::from_data(TensorData::from(values), &device);
        let mut update = Update::new(&experiment);
        let mut parameters = Values::new([("w".to_string(), &[1.0f32, -2.0][..])].into_iter(), &device);
        for gradient in [[0.5, -1.0], [0.25, 2.0], [-1.0, 0.0]] {
            update.step(&mut parameters, Tensors::from([("w".to_string(), tensor(gradient))]), 0.1);
        }
        parameters.get("w").to_data().try_to_vec::<f32>().unwrap()
    };
    let sgd = Experiment { optimizer: Optimizer::Sgd, momentum: 0.9, ..Experiment::default() };
    let close = |found: Vec<f32>, expected: [f32; 2]| {
        let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 2e-6);
        assert!(near, "{found:?} against {expected:?}");
    };
    close(run(Experiment { weight_decay: 0.01, ..sgd.clone() }), [0.911_609_8, -2.097_969_5]);
    close(run(Experiment { nesterov: true, ..sgd }), [0.950_3, -2.198_099_9]);
    close(run(Experiment { optimizer: Optimizer::Adam, ..Experiment::default() }), [0.827_417_8, -1.964_910_3]);
}
