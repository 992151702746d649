//! Composite scenes: items of Fashion-MNIST on squares of photos, with the class of every pixel and a box for every item.
//!
//! All arithmetic is in whole numbers, so a seed gives the same bytes on every machine. Each scene draws from a stream
//! of its own: a longer set begins with the scenes of a shorter one.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::batch::below;
use super::{Images, Object};
use item::Item;

mod item;
mod regions;
mod source;

pub(super) use source::decode;

/// Rows and columns of a scene.
pub const SIDE: usize = 64;
/// Rows and columns of a texture.
pub const TEXTURE_SIDE: usize = 128;

/// What the classes of Fashion-MNIST are in a scene: top, trouser, dress, shoe or bag.
const MERGED: [u8; 10] = [0, 1, 0, 2, 0, 3, 0, 3, 4, 3];
const CLASSES: usize = 5;

/// Items of a scene, if there is room for all.
const ITEMS: usize = 3;
/// The longer side of an item, in pixels: from this to below that.
const LONG: [usize; 2] = [18, 31];
/// The brightness of the background, in 1/256: .35 to .75.
const BRIGHT: [usize; 2] = [90, 193];
/// The strength of each colour of an item, in 1/255.
const TINT: [usize; 2] = [96, 256];
/// Black of an item becomes this grey: parts of it shall not vanish in the background.
const LIFT: usize = 32;
/// Places tried for an item before it is left out.
const TRIES: usize = 20;

/// Scenes in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenes {
    /// `[N, 3, 64, 64]`.
    pub pixels: Vec<u8>,
    /// `[N, 64, 64]`: 0 for the background, else the class of the item plus 1.
    pub masks: Vec<u8>,
    /// The items of each scene; their boxes are tight and do not touch.
    pub objects: Vec<Vec<Object>>,
}

/// Composes `count` scenes of the grey `items` with their labels, `[1, H, W]`, and `textures`, `[3, 128, 128]` each.
///
/// The classes are equally frequent, whatever their number of items. `split` keeps the random numbers of scenes for
/// learning from those of scenes for judging; items and textures of the two shall differ, too.
///
/// # Panics
/// If there are no textures, no items of a class, or labels above 9.
pub fn scenes(items: &Images, textures: &[&[u8]], seed: u64, split: u32, count: usize) -> Scenes {
    let mut by_class = vec![Vec::new(); CLASSES];
    for (index, &label) in items.labels().iter().enumerate() {
        by_class[usize::from(MERGED[usize::from(label)])].push(index);
    }
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut scenes = Scenes::default();
    for index in 0..count {
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream((u64::from(split) << 32) | index as u64);
        background(textures[below(&mut rng, textures.len())], &mut rng, &mut scenes.pixels);
        let mut canvas = Canvas::new(&mut scenes);
        for _ in 0..1 + below(&mut rng, ITEMS) {
            let class = below(&mut rng, CLASSES);
            let item = by_class[class][below(&mut rng, by_class[class].len())];
            canvas.add(class as u8, Item::cut(items.image(item), items.shape[2]), &mut rng);
        }
    }
    scenes
}

/// A number from the first to below the second.
fn within([from, to]: [usize; 2], rng: &mut impl Rng) -> usize {
    from + below(rng, to - from)
}

/// Appends a square of a texture, darkened.
fn background(texture: &[u8], rng: &mut impl Rng, pixels: &mut Vec<u8>) {
    let (x, y) = (below(rng, TEXTURE_SIDE - SIDE + 1), below(rng, TEXTURE_SIDE - SIDE + 1));
    let bright = within(BRIGHT, rng);
    for plane in texture.chunks_exact(TEXTURE_SIDE * TEXTURE_SIDE) {
        for row in plane.chunks_exact(TEXTURE_SIDE).skip(y).take(SIDE) {
            pixels.extend(row[x..x + SIDE].iter().map(|&pixel| ((usize::from(pixel) * bright + 128) >> 8) as u8));
        }
    }
}

/// The scene that is being made: the last.
struct Canvas<'a> {
    /// `[3, 64, 64]`.
    pixels: &'a mut [u8],
    /// `[64, 64]`.
    mask: &'a mut [u8],
    objects: &'a mut Vec<Object>,
    /// Left, top, right and bottom of the objects.
    boxes: Vec<[usize; 4]>,
}

impl<'a> Canvas<'a> {
    /// Begins the scene whose background was appended last.
    fn new(scenes: &'a mut Scenes) -> Canvas<'a> {
        let plane = SIDE * SIDE;
        let (first, index) = (scenes.masks.len(), scenes.objects.len());
        scenes.masks.resize(first + plane, 0);
        scenes.objects.push(Vec::new());
        Canvas {
            pixels: &mut scenes.pixels[3 * first..],
            mask: &mut scenes.masks[first..],
            objects: &mut scenes.objects[index],
            boxes: Vec::new(),
        }
    }

    /// Scales, flips and tints an item and puts it where it touches no other; leaves it out if no such place is found.
    fn add(&mut self, class: u8, item: Option<Item>, rng: &mut impl Rng) {
        let (long, flip) = (within(LONG, rng), below(rng, 2) == 1);
        let tint: [usize; 3] = std::array::from_fn(|_| within(TINT, rng));
        let Some(item) = item.and_then(|item| item.scaled(long)) else { return };
        let item = if flip { item.flipped() } else { item };
        let Some((x, y)) = self.place(&item, rng) else { return };
        let (right, bottom) = (x + item.width, y + item.height);
        self.boxes.push([x, y, right, bottom]);
        let [left, top, right, bottom] = [x, y, right, bottom].map(|side| side as f32);
        self.objects.push(Object { class, left, top, right, bottom });
        for (index, &pixel) in item.pixels.iter().enumerate() {
            let Some(grey) = pixel else { continue };
            let at = (y + index / item.width) * SIDE + x + index % item.width;
            let light = LIFT + usize::from(grey) * (255 - LIFT) / 255;
            for (channel, tint) in tint.iter().enumerate() {
                self.pixels[channel * SIDE * SIDE + at] = (light * tint / 255) as u8;
            }
            self.mask[at] = class + 1;
        }
    }

    /// A place at random with a free pixel between the item and all others.
    fn place(&self, item: &Item, rng: &mut impl Rng) -> Option<(usize, usize)> {
        (0..TRIES).find_map(|_| {
            let (x, y) = (below(rng, SIDE - item.width + 1), below(rng, SIDE - item.height + 1));
            let apart = |&[left, top, right, bottom]: &[usize; 4]| {
                x > right || y > bottom || x + item.width < left || y + item.height < top
            };
            self.boxes.iter().all(apart).then_some((x, y))
        })
    }
}

#[cfg(test)]
mod tests;
