//! What is known of each built-in set before any of its files is loaded.

use super::Task;
use super::picture::Grid;
use crate::experiment::DatasetName;

mod cifar_10;
mod fashion_mnist;
mod mnist;
mod nuclei;
mod scenes;
mod synthetic;

/// A built-in set. File names are relative to the page's `data/` folder.
#[derive(Debug)]
pub struct Entry {
    pub name: DatasetName,
    /// The name in files and links.
    pub key: &'static str,
    /// The name for people.
    pub label: &'static str,
    pub task: Task,
    /// Class 0 first; in masks that is the background.
    pub classes: &'static [&'static str],
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// Of each channel over the whole official training set, pixels scaled to 0..1.
    pub mean: &'static [f32],
    /// As `mean`: the standard deviation.
    pub std: &'static [f32],
    pub licence: &'static str,
    /// Who made the images, and the package they were taken from.
    pub source: &'static str,
    /// What a user of the images must know, such as a missing licence.
    pub notice: Option<&'static str>,
    /// What the images are composed of, if they are.
    pub made_of: Option<&'static Ingredients>,
    pub train: Split,
    pub test: Split,
}

/// What composite scenes are made of.
#[derive(Debug)]
pub struct Ingredients {
    /// The set whose images are the items.
    pub items: &'static Entry,
    /// Photos of `[3, 128, 128]`, the background of scenes.
    pub textures: Grid,
    /// Over all textures in order, each `[H, W, C]`.
    pub textures_sha256: &'static str,
    /// Size of the textures' file.
    pub textures_bytes: usize,
}

/// Images for learning, or images for judging.
#[derive(Debug)]
pub struct Split {
    pub count: usize,
    /// In order; none if the set is generated.
    pub shards: &'static [Shard],
    /// Over all images in order, each `[H, W, C]`, row-major: the channels of a pixel together.
    pub pixels_sha256: &'static str,
    /// Over one byte per label, or per pixel of the masks, in order. Of boxes: of each image one byte each for their
    /// number and their class, left, top, right and bottom.
    pub labels_sha256: &'static str,
}

/// One sprite and its labels or masks.
#[derive(Debug)]
pub struct Shard {
    /// A PNG or lossless WebP file, told apart by the ending.
    pub images: &'static str,
    /// One byte per image; or a PNG file of numbered objects, tile for tile as the images.
    pub labels: &'static str,
    pub count: usize,
    /// Tiles in a row of the sprite.
    pub columns: usize,
    /// Size of the images file. Files of full sets come out of a local build and may differ by a little.
    pub bytes: usize,
    /// Size of the file of labels or masks.
    pub label_bytes: usize,
}

impl Shard {
    pub(super) fn grid(&self) -> Grid {
        Grid { file: self.images, count: self.count, columns: self.columns }
    }
}

impl Entry {
    /// Every file to load, training images first.
    pub fn files(&self) -> Vec<&'static str> {
        let items = self.made_of.iter().flat_map(|made_of| made_of.items.files());
        let textures = self.made_of.iter().map(|made_of| made_of.textures.file);
        self.shards().flat_map(|shard| [shard.images, shard.labels]).chain(items).chain(textures).collect()
    }

    /// Size of all files together.
    pub fn bytes(&self) -> usize {
        let made_of = self.made_of.iter().map(|made_of| made_of.items.bytes() + made_of.textures_bytes);
        self.shards().map(|shard| shard.bytes + shard.label_bytes).chain(made_of).sum()
    }

    /// Whether the files are built on the user's machine rather than shipped.
    pub fn built_locally(&self) -> bool {
        self.shards().any(|shard| shard.images.starts_with("full/"))
    }

    /// What to do about a file that is missing or wrong.
    pub(super) fn remedy(&self) -> &'static str {
        if self.built_locally() {
            "build the full sets with `cargo xtask data --full`, or choose the set without \"full\" in its name"
        } else {
            "reload the page; if that does not help, rebuild the files with `cargo xtask data`"
        }
    }

    fn shards(&self) -> impl Iterator<Item = &'static Shard> {
        self.train.shards.iter().chain(self.test.shards)
    }
}

/// The entry of a set.
pub fn entry(name: DatasetName) -> &'static Entry {
    match name {
        DatasetName::FashionMnist => &fashion_mnist::SMALL,
        DatasetName::FashionMnistFull => &fashion_mnist::FULL,
        DatasetName::Cifar10 => &cifar_10::SMALL,
        DatasetName::Cifar10Full => &cifar_10::FULL,
        DatasetName::Mnist => &mnist::SMALL,
        DatasetName::MnistFull => &mnist::FULL,
        DatasetName::SceneMasks => &scenes::MASKS,
        DatasetName::SceneBoxes => &scenes::BOXES,
        DatasetName::Nuclei => &nuclei::ENTRY,
        DatasetName::Synthetic => &synthetic::ENTRY,
    }
}

const fn shard(images: &'static str, labels: &'static str, count: usize, columns: usize, bytes: usize) -> Shard {
    Shard { images, labels, count, columns, bytes, label_bytes: count }
}

#[cfg(test)]
mod tests;
