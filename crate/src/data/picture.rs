//! Pictures made of tiles: PNG and WebP files into bytes, told apart by the ending of their names.

use std::io::Cursor;

/// Tiles of one lossless picture, left to right, top to bottom.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// The name of a PNG or WebP file.
    pub file: &'static str,
    /// Tiles; the last row may not be full.
    pub count: usize,
    /// Tiles in a row.
    pub columns: usize,
}

impl Grid {
    /// The tiles in order, `[N, H, W, C]`: that is what the hashes of the catalogue are taken over.
    ///
    /// # Errors
    /// Bytes that are no such picture of the expected size, in a text that begins with the file's name.
    pub(super) fn tiles(&self, bytes: &[u8], [channels, height, width]: [usize; 3]) -> Result<Vec<u8>, String> {
        let expected = [self.columns * width, self.count.div_ceil(self.columns) * height, channels];
        let picture = if self.file.ends_with(".webp") { webp(bytes, expected) } else { png(bytes, expected) };
        let picture = picture.map_err(|text| format!("`{}` {text}", self.file))?;
        let (row, line) = (width * channels, expected[0] * channels);
        let mut tiles = Vec::with_capacity(self.count * height * row);
        for index in 0..self.count {
            let corner = (index / self.columns) * height * line + (index % self.columns) * row;
            for y in 0..height {
                tiles.extend_from_slice(&picture[corner + y * line..][..row]);
            }
        }
        Ok(tiles)
    }
}

/// Appends images `[N, H, W, C]` as `[N, C, H, W]`.
pub(super) fn planes(tiles: &[u8], [channels, height, width]: [usize; 3], out: &mut Vec<u8>) {
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

#[cfg(test)]
pub(super) mod tests;
