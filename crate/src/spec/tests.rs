//! The text form round-trips, and what cannot be is refused with the layer's name.

use proptest::prelude::*;

use super::*;

#[test]
fn presets_print_and_parse_back() {
    for name in ["smallnet-3", "smallnet-7", "smallnet4-9"] {
        let spec = Spec::named(name).unwrap();
        assert_eq!(Spec::parse(&spec.to_string()).unwrap(), spec);
    }
    assert_eq!(
        Spec::named("smallnet-3").unwrap().to_string(),
        "conv 8 k3 p0; norm; relu; pool 2; conv 16 k3 p0; norm; relu; pool 2; conv 32 k3 p0; norm; relu; pool 2; \
         flatten; dense 64; relu; dense 10"
    );
}

#[test]
fn layers_have_pytorch_names_and_shapes() {
    let placed = Spec::named("smallnet-7").unwrap().place([3, 32, 32]).unwrap();
    let names: Vec<&str> = placed.iter().map(|layer| layer.name.as_str()).filter(|name| !name.is_empty()).collect();
    assert_eq!(names, ["conv1", "conv1_bn", "conv2", "conv2_bn", "conv3", "conv3_bn", "fc1", "fc2"]);
    let flatten = placed.iter().find(|layer| layer.layer == Layer::Flatten).unwrap();
    assert_eq!((flatten.input, flatten.output), ([32, 4, 4], [512, 1, 1]));
}

#[test]
fn what_does_not_fit_is_refused_with_layer_and_remedy() {
    let refusal = |text: &str| Spec::parse(text).and_then(|spec| spec.place([1, 28, 28])).unwrap_err().message;
    assert_eq!(
        refusal("conv 8 k7; dense 10"),
        "layer 2 (dense 10): a dense layer takes a flat vector, found 8×28×28; put flatten before it"
    );
    assert_eq!(
        refusal("conv 8 k9 p0; pool 32; flatten; dense 10"),
        "layer 2 (pool 32): the image is 20×20 here, smaller than the pool; use fewer pools or more padding"
    );
    assert!(refusal("conv 8 k0; flatten; dense 10").contains("the kernel is \"0\"; use a whole number from 1 to 4096"));
    assert!(refusal("conv 8 k99999999999999999999; flatten; dense 10").contains("from 1 to 4096"));
    assert!(refusal("convolution 8").contains("unknown layer \"convolution\""));
    assert!(refusal("conv 8 k3").contains("end with dense"));
    assert!(refusal("").contains("the network is empty"));
    assert!(refusal("norm; flatten; dense 10").contains("there is none before it"));
    assert!(refusal("conv 8 k3 g2; flatten; dense 10").contains("common divisor"));
    assert!(refusal("conv 8 k3 é; flatten; dense 10").contains("unknown option"));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,80}") {
        let _ = Spec::named(&text).and_then(|spec| spec.place([3, 32, 32]));
    }

    #[test]
    fn any_convolution_round_trips(
        outputs in 1usize..99, kernel in 1usize..9, stride in 1usize..3, padding in 0usize..5, dilation in 1usize..3,
        groups in 1usize..4, bias in any::<bool>(),
    ) {
        let conv = Layer::Conv(Conv { outputs, kernel, stride, padding, dilation, groups, bias });
        let spec = Spec(vec![conv, Layer::Flatten, Layer::Dense { outputs: 3, bias }]);
        prop_assert_eq!(Spec::parse(&spec.to_string()).unwrap(), spec);
    }
}
