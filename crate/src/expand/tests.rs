//! Widths, kernels, strides and names of every rule, and what is refused.

use super::*;

fn expansion(conv: Option<Rule>, dense: bool, rate: f64, expand_input: bool) -> Expansion {
    Expansion { conv, dense, rate, expand_input, nonlinear: false }
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
