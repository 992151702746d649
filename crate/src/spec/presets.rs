//! Compact networks by name: SmallNet here, the others below.

use super::{Conv, Layer, Spec};

mod mobile;
mod scenes;

pub(super) fn preset(name: &str) -> Option<Spec> {
    Some(match name {
        "smallnet-3" => smallnet(&[8, 16, 32], 3, 0),
        "smallnet-5" => smallnet(&[8, 16, 32], 5, 2),
        "smallnet-7" => smallnet(&[8, 16, 32], 7, 3),
        "smallnet-9" => smallnet(&[8, 16, 32], 9, 4),
        "smallnet4-3" => smallnet(&[8, 16, 32, 64], 3, 1),
        "smallnet4-5" => smallnet(&[8, 16, 32, 64], 5, 2),
        "smallnet4-7" => smallnet(&[8, 16, 32, 64], 7, 3),
        "smallnet4-9" => smallnet(&[8, 16, 32, 64], 9, 4),
        "mobilenet" => mobile::mobilenet(mobile::Size::Small),
        "mobilenet-v2" => mobile::mobilenet_v2(mobile::Size::Small),
        "shufflenet-v2" => mobile::shufflenet_v2(mobile::Size::Small),
        "mobilenet-224" => mobile::mobilenet(mobile::Size::Full),
        "mobilenet-v2-224" => mobile::mobilenet_v2(mobile::Size::Full),
        "shufflenet-v2-224" => mobile::shufflenet_v2(mobile::Size::Full),
        "unet" => scenes::unet([8, 16, 32, 64], 6),
        "unet-2" => scenes::unet([8, 16, 32, 64], 2),
        "unet-wide" => scenes::unet([32, 64, 128, 256], 6),
        "yolo-lite" => scenes::yolo_lite(1),
        "yolo-lite-wide" => scenes::yolo_lite(4),
        _ => return None,
    })
}

/// SmallNet: convs of 8, 16, 32 (, 64) channels, each with norm, ReLU and 2×2 pooling, then 64 and 10 units.
///
/// Three convs: the authors' code, where k = 3 has no padding. Four: the paper's complexity table.
fn smallnet(widths: &[usize], kernel: usize, padding: usize) -> Spec {
    let mut layers = Vec::new();
    for &outputs in widths {
        layers.push(Layer::Conv(Conv { padding, ..Conv::same(outputs, kernel) }));
        layers.extend([Layer::Norm, Layer::Relu, Layer::Pool(2)]);
    }
    layers.extend([Layer::Flatten, Layer::Dense { outputs: 64, bias: true }, Layer::Relu]);
    layers.push(Layer::Dense { outputs: 10, bias: true });
    Spec(layers)
}
