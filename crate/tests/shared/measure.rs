//! Confusion, landscape and sharpness on one device against the same on another.

use burn::tensor::{Device, Tensor, TensorData};
use expandnets::device::Compute;
use expandnets::experiment::{Arm, Experiment};
use expandnets::measure::confusion::{cosines, gram};
use expandnets::measure::landscape::{Direction, Surface};
use expandnets::measure::sharpness::PowerIteration;
use expandnets::model::Model;
use expandnets::network::Tensors;
use expandnets::seed;
use expandnets::spec::Spec;
use expandnets::train::{Batch, Trained, Trainer};

use super::{Numbers, assert_close, read, read_one};

const NETWORK: &str = "conv 4 k5; norm; relu; pool 2; conv 6 k3; relu; pool 2; flatten; dense 8; relu; dense 3";
const INPUT: [usize; 3] = [2, 12, 12];

fn probe(device: &Device) -> Vec<Batch> {
    let batch = |index: usize| {
        let mut stream = seed::stream(11, &index.to_string());
        let images = (0..8 * 288).map(|_| (4.0 * seed::unit(&mut stream) - 2.0) as f32).collect();
        Batch::new(images, vec![0, 2, 1, 2, 0, 1, 1, 0], INPUT, 3, device)
    };
    (0..4).map(batch).collect()
}

fn upload(numbers: Numbers, device: &Device) -> Tensors {
    let tensor = |values: Vec<f64>| {
        let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
        let length = values.len();
        Tensor::from_data(TensorData::new(values, [length]), device)
    };
    numbers.into_iter().map(|(name, values)| (name, tensor(values))).collect()
}

async fn measures(compute: &Compute) -> (Numbers, f64) {
    let device = &compute.device;
    let (probe, mut numbers) = (probe(device), Numbers::new());
    let experiment = Experiment { network: NETWORK.into(), rate: 2.0, batch: 8, seed: 5, ..Experiment::default() };
    for arm in [Arm::Compact, Arm::CLFC] {
        // The same gradients everywhere: a ReLU that rounding closes on one device makes others of them.
        let cpu = Compute::cpu().device;
        let mut trainer = Trainer::new(&experiment, arm, INPUT, &Trained::new(), &cpu).unwrap();
        let mut gradients = Vec::new();
        for batch in self::probe(&cpu) {
            gradients.push(upload(read(trainer.gradients(&batch).1).await, device));
        }
        let gram: Vec<f32> = read_one(gram(&gradients).unwrap()).await.iter().map(|&value| value as f32).collect();
        let found = cosines(&gram, 4, 6).into_iter().map(f64::from).collect();
        numbers.insert(format!("cosines of {}", arm.name()), found);
    }
    let model = Model::initial(Spec::parse(NETWORK).unwrap(), None, INPUT, 5).unwrap();
    let directions = [0, 1].map(|index| Direction::random(&model, 1, index).unwrap());
    let surface = Surface::new(model.clone(), directions, probe.clone(), device).unwrap();
    let row = surface.row(0.25, &[-1.0, 0.0, 0.5]).await.unwrap();
    numbers.insert("losses".into(), row.iter().map(|point| point.loss).collect());
    let mut search = PowerIteration::new(&model, probe, device, 1).unwrap();
    for _ in 0..4 {
        search.iterate().await.unwrap();
    }
    (numbers, search.iterate().await.unwrap().eigenvalue)
}

/// Differences of gradients in single precision hold fewer digits than the gradients: curvature has its own tolerance.
pub async fn measures_agree(one: &Compute, other: &Compute, tolerance: f64, curvature: f64) {
    let ((found, bend), (expected, straight)) = (measures(one).await, measures(other).await);
    assert_close(&found, &expected, tolerance, "measures");
    assert!((bend - straight).abs() <= curvature * straight.abs(), "eigenvalues {bend} and {straight}");
}
