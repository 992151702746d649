//! The layers a compact network is made of, and their text form.

use std::fmt;

use super::text::same_padding;

/// One layer of a compact network.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Conv(Conv),
    /// A transposed convolution: what a stride takes from an image, it gives back.
    Transposed(Transposed),
    /// Batch norm over the channels.
    Norm,
    Relu,
    /// ReLU that ends at 6.
    Relu6,
    /// ReLU that keeps this share of what is below zero.
    Leaky(f64),
    /// Max pooling over non-overlapping squares of this side.
    Pool(usize),
    /// The mean over each channel's pixels.
    Average,
    /// Each pixel becomes a square of this side.
    Upsample(usize),
    /// Deals the channels of this many groups out in turn, as ShuffleNet does.
    Shuffle(usize),
    /// In training, this share of the values is zero and the others are larger by as much.
    Dropout(f64),
    /// Keeps the value that stands here under a name.
    Tag(String),
    /// Goes on from the value of that name.
    From(String),
    /// Adds the value of that name.
    Add(String),
    /// Puts the channels of the value of that name before those that stand here.
    Concat(String),
    /// Keeps the first half of the channels under a name and goes on with the second.
    Split(String),
    Flatten,
    Dense {
        outputs: usize,
        bias: bool,
    },
}

/// A convolution with a square kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv {
    pub outputs: usize,
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
    pub dilation: usize,
    pub groups: usize,
    pub bias: bool,
    /// Stays one map in an expanded network, unless an experiment says otherwise of this very layer.
    pub compact: bool,
}

/// A transposed convolution with a square kernel, without padding.
#[derive(Clone, Debug, PartialEq)]
pub struct Transposed {
    pub outputs: usize,
    pub kernel: usize,
    pub stride: usize,
    pub bias: bool,
}

impl Conv {
    /// A convolution of stride 1 with a bias that keeps the image's size.
    pub fn same(outputs: usize, kernel: usize) -> Conv {
        let padding = same_padding(kernel, 1);
        Conv { outputs, kernel, stride: 1, padding, dilation: 1, groups: 1, bias: true, compact: false }
    }

    /// Output shape `[C, Y, X]`, or why there is none.
    pub(super) fn output(&self, [channels, height, width]: [usize; 3]) -> Result<[usize; 3], String> {
        if !channels.is_multiple_of(self.groups) || !self.outputs.is_multiple_of(self.groups) {
            return Err(format!(
                "{} groups divide neither or only one of {channels} input and {} output channels; use a common divisor",
                self.groups, self.outputs
            ));
        }
        let reach = (self.kernel - 1) * self.dilation + 1;
        let size = |n: usize| (n + 2 * self.padding).checked_sub(reach).map(|rest| rest / self.stride + 1);
        match (size(height), size(width)) {
            (Some(y), Some(x)) => Ok([self.outputs, y, x]),
            _ => Err(format!(
                "the kernel reaches over {reach} pixels, the padded image is {}×{}; use a smaller kernel or more padding",
                height + 2 * self.padding,
                width + 2 * self.padding
            )),
        }
    }
}

impl Transposed {
    /// Output shape `[C, Y, X]`.
    pub fn output(&self, [_, height, width]: [usize; 3]) -> [usize; 3] {
        let size = |n: usize| (n - 1) * self.stride + self.kernel;
        [self.outputs, size(height), size(width)]
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Conv(conv) => {
                write!(f, "conv {} k{}", conv.outputs, conv.kernel)?;
                let same = same_padding(conv.kernel, conv.dilation);
                let options =
                    [('s', conv.stride, 1), ('p', conv.padding, same), ('d', conv.dilation, 1), ('g', conv.groups, 1)];
                for (letter, value, default) in options {
                    if value != default {
                        write!(f, " {letter}{value}")?;
                    }
                }
                write!(f, "{}{}", no_bias(conv.bias), if conv.compact { " compact" } else { "" })
            }
            Layer::Transposed(Transposed { outputs, kernel, stride, bias }) => {
                write!(f, "transposed {outputs} k{kernel} s{stride}{}", no_bias(*bias))
            }
            Layer::Norm => write!(f, "norm"),
            Layer::Relu => write!(f, "relu"),
            Layer::Relu6 => write!(f, "relu6"),
            Layer::Leaky(slope) => write!(f, "leaky {slope}"),
            Layer::Pool(size) => write!(f, "pool {size}"),
            Layer::Average => write!(f, "average"),
            Layer::Upsample(factor) => write!(f, "upsample {factor}"),
            Layer::Shuffle(groups) => write!(f, "shuffle {groups}"),
            Layer::Dropout(share) => write!(f, "dropout {share}"),
            Layer::Tag(name) => write!(f, "tag {name}"),
            Layer::From(name) => write!(f, "from {name}"),
            Layer::Add(name) => write!(f, "add {name}"),
            Layer::Concat(name) => write!(f, "concat {name}"),
            Layer::Split(name) => write!(f, "split {name}"),
            Layer::Flatten => write!(f, "flatten"),
            Layer::Dense { outputs, bias } => write!(f, "dense {outputs}{}", no_bias(*bias)),
        }
    }
}

fn no_bias(bias: bool) -> &'static str {
    if bias { "" } else { " nobias" }
}
