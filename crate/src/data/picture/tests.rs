//! Pictures of both formats are read exactly; no bytes make the decoders panic.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::batch::below;
use super::*;

pub fn encode_png(width: u32, height: u32, color: png::ColorType) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_palette(vec![0; 768]);
    encoder.set_depth(png::BitDepth::Eight);
    let data: Vec<u8> = (0..width as usize * height as usize * color.samples()).map(|i| (i * i / 7) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&data).unwrap();
    out
}

fn encode_webp(width: u32, height: u32, color: image_webp::ColorType) -> Vec<u8> {
    let mut out = Vec::new();
    let channels = if color == image_webp::ColorType::Rgba8 { 4 } else { 3 };
    let data: Vec<u8> = (0..width as usize * height as usize * channels).map(|i| (i * i / 7) as u8).collect();
    image_webp::WebPEncoder::new(&mut out).encode(&data, width, height, color).unwrap();
    out
}

#[test]
fn both_formats_are_read_exactly() {
    let data: Vec<u8> = (0..20 * 12 * 3).map(|i| (i * i / 7) as u8).collect();
    assert_eq!(png(&encode_png(20, 12, png::ColorType::Rgb), [20, 12, 3]).unwrap(), data);
    assert_eq!(webp(&encode_webp(20, 12, image_webp::ColorType::Rgb8), [20, 12, 3]).unwrap(), data);
    let alpha = webp(&encode_webp(20, 12, image_webp::ColorType::Rgba8), [20, 12, 3]).unwrap_err();
    assert!(alpha.contains("4 channel"), "{alpha}");
    // A set of 7 images in 5 columns: the second row is not full.
    let grid = Grid { file: "a.png", count: 7, columns: 5 };
    let tiles = grid.tiles(&encode_png(20, 12, png::ColorType::Rgb), [3, 6, 4]).unwrap();
    assert_eq!(tiles.len(), 7 * 6 * 4 * 3);
    let at = |image: usize, y: usize, x: usize, c: usize| tiles[((image * 6 + y) * 4 + x) * 3 + c];
    assert_eq!(at(6, 2, 3, 1), data[((6 + 2) * 20 + 4 + 3) * 3 + 1]);
    let mut planar = Vec::new();
    planes(&tiles, [3, 6, 4], &mut planar);
    assert_eq!(planar[((6 * 3 + 1) * 6 + 2) * 4 + 3], at(6, 2, 3, 1));
}

/// Thousands of small damaged files, through the decoders alone: whatever the bytes, no panic.
#[test]
fn no_bytes_make_the_decoders_panic() {
    let files = [
        encode_png(20, 12, png::ColorType::Rgb),
        encode_webp(20, 12, image_webp::ColorType::Rgb8),
        // Lossy, so that its decoder is met as well; made by no encoder at hand, so written out.
        LOSSY_WEBP.to_vec(),
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for file in &files {
        let read = |bytes: &[u8]| {
            let _ = png(bytes, [20, 12, 3]);
            let _ = webp(bytes, [20, 12, 3]);
        };
        (0..file.len()).for_each(|end| read(&file[..end]));
        for round in 0..3000 {
            let mut bytes = file.clone();
            for _ in 0..1 + round % 8 {
                let at = below(&mut rng, bytes.len());
                bytes[at] = rng.next_u32() as u8;
            }
            read(&bytes);
        }
        let mut noise = file[..file.len().min(30)].to_vec();
        noise.extend((0..200).map(|_| rng.next_u32() as u8));
        read(&noise);
    }
}

#[rustfmt::skip]
const LOSSY_WEBP: &[u8] = &[
    0x52, 0x49, 0x46, 0x46, 0xd2, 0x00, 0x00, 0x00, 0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38, 0x20,
    0xc6, 0x00, 0x00, 0x00, 0xb0, 0x05, 0x00, 0x9d, 0x01, 0x2a, 0x14, 0x00, 0x0c, 0x00, 0x3e, 0xb5,
    0x48, 0x9e, 0x49, 0xa7, 0x24, 0x22, 0xa1, 0x30, 0x08, 0x00, 0xe0, 0x16, 0x89, 0x6c, 0x00, 0x9d,
    0x32, 0x84, 0x70, 0x36, 0xc0, 0x38, 0x40, 0x3a, 0xe7, 0x3d, 0x89, 0x7c, 0x9b, 0x80, 0xc1, 0x3d,
    0xcf, 0xaa, 0x28, 0xcc, 0xe7, 0x89, 0x5a, 0x93, 0x40, 0x00, 0x00, 0xfe, 0xe9, 0xfd, 0x20, 0x97,
    0x59, 0xfd, 0x17, 0x45, 0xd7, 0x78, 0xe3, 0xf2, 0x74, 0x27, 0x48, 0x39, 0x14, 0x40, 0x25, 0x2a,
    0xd9, 0x64, 0x15, 0xe5, 0x3d, 0x24, 0xfa, 0xfc, 0xb3, 0x0c, 0xda, 0xd0, 0x97, 0xd6, 0x35, 0xd9,
    0x9f, 0xc0, 0x8e, 0x33, 0xfe, 0x6b, 0x56, 0x02, 0x9f, 0x02, 0x3a, 0xed, 0x87, 0xcc, 0xf9, 0x93,
    0x07, 0xf8, 0xb8, 0xdf, 0x1f, 0x67, 0xd3, 0x1e, 0x93, 0x30, 0x11, 0xad, 0x7a, 0x94, 0xff, 0xdf,
    0xdc, 0x51, 0xbb, 0x3a, 0x04, 0xad, 0x7d, 0xce, 0xc7, 0x02, 0xbe, 0x52, 0xfb, 0xec, 0x0f, 0xdf,
    0xa1, 0x59, 0x7f, 0x7e, 0x70, 0x47, 0x79, 0xc2, 0x7c, 0x0c, 0x61, 0x6e, 0xd6, 0x0d, 0xd7, 0x7e,
    0x1a, 0x58, 0xff, 0xeb, 0xb9, 0xd6, 0x24, 0xbf, 0x55, 0x37, 0x43, 0x00, 0xda, 0x7f, 0xa1, 0x46,
    0xbe, 0x08, 0x63, 0x1d, 0x88, 0x68, 0xff, 0xf1, 0x5d, 0xda, 0xe8, 0xc0, 0x2f, 0x31, 0x1f, 0xe7,
    0xf6, 0x7d, 0x7a, 0x35, 0x58, 0xc2, 0x10, 0x00, 0x00, 0x00,
];
