//! Nuclei of cells in one microscope picture, outlined by hand.

use super::{Entry, Shard, Split};
use crate::data::Task;
use crate::experiment::DatasetName;

pub(super) static ENTRY: Entry = Entry {
    name: DatasetName::Nuclei,
    key: "nuclei",
    label: "Nuclei",
    task: Task::Segment,
    classes: &["background", "nucleus"],
    shape: [1, 64, 64],
    // Of the training tiles.
    mean: &[30.577 / 255.0],
    std: &[23.3537 / 255.0],
    licence: "CC0",
    source: "J. C. Caicedo et al.: Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl (2019), \
        image set BBBC038; from the Python package stardist 0.9.2",
    notice: Some(
        "One microscope picture, cut into tiles: the upper three quarters to learn from, the rest to judge by. A \
            demonstration, not a benchmark.",
    ),
    made_of: None,
    train: Split {
        count: 48,
        shards: &[Shard {
            images: "nuclei-train.png",
            labels: "nuclei-train-masks.png",
            count: 48,
            columns: 8,
            bytes: 118_386,
            label_bytes: 7_363,
        }],
        pixels_sha256: "641ccb8e1f9818c2f7c20039699aa9efee1929faa7593ec40c9a3dc814d94e83",
        labels_sha256: "614a55b03bdddb686487f5cc80a4c563719b21a7a5d9b000914edee15bcd41f1",
    },
    test: Split {
        count: 16,
        shards: &[Shard {
            images: "nuclei-test.png",
            labels: "nuclei-test-masks.png",
            count: 16,
            columns: 8,
            bytes: 39_457,
            label_bytes: 2_754,
        }],
        pixels_sha256: "b2b771054e74d9b1e8b2fb6db2c67efb8f562b2e4d56001b0309392572e817d0",
        labels_sha256: "8ab7cdce1d529e687385e3a62bf9d7b606082d7469d4ed68ed6f43845d148bf9",
    },
};
