//! The shared bodies in a dedicated worker of headless Chrome, on WebAssembly and on WebGPU (a software adapter serves).
#![cfg(target_arch = "wasm32")]

mod shared;

use std::collections::BTreeMap;

use expandnets::data::{self, Augmentation, Dataset, Normalization, Targets};
use expandnets::device::Compute;
use expandnets::experiment::{DatasetName, Execution};
use expandnets::kernels::feed::Feed;
use expandnets::report::Backend;
use expandnets::seed;
use sha2::{Digest, Sha256};
use shared::{gradients, kernels, losses, measure, race, series, tasks, torch};
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
async fn losses_are_pytorchs() {
    losses::losses_are_pytorchs(&Compute::cpu(), 1e-5).await;
    losses::losses_are_pytorchs(&gpu().await, 1e-4).await;
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
async fn cpu_series_prepares_trains_and_sums_up() {
    series::a_series_prepares_trains_and_sums_up(&Compute::cpu(), 1e-5).await;
}

#[wasm_bindgen_test]
async fn webgpu_series_prepares_trains_and_sums_up() {
    series::a_series_prepares_trains_and_sums_up(&gpu().await, 1e-4).await;
}

#[wasm_bindgen_test]
async fn webgpu_survey_comes_in_portions() {
    series::a_survey_comes_in_portions(&gpu().await).await;
}

#[wasm_bindgen_test]
async fn webgpu_operations_are_the_cpus() {
    let (gpu, cpu) = (gpu().await, Compute::cpu());
    kernels::convolutions_agree(&gpu, &cpu, 2e-5).await;
    kernels::compositions_agree(&gpu, &cpu, 2e-5).await;
    kernels::bias_compositions_agree(&gpu, &cpu, 2e-5).await;
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
async fn webgpu_measures_are_the_cpus() {
    measure::measures_agree(&gpu().await, &Compute::cpu(), 1e-4, 1e-2).await;
}

#[wasm_bindgen_test]
async fn webgpu_race_learns_and_contracts() {
    race::a_race_learns_and_contracts(&gpu().await, 1e-4).await;
}

fn file(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    (name.to_string(), bytes.to_vec())
}

fn fashion_mnist() -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([
        file("fashion-mnist-train.png", include_bytes!("../../www/data/fashion-mnist-train.png")),
        file("fashion-mnist-train.labels", include_bytes!("../../www/data/fashion-mnist-train.labels")),
        file("fashion-mnist-test.png", include_bytes!("../../www/data/fashion-mnist-test.png")),
        file("fashion-mnist-test.labels", include_bytes!("../../www/data/fashion-mnist-test.labels")),
    ])
}

/// `decode` compares SHA-256 sums of pixels and labels with the official images'.
#[wasm_bindgen_test]
fn sprites_decode_to_the_official_pixels() {
    let mut files = fashion_mnist();
    files.extend([
        file("cifar-10-train.webp", include_bytes!("../../www/data/cifar-10-train.webp")),
        file("cifar-10-train.labels", include_bytes!("../../www/data/cifar-10-train.labels")),
        file("cifar-10-test.webp", include_bytes!("../../www/data/cifar-10-test.webp")),
        file("cifar-10-test.labels", include_bytes!("../../www/data/cifar-10-test.labels")),
    ]);
    assert_eq!(data::decode(DatasetName::FashionMnist, &files).unwrap().train.len(), 5000);
    assert_eq!(data::decode(DatasetName::Cifar10, &files).unwrap().test.len(), 1000);
}

fn scenes(name: DatasetName) -> Dataset {
    let mut files = fashion_mnist();
    files.extend([file("textures.webp", include_bytes!("../../www/data/textures.webp"))]);
    data::decode(name, &files).unwrap()
}

/// Scenes are composed here as they are natively, where the same hashes are compared.
#[wasm_bindgen_test]
fn scenes_are_the_same_as_natively() {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entry = data::entry(DatasetName::SceneMasks);
    let set = scenes(DatasetName::SceneMasks);
    for (images, split) in [(&set.train, &entry.train), (&set.test, &entry.test)] {
        let Targets::Masks(masks) = &images.targets else { panic!("scenes have masks") };
        assert_eq!(hash(&images.pixels), split.pixels_sha256);
        assert_eq!(hash(masks), split.labels_sha256);
    }
}

#[wasm_bindgen_test]
async fn webgpu_masks_are_learned_and_contracted() {
    tasks::masks_are_learned_and_contracted(scenes(DatasetName::SceneMasks), &gpu().await, 1e-4).await;
}

#[wasm_bindgen_test]
async fn webgpu_boxes_are_learned_and_contracted() {
    tasks::boxes_are_learned_and_contracted(scenes(DatasetName::SceneBoxes), &gpu().await, 1e-4).await;
}

/// Batches made on the device are those made on the CPU: images cut out, flipped and normalised, and targets.
#[wasm_bindgen_test]
async fn webgpu_batches_are_the_cpus() {
    let dataset = race::dataset();
    let (train, entry) = (dataset.train, data::entry(dataset.name));
    let normalization = Normalization::new(entry.mean, entry.std);
    let (classes, batch, device) = (entry.classes.len(), 6, gpu().await.device);
    let how = Augmentation { crop: 3, flip: true };
    let mut feed = Feed::new(&train, &normalization.table(), how.crop, batch, classes, &device).unwrap();
    let indices: Vec<u32> = (0..12).map(|at| at * 5 % train.len() as u32).collect();
    let mut stream = seed::stream(7, "windows");
    let entries: Vec<_> = indices.iter().map(|&index| (index, how.window(&mut stream))).collect();
    feed.plan(&entries, &device);
    let mut stream = seed::stream(7, "windows");
    for first in [0, batch] {
        let indices = &indices[first..][..batch];
        let (images, targets) = feed.batch(first);
        let images = images.into_data_async().await.unwrap().try_to_vec::<f32>().unwrap();
        assert_eq!(images, normalization.augmented(&train, indices, how, &mut stream));
        let targets = targets.into_data_async().await.unwrap().try_to_vec::<f32>().unwrap();
        for (row, &index) in targets.chunks_exact(classes).zip(indices) {
            let label = usize::from(train.labels()[index as usize]);
            assert!(row.iter().enumerate().all(|(class, &target)| target == f32::from(u8::from(class == label))));
        }
    }
}
