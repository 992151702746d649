//! Three training steps against PyTorch's, whose numbers `fixtures/make.py` wrote.

use std::collections::BTreeMap;

use burn::tensor::{Tensor, TensorData};
use expandnets::device::Compute;
use expandnets::experiment::{Arm, Execution, Expansion, Experiment, Penalty, Schedule};
use expandnets::model::{Array, Model};
use expandnets::spec::Spec;
use expandnets::train::{Batch, Distillation, Tally, Trainer};
use safetensors::SafeTensors;

use super::{Numbers, assert_close, read, read_one};

const SPEC: &str = "conv 4 k5; norm; relu; pool 2; conv 6 k5 s2; norm; relu; flatten; dense 8; relu; dense 3";
/// Branches, and every layer that the network above has not.
const BRANCHES: &str = "conv 8 k3 s2 nobias; norm; relu6; tag a; conv 8 k3 g8 nobias; norm; relu6; conv 8 k1; add a; \
    split b; conv 4 k3; leaky 0.1; concat b; shuffle 2; tag c; transposed 6 k2 s2; leaky 0.1; upsample 2; \
    conv 6 k3 nobias; norm; relu; pool 4; concat c; average; dropout 0; dense 3";
const INPUT: [usize; 3] = [2, 12, 12];

pub struct Fixture<'a>(pub SafeTensors<'a>);

impl Fixture<'_> {
    pub fn array(&self, name: &str) -> Array {
        let view = self.0.tensor(name).unwrap();
        let values = view.data().as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
        Array { shape: view.shape().to_vec(), values }
    }

    fn group(&self, prefix: &str) -> BTreeMap<String, Array> {
        let names = self.0.names().into_iter().filter_map(|name| name.strip_prefix(prefix));
        names.map(|name| (name.to_string(), self.array(&format!("{prefix}{name}")))).collect()
    }

    fn numbers(&self, prefix: &str) -> Numbers {
        widen(self.group(prefix))
    }
}

fn widen(arrays: BTreeMap<String, Array>) -> Numbers {
    let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect();
    arrays.into_iter().map(|(name, array)| (name, wide(array.values))).collect()
}

/// Losses, the first gradients of every factor, and parameters and running statistics after three steps.
pub async fn steps_are_pytorchs(compute: &Compute, execution: Execution, tolerance: f64) {
    let factors = Penalty::Factors;
    for (network, arm, penalty, bytes) in [
        (SPEC, Arm::Compact, factors, include_bytes!("../../fixtures/steps.compact.safetensors").as_slice()),
        (BRANCHES, Arm::Compact, factors, include_bytes!("../../fixtures/branches.compact.safetensors")),
        (BRANCHES, Arm::CL, factors, include_bytes!("../../fixtures/branches.CL.safetensors")),
        (SPEC, Arm::CLFC, factors, include_bytes!("../../fixtures/steps.CL+FC.safetensors")),
        (SPEC, Arm::CK, factors, include_bytes!("../../fixtures/steps.CK.safetensors")),
        (SPEC, Arm::CKNonlinear, factors, include_bytes!("../../fixtures/steps.CK+nonlinear.safetensors")),
        (SPEC, Arm::CKKD, factors, include_bytes!("../../fixtures/steps.CK+KD.safetensors")),
        (SPEC, Arm::CK, Penalty::Product, include_bytes!("../../fixtures/steps.CK+product.safetensors")),
    ] {
        let fixture = Fixture(SafeTensors::deserialize(bytes).unwrap());
        let experiment = Experiment {
            network: network.into(),
            rate: 2.0,
            batch: 5,
            execution,
            schedule: Schedule::Constant,
            learning_rate: 0.05,
            momentum: 0.9,
            weight_decay: 0.01,
            penalty,
            ..Experiment::default()
        };
        let expansion: Option<Expansion> = (arm != Arm::Compact).then(|| experiment.expansion(arm));
        let start =
            Model { spec: Spec::parse(network).unwrap(), expansion, input: INPUT, arrays: fixture.group("start.") };
        let mut trainer = Trainer::starting(&experiment, arm, start.clone(), &compute.device).unwrap();
        for (step, &expected) in fixture.array("losses").values.iter().enumerate() {
            let expected = f64::from(expected);
            let labels = fixture.array(&format!("labels.{step}")).values.iter().map(|&label| label as u8).collect();
            let images = fixture.array(&format!("images.{step}")).values;
            let mut batch = Batch::new(images, labels, INPUT, 3, &compute.device);
            if arm.distilled() {
                let logits = TensorData::new(fixture.array(&format!("teacher.{step}")).values, [5, 3, 1, 1]);
                let how = Distillation { temperature: experiment.temperature, share: experiment.distillation };
                batch = batch.taught(Tensor::from_data(logits, &compute.device), &how);
            }
            if step == 0 {
                let mut twin = Trainer::starting(&experiment, arm, start.clone(), &compute.device).unwrap();
                let gradients = read(twin.gradients(&batch).1).await;
                assert_close(
                    &gradients,
                    &fixture.numbers("gradient."),
                    tolerance,
                    &format!("gradients of {arm:?} of {network}"),
                );
            }
            let logits: Vec<f32> = read_one(trainer.step(&batch, experiment.learning_rate))
                .await
                .iter()
                .map(|&logit| logit as f32)
                .collect();
            let mut tally = Tally::new(&batch.head);
            tally.add(&logits, &batch.truth, &batch.head);
            let loss = tally.loss();
            let error = (loss - expected).abs() / expected;
            assert!(error <= tolerance, "{arm:?} of {network} step {step}: loss {loss}, PyTorch {expected}");
        }
        let end = trainer.network.read(&trainer.initial).await.unwrap();
        assert_close(
            &widen(end.arrays),
            &fixture.numbers("end."),
            tolerance,
            &format!("{arm:?} of {network} after three steps"),
        );
    }
}
