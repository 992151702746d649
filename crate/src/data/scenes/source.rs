//! Where built-in scenes come from: the files of Fashion-MNIST and the textures, both checked before they are used.

use sha2::{Digest, Sha256};

use super::{Scenes, TEXTURE_SIDE, scenes};
use crate::data::files::Files;
use crate::data::picture::planes;
use crate::data::{Dataset, Images, Ingredients, Split, Targets, Task, sprite};
use crate::error::Fault;

/// Textures, the last ones, that only scenes for judging have.
const HELD_OUT: usize = 3;

/// The built-in scenes, with masks or boxes as the entry of `files` asks for.
///
/// # Errors
/// A file that is missing, or of which the pixels or labels are not the official ones.
pub(in crate::data) fn decode(files: Files, made_of: &Ingredients) -> Result<Dataset, Fault> {
    let shape = [3, TEXTURE_SIDE, TEXTURE_SIDE];
    let tiles = files.tiles(made_of.textures, shape)?;
    let hash = Sha256::new().chain_update(&tiles);
    files.compare("pixels", &[made_of.textures.file], hash, made_of.textures_sha256)?;
    let mut pixels = Vec::with_capacity(tiles.len());
    planes(&tiles, shape, &mut pixels);
    let textures: Vec<&[u8]> = pixels.chunks_exact(shape.iter().product()).collect();
    let (learn, judge) = textures.split_at(made_of.textures.count - HELD_OUT);
    let compose = |items: &Split, textures: &[&[u8]], stream: u32, count: usize| {
        let items = sprite::split(Files { entry: made_of.items, ..files }, items)?;
        Ok(images(scenes(&items, textures, 0, stream, count), files.entry.task, files.entry.shape))
    };
    Ok(Dataset {
        name: files.entry.name,
        train: compose(&made_of.items.train, learn, 0, files.entry.train.count)?,
        test: compose(&made_of.items.test, judge, 1, files.entry.test.count)?,
    })
}

fn images(scenes: Scenes, task: Task, shape: [usize; 3]) -> Images {
    let targets = match task {
        Task::Detect => Targets::Objects(scenes.objects.into()),
        _ => Targets::Masks(scenes.masks.into()),
    };
    Images { shape, pixels: scenes.pixels.into(), targets }
}
