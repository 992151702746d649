//! Contracted execution against layer by layer, and one device against another: loss and every factor's gradient.

use expandnets::device::Compute;
use expandnets::expand::Plan;
use expandnets::experiment::{Arm, Execution, Experiment};
use expandnets::seed;
use expandnets::spec::Layer;
use expandnets::train::{Batch, Trainer};

use super::{Numbers, assert_close, read, read_one, relative_error};

/// Networks that between them have strides, dilations, groups (depthwise too), no biases, even kernels and odd paddings.
const NETWORKS: [(&str, &[Arm]); 5] = [
    (
        "conv 4 k7; norm; relu; pool 2; conv 6 k5 s2; relu; flatten; dense 8; relu; dense 3",
        &[Arm::CL, Arm::CK, Arm::CLFC, Arm::CKFC, Arm::FC],
    ),
    ("conv 4 k3 s2 p0; relu; conv 8 k3 g2 p2; norm; relu; flatten; dense 3", &[Arm::CL]),
    ("conv 4 k5 d2 p1; relu; conv 4 k5 g4 p4 nobias; norm; relu; flatten; dense 3", &[Arm::CL, Arm::CK]),
    ("conv 4 k2 p1; relu; conv 6 k9 p4; relu; flatten; dense 3 nobias", &[Arm::CL]),
    ("conv 6 k9 g2 s2 p3; norm; relu; flatten; dense 3", &[Arm::CL, Arm::CK]),
];

async fn gradients(compute: &Compute, network: &str, arm: Arm, execution: Execution) -> (Vec<f32>, Numbers) {
    let input = [2, 14, 14];
    let experiment =
        Experiment { network: network.into(), rate: 2.0, batch: 64, execution, seed: 5, ..Experiment::default() };
    let mut trainer = Trainer::new(&experiment, arm, input, &compute.device).unwrap();
    let mut stream = seed::stream(11, "images");
    let images = (0..8 * 2 * 14 * 14).map(|_| (2.0 * seed::unit(&mut stream) - 1.0) as f32).collect();
    let batch = Batch::new(images, vec![0, 2, 1, 2, 1, 0, 0, 1], input, 3, &compute.device);
    let (logits, gradients) = trainer.gradients(&batch);
    let gradients = read(gradients).await;
    (read_one(logits).await, without_zeros(gradients, trainer.network.plan()))
}

/// Drops the biases of chains that a norm follows: it subtracts them again, their gradient is zero but for rounding.
fn without_zeros(mut gradients: Numbers, plan: &Plan) -> Numbers {
    let most = gradients.values().flatten().map(|value| value.abs()).fold(0.0, f32::max);
    for pair in plan.layers.windows(2) {
        let (Some(chain), Layer::Norm) = (&pair[0].chain, &pair[1].placed.layer) else { continue };
        for map in &chain.maps {
            let zero = gradients.remove(&format!("{}.bias", map.name)).unwrap_or_default();
            assert!(zero.iter().all(|value| value.abs() < 1e-4 * most), "{}.bias: {zero:?} beside {most}", map.name);
        }
    }
    gradients
}

/// The planner composes; layer by layer is the oracle.
pub async fn contracted_equals_layer_by_layer(compute: &Compute, tolerance: f64) {
    for (network, arms) in NETWORKS {
        for &arm in arms {
            let (logits, contracted) = gradients(compute, network, arm, Execution::Contracted).await;
            let (expected, layer_by_layer) = gradients(compute, network, arm, Execution::LayerByLayer).await;
            let what = format!("{arm:?} of {network}");
            let error = relative_error(&logits, &expected);
            assert!(error <= tolerance, "{what}: logits differ by {error:.2e}");
            assert_close(&contracted, &layer_by_layer, tolerance, &what);
        }
    }
}

/// The same numbers on both devices.
pub async fn devices_agree(one: &Compute, other: &Compute, tolerance: f64) {
    let (network, _) = NETWORKS[0];
    for arm in [Arm::Compact, Arm::CLFC, Arm::CK] {
        let (logits, found) = gradients(one, network, arm, Execution::Contracted).await;
        let (expected_logits, expected) = gradients(other, network, arm, Execution::Contracted).await;
        let error = relative_error(&logits, &expected_logits);
        assert!(error <= tolerance, "{arm:?}: logits differ by {error:.2e}");
        assert_close(&found, &expected, tolerance, arm.name());
    }
}
