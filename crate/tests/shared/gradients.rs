//! Contracted execution against layer by layer, and one device against another: loss and every factor's gradient.

use expandnets::device::Compute;
use expandnets::expand::Plan;
use expandnets::experiment::{Arm, Execution, Experiment};
use expandnets::seed;
use expandnets::spec::Layer;
use expandnets::train::{Batch, Trained, Trainer};

use super::{Numbers, assert_close, read, read_one, relative_error};

/// Networks that between them have strides, dilations, groups (depthwise too), no biases, even kernels and odd paddings.
///
/// No ReLU and no pooling: an activation within rounding of a kink flips a whole term of the gradient, which says nothing
/// about the chains. `torch.rs` has both.
const NETWORKS: [(&str, &[Arm]); 5] = [
    ("conv 4 k7; norm; conv 6 k5 s2; flatten; dense 8; dense 3", &[Arm::CL, Arm::CK, Arm::CLFC, Arm::CKFC, Arm::FC]),
    ("conv 4 k3 s2 p0; conv 8 k3 g2 p2; norm; flatten; dense 3", &[Arm::CL]),
    ("conv 4 k5 d2 p1; conv 4 k5 g4 p4 nobias; norm; flatten; dense 3", &[Arm::CL, Arm::CK]),
    ("conv 4 k2 p1; conv 6 k9 p4; flatten; dense 3 nobias", &[Arm::CL]),
    ("conv 6 k9 g2 s2 p3; norm; flatten; dense 3", &[Arm::CL, Arm::CK]),
];

const IMAGES: usize = 8;

async fn gradients(compute: &Compute, network: &str, arm: Arm, execution: Execution) -> (Vec<f64>, Numbers) {
    let input = [2, 14, 14];
    let experiment =
        Experiment { network: network.into(), rate: 2.0, batch: 64, execution, seed: 5, ..Experiment::default() };
    let mut trainer = Trainer::new(&experiment, arm, input, &Trained::new(), &compute.device).unwrap();
    let mut stream = seed::stream(11, "images");
    // Wide enough that the images outweigh the biases: a norm of near-constant channels amplifies rounding.
    let images = (0..IMAGES * 2 * 14 * 14).map(|_| (10.0 * seed::unit(&mut stream) - 5.0) as f32).collect();
    let batch =
        Batch::new(images, (0..IMAGES).map(|image| [0, 2, 1, 2, 0][image % 5]).collect(), input, 3, &compute.device);
    let (logits, gradients) = trainer.gradients(&batch);
    let gradients = read(gradients).await;
    (read_one(logits).await, without_zeros(gradients, trainer.network.plan()))
}

/// Drops the biases of chains that a norm follows: it subtracts them again, their gradient is zero but for rounding.
fn without_zeros(mut gradients: Numbers, plan: &Plan) -> Numbers {
    let most = gradients.values().flatten().map(|value| value.abs()).fold(0.0, f64::max);
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
