//! Sprites: many images as tiles of one lossless picture, left to right, top to bottom, with one byte per label beside it.

use std::collections::BTreeMap;
use std::io::Cursor;

use sha2::{Digest, Sha256};

use super::{Entry, Images, Shard, Split, Targets};
use crate::error::Fault;

/// Reads all shards of a split and checks that pixels and labels are the official ones.
pub(super) fn split(entry: &Entry, split: &Split, files: &BTreeMap<String, Vec<u8>>) -> Result<Images, Fault> {
    let refuse = |code: &str, what: String| Fault::new(code, format!("{what}; {}", entry.remedy())).at("dataset");
    let file = |name: &str| {
        files
            .get(name)
            .ok_or_else(|| refuse("dataset_missing", format!("the file `{name}` of {} was not loaded", entry.label)))
    };
    let size = entry.shape.iter().product::<usize>();
    let (mut pixel_hash, mut label_hash) = (Sha256::new(), Sha256::new());
    let mut pixels = Vec::with_capacity(split.count * size);
    let mut labels = Vec::with_capacity(split.count);
    for shard in split.shards {
        let found = file(shard.labels)?;
        if found.len() != shard.count {
            let text = format!("`{}` holds {} labels, expected {}", shard.labels, found.len(), shard.count);
            return Err(refuse("dataset_labels", text));
        }
        if let Some((index, label)) =
            found.iter().enumerate().find(|(_, label)| usize::from(**label) >= entry.classes.len())
        {
            let text =
                format!("label {index} of `{}` is {label}, expected 0 to {}", shard.labels, entry.classes.len() - 1);
            return Err(refuse("dataset_labels", text));
        }
        let tiles = tiles(file(shard.images)?, shard, entry.shape).map_err(|text| refuse("dataset_image", text))?;
        pixel_hash.update(&tiles);
        label_hash.update(found);
        labels.extend_from_slice(found);
        planes(&tiles, entry.shape, &mut pixels);
    }
    for (what, hash, expected) in
        [("pixels", pixel_hash, split.pixels_sha256), ("labels", label_hash, split.labels_sha256)]
    {
        let found = hex(&hash.finalize());
        if found != expected {
            let names = split.shards.iter().map(|shard| if what == "pixels" { shard.images } else { shard.labels });
            let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            return Err(refuse(
                "dataset_hash",
                format!("the {what} in {names} have SHA-256 {found}, expected {expected}"),
            ));
        }
    }
    Ok(Images { shape: entry.shape, pixels: pixels.into(), targets: Targets::Classes(labels) })
}

/// The images of a sprite in the official order, `[N, H, W, C]`: that is what the hashes of the catalogue are taken over.
fn tiles(bytes: &[u8], shard: &Shard, [channels, height, width]: [usize; 3]) -> Result<Vec<u8>, String> {
    let expected = [shard.columns * width, shard.count.div_ceil(shard.columns) * height, channels];
    let picture = if shard.images.ends_with(".webp") { webp(bytes, expected) } else { png(bytes, expected) };
    let picture = picture.map_err(|text| format!("`{}` {text}", shard.images))?;
    let (row, line) = (width * channels, expected[0] * channels);
    let mut tiles = Vec::with_capacity(shard.count * height * row);
    for index in 0..shard.count {
        let corner = (index / shard.columns) * height * line + (index % shard.columns) * row;
        for y in 0..height {
            tiles.extend_from_slice(&picture[corner + y * line..][..row]);
        }
    }
    Ok(tiles)
}

/// Appends images `[N, H, W, C]` as `[N, C, H, W]`.
fn planes(tiles: &[u8], [channels, height, width]: [usize; 3], out: &mut Vec<u8>) {
    for image in tiles.chunks_exact(channels * height * width) {
        for channel in 0..channels {
            out.extend(image[channel..].iter().step_by(channels));
        }
    }
}

/// A PNG as `[H, W, C]`, if it has the expected width, height and channels of 8 bits.
fn png(bytes: &[u8], expected: [usize; 3]) -> Result<Vec<u8>, String> {
    let broken = |error: png::DecodingError| format!("is not a readable PNG file: {error}");
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    let info = decoder.read_header_info().map_err(broken)?;
    let (kind, depth) = (info.color_type, info.bit_depth);
    // Checked before anything is allocated for the pixels.
    check([info.width as usize, info.height as usize, kind.samples()], expected)?;
    if depth != png::BitDepth::Eight || kind == png::ColorType::Indexed {
        return Err(format!("is a PNG file of {kind:?} {depth:?} pixels, expected 8 bits per channel and no palette"));
    }
    let mut reader = decoder.read_info().map_err(broken)?;
    let mut picture = vec![0; expected.iter().product()];
    reader.next_frame(&mut picture).map_err(broken)?;
    Ok(picture)
}

/// A WebP as `[H, W, C]`, if it has the expected width, height and channels.
fn webp(bytes: &[u8], expected: [usize; 3]) -> Result<Vec<u8>, String> {
    let broken = |error: image_webp::DecodingError| format!("is not a readable WebP file: {error}");
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    check([width as usize, height as usize, if decoder.has_alpha() { 4 } else { 3 }], expected)?;
    if decoder.is_animated() {
        return Err("is an animated WebP file, expected a still picture".into());
    }
    let mut picture = vec![0; expected.iter().product()];
    decoder.read_image(&mut picture).map_err(broken)?;
    Ok(picture)
}

fn check(found: [usize; 3], expected: [usize; 3]) -> Result<(), String> {
    let text = |[width, height, channels]: [usize; 3]| format!("{width}×{height} pixels with {channels} channel(s)");
    if found == expected { Ok(()) } else { Err(format!("has {}, expected {}", text(found), text(expected))) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
