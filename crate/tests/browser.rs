//! The shared bodies in a dedicated worker of headless Chrome, on WebAssembly and on WebGPU (a software adapter serves).
#![cfg(target_arch = "wasm32")]

mod shared;

use std::collections::BTreeMap;

use expandnets::data;
use expandnets::device::Compute;
use expandnets::experiment::{DatasetName, Execution};
use expandnets::report::Backend;
use shared::{gradients, kernels, race, torch};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

async fn gpu() -> Compute {
    let compute = Compute::gpu().await.unwrap();
    assert_eq!(compute.backend, Backend::Webgpu);
    compute
}

#[wasm_bindgen_test]
async fn cpu_steps_are_pytorchs_layer_by_layer() {
    torch::steps_are_pytorchs(&Compute::cpu(), Execution::LayerByLayer, 2e-5).await;
}

#[wasm_bindgen_test]
async fn cpu_steps_are_pytorchs_contracted() {
    torch::steps_are_pytorchs(&Compute::cpu(), Execution::Contracted, 2e-5).await;
}

#[wasm_bindgen_test]
async fn cpu_contracted_equals_layer_by_layer() {
    gradients::contracted_equals_layer_by_layer(&Compute::cpu(), 1e-5).await;
}

#[wasm_bindgen_test]
async fn cpu_race_learns_and_contracts() {
    race::a_race_learns_and_contracts(&Compute::cpu(), 1e-5).await;
}

#[wasm_bindgen_test]
async fn webgpu_operations_are_the_cpus() {
    let (gpu, cpu) = (gpu().await, Compute::cpu());
    kernels::convolutions_agree(&gpu, &cpu, 2e-5).await;
    kernels::normalizations_agree(&gpu, &cpu, 1e-4).await;
    kernels::products_agree(&gpu, &cpu, 2e-5).await;
    kernels::losses_agree(&gpu, &cpu, 2e-5).await;
    kernels::updates_agree(&gpu, &cpu, 2e-5).await;
}

#[wasm_bindgen_test]
async fn webgpu_steps_are_pytorchs() {
    torch::steps_are_pytorchs(&gpu().await, Execution::LayerByLayer, 1e-4).await;
}

#[wasm_bindgen_test]
async fn webgpu_contracted_equals_layer_by_layer() {
    gradients::contracted_equals_layer_by_layer(&gpu().await, 1e-4).await;
}

#[wasm_bindgen_test]
async fn webgpu_gradients_are_the_cpus() {
    gradients::devices_agree(&gpu().await, &Compute::cpu(), 1e-4).await;
}

#[wasm_bindgen_test]
async fn webgpu_race_learns_and_contracts() {
    race::a_race_learns_and_contracts(&gpu().await, 1e-4).await;
}

/// `decode` compares SHA-256 sums of pixels and labels with the official images'.
#[wasm_bindgen_test]
fn sprites_decode_to_the_official_pixels() {
    let file = |name: &str, bytes: &[u8]| (name.to_string(), bytes.to_vec());
    let files = BTreeMap::from([
        file("fashion-mnist-train.png", include_bytes!("../../www/data/fashion-mnist-train.png")),
        file("fashion-mnist-train.labels", include_bytes!("../../www/data/fashion-mnist-train.labels")),
        file("fashion-mnist-test.png", include_bytes!("../../www/data/fashion-mnist-test.png")),
        file("fashion-mnist-test.labels", include_bytes!("../../www/data/fashion-mnist-test.labels")),
        file("cifar-10-train.webp", include_bytes!("../../www/data/cifar-10-train.webp")),
        file("cifar-10-train.labels", include_bytes!("../../www/data/cifar-10-train.labels")),
        file("cifar-10-test.webp", include_bytes!("../../www/data/cifar-10-test.webp")),
        file("cifar-10-test.labels", include_bytes!("../../www/data/cifar-10-test.labels")),
    ]);
    assert_eq!(data::decode(DatasetName::FashionMnist, &files).unwrap().train.len(), 5000);
    assert_eq!(data::decode(DatasetName::Cifar10, &files).unwrap().test.len(), 1000);
}
