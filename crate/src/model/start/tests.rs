//! Starts keep what they promise: the function, the size of the kernel, the numbers.

use super::*;
use crate::experiment::{Arm, Experiment};
use crate::spec::Spec;

fn initial(network: &str, arm: Arm, input: [usize; 3]) -> Model {
    let experiment = Experiment::default();
    let expansion = arm.expands().then(|| experiment.expansion(arm));
    Model::initial(Spec::named(network).unwrap(), expansion, input, 3).unwrap()
}

const GROUPED: &str = "conv 4 k3; conv 8 k5 s2 g2 p1 nobias; norm; relu; flatten; dense 6; relu; dense 3";

/// Contracting what was expanded gives the compact numbers back exactly: products with 1 and sums with 0 do not round.
#[test]
fn a_preserving_expansion_contracts_to_the_network_it_came_from() {
    for (network, input) in [("smallnet-7", [3, 32, 32]), (GROUPED, [2, 9, 9])] {
        let compact = initial(network, Arm::Compact, input);
        for arm in [Arm::CL, Arm::FC, Arm::CLFC] {
            let grown = compact.preserving(Experiment::default().expansion(arm), 5).unwrap();
            assert!(grown.parameters() > compact.parameters());
            assert_eq!(contract(&grown).unwrap().0.arrays, compact.arrays, "{network} {}", arm.name());
        }
    }
}

#[test]
fn what_cannot_hold_the_kernel_is_refused() {
    let compact = initial("smallnet-7", Arm::Compact, [3, 32, 32]);
    let ck = compact.preserving(Experiment::default().expansion(Arm::CK), 1).unwrap_err();
    assert_eq!((ck.code.as_str(), ck.field.as_deref()), ("cannot_preserve", Some("arms")));
    let narrow = Experiment { rate: 0.5, ..Experiment::default() }.expansion(Arm::CL);
    assert_eq!(compact.preserving(narrow, 1).unwrap_err().field.as_deref(), Some("rate"));
}

#[test]
fn variance_preserving_chains_contract_to_kernels_of_the_compact_size() {
    for arm in [Arm::CL, Arm::CK, Arm::CLFC] {
        let model = initial("smallnet-7", arm, [3, 32, 32]);
        let scaled = model.clone().with_initial_values(InitialValues::VariancePreserving).unwrap();
        let size = |model: &Model, name: &str| -> f64 {
            let contracted = contract(model).unwrap().0;
            contracted.arrays[name].values.iter().map(|&value| f64::from(value * value)).sum()
        };
        // 16 filters of 8·7·7 values, each of variance 1 / (3·8·7·7).
        let wanted = 16.0 / 3.0;
        assert!((size(&scaled, "conv2.weight") - wanted).abs() < 1e-4 * wanted, "{}", arm.name());
        assert!(size(&model, "conv2.weight") < 0.5 * wanted, "{}", arm.name());
        assert_eq!(model.clone().with_initial_values(InitialValues::Default).unwrap(), model);
    }
}

#[test]
fn a_counterparts_numbers_become_the_linear_networks() {
    let experiment = Experiment::default();
    let spec = Spec::named("smallnet-7").unwrap();
    let nonlinear = Model::initial(spec, Some(experiment.expansion(Arm::CKNonlinear)), [3, 32, 32], 3).unwrap();
    let linear = nonlinear.as_linear(experiment.expansion(Arm::CKInit)).unwrap();
    assert_eq!(linear.arrays, nonlinear.arrays);
    assert!(contract(&linear).is_ok());
    let fault = contract(&nonlinear).unwrap_err();
    assert!(fault.message.contains("ReLU"), "{fault}");
    assert!(nonlinear.as_linear(experiment.expansion(Arm::CL)).is_err());
}
