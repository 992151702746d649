//! Batches made on the device from images that stay there: cropped, flipped, normalised, with one-hot targets.

use std::fmt::Write;

use super::{Kernel, READ, buffers_from};

const WORKGROUP: usize = 64;

/// What a batch is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    pub batch: usize,
    pub channels: usize,
    /// Y and X of the images.
    pub size: [usize; 2],
    pub classes: usize,
    /// Rows and columns of black on each side before a window is cut out.
    pub crop: usize,
    /// Buffers that the images are spread over, since a binding has a greatest size; all but the last hold as many images.
    pub stores: usize,
    pub images_per_store: usize,
}

/// One image of a batch in the plan that [`assemble`] binds: which image, and how its window lies.
pub fn plan_entry(image: u32, down: u32, right: u32, flip: bool) -> [u32; 2] {
    [image, down | right << 8 | u32::from(flip) << 16]
}

/// Binds the stores of images (bytes `[C, Y, X]` each, four to a word), labels (bytes), the plan of an epoch
/// (`[images, 2]` u32, see [`plan_entry`]), a table `[C, 256]` of the values of pixels; then writes images `[N, C, Y, X]`
/// and targets `[N, classes]`; then binds, as a uniform buffer of four u32, the place in the plan where the batch begins.
///
/// Window and padding are those of [`crate::data::Normalization::augmented`]: black is the table's entry for 0.
pub fn assemble(shape: &Batch) -> Kernel {
    let Batch { batch, channels, size: [height, width], classes, crop, stores, images_per_store } = *shape;
    let area = height * width;
    let mut bindings = String::new();
    let inputs = (0..stores).map(|store| format!("store{store}")).chain(["labels".into(), "plan".into()]);
    for (at, name) in inputs.enumerate() {
        let _ = writeln!(bindings, "@group(0) @binding({at}) var<storage, {READ}> {name}: array<u32>;");
    }
    bindings += &buffers_from(stores + 2, &["table", "images*", "targets*"]);
    let _ = writeln!(bindings, "@group(0) @binding({}) var<uniform> begin: vec4<u32>;", stores + 5);
    bindings += &pixel(stores, images_per_store, channels * area);
    let body = format!(
        "let slot = index / {area}u;
let place = index % {area}u;
let image = plan[(begin.x + slot) * 2u];
let window = plan[(begin.x + slot) * 2u + 1u];
let x = place % {width}u;
let turned = select(x, {last}u - x, (window >> 16u) > 0u);
let row = i32(place / {width}u + (window & 255u)) - {crop};
let column = i32(turned + ((window >> 8u) & 255u)) - {crop};
let inside = (row >= 0) & (row < {height}) & (column >= 0) & (column < {width});
let source = u32(clamp(row, 0, {bottom}) * {width} + clamp(column, 0, {last}));
for (var channel = 0u; channel < {channels}u; channel++) {{
let value = select(0u, pixel(image, channel * {area}u + source), inside);
images[(slot * {channels}u + channel) * {area}u + place] = table[channel * 256u + value];
}}
let label = (labels[image / 4u] >> (image % 4u * 8u)) & 255u;
for (var kind = place; kind < {classes}u; kind += {area}u) {{
targets[slot * {classes}u + kind] = select(0.0, 1.0, kind == label);
}}",
        last = width - 1,
        bottom = height - 1,
    );
    Kernel::flat(&bindings, batch * area, WORKGROUP, &body)
}

/// WGSL for the byte `at` of an image.
fn pixel(stores: usize, images_per_store: usize, size: usize) -> String {
    let mut text = String::from("fn pixel(image: u32, at: u32) -> u32 {\nvar word = 0u;\n");
    let _ = writeln!(text, "let byte = image % {images_per_store}u * {size}u + at;");
    for store in 0..stores {
        let read = format!("word = store{store}[byte / 4u];");
        let _ = match stores {
            1 => writeln!(text, "{read}"),
            _ => writeln!(text, "if (image / {images_per_store}u == {store}u) {{ {read} }}"),
        };
    }
    text + "return (word >> (byte % 4u * 8u)) & 255u;\n}\n"
}
