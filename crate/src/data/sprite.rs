//! Sprites: many images as tiles of one lossless picture, beside it one byte per label, or a picture of their masks.

use sha2::{Digest, Sha256};

use super::files::Files;
use super::picture::{Grid, planes};
use super::{Images, Shard, Split, Targets, Task};
use crate::error::Fault;

/// Reads all shards of a split and checks that pixels and labels or masks are the official ones.
///
/// In a picture of masks 0 is the background and every other value the number of an object, which is all of class 1.
pub(super) fn split(files: Files, split: &Split) -> Result<Images, Fault> {
    let shape = files.entry.shape;
    let masks = files.entry.task == Task::Segment;
    let (mut pixel_hash, mut label_hash) = (Sha256::new(), Sha256::new());
    let mut pixels = Vec::with_capacity(split.count * shape.iter().product::<usize>());
    let mut labels = Vec::with_capacity(split.count);
    for shard in split.shards {
        let found = if masks {
            files.tiles(Grid { file: shard.labels, ..shard.grid() }, [1, shape[1], shape[2]])?
        } else {
            classes(files, shard)?.to_vec()
        };
        let tiles = files.tiles(shard.grid(), shape)?;
        pixel_hash.update(&tiles);
        label_hash.update(&found);
        labels.extend(found);
        planes(&tiles, shape, &mut pixels);
    }
    let names = |name: fn(&Shard) -> &'static str| split.shards.iter().map(name).collect::<Vec<_>>();
    files.compare("pixels", &names(|shard| shard.images), pixel_hash, split.pixels_sha256)?;
    let what = if masks { "masks" } else { "labels" };
    files.compare(what, &names(|shard| shard.labels), label_hash, split.labels_sha256)?;
    if masks {
        labels.iter_mut().for_each(|number| *number = u8::from(*number != 0));
    }
    let targets = if masks { Targets::Masks(labels.into()) } else { Targets::Classes(labels) };
    Ok(Images { shape, pixels: pixels.into(), targets })
}

/// One byte per image, each the index of a class.
fn classes<'a>(files: Files<'a>, shard: &Shard) -> Result<&'a [u8], Fault> {
    let (found, classes) = (files.get(shard.labels)?, files.entry.classes.len());
    let refusal = |text: String| Err(files.refusal("dataset_labels", text));
    if found.len() != shard.count {
        return refusal(format!("`{}` holds {} labels, expected {}", shard.labels, found.len(), shard.count));
    }
    match found.iter().position(|&label| usize::from(label) >= classes) {
        Some(at) => {
            refusal(format!("label {at} of `{}` is {}, expected 0 to {}", shard.labels, found[at], classes - 1))
        }
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests;
