//! Whether targets belong to their images: boxes inside, classes that exist, masks of the right size. Images and boxes
//! are counted from 0.

use std::sync::Arc;

use super::{IGNORE, Object, Targets};
use crate::error::Fault;

impl Targets {
    /// Checks targets of `images` images of `shape`, `[C, H, W]`, and of `classes` classes.
    ///
    /// Boxes that reach outside their images are clipped, which the notices tell. Nothing else is changed.
    ///
    /// # Errors
    /// Targets of more or fewer images, classes that do not exist, and boxes without an area inside their images. On an
    /// error boxes before the refused one may have been clipped.
    pub fn check(&mut self, images: usize, shape: [usize; 3], classes: usize) -> Result<Vec<Fault>, Fault> {
        let plane = shape[1] * shape[2];
        match self {
            Targets::Classes(labels) => {
                count("labels", labels.len(), images)?;
                match labels.iter().position(|&label| usize::from(label) >= classes) {
                    Some(at) => Err(unknown_class(format!("image {at}"), labels[at], classes)),
                    None => Ok(Vec::new()),
                }
            }
            Targets::Masks(masks) => {
                count("pixels of masks", masks.len(), images * plane)?;
                match masks.iter().position(|&value| usize::from(value) >= classes && value != IGNORE) {
                    Some(at) => Err(unknown_value(at / plane, at % plane, shape[2], masks[at], classes)),
                    None => Ok(Vec::new()),
                }
            }
            Targets::Objects(objects) => {
                count("lists of boxes", objects.len(), images)?;
                clip(Arc::make_mut(objects).as_mut_slice(), [shape[1], shape[2]], classes)
            }
        }
    }
}

/// The shape that all images have, `[C, H, W]` each.
///
/// # Errors
/// If there are no images, or one has another shape than the first.
pub fn same_shape(shapes: &[[usize; 3]]) -> Result<[usize; 3], Fault> {
    let Some(&first) = shapes.first() else { return Err(refuse("no_images", "there are no images; give one or more")) };
    let text = |[channels, height, width]: [usize; 3]| format!("{width}×{height} pixels with {channels} channel(s)");
    match shapes.iter().position(|&shape| shape != first) {
        Some(at) => Err(refuse(
            "image_size",
            format!("image {at} has {}, image 0 has {}; give all images the same size", text(shapes[at]), text(first)),
        )),
        None => Ok(first),
    }
}

/// Checks that the mask of an image, `[H, W]`, is as large as the image of `shape`, `[C, H, W]`.
///
/// # Errors
/// If it is not.
pub fn mask_size(image: usize, mask: [usize; 2], shape: [usize; 3]) -> Result<(), Fault> {
    if mask == shape[1..] {
        return Ok(());
    }
    let [height, width] = mask;
    let text = format!(
        "the mask of image {image} has {width}×{height} pixels, the image {}×{}; give both the same size",
        shape[2], shape[1]
    );
    Err(refuse("mask_size", text))
}

/// Clips boxes to images of `size`, `[H, W]`; one notice for all that were.
fn clip(objects: &mut [Vec<Object>], size: [usize; 2], classes: usize) -> Result<Vec<Fault>, Fault> {
    let [bottom, right] = size.map(|side| side as f32);
    let (mut clipped, mut first) = (0, None);
    for (image, objects) in objects.iter_mut().enumerate() {
        for (index, object) in objects.iter_mut().enumerate() {
            let place = format!("box {index} of image {image}");
            if usize::from(object.class) >= classes {
                return Err(unknown_class(place, object.class, classes));
            }
            let inside = Object {
                left: object.left.max(0.0),
                top: object.top.max(0.0),
                right: object.right.min(right),
                bottom: object.bottom.min(bottom),
                ..*object
            };
            // A side that is not a number is neither kept by max and min nor equal to itself.
            let numbers = [object.left, object.top, object.right, object.bottom].iter().all(|side| side.is_finite());
            if !numbers || inside.left >= inside.right || inside.top >= inside.bottom {
                let text = format!(
                    "{place}, {}, has no area inside the image of {right}×{bottom} pixels; use finite numbers, the \
                     right greater than the left, the bottom greater than the top",
                    sides(object)
                );
                return Err(refuse("box_empty", text));
            }
            if inside != *object {
                clipped += 1;
                first.get_or_insert_with(|| format!("{place}, {}", sides(object)));
                *object = inside;
            }
        }
    }
    let notice = |first: String| {
        let text = format!("{clipped} box(es) reached outside the images and were clipped; the first was {first}");
        refuse("boxes_clipped", text)
    };
    Ok(first.map(notice).into_iter().collect())
}

fn sides(object: &Object) -> String {
    format!("from ({}, {}) to ({}, {})", object.left, object.top, object.right, object.bottom)
}

fn count(what: &str, found: usize, expected: usize) -> Result<(), Fault> {
    if found == expected {
        return Ok(());
    }
    Err(refuse("target_count", format!("there are {found} {what}, the images need {expected}")))
}

fn unknown_class(place: String, class: u8, classes: usize) -> Fault {
    refuse("unknown_class", format!("{place} has class {class}; use 0 to {}", classes - 1))
}

fn unknown_value(image: usize, pixel: usize, width: usize, value: u8, classes: usize) -> Fault {
    let (x, y) = (pixel % width, pixel / width);
    let text = format!(
        "the mask of image {image} has value {value} at ({x}, {y}); use a class, 0 to {}, or {IGNORE} for pixels that \
         do not count",
        classes - 1
    );
    refuse("mask_value", text)
}

fn refuse(code: &str, text: impl Into<String>) -> Fault {
    Fault::new(code, text).at("dataset")
}

#[cfg(test)]
mod tests;
