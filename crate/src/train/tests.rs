//! Updates against PyTorch's numbers, metrics against hand-made cases.

use super::*;
use crate::experiment::Optimizer;
use crate::network::Values;

/// `score` of two rows whose softmax is known: (ln 2, right) and (0 against a certain other class, wrong).
#[test]
fn scores_are_mean_cross_entropy_and_correct_rows() {
    let (loss, correct) = score(&[1.0, 1.0, 0.0, 100.0, 7.0, 7.0], &[0, 0], 2);
    assert!((loss - (2f64.ln() + 100.0) / 2.0).abs() < 1e-6);
    assert_eq!(correct, 1);
    assert!(score(&[f32::NAN, 1.0], &[0], 2).0.is_nan());
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
