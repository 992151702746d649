//! The shared races on masks and on boxes, natively.
#![cfg(not(target_arch = "wasm32"))]

mod shared;

use std::collections::BTreeMap;

use expandnets::data::{self, Dataset};
use expandnets::device::Compute;
use expandnets::experiment::DatasetName;
use pollster::block_on;
use shared::tasks;

fn dataset(name: DatasetName) -> Dataset {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/data");
    let read = |name: &&str| (name.to_string(), std::fs::read(folder.join(name)).unwrap());
    let files: BTreeMap<String, Vec<u8>> = data::entry(name).files().iter().map(read).collect();
    data::decode(name, &files).unwrap()
}

#[test]
fn masks_are_learned_and_contracted() {
    let scenes = dataset(DatasetName::SceneMasks);
    block_on(tasks::masks_are_learned_and_contracted(scenes, &Compute::cpu(), 1e-5));
}

#[test]
fn boxes_are_learned_and_contracted() {
    let scenes = dataset(DatasetName::SceneBoxes);
    block_on(tasks::boxes_are_learned_and_contracted(scenes, &Compute::cpu(), 1e-5));
}
