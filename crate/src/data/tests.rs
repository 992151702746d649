//! Decoding the committed sets: official pixels, upright, and named refusals.

use super::*;

pub(super) fn load(names: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/data");
    let read =
        |name: &&str| (name.to_string(), std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}")));
    names.iter().map(read).collect()
}

/// `decode` compares the hashes of pixels and labels with the official ones, so success is the proof.
#[test]
fn every_committed_set_decodes_to_the_official_images() {
    for name in [DatasetName::FashionMnist, DatasetName::Cifar10, DatasetName::Mnist] {
        let set = decode(name, &load(&entry(name).files())).unwrap();
        assert_eq!(set.name, name);
        for (images, count) in [(&set.train, 500), (&set.test, 100)] {
            assert_eq!(images.shape, entry(name).shape);
            assert_eq!(images.pixels.len(), 10 * count * images.shape.iter().product::<usize>());
            assert!((0..10).all(|class| images.labels().iter().filter(|&&label| label == class).count() == count));
        }
    }
}

/// A few pixels everyone has seen, so that planes, rows and columns are where they should be.
#[test]
fn pixels_are_planar_and_upright() {
    let set = decode(DatasetName::Cifar10, &load(&entry(DatasetName::Cifar10).files())).unwrap();
    // The first training image is a frog; red, green and blue of the first two pixels of its upper row.
    assert_eq!(set.train.labels()[0], 6);
    assert_eq!([0, 1024, 2048].map(|plane| set.train.image(0)[plane]), [59, 62, 63]);
    assert_eq!([1, 1025, 2049].map(|plane| set.train.image(0)[plane]), [43, 46, 45]);
    let set = decode(DatasetName::Mnist, &load(&entry(DatasetName::Mnist).files())).unwrap();
    // The first training image is a 5 whose first ink is in row 5, columns 12 to 23.
    assert_eq!(set.train.labels()[0], 5);
    let row = &set.train.image(0)[5 * 28..6 * 28];
    assert_eq!(row[11..24], [0, 3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127]);
}

#[test]
fn take_keeps_the_first_images() {
    let set = synthetic(0, 8, 8);
    let some = set.clone().take(3, 1);
    assert_eq!((some.train.len(), some.test.len()), (3, 1));
    assert_eq!(some.train.image(2), set.train.image(2));
    assert_eq!(some.train.pixels.len(), 3 * 144);
    assert_eq!(set.clone().take(0, 0), set);
    assert_eq!(set.clone().take(9, 100), set);
}

#[test]
fn take_cuts_targets_of_every_kind() {
    let object = Object { class: 0, left: 0.0, top: 0.0, right: 1.0, bottom: 2.0 };
    let masks = Targets::Masks(Arc::new((0..18).collect()));
    let objects = Targets::Objects(Arc::new(vec![vec![object], vec![], vec![object; 2]]));
    let of = |targets| Images { shape: [2, 2, 3], pixels: Arc::new(vec![0; 36]), targets };
    let masks = of(masks).take(2);
    assert_eq!((masks.len(), masks.targets.task()), (2, Task::Segment));
    assert_eq!(masks.targets, Targets::Masks(Arc::new((0..12).collect())));
    let objects = of(objects).take(2);
    assert_eq!((objects.len(), objects.targets.task()), (2, Task::Detect));
    assert_eq!(objects.targets, Targets::Objects(Arc::new(vec![vec![object], vec![]])));
}

#[test]
fn the_synthetic_set_needs_no_files() {
    let set = decode(DatasetName::Synthetic, &BTreeMap::new()).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (256, 64));
    for (images, split) in [(&set.train, &entry(set.name).train), (&set.test, &entry(set.name).test)] {
        assert_eq!(sprite::sha256(&images.pixels), split.pixels_sha256);
        assert_eq!(sprite::sha256(images.labels()), split.labels_sha256);
    }
}

#[test]
fn a_missing_file_is_named_with_the_remedy() {
    let fault = decode(DatasetName::MnistFull, &BTreeMap::new()).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.field.as_deref()), ("dataset_missing", Some("dataset")));
    assert!(fault.message.contains("full/mnist-train-0.labels"), "{fault}");
    assert!(fault.message.contains("cargo xtask data --full"), "{fault}");
}
