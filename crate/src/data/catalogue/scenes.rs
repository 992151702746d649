//! Composite scenes: nothing of their own to load. Their hashes say that every machine composes the same images.

use super::{Entry, Ingredients, Split, fashion_mnist};
use crate::data::picture::Grid;
use crate::data::{SCENE_SIDE, Task};
use crate::experiment::DatasetName;

// Of the training scenes.
const MEAN: [f32; 3] = [72.5442 / 255.0, 53.3522 / 255.0, 48.0534 / 255.0];
const STD: [f32; 3] = [48.4621 / 255.0, 41.8607 / 255.0, 42.8723 / 255.0];

const LICENCE: &str = "MIT, © 2017 Zalando SE (items); CC0 and public domain (photos)";
const SOURCE: &str = "composed from a seed: items of Fashion-MNIST (arXiv:1708.07747) on squares of photos; from the Debian \
    package dataset-fashion-mnist and the Python package scikit-image 0.26.0";
const NOTICE: &str = "Composite scenes from real Fashion-MNIST items, not photos of scenes. Items and backgrounds of the \
    test scenes are not among those of the training scenes.";

static MADE_OF: Ingredients = Ingredients {
    items: &fashion_mnist::SMALL,
    textures: Grid { file: "textures.webp", count: 8, columns: 4 },
    textures_sha256: "d0cd21a35ed97992e913166bdaa8a9b8a8180ca807250907c6c2e00865ceea14",
    textures_bytes: 62_246,
};

/// What scenes with masks and scenes with boxes have in common, and the boxes.
const BOXED: Entry = Entry {
    name: DatasetName::SceneBoxes,
    key: "scene-boxes",
    label: "Scenes, boxes",
    task: Task::Detect,
    classes: &["top", "trouser", "dress", "shoe", "bag"],
    shape: [3, SCENE_SIDE, SCENE_SIDE],
    mean: &MEAN,
    std: &STD,
    licence: LICENCE,
    source: SOURCE,
    notice: Some(NOTICE),
    made_of: Some(&MADE_OF),
    train: Split {
        count: 3_000,
        shards: &[],
        pixels_sha256: "e0ef722a979d1083f672e9f484b9a2cc10b87935abf592d68e860908f2329a6d",
        labels_sha256: "6718aaca4865d104393050fc2017fb47b44bdcac73cd227d45eb78e62a69eff0",
    },
    test: Split {
        count: 500,
        shards: &[],
        pixels_sha256: "cb65c3c9ae3acb6614dea322a927f79ce1ca7305e31e1081bd3dabd06fd47c10",
        labels_sha256: "a9470f17218ea643cb3adb86a48e160898f4eddcdc08ce7e92b83af5d42e85cc",
    },
};

pub(super) static BOXES: Entry = BOXED;

pub(super) static MASKS: Entry = Entry {
    name: DatasetName::SceneMasks,
    key: "scene-masks",
    label: "Scenes, masks",
    task: Task::Segment,
    classes: &["background", "top", "trouser", "dress", "shoe", "bag"],
    train: Split { labels_sha256: "cc76ee51e87bd34763746f6ce1c126da3c061e6d1fe822cbd340c6bea238804b", ..BOXED.train },
    test: Split { labels_sha256: "a8c316effe2455c6d12187242a3b249a5192ae41727e4718a9876dd94017904b", ..BOXED.test },
    ..BOXED
};
