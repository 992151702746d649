//! Scenes are what they say: tight boxes apart from each other, whole masks, and the same bytes everywhere.

use std::sync::OnceLock;

use super::regions::regions;
use super::*;
use crate::data::tests::load;
use crate::data::{Dataset, Split, Targets, decode, entry, files};
use crate::experiment::DatasetName;

/// The items that scenes are made of.
fn fashion() -> &'static Dataset {
    static SET: OnceLock<Dataset> = OnceLock::new();
    SET.get_or_init(|| decode(DatasetName::FashionMnist, &load(&entry(DatasetName::FashionMnist).files())).unwrap())
}

fn built_in(name: DatasetName) -> Dataset {
    decode(name, &load(&entry(name).files())).unwrap()
}

/// The eight textures, `[8, 3, 128, 128]`.
fn textures() -> Vec<u8> {
    let made_of = entry(DatasetName::SceneMasks).made_of.unwrap();
    let shape = [3, TEXTURE_SIDE, TEXTURE_SIDE];
    let tiles = made_of.textures.tiles(&load(&[made_of.textures.file])[made_of.textures.file], shape).unwrap();
    let mut planes = Vec::new();
    crate::data::picture::planes(&tiles, shape, &mut planes);
    planes
}

/// Scenes from training items on all textures.
fn some(seed: u64, count: usize) -> Scenes {
    let textures = textures();
    let textures: Vec<&[u8]> = textures.chunks_exact(3 * TEXTURE_SIDE * TEXTURE_SIDE).collect();
    scenes(&fashion().train, &textures, seed, 0, count)
}

/// Left, top, right, bottom.
fn sides(object: &Object) -> [usize; 4] {
    [object.left, object.top, object.right, object.bottom].map(|side| side as usize)
}

/// The pixels of a scene's mask in a box that are of the box's item, row-major.
fn within_box(mask: &[u8], object: &Object) -> (Vec<bool>, usize) {
    let [left, top, right, bottom] = sides(object);
    let rows = mask.chunks_exact(SIDE).take(bottom).skip(top);
    (rows.flat_map(|row| &row[left..right]).map(|&class| class == object.class + 1).collect(), right - left)
}

#[test]
fn boxes_are_tight_and_hold_all_of_the_masks() {
    let scenes = some(3, 300);
    for (mask, objects) in scenes.masks.chunks_exact(SIDE * SIDE).zip(&scenes.objects) {
        let mut pixels = 0;
        for object in objects {
            let (inside, width) = within_box(mask, object);
            let rows = || inside.chunks_exact(width);
            let edge = |row: Option<&[bool]>| row.is_some_and(|row| row.contains(&true));
            assert!(edge(rows().next()) && edge(rows().last()), "{object:?}");
            assert!(rows().any(|row| row[0]) && rows().any(|row| row[width - 1]), "{object:?}");
            pixels += inside.iter().filter(|inside| **inside).count();
        }
        // Nothing outside of the boxes, and nothing of another item inside.
        assert_eq!(pixels, mask.iter().filter(|&&class| class != 0).count());
    }
}

#[test]
fn boxes_lie_apart_inside_the_scene() {
    let scenes = some(4, 500);
    for objects in &scenes.objects {
        assert!((1..=ITEMS).contains(&objects.len()));
        for (index, one) in objects.iter().enumerate() {
            let [left, top, right, bottom] = sides(one);
            assert!(left < right && right <= SIDE && top < bottom && bottom <= SIDE);
            // A thin edge may have been lost in scaling.
            assert!((LONG[0] - 3..LONG[1]).contains(&(right - left).max(bottom - top)), "{one:?}");
            for other in &objects[..index] {
                let [l, t, r, b] = sides(other);
                assert!(right < l || r < left || bottom < t || b < top, "{one:?} touches {other:?}");
            }
        }
    }
}

#[test]
fn masks_have_no_specks() {
    let scenes = some(5, 500);
    for (mask, objects) in scenes.masks.chunks_exact(SIDE * SIDE).zip(&scenes.objects) {
        for object in objects {
            let (inside, width) = within_box(mask, object);
            let parts: Vec<usize> = regions(&inside, width, true).iter().map(Vec::len).collect();
            let largest = parts.iter().max().unwrap();
            assert!(parts.iter().all(|part| 100 * part >= 3 * largest), "{object:?}: {parts:?}");
        }
    }
}

#[test]
fn every_scene_draws_for_itself() {
    let (short, long) = (some(1, 8), some(1, 20));
    assert_eq!(long.pixels[..short.pixels.len()], short.pixels);
    assert_eq!(long.masks[..short.masks.len()], short.masks);
    assert_eq!(long.objects[..8], short.objects);
    assert_ne!(some(2, 8).pixels, short.pixels);
}

#[test]
fn classes_and_sizes_are_as_intended() {
    let scenes = some(6, 2000);
    let count = |class: u8| scenes.objects.iter().flatten().filter(|object| object.class == class).count() as f64;
    let all = scenes.objects.iter().flatten().count() as f64;
    // Two items a scene, less those without room.
    assert!((1.9..2.0).contains(&(all / 2000.0)), "{all}");
    (0..5).for_each(|class| assert!((0.18..0.22).contains(&(count(class) / all)), "{class}"));
    let share = scenes.masks.iter().filter(|&&class| class != 0).count() as f64 / scenes.masks.len() as f64;
    assert!((0.12..0.14).contains(&share), "{share}");
}

/// Items of test scenes are test items, and their textures are not those of training scenes.
#[test]
fn scenes_that_judge_share_nothing_with_scenes_that_teach() {
    let set = built_in(DatasetName::SceneMasks);
    let textures = textures();
    let textures: Vec<&[u8]> = textures.chunks_exact(3 * TEXTURE_SIDE * TEXTURE_SIDE).collect();
    assert_eq!(*set.train.pixels, scenes(&fashion().train, &textures[..5], 0, 0, 3000).pixels);
    assert_eq!(*set.test.pixels, scenes(&fashion().test, &textures[5..], 0, 1, 500).pixels);
    let train: std::collections::HashSet<&[u8]> = fashion().train.pixels.chunks_exact(28 * 28).collect();
    assert!(fashion().test.pixels.chunks_exact(28 * 28).all(|item| !train.contains(item)));
}

/// One byte each: the number of objects, then class, left, top, right, bottom of each.
fn bytes(objects: &[Vec<Object>]) -> Vec<u8> {
    let object = |object: &Object| {
        let [left, top, right, bottom] = sides(object).map(|side| side as u8);
        [object.class, left, top, right, bottom]
    };
    objects.iter().flat_map(|all| std::iter::once(all.len() as u8).chain(all.iter().flat_map(object))).collect()
}

#[test]
fn built_in_scenes_are_the_same_everywhere() {
    for name in [DatasetName::SceneMasks, DatasetName::SceneBoxes] {
        let (set, entry) = (built_in(name), entry(name));
        for (images, Split { count, pixels_sha256, labels_sha256, .. }) in
            [(&set.train, &entry.train), (&set.test, &entry.test)]
        {
            assert_eq!((images.len(), images.shape, images.targets.task()), (*count, entry.shape, entry.task));
            let labels = match &images.targets {
                Targets::Objects(objects) => bytes(objects),
                Targets::Masks(masks) => masks.to_vec(),
                Targets::Classes(_) => panic!("scenes have no class"),
            };
            let found = (files::sha256(&images.pixels), files::sha256(&labels));
            assert_eq!(found, (pixels_sha256.to_string(), labels_sha256.to_string()), "{name:?}");
        }
    }
}
