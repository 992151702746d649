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

/// The normalisation of the sets whose training images are all at hand.
#[test]
fn means_and_deviations_are_those_of_the_training_images() {
    for name in [DatasetName::SceneBoxes, DatasetName::Nuclei] {
        let (entry, train) = (entry(name), decode(name, &load(&entry(name).files())).unwrap().train);
        let [channels, height, width] = train.shape;
        for channel in 0..channels {
            let planes = train.pixels.chunks_exact(height * width).skip(channel).step_by(channels);
            let (mut sum, mut squares) = (0, 0);
            for &pixel in planes.flatten() {
                sum += u64::from(pixel);
                squares += u64::from(pixel).pow(2);
            }
            let count = (train.len() * height * width) as f64;
            let mean = sum as f64 / count;
            let std = (squares as f64 / count - mean * mean).sqrt();
            assert!((f64::from(entry.mean[channel]) * 255.0 - mean).abs() < 1e-4, "{name:?}: mean {mean}");
            assert!((f64::from(entry.std[channel]) * 255.0 - std).abs() < 1e-4, "{name:?}: deviation {std}");
        }
    }
}

#[test]
fn nuclei_are_one_class_and_the_rest_is_background() {
    let set = decode(DatasetName::Nuclei, &load(&entry(DatasetName::Nuclei).files())).unwrap();
    assert_eq!((set.train.len(), set.test.len()), (48, 16));
    for images in [&set.train, &set.test] {
        let Targets::Masks(masks) = &images.targets else { panic!("nuclei have masks") };
        assert_eq!(masks.len(), images.pixels.len());
        let nuclei = masks.iter().filter(|&&class| class == 1).count();
        assert_eq!(masks.iter().filter(|&&class| class == 0).count(), masks.len() - nuclei);
        let share = nuclei as f64 / masks.len() as f64;
        assert!((0.15..0.25).contains(&share), "{share}");
        // Nuclei are bright: masks lie on their images, not beside them.
        let mean = |class: u8| {
            let pixels = || images.pixels.iter().zip(masks.iter()).filter(move |(_, is)| **is == class);
            pixels().map(|(&pixel, _)| f64::from(pixel)).sum::<f64>() / pixels().count() as f64
        };
        assert!(mean(1) > 2.0 * mean(0), "{} on {}", mean(1), mean(0));
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
        assert_eq!(files::sha256(&images.pixels), split.pixels_sha256);
        assert_eq!(files::sha256(images.labels()), split.labels_sha256);
    }
}

#[test]
fn scenes_and_masks_from_wrong_files_are_refused() {
    // The code of the refusal where a file is missing, or another is in its place.
    let refusal = |name: DatasetName, file: &str, instead: Option<&str>| {
        let mut files = load(&entry(name).files());
        files.remove(file).expect("the set has the file");
        files.extend(instead.map(|other| (file.to_string(), load(&[other])[other].clone())));
        let fault = decode(name, &files).unwrap_err();
        assert!(fault.message.contains(&format!("`{file}`")) && fault.message.contains("cargo xtask data"), "{fault}");
        fault.code
    };
    for name in [DatasetName::SceneMasks, DatasetName::SceneBoxes] {
        assert_eq!(refusal(name, "textures.webp", None), "dataset_missing");
        assert_eq!(refusal(name, "fashion-mnist-test.png", None), "dataset_missing");
        assert_eq!(refusal(name, "textures.webp", Some("cifar-10-test.webp")), "dataset_image");
    }
    let masks = "nuclei-test-masks.png";
    assert_eq!(refusal(DatasetName::Nuclei, masks, None), "dataset_missing");
    assert_eq!(refusal(DatasetName::Nuclei, masks, Some("nuclei-test.png")), "dataset_hash");
    assert_eq!(refusal(DatasetName::Nuclei, masks, Some("nuclei-train-masks.png")), "dataset_image");
}

#[test]
fn a_missing_file_is_named_with_the_remedy() {
    let fault = decode(DatasetName::MnistFull, &BTreeMap::new()).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.field.as_deref()), ("dataset_missing", Some("dataset")));
    assert!(fault.message.contains("full/mnist-train-0.labels"), "{fault}");
    assert!(fault.message.contains("cargo xtask data --full"), "{fault}");
}
