//! Entries are consistent and their sizes are those of the files.

use super::*;

const ALL: [DatasetName; 10] = [
    DatasetName::FashionMnist,
    DatasetName::Cifar10,
    DatasetName::Mnist,
    DatasetName::FashionMnistFull,
    DatasetName::Cifar10Full,
    DatasetName::MnistFull,
    DatasetName::SceneMasks,
    DatasetName::SceneBoxes,
    DatasetName::Nuclei,
    DatasetName::Synthetic,
];

#[test]
fn every_entry_is_consistent() {
    for name in ALL {
        let entry = entry(name);
        assert_eq!(entry.name, name);
        assert_eq!(serde_json::to_value(name).unwrap(), entry.key);
        assert_eq!((entry.mean.len(), entry.std.len()), (entry.shape[0], entry.shape[0]));
        assert!(entry.std.iter().all(|&std| std > 0.0));
        for split in [&entry.train, &entry.test] {
            assert_eq!(split.pixels_sha256.len(), 64);
            assert_eq!(split.labels_sha256.len(), 64);
            if !split.shards.is_empty() {
                assert_eq!(split.shards.iter().map(|shard| shard.count).sum::<usize>(), split.count);
            }
        }
        let mut files = entry.files();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), entry.files().len());
    }
}

#[test]
fn sizes_are_those_of_the_files() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/data");
    for entry in ALL.map(entry).into_iter().filter(|entry| !entry.built_locally()) {
        for shard in entry.shards() {
            let size = |file: &str| {
                std::fs::metadata(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}")).len()
            };
            assert_eq!(
                (size(shard.images), size(shard.labels)),
                (shard.bytes as u64, shard.label_bytes as u64),
                "{}",
                shard.images
            );
        }
    }
    let made_of = entry(DatasetName::SceneBoxes).made_of.unwrap();
    let textures = std::fs::metadata(folder.join(made_of.textures.file)).unwrap().len();
    assert_eq!(textures, made_of.textures_bytes as u64);
    assert_eq!(entry(DatasetName::SceneMasks).bytes(), made_of.items.bytes() + made_of.textures_bytes);
    assert_eq!(entry(DatasetName::SceneMasks).files().last(), Some(&"textures.webp"));
    assert_eq!(entry(DatasetName::Mnist).bytes(), 836_910 + 163_019 + 6_000);
    assert_eq!(entry(DatasetName::Mnist).files().len(), 4);
}
