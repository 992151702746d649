//! The invariants of the source tree: what decides imports no tensors, one file knows wasm-bindgen, files stay short.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules that decide and compute on plain numbers only, with what lies below them.
const PURE: [&str; 21] = [
    "affine",
    "contract",
    "counts",
    "data",
    "describe",
    "error",
    "event",
    "expand",
    "experiment",
    "measure/detection",
    "measure/segmentation",
    "measure/statistics",
    "model",
    "planner",
    "replay",
    "report",
    "runs",
    "seed",
    "spec",
    "train/detection/assignment",
    "train/detection/plain",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

/// Every source file with its path below `src`.
fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    sources(&root).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn pure_modules_import_no_tensors() {
    let mut seen = 0;
    for (name, text) in all() {
        let module = name.trim_end_matches(".rs");
        if PURE.iter().any(|pure| module == *pure || module.starts_with(&format!("{pure}/"))) {
            seen += 1;
            assert!(!text.contains("burn::"), "{name} imports burn");
        }
    }
    assert!(seen >= PURE.len(), "only {seen} pure files were found");
}

#[test]
fn only_web_knows_wasm_bindgen() {
    for (name, text) in all() {
        assert_eq!(name == "web.rs", text.contains("wasm_bindgen"), "{name}");
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for (name, text) in all() {
        assert!(text.starts_with("//!"), "{name} does not say what it is for");
        let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        assert!(body.lines().count() <= 300, "{name} has {} lines without its tests", body.lines().count());
    }
}
