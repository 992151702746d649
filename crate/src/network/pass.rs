//! The forward pass: layer after layer, with what is kept for branches. Training, evaluating and measuring differ in few of
//! them, which a [`Pass`] answers for.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;

use super::chain::run;
use super::{Network, Tensors};
use crate::expand::PlannedLayer;
use crate::kernels::shape::{Activation, Convolution, Normalization};
use crate::kernels::tensor::transposed_convolution;
use crate::spec::{Layer, Placed, Transposed};

/// What differs from pass to pass. Images and features are `[N, C, Y, X]`.
pub(super) trait Pass {
    /// Whether a norm takes along the activation and the pooling that follow it.
    const FUSED: bool = true;

    /// A norm of that name with its γ and β, and what `shape` says follows.
    fn norm(&mut self, name: &str, x: Tensor<4>, by: [Tensor<1>; 2], shape: Normalization) -> Tensor<4>;

    fn relu(&mut self, x: Tensor<4>) -> Tensor<4> {
        relu(x)
    }

    fn pool(&mut self, x: Tensor<4>, side: usize) -> Tensor<4> {
        max_pool2d(x, MaxPoolOptions::new([side; 2]))
    }

    /// Dropout at the layer of that index.
    fn dropout(&mut self, _layer: usize, x: Tensor<4>, _share: f64) -> Tensor<4> {
        x
    }
}

impl Network {
    /// What the network makes of images, `[N, C, Y, X]` both.
    pub(super) fn pass<P: Pass>(&self, parameters: &Tensors, images: Tensor<4>, pass: &mut P) -> Tensor<4> {
        let mut schedules = self.schedules.iter();
        let mut kept: BTreeMap<&str, Tensor<4>> = BTreeMap::new();
        let mut x = images;
        let mut layers = self.plan.layers.iter().enumerate().peekable();
        while let Some((index, layer)) = layers.next() {
            let name = &layer.placed.name;
            let parameter = |part: &str| parameters[&format!("{name}.{part}")].clone();
            let before = |tag: &String| kept[tag.as_str()].clone();
            x = match (&layer.placed.layer, &layer.chain) {
                (_, Some(chain)) => {
                    let schedule = schedules.next().expect("one schedule per chain, made in `new`");
                    run(chain, &schedule.folds, parameters, x)
                }
                (Layer::Norm, _) => {
                    let mut follows =
                        |wanted: fn(&Layer) -> bool| layers.next_if(|(_, next)| P::FUSED && wanted(&next.placed.layer));
                    let activation = match follows(|layer| matches!(layer, Layer::Relu | Layer::Relu6)) {
                        Some((_, next)) if next.placed.layer == Layer::Relu6 => Activation::Relu6,
                        Some(_) => Activation::Relu,
                        None => Activation::None,
                    };
                    let pool = match follows(|layer| matches!(layer, Layer::Pool(_))) {
                        Some((_, PlannedLayer { placed: Placed { layer: Layer::Pool(size), .. }, .. })) => *size,
                        _ => 1,
                    };
                    let [batch, channels, height, width] = x.dims();
                    let shape = Normalization { batch, channels, size: [height, width], activation, pool };
                    pass.norm(name, x, [parameter("weight"), parameter("bias")], shape)
                }
                (Layer::Transposed(transposed), _) => {
                    let bias = transposed.bias.then(|| parameter("bias"));
                    transpose(x, parameter("weight"), bias, transposed)
                }
                (Layer::Relu, _) => pass.relu(x),
                // Of ReLUs, so that a pass need answer for these only.
                (Layer::Relu6, _) => {
                    let below = pass.relu(x).neg().add_scalar(6.0);
                    pass.relu(below).neg().add_scalar(6.0)
                }
                (Layer::Leaky(slope), _) => {
                    let leak = x.clone().mul_scalar(*slope);
                    pass.relu(x).mul_scalar(1.0 - slope).add(leak)
                }
                (Layer::Pool(size), _) => pass.pool(x, *size),
                (Layer::Dropout(share), _) => pass.dropout(index, x, *share),
                (Layer::Average, _) => average(x),
                (Layer::Upsample(factor), _) => upsample(x, *factor),
                (Layer::Shuffle(groups), _) => shuffle(x, *groups),
                (Layer::Tag(tag), _) => {
                    kept.insert(tag, x.clone());
                    x
                }
                (Layer::From(tag), _) => before(tag),
                (Layer::Add(tag), _) => x.add(before(tag)),
                (Layer::Concat(tag), _) => Tensor::cat(vec![before(tag), x], 1),
                (Layer::Split(tag), _) => {
                    let [n, c, height, width] = x.dims();
                    kept.insert(tag, x.clone().slice([0..n, 0..c / 2, 0..height, 0..width]));
                    x.slice([0..n, c / 2..c, 0..height, 0..width])
                }
                (Layer::Flatten, _) => {
                    let [n, c, height, width] = x.dims();
                    x.reshape([n, c * height * width, 1, 1])
                }
                (Layer::Conv(_) | Layer::Dense { .. }, None) => unreachable!("conv and dense layers have a chain"),
            };
        }
        x
    }
}

/// A transposed convolution of `[N, I, Y, X]` with `weight` `[I, O, K, K]`, flat, as in PyTorch.
fn transpose(x: Tensor<4>, weight: Tensor<1>, bias: Option<Tensor<1>>, layer: &Transposed) -> Tensor<4> {
    let [n, inputs, height, width] = x.dims();
    let [outputs, size @ ..] = layer.output([inputs, height, width]);
    let (kernel, stride) = (layer.kernel, layer.stride);
    // The convolution that this one is the adjoint of.
    let shape = Convolution {
        batch: n,
        inputs: outputs,
        outputs: inputs,
        size,
        kernel,
        stride,
        padding: 0,
        dilation: 1,
        groups: 1,
    };
    let y = transposed_convolution(x, weight.reshape([inputs, outputs, kernel, kernel]), shape);
    match bias {
        Some(bias) => y.add(bias.reshape([1, outputs, 1, 1])),
        None => y,
    }
}

/// Each pixel of `[N, C, Y, X]` becomes a square: the adjoint of summing squares, channel by channel.
fn upsample(x: Tensor<4>, factor: usize) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let shape = Convolution {
        batch: n,
        inputs: c,
        outputs: c,
        size: [height * factor, width * factor],
        kernel: factor,
        stride: factor,
        padding: 0,
        dilation: 1,
        groups: c,
    };
    let ones = Tensor::ones([c, 1, factor, factor], &x.device());
    transposed_convolution(x, ones, shape)
}

/// The mean over the pixels of `[N, C, Y, X]`: `[N, C, 1, 1]`.
fn average(x: Tensor<4>) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let pixels = height * width;
    x.reshape([n * c, pixels]).sum_dim(1).mul_scalar(1.0 / pixels as f64).reshape([n, c, 1, 1])
}

/// Channel `c` of group `g` becomes channel `c · groups + g`.
fn shuffle(x: Tensor<4>, groups: usize) -> Tensor<4> {
    let [n, c, height, width] = x.dims();
    let dealt = x.reshape([n, groups, c / groups, height * width]).permute([0, 2, 1, 3]);
    dealt.reshape([n, c, height, width])
}
