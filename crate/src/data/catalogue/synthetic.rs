//! The generated set, for tests: nothing to load. Its hashes say that every machine generates the same images.

use super::{Entry, Split};
use crate::data::Task;
use crate::experiment::DatasetName;

pub(super) static ENTRY: Entry = Entry {
    name: DatasetName::Synthetic,
    key: "synthetic",
    label: "Synthetic patterns",
    task: Task::Classify,
    classes: &["horizontal stripes", "vertical stripes", "blob above", "blob below"],
    shape: [1, 12, 12],
    mean: &[0.393],
    std: &[0.232],
    licence: "that of this program",
    source: "generated from a seed",
    notice: Some("Not real images: for trying things out and for tests only."),
    made_of: None,
    train: Split {
        count: 256,
        shards: &[],
        pixels_sha256: "b9442b010dd292f3ddd375fefea6b5e66c3a15ba536801d93ef911fcc83a1b4a",
        labels_sha256: "c709faa7d08bbfafc87e29d350f3947c9b7b2ec5a498f2dcfda45fe87435a383",
    },
    test: Split {
        count: 64,
        shards: &[],
        pixels_sha256: "a9888962b215e5901538ecda3d448cb16755bcbb75f5b999073284879568173e",
        labels_sha256: "28d9968e62427c6e34b6bee5094ff7e158b766c7e616fa7921a3a007565c0690",
    },
};
