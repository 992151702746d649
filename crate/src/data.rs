//! Images with targets under a name: what the built-in sets are, how their files are read, how a batch is made of them.
//!
//! A set is fetched by the caller (page or command) as the files its [`Entry`] lists; [`decode`] turns their bytes into
//! pixels and refuses anything that is not, byte for byte, the official images.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::Fault;
use crate::experiment::DatasetName;

pub mod anchors;
mod batch;
mod catalogue;
mod files;
mod noise;
mod picture;
mod scenes;
mod sprite;
mod synthetic;
mod targets;

pub use batch::{Augmentation, Normalization, Window, shuffled};
pub use catalogue::{Entry, Ingredients, Shard, Split, entry};
pub use noise::noise;
pub use picture::Grid;
pub use scenes::{SIDE as SCENE_SIDE, Scenes, TEXTURE_SIDE, scenes};
pub use synthetic::synthetic;
pub use targets::{IGNORE, Object, Targets, Task, mask_size, same_shape};

/// Images of one shape and what is to be learned of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    /// Channels, height, width of every image.
    pub shape: [usize; 3],
    /// `[N, C, H, W]`, row-major: one plane per channel, 0 is black. Shared by the races of an experiment.
    pub pixels: Arc<Vec<u8>>,
    /// For as many images as there are pixels of.
    pub targets: Targets,
}

impl Images {
    pub fn len(&self) -> usize {
        self.pixels.len() / self.shape.iter().product::<usize>()
    }

    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// The class of each image, `[N]`.
    ///
    /// # Panics
    /// If the targets are not one class per image: the caller has looked at the task of the set.
    pub fn labels(&self) -> &[u8] {
        match &self.targets {
            Targets::Classes(labels) => labels,
            _ => panic!("the images have no class each"),
        }
    }

    /// The pixels of one image, `[C, H, W]`.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn image(&self, index: usize) -> &[u8] {
        let size = self.shape.iter().product::<usize>();
        &self.pixels[index * size..][..size]
    }

    /// Checks the targets against the images and the number of classes, as [`Targets::check`].
    ///
    /// # Errors
    /// Targets that do not belong to these images or to so many classes.
    pub fn check(&mut self, classes: usize) -> Result<Vec<Fault>, Fault> {
        let images = self.len();
        self.targets.check(images, self.shape, classes)
    }

    /// Only the first `count` images; 0 keeps all.
    pub fn take(mut self, count: usize) -> Self {
        if count != 0 && count < self.len() {
            let [channels, height, width] = self.shape;
            Arc::make_mut(&mut self.pixels).truncate(count * channels * height * width);
            self.targets.truncate(count, height * width);
        }
        self
    }
}

/// A set split into images for learning and images for judging.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub name: DatasetName,
    pub train: Images,
    pub test: Images,
}

impl Dataset {
    /// Only the first images of each split; 0 keeps all of it.
    pub fn take(self, train: usize, test: usize) -> Self {
        Dataset { name: self.name, train: self.train.take(train), test: self.test.take(test) }
    }
}

/// Reads a built-in set from its files, `files` by their names in the catalogue.
///
/// The synthetic set has no files and is generated; scenes are composed of the files of another set and of textures.
///
/// # Errors
/// A file that is missing, is no sprite of the expected size, or has other pixels or labels than the official ones.
pub fn decode(name: DatasetName, files: &BTreeMap<String, Vec<u8>>) -> Result<Dataset, Fault> {
    let entry = entry(name);
    let files = files::Files { entry, files };
    let mut set = match entry.made_of {
        Some(made_of) => scenes::decode(files, made_of)?,
        None if name == DatasetName::Synthetic => synthetic(0, entry.train.count, entry.test.count),
        None => Dataset { name, train: sprite::split(files, &entry.train)?, test: sprite::split(files, &entry.test)? },
    };
    for images in [&mut set.train, &mut set.test] {
        // Nothing is changed in a built-in set, so there is nothing to tell of.
        images.check(entry.classes.len())?;
    }
    Ok(set)
}

#[cfg(test)]
mod tests;
