//! MobileNet, MobileNetV2 and ShuffleNetV2 0.5×: for images of 224×224 in 1,000 classes, and of 32×32 in 10.
//!
//! Which layers an expansion leaves compact is that of the authors' models (paper.md §1): no pointwise conv ever, and in
//! MobileNetV2 only the depthwise convs that begin a stage are expanded, besides the first layer.

use crate::spec::{Conv, Layer, Spec};

/// The images a network is for. Small ones are halved less often at the start.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Size {
    /// 32×32, 10 classes.
    Small,
    /// 224×224, 1,000 classes.
    Full,
}

impl Size {
    fn classes(self) -> usize {
        if self == Size::Small { 10 } else { 1000 }
    }

    /// The stride of a layer that halves large images only.
    fn early(self, stride: usize) -> usize {
        if self == Size::Small { 1 } else { stride }
    }
}

/// A 3×3 convolution and its norm.
fn conv(layers: &mut Vec<Layer>, outputs: usize, stride: usize, groups: usize, compact: bool) {
    layers.push(Layer::Conv(Conv { stride, groups, compact, bias: false, ..Conv::same(outputs, 3) }));
    layers.push(Layer::Norm);
}

/// A 1×1 convolution and its norm.
fn pointwise(layers: &mut Vec<Layer>, outputs: usize) {
    layers.push(Layer::Conv(Conv { bias: false, ..Conv::same(outputs, 1) }));
    layers.push(Layer::Norm);
}

/// Howard et al. 2017: depthwise and pointwise convolutions in turn.
pub(super) fn mobilenet(size: Size) -> Spec {
    let blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)];
    let blocks = blocks.into_iter().chain([(512, 1); 5]).chain([(1024, 2), (1024, 1)]);
    let mut layers = Vec::new();
    conv(&mut layers, 32, size.early(2), 1, false);
    layers.push(Layer::Relu);
    let mut channels = 32;
    for (outputs, stride) in blocks {
        conv(&mut layers, channels, stride, channels, false);
        layers.push(Layer::Relu);
        pointwise(&mut layers, outputs);
        layers.push(Layer::Relu);
        channels = outputs;
    }
    layers.extend([Layer::Average, Layer::Dense { outputs: size.classes(), bias: true }]);
    Spec(layers)
}

/// Sandler et al. 2018: inverted residuals.
pub(super) fn mobilenet_v2(size: Size) -> Spec {
    // Widening, channels, blocks, stride; whether the stage's first depthwise conv is expanded.
    let stages = [
        (1, 16, 1, 1, false),
        (6, 24, 2, size.early(2), true),
        (6, 32, 3, 2, true),
        (6, 64, 4, 2, true),
        (6, 96, 3, 1, false),
        (6, 160, 3, 2, true),
        (6, 320, 1, 1, false),
    ];
    let mut layers = Vec::new();
    conv(&mut layers, 32, size.early(2), 1, false);
    layers.push(Layer::Relu6);
    let (mut channels, mut residuals) = (32, 0);
    for (widening, outputs, blocks, stride, expanded) in stages {
        for block in 0..blocks {
            let (stride, residual) = if block == 0 { (stride, false) } else { (1, true) };
            let tag = format!("r{residuals}");
            if residual {
                residuals += 1;
                layers.push(Layer::Tag(tag.clone()));
            }
            let wide = channels * widening;
            if widening > 1 {
                pointwise(&mut layers, wide);
                layers.push(Layer::Relu6);
            }
            conv(&mut layers, wide, stride, wide, block > 0 || !expanded);
            layers.push(Layer::Relu6);
            pointwise(&mut layers, outputs);
            if residual {
                layers.push(Layer::Add(tag));
            }
            channels = outputs;
        }
    }
    pointwise(&mut layers, 1280);
    layers.extend([Layer::Relu6, Layer::Average, Layer::Dropout(0.2)]);
    layers.push(Layer::Dense { outputs: size.classes(), bias: true });
    Spec(layers)
}

/// Ma et al. 2018 at half its width: split, transform a half, concatenate, shuffle.
pub(super) fn shufflenet_v2(size: Size) -> Spec {
    let mut layers = Vec::new();
    conv(&mut layers, 24, size.early(2), 1, false);
    layers.push(Layer::Relu);
    if size == Size::Full {
        // The original's windows of 3×3 overlap; they leave an image of the same size.
        layers.push(Layer::Pool(2));
    }
    let (mut channels, mut units) = (24, 0);
    for (outputs, count) in [(48, 4), (96, 8), (192, 4)] {
        let half = outputs / 2;
        for unit in 0..count {
            units += 1;
            let (stride, aside) = if unit == 0 { (2, format!("d{units}")) } else { (1, format!("s{units}")) };
            if stride == 2 {
                let input = format!("i{units}");
                layers.push(Layer::Tag(input.clone()));
                conv(&mut layers, channels, 2, channels, false);
                pointwise(&mut layers, half);
                layers.extend([Layer::Relu, Layer::Tag(aside.clone()), Layer::From(input)]);
            } else {
                layers.push(Layer::Split(aside.clone()));
            }
            pointwise(&mut layers, half);
            layers.push(Layer::Relu);
            conv(&mut layers, half, stride, half, false);
            pointwise(&mut layers, half);
            layers.extend([Layer::Relu, Layer::Concat(aside), Layer::Shuffle(2)]);
            channels = outputs;
        }
    }
    pointwise(&mut layers, 1024);
    layers.extend([Layer::Relu, Layer::Average, Layer::Dense { outputs: size.classes(), bias: true }]);
    Spec(layers)
}
