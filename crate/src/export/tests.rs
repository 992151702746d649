//! Files round-trip, foreign ones are read, broken ones are named.

use super::*;
use crate::experiment::Experiment;

fn file(network: &str, arm: Option<Arm>, input: [usize; 3]) -> ModelFile {
    let expansion = arm.map(|arm| Experiment::default().expansion(arm));
    let model = Model::initial(Spec::named(network).unwrap(), expansion, input, 3).unwrap();
    ModelFile { model, anchors: Vec::new(), provenance: None }
}

#[test]
fn every_arm_round_trips() {
    let side = |network: &str| if ["unet", "yolo-lite"].contains(&network) { 64 } else { 32 };
    for (network, arm) in [
        ("smallnet-7", None),
        ("smallnet-7", Some(Arm::CL)),
        ("smallnet-7", Some(Arm::CKFC)),
        ("mobilenet-v2", Some(Arm::CL)),
        ("shufflenet-v2", Some(Arm::CL)),
        ("unet", Some(Arm::CL)),
        ("yolo-lite", None),
        ("conv 4 k3; transposed 3 k2 s2; conv 2 k1", Some(Arm::CL)),
    ] {
        let file = file(network, arm, [3, side(network), side(network)]);
        let back = ModelFile::read(&file.write().unwrap()).unwrap();
        assert_eq!(back.model, file.model, "{network}");
    }
}

/// Without `input`, a network that takes images of any size does not say which it was made for.
#[test]
fn the_input_is_inferred_or_asked_for() {
    let without = |network: &str, input: [usize; 3]| {
        let file = file(network, None, input);
        let bytes = file.write().unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let mut metadata = file.metadata();
        metadata.remove("input");
        ModelFile::read(&safetensors::serialize(tensors.tensors(), Some(metadata)).unwrap())
    };
    assert_eq!(without("smallnet-7", [3, 32, 32]).unwrap().model.input, [3, 32, 32]);
    let fault = without("unet", [3, 64, 64]).unwrap_err();
    assert!(fault.message.contains("\"input\" is missing"), "{}", fault.message);
}

#[test]
fn names_and_layouts_are_the_authors() {
    let file = file("smallnet-7", Some(Arm::CLFC), [3, 32, 32]);
    let bytes = file.write().unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("conv1.0.weight"), [12, 3, 1, 1]);
    assert_eq!(shape("conv1.1.weight"), [32, 12, 7, 7]);
    assert_eq!(shape("conv1.2.bias"), [8]);
    assert_eq!(shape("conv1_bn.running_var"), [8]);
    assert_eq!(shape("fc1.0.weight"), [2048, 512]);
    assert_eq!(shape("fc2.weight"), [10, 64]);
}

/// A state dict saved from PyTorch brings counters and, after `DataParallel`, a prefix.
#[test]
fn a_state_dict_with_counters_and_prefix_is_read() {
    let file = file("smallnet-3", None, [1, 28, 28]);
    let bytes: BTreeMap<String, Vec<u8>> = file
        .model
        .arrays
        .iter()
        .map(|(name, array)| (name.clone(), array.values.iter().flat_map(|value| value.to_le_bytes()).collect()))
        .collect();
    let counter = 7i64.to_le_bytes();
    let mut views: Vec<(String, TensorView)> = bytes
        .iter()
        .map(|(name, data)| {
            let shape = file.model.arrays[name].shape.clone();
            (format!("module.{name}"), TensorView::new(Dtype::F32, shape, data).unwrap())
        })
        .collect();
    let tracked = TensorView::new(Dtype::I64, vec![], &counter).unwrap();
    views.push(("module.conv1_bn.num_batches_tracked".into(), tracked));
    let bytes = safetensors::serialize(views, Some(file.metadata())).unwrap();
    assert_eq!(ModelFile::read(&bytes).unwrap().model.arrays, file.model.arrays);
}

#[test]
fn broken_files_are_refused_by_name() {
    let good = file("smallnet-3", None, [1, 28, 28]);
    let refuse = |change: &dyn Fn(&mut HashMap<String, String>)| {
        let mut metadata = good.metadata();
        change(&mut metadata);
        let data = good.model.arrays["fc2.bias"].values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        let view = TensorView::new(Dtype::F32, vec![10], &data).unwrap();
        ModelFile::read(&safetensors::serialize([("fc2.bias", view)], Some(metadata)).unwrap()).unwrap_err()
    };
    assert!(refuse(&|metadata| drop(metadata.remove("spec"))).message.contains("\"spec\" is missing"));
    assert!(refuse(&|metadata| drop(metadata.insert("format".into(), "x".into()))).message.contains("\"x\""));
    assert_eq!(refuse(&|metadata| drop(metadata.insert("expansion".into(), "{".into()))).code, "bad_expansion");
    assert_eq!(refuse(&|_| {}).code, "tensor_missing");
    assert_eq!(ModelFile::read(b"not a file").unwrap_err().code, "not_safetensors");
    let bytes = good.write().unwrap();
    for cut in [0, 7, 8, 100, bytes.len() - 1] {
        assert_eq!(ModelFile::read(&bytes[..cut]).unwrap_err().code, "not_safetensors");
    }
}
