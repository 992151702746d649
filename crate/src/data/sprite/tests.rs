//! Sprites with wrong or damaged files are refused by name.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::batch::below;
use super::super::picture::tests::encode_png;
use super::super::tests::load;
use super::super::{Entry, entry};
use super::*;
use crate::experiment::DatasetName;

/// The test split of MNIST with some bytes of one file changed.
fn with(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Result<Images, Fault> {
    let entry: &Entry = entry(DatasetName::Mnist);
    let mut files = load(&["mnist-test.png", "mnist-test.labels"]);
    change(files.get_mut(name).unwrap());
    split(Files { entry, files: &files }, &entry.test)
}

fn refused(result: Result<Images, Fault>, code: &str, parts: &[&str]) {
    let fault = result.unwrap_err();
    assert_eq!((fault.code.as_str(), fault.field.as_deref()), (code, Some("dataset")));
    for part in parts {
        assert!(fault.message.contains(part), "{part:?} is not in {:?}", fault.message);
    }
}

#[test]
fn wrong_files_are_refused_by_name() {
    refused(with("mnist-test.labels", |file| file.truncate(7)), "dataset_labels", &["mnist-test.labels", "7", "1000"]);
    refused(with("mnist-test.labels", |file| file[3] = 10), "dataset_labels", &["label 3", "10", "0 to 9"]);
    refused(
        with("mnist-test.labels", |file| file[3] ^= 1),
        "dataset_hash",
        &["labels", "mnist-test.labels", "cargo xtask data"],
    );
    refused(with("mnist-test.png", Vec::clear), "dataset_image", &["mnist-test.png", "not a readable PNG"]);
    let other = |file: &mut Vec<u8>| *file = load(&["mnist-train.png"]).remove("mnist-train.png").unwrap();
    refused(with("mnist-test.png", other), "dataset_image", &["2800×1400", "expected 1400×560"]);
    let other =
        |file: &mut Vec<u8>| *file = load(&["fashion-mnist-test.png"]).remove("fashion-mnist-test.png").unwrap();
    refused(with("mnist-test.png", other), "dataset_hash", &["pixels", "mnist-test.png"]);
    refused(
        with("mnist-test.png", |file| *file = encode_png(1400, 560, png::ColorType::Rgb)),
        "dataset_image",
        &["3 channel"],
    );
    refused(
        with("mnist-test.png", |file| *file = encode_png(1400, 560, png::ColorType::Indexed)),
        "dataset_image",
        &["palette"],
    );
}

/// The real files, cut and with flipped bits: an error, or (where the byte does not matter) exactly the same images.
#[test]
fn damaged_files_are_refused() {
    let whole = with("mnist-test.png", |_| ()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..40 {
        // All but the last chunk, which holds nothing.
        assert!(with("mnist-test.png", |file| file.truncate(below(&mut rng, file.len() - 16))).is_err());
        let flipped = with("mnist-test.png", |file| {
            let at = below(&mut rng, file.len());
            file[at] ^= 1 << below(&mut rng, 8);
        });
        assert!(flipped.is_err() || flipped.is_ok_and(|images| images == whole));
    }
}
