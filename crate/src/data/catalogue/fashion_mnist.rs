//! Fashion-MNIST: grey pictures of clothes, the page's first set.

use super::{Entry, Split, shard};
use crate::data::Task;
use crate::experiment::DatasetName;

const CLASSES: [&str; 10] =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

// Of the 60,000 official training images; `python3 xtask/data/make.py` prints both, in 0..255.
const MEAN: [f32; 1] = [72.9404 / 255.0];
const STD: [f32; 1] = [90.0212 / 255.0];

const LICENCE: &str = "MIT, © 2017 Zalando SE";
const SOURCE: &str = "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST (arXiv:1708.07747); from the Debian package \
    dataset-fashion-mnist";

pub(super) static SMALL: Entry = Entry {
    name: DatasetName::FashionMnist,
    key: "fashion-mnist",
    label: "Fashion-MNIST",
    task: Task::Classify,
    classes: &CLASSES,
    shape: [1, 28, 28],
    mean: &MEAN,
    std: &STD,
    licence: LICENCE,
    source: SOURCE,
    notice: None,
    made_of: None,
    train: Split {
        count: 5_000,
        shards: &[shard("fashion-mnist-train.png", "fashion-mnist-train.labels", 5_000, 100, 2_025_539)],
        pixels_sha256: "219e0834d6dbbfcccb72e61d67310bfef387e43aba6c40b2bc63758d7ad925c9",
        labels_sha256: "4e5c0e8f28b58a4a5a035b2c3ca5c4e9b9dcd1ae36ad28d9ac24bdc36dc09cf1",
    },
    test: Split {
        count: 1_000,
        shards: &[shard("fashion-mnist-test.png", "fashion-mnist-test.labels", 1_000, 50, 406_393)],
        pixels_sha256: "3d7f6d64869a3f2d1afe64ae33ffb9b20670a91b31e3bbf0657e3999ec7b35cf",
        labels_sha256: "6b25654537ff83dd6c40fe0a122c7778d8219b2a88ff02c36dbdd21152fdb075",
    },
};

pub(super) static FULL: Entry = Entry {
    name: DatasetName::FashionMnistFull,
    key: "fashion-mnist-full",
    label: "Fashion-MNIST, full",
    task: Task::Classify,
    classes: &CLASSES,
    shape: [1, 28, 28],
    mean: &MEAN,
    std: &STD,
    licence: LICENCE,
    source: SOURCE,
    notice: None,
    made_of: None,
    train: Split {
        count: 60_000,
        shards: &[
            shard("full/fashion-mnist-train-0.png", "full/fashion-mnist-train-0.labels", 10_000, 100, 4_044_545),
            shard("full/fashion-mnist-train-1.png", "full/fashion-mnist-train-1.labels", 10_000, 100, 4_071_594),
            shard("full/fashion-mnist-train-2.png", "full/fashion-mnist-train-2.labels", 10_000, 100, 4_067_748),
            shard("full/fashion-mnist-train-3.png", "full/fashion-mnist-train-3.labels", 10_000, 100, 4_048_148),
            shard("full/fashion-mnist-train-4.png", "full/fashion-mnist-train-4.labels", 10_000, 100, 4_045_285),
            shard("full/fashion-mnist-train-5.png", "full/fashion-mnist-train-5.labels", 10_000, 100, 4_072_069),
        ],
        pixels_sha256: "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        labels_sha256: "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
    },
    test: Split {
        count: 10_000,
        shards: &[shard("full/fashion-mnist-test-0.png", "full/fashion-mnist-test-0.labels", 10_000, 100, 4_074_311)],
        pixels_sha256: "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        labels_sha256: "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    },
};
