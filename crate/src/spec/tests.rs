//! The text form round-trips, and what cannot be is refused with the layer's name.

use proptest::prelude::*;

use super::*;

const PRESETS: &[&str] = &[
    "smallnet-3",
    "smallnet-5",
    "smallnet-7",
    "smallnet-9",
    "smallnet4-3",
    "smallnet4-5",
    "smallnet4-7",
    "smallnet4-9",
    "mobilenet",
    "mobilenet-v2",
    "shufflenet-v2",
    "mobilenet-224",
    "mobilenet-v2-224",
    "shufflenet-v2-224",
    "unet",
    "unet-2",
    "unet-wide",
    "yolo-lite",
    "yolo-lite-wide",
];

#[test]
fn presets_print_and_parse_back() {
    for name in PRESETS {
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
    assert!(refusal("conv 8 k3; norm").contains("end with dense"));
    assert!(refusal("").contains("the network is empty"));
    assert!(refusal("norm; flatten; dense 10").contains("there is none before it"));
    assert!(refusal("conv 8 k3 g2; flatten; dense 10").contains("common divisor"));
    assert!(refusal("conv 8 k3 é; flatten; dense 10").contains("unknown option"));
}

#[test]
fn branches_are_placed_and_refused_with_what_is_there() {
    let refusal = |text: &str| Spec::parse(text).and_then(|spec| spec.place([4, 8, 8])).unwrap_err().message;
    let placed = Spec::parse("tag a; conv 6 k3; concat a; split b; from b; upsample 2; transposed 3 k2 s2").unwrap();
    let shapes: Vec<[usize; 3]> = placed.place([4, 8, 8]).unwrap().into_iter().map(|layer| layer.output).collect();
    assert_eq!(shapes[2..], [[10, 8, 8], [5, 8, 8], [5, 8, 8], [5, 16, 16], [3, 32, 32]]);
    assert!(refusal("tag a; conv 6 k3; add a; conv 2 k1").contains("a is 4×8×8, here it is 6×8×8; only equal shapes"));
    assert!(refusal("tag a; pool 2; concat a; conv 2 k1").contains("a is of 8×8 pixels, here it is 4×4"));
    assert!(refusal("tag a; conv 4 k3; add b; conv 2 k1").contains("called b; names there are: a"));
    assert!(refusal("tag a; conv 4 k3").contains("layer 1 (tag a): nothing uses a"));
    assert!(refusal("tag a; add a; tag a; add a; conv 2 k1").contains("there is a a already"));
    assert!(refusal("conv 3 k3; split a; concat a; conv 2 k1").contains("cannot be halved"));
    assert!(refusal("shuffle 3; conv 2 k1").contains("3 groups do not divide the 4 channels"));
    assert!(refusal("dropout 1; conv 2 k1").contains("from 0 to below 1"));
    assert!(refusal("tag ä; conv 2 k1").contains("letters, digits and hyphens"));
    assert!(refusal("upsample 4096; upsample 4096; conv 2 k1").contains("are too many"));
    assert!(refusal("conv 2 k1; relu").contains("end with dense"));
}

proptest! {
    #[test]
    fn any_words_are_parsed_or_refused(
        layers in prop::collection::vec((0usize..18, 0usize..5), 0..8),
    ) {
        const WORDS: [&str; 18] = ["conv 4 k3", "transposed 3 k2 s2", "norm", "relu", "relu6", "leaky 0.1", "pool 2", "average",
            "upsample 2", "shuffle 2", "dropout 0.5", "tag", "from", "add", "concat", "split", "flatten", "dense 3"];
        let text: Vec<String> = layers.into_iter().map(|(word, tag)| match WORDS[word] {
            word @ ("tag" | "from" | "add" | "concat" | "split") => format!("{word} {tag}"),
            word => word.to_string(),
        }).collect();
        if let Ok(spec) = Spec::parse(&text.join("; ")) {
            prop_assert_eq!(&Spec::parse(&spec.to_string()).unwrap(), &spec);
            let _ = spec.place([4, 8, 8]);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,80}") {
        let _ = Spec::named(&text).and_then(|spec| spec.place([3, 32, 32]));
    }

    #[test]
    fn any_convolution_round_trips(
        outputs in 1usize..99, kernel in 1usize..9, stride in 1usize..3, padding in 0usize..5, dilation in 1usize..3,
        groups in 1usize..4, bias in any::<bool>(), compact in any::<bool>(),
    ) {
        let conv = Layer::Conv(Conv { outputs, kernel, stride, padding, dilation, groups, bias, compact });
        let spec = Spec(vec![conv, Layer::Flatten, Layer::Dense { outputs: 3, bias }]);
        prop_assert_eq!(Spec::parse(&spec.to_string()).unwrap(), spec);
    }
}
