//! `expandnets contract` and `expandnets predict`: work on files alone.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use expandnets::contract::contract;
use expandnets::error::Fault;
use expandnets::experiment::Execution;
use expandnets::export::ModelFile;
use expandnets::network::{Network, floats};
use expandnets::seed;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::{Failure, print, read, write};

/// Images run at a time.
const BATCH: usize = 256;

pub fn contract_file(input: &Path, output: &Path) -> Result<(), Failure> {
    let file = ModelFile::read(&read(input)?)?;
    let (model, layers) = contract(&file.model)?;
    // Random images: contraction is exact for all, so any serve to measure the rounding.
    let [c, y, x] = file.model.input;
    let mut stream = seed::stream(0, "probe");
    let images: Vec<f32> = (0..64 * c * y * x).map(|_| (4.0 * seed::unit(&mut stream) - 2.0) as f32).collect();
    let run = |model| run(model, &images, [64, c, y, x]);
    let (before, after) = (run(&file.model)?, run(&model)?);
    let worst = before.iter().zip(&after).map(|(a, b)| f64::from(a - b).abs()).fold(0.0, f64::max);
    let most = before.iter().map(|a| f64::from(a.abs())).fold(f64::MIN_POSITIVE, f64::max);
    write(output, &ModelFile { model, anchors: file.anchors, provenance: None }.write()?)?;
    print(json!({ "max_relative_error": worst / most, "layers": layers }))?;
    Ok(())
}

pub fn predict(model: &Path, images: &Path, out: &Path) -> Result<(), Failure> {
    let file = ModelFile::read(&read(model)?)?;
    let bytes = read(images)?;
    let bad = |message: String| Fault::new("bad_images", format!("{}: {message}", images.display()));
    let tensors =
        SafeTensors::deserialize(&bytes).map_err(|error| bad(format!("not a readable safetensors file: {error}")))?;
    let view = tensors.tensor("images").map_err(|_| bad("the tensor \"images\" is missing".into()))?;
    let [n, c, y, x] = <[usize; 4]>::try_from(view.shape())
        .map_err(|_| bad(format!("images has shape {:?}; it must be [N, C, H, W]", view.shape())))?;
    if view.dtype() != Dtype::F32 {
        return Err(bad(format!("images holds {:?} numbers; save 32-bit floats", view.dtype())).into());
    }
    let values: Vec<f32> = view.data().as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
    let mut network = file.model;
    network.input = [c, y, x];
    network.check().map_err(|fault| bad(format!("images of {c}×{y}×{x} do not fit the network: {}", fault.message)))?;
    let logits = run(&network, &values, [n, c, y, x])?;
    let [classes, height, width] = network.plan()?.output;
    let shape = if [height, width] == [1, 1] { vec![n, classes] } else { vec![n, classes, height, width] };
    let data: Vec<u8> = logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
    let written = TensorView::new(Dtype::F32, shape, &data)
        .and_then(|view| safetensors::serialize([("logits", view)], None))
        .map_err(|error| Fault::new("write_failed", error.to_string()))?;
    write(out, &written)?;
    print(json!({ "images": n, "classes": classes }))?;
    Ok(())
}

/// Outputs in evaluation mode, row-major: logits `[N, classes]`, or `[N, C, Y, X]`.
fn run(model: &expandnets::model::Model, images: &[f32], [n, c, y, x]: [usize; 4]) -> Result<Vec<f32>, Fault> {
    let device = Device::flex();
    let network = Network::new(model, &device, BATCH, Execution::LayerByLayer)?;
    let mut logits = Vec::new();
    for chunk in images.chunks(BATCH * c * y * x) {
        let rows = chunk.len() / (c * y * x);
        let batch = Tensor::from_data(TensorData::new(chunk.to_vec(), [rows, c, y, x]), &device);
        logits.extend(floats(network.evaluate(batch).into_data())?);
    }
    debug_assert_eq!(logits.len() % n.max(1), 0);
    Ok(logits)
}
