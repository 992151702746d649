//! Widths, kernels, strides and names of every rule, and what is refused.

use super::*;

fn expansion(conv: Option<Rule>, dense: bool, rate: f64, expand_input: bool) -> Expansion {
    Expansion { conv, dense, rate, expand_input, nonlinear: false, layers: Default::default() }
}

fn widths(text: &str, expansion: &Expansion, input: [usize; 3], layer: &str) -> Vec<(usize, usize, usize, usize)> {
    let plan = expand(&Spec::named(text).unwrap(), expansion, input).unwrap();
    let (_, chain) = plan.chains().find(|(placed, _)| placed.name == layer).unwrap();
    chain.maps.iter().map(|map| (map.inputs, map.outputs, map.kernel, map.stride)).collect()
}

#[test]
fn cl_puts_the_kernel_and_the_stride_in_the_middle() {
    let text = "conv 8 k3 s2; flatten; dense 10";
    let maps = widths(text, &expansion(Some(Rule::CL), false, 4.0, true), [3, 32, 32], "conv1");
    assert_eq!(maps, [(3, 12, 1, 1), (12, 32, 3, 2), (32, 8, 1, 1)]);
}

#[test]
fn ck_is_a_chain_of_3x3_with_the_stride_last() {
    let ck = expansion(Some(Rule::CK), false, 4.0, true);
    assert_eq!(widths("conv 8 k5 s2; flatten; dense 10", &ck, [3, 32, 32], "conv1"), [(3, 12, 3, 1), (12, 8, 3, 2)]);
    assert_eq!(
        widths("smallnet-9", &ck, [3, 32, 32], "conv2"),
        [(8, 32, 3, 1), (32, 64, 3, 1), (64, 64, 3, 1), (64, 16, 3, 1)]
    );
}

#[test]
fn fc_expands_hidden_dense_layers_only() {
    let fc = expansion(None, true, 4.0, true);
    assert_eq!(widths("smallnet-7", &fc, [3, 32, 32], "fc1"), [(512, 2048, 1, 1), (2048, 256, 1, 1), (256, 64, 1, 1)]);
    assert_eq!(widths("smallnet-7", &fc, [3, 32, 32], "fc2"), [(64, 10, 1, 1)]);
}

#[test]
fn the_authors_cifar_models_leave_the_input_width() {
    let cl = expansion(Some(Rule::CL), false, 4.0, false);
    assert_eq!(widths("smallnet-7", &cl, [3, 32, 32], "conv1"), [(3, 3, 1, 1), (3, 32, 7, 1), (32, 8, 1, 1)]);
    assert_eq!(widths("smallnet-7", &cl, [3, 32, 32], "conv2")[0], (8, 32, 1, 1));
}

#[test]
fn groups_stay_in_every_map() {
    let cl = expansion(Some(Rule::CL), false, 2.0, true);
    let plan = expand(&Spec::named("conv 6 k3 g3; flatten; dense 10").unwrap(), &cl, [3, 8, 8]).unwrap();
    let (_, chain) = plan.chains().next().unwrap();
    assert!(chain.maps.iter().all(|map| map.groups == 3 && map.inputs % 3 == 0 && map.outputs % 3 == 0));
    assert_eq!(chain.maps[1].shape(), [12, 2, 3, 3]);
}

#[test]
fn what_a_rule_cannot_do_is_refused_with_the_reason() {
    let refusal = |text: &str, expansion: &Expansion| {
        let fault = expand(&Spec::named(text).unwrap(), expansion, [1, 28, 28]).unwrap_err();
        (fault.code, fault.field.unwrap(), fault.message)
    };
    let (code, field, message) = refusal("smallnet-3", &expansion(Some(Rule::CK), false, 4.0, true));
    assert_eq!((code.as_str(), field.as_str()), ("ck_kernel", "arms"));
    assert!(message.contains("conv1 with kernel 3") && message.contains("use CL"), "{message}");
    assert_eq!(refusal("conv 8 k3; flatten; dense 10", &expansion(None, true, 4.0, true)).0, "expands_nothing");
    assert_eq!(
        refusal("conv 8 k1; flatten; dense 10", &expansion(Some(Rule::CL), false, 4.0, true)).0,
        "expands_nothing"
    );
    let (code, field, _) = refusal("smallnet-7", &expansion(Some(Rule::CL), false, 0.25, true));
    assert_eq!((code.as_str(), field.as_str()), ("rate_to_zero", "rate"));
}

#[test]
fn single_layers_are_expanded_as_the_experiment_says() {
    let experiment = |layers: &str| crate::experiment::Experiment { layers: layers.into(), ..Default::default() };
    let rules = |network: &str, layers: &str, arm| {
        let plan = expand(&Spec::named(network).unwrap(), &experiment(layers).expansion(arm), [3, 32, 32]);
        plan.map(|plan| plan.chains().map(|(_, chain)| chain.rule).collect::<Vec<_>>())
    };
    use crate::experiment::Arm;
    let (cl, ck, fc) = (Some(Rule::CL), Some(Rule::CK), Some(Rule::FC));
    assert_eq!(rules("smallnet-7", "", Arm::CLFC).unwrap(), [cl, cl, cl, fc, None]);
    let layers = "conv1=compact, conv2=CK, fc2=expand";
    assert_eq!(rules("smallnet-7", layers, Arm::CLFC).unwrap(), [None, ck, cl, fc, fc]);
    // Only in arms that expand layers of the kind.
    assert_eq!(rules("smallnet-7", layers, Arm::FC).unwrap(), [None, None, None, fc, fc]);
    assert_eq!(rules("smallnet-7", layers, Arm::Compact).unwrap(), [None; 5]);
    // A family's own choice, and the experiment's: pointwise convs and the one that YOLO-LITE leaves.
    assert_eq!(rules("yolo-lite", "", Arm::CL).unwrap(), [cl, cl, cl, cl, cl, None, None]);
    assert_eq!(rules("yolo-lite", "conv6=expand,conv7=CL", Arm::CL).unwrap(), [cl; 7]);
    let fault = |network, layers, arm| rules(network, layers, arm).unwrap_err();
    let unknown = fault("smallnet-7", "conv4=CL", Arm::CL);
    assert_eq!((unknown.code.as_str(), unknown.field.as_deref()), ("no_such_layer", Some("layers")));
    assert!(unknown.message.contains("conv1, conv2, conv3, fc1, fc2"), "{}", unknown.message);
    assert!(fault("smallnet-7", "conv1=FC", Arm::CL).message.contains("FC expands dense layers"));
    assert!(fault("smallnet-7", "fc1=CK", Arm::CLFC).message.contains("CK expands convs"));
    let transposed = fault("conv 4 k3; transposed 4 k2 s2; conv 2 k1", "transposed1=CL", Arm::CL);
    assert!(transposed.message.contains("use upsample and a conv"), "{}", transposed.message);
}

/// Which layers the authors expand (paper.md §1): the first and all depthwise convs, in MobileNetV2 those of four blocks.
#[test]
fn mobile_networks_are_expanded_as_the_authors_do() {
    for (network, expanded) in [("mobilenet", 14), ("mobilenet-v2", 5), ("shufflenet-v2", 20)] {
        let cl = expansion(Some(Rule::CL), false, 4.0, true);
        let plan = expand(&Spec::named(network).unwrap(), &cl, [3, 32, 32]).unwrap();
        let chains: Vec<_> = plan.chains().filter(|(_, chain)| chain.rule.is_some()).collect();
        assert_eq!(chains.len(), expanded, "{network}");
        assert!(chains[1..].iter().all(|(_, chain)| chain.maps[0].groups == chain.maps[0].inputs), "{network}");
    }
}
