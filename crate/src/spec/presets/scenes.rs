//! A U-Net and a YOLO-LITE for scenes of 64×64 pixels.

use crate::spec::{Conv, Layer, Spec};

/// Ronneberger et al. 2015, small: one conv a level, skips by concatenation, nearest-pixel upsampling.
pub(super) fn unet([first, second, third, bottom]: [usize; 4], classes: usize) -> Spec {
    let conv = |layers: &mut Vec<Layer>, outputs| {
        layers.extend([Layer::Conv(Conv { bias: false, ..Conv::same(outputs, 3) }), Layer::Norm, Layer::Relu]);
    };
    let mut layers = Vec::new();
    let levels = [first, second, third];
    for width in levels {
        conv(&mut layers, width);
        layers.extend([Layer::Tag(format!("level{width}")), Layer::Pool(2)]);
    }
    conv(&mut layers, bottom);
    for width in levels.into_iter().rev() {
        layers.extend([Layer::Upsample(2), Layer::Concat(format!("level{width}"))]);
        conv(&mut layers, width);
    }
    layers.push(Layer::Conv(Conv::same(classes, 1)));
    Spec(layers)
}

/// Huang et al. 2018, scaled down: five 3×3 convs of the backbone, which are expanded, one more, and 3 anchors of
/// 5 + 5 numbers a cell on a grid of 8×8; so many times as wide. Leaky ReLU and no norm, as in the original that won.
pub(super) fn yolo_lite(width: usize) -> Spec {
    let mut layers = Vec::new();
    for (index, outputs) in [8, 16, 32, 64, 64, 64].into_iter().enumerate() {
        layers.extend([Layer::Conv(Conv { compact: index == 5, ..Conv::same(width * outputs, 3) }), Layer::Leaky(0.1)]);
        if index < 3 {
            layers.push(Layer::Pool(2));
        }
    }
    layers.push(Layer::Conv(Conv::same(30, 1)));
    Spec(layers)
}
