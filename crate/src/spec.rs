//! The compact architecture as data: a list of layers with a text form.
//!
//! `conv 8 k7; norm; relu; pool 2; flatten; dense 64; relu; dense 10` parses, prints and round-trips.
//! Options of a convolution: `k` kernel, `s` stride (1), `p` padding (keeps the size: d·(k−1)/2), `d` dilation (1),
//! `g` groups (1), `nobias`.

use std::fmt;

use crate::error::Fault;

mod text;

/// One layer of a compact network.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Conv(Conv),
    /// Batch norm over the channels.
    Norm,
    Relu,
    /// Max pooling over non-overlapping squares of this side.
    Pool(usize),
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
}

/// A compact network.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(pub Vec<Layer>);

/// A layer in its place: its PyTorch name and the shapes around it, `[C, Y, X]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// `conv1`, `conv1_bn`, `fc1`; empty for layers without parameters.
    pub name: String,
    pub layer: Layer,
    pub input: [usize; 3],
    pub output: [usize; 3],
}

/// Largest width, kernel, stride … a network may name; above it a typing error is likelier than a wish.
const MOST: usize = 4096;

impl Spec {
    /// A preset by name, or the text form.
    ///
    /// # Errors
    /// A [`Fault`] at `network` naming the part that is not understood and what is.
    pub fn named(text: &str) -> Result<Spec, Fault> {
        match preset(text.trim()) {
            Some(spec) => Ok(spec),
            None => Spec::parse(text),
        }
    }

    /// Reads the text form; layers are separated by `;` or line ends.
    ///
    /// # Errors
    /// As [`Spec::named`].
    pub fn parse(text: &str) -> Result<Spec, Fault> {
        text::parse(text).map_err(|message| Fault::new("bad_network", message).at("network"))
    }

    /// The same network with another kernel in every convolution; padding that keeps the size goes on keeping it.
    pub fn with_kernel(&self, kernel: usize) -> Spec {
        let changed = |layer: &Layer| match layer {
            Layer::Conv(conv) if conv.padding == text::same_padding(conv.kernel, conv.dilation) => {
                Layer::Conv(Conv { kernel, padding: text::same_padding(kernel, conv.dilation), ..conv.clone() })
            }
            Layer::Conv(conv) => Layer::Conv(Conv { kernel, ..conv.clone() }),
            other => other.clone(),
        };
        Spec(self.0.iter().map(changed).collect())
    }

    /// Every layer with its name and shapes for images of `input` = `[C, Y, X]`.
    ///
    /// # Errors
    /// A [`Fault`] at `network` naming layer, expected, found and a remedy where a layer does not fit.
    pub fn place(&self, input: [usize; 3]) -> Result<Vec<Placed>, Fault> {
        let mut shape = input;
        let (mut convs, mut denses, mut last) = (0, 0, String::new());
        let mut placed = Vec::with_capacity(self.0.len());
        for (index, layer) in self.0.iter().enumerate() {
            let refuse = |message: String| {
                Fault::new("does_not_fit", format!("layer {} ({layer}): {message}", index + 1)).at("network")
            };
            let from = shape;
            let mut name = String::new();
            match layer {
                Layer::Conv(conv) => {
                    convs += 1;
                    name = format!("conv{convs}");
                    last.clone_from(&name);
                    shape = conv.output(from).map_err(refuse)?;
                }
                Layer::Norm if last.is_empty() => {
                    return Err(refuse("a norm follows a conv or dense layer; there is none before it".into()));
                }
                Layer::Norm => name = format!("{last}_bn"),
                Layer::Relu => {}
                Layer::Pool(size) => {
                    if from[1] < *size || from[2] < *size {
                        return Err(refuse(format!(
                            "the image is {}×{} here, smaller than the pool; use fewer pools or more padding",
                            from[1], from[2]
                        )));
                    }
                    shape = [from[0], from[1] / size, from[2] / size];
                }
                Layer::Flatten => shape = [from.iter().product(), 1, 1],
                Layer::Dense { outputs, .. } => {
                    if from[1] != 1 || from[2] != 1 {
                        return Err(refuse(format!(
                            "a dense layer takes a flat vector, found {}×{}×{}; put flatten before it",
                            from[0], from[1], from[2]
                        )));
                    }
                    denses += 1;
                    name = format!("fc{denses}");
                    last.clone_from(&name);
                    shape = [*outputs, 1, 1];
                }
            }
            if placed.iter().any(|other: &Placed| !name.is_empty() && other.name == name) {
                return Err(refuse("one norm per conv or dense layer".into()));
            }
            placed.push(Placed { name, layer: layer.clone(), input: from, output: shape });
        }
        Ok(placed)
    }
}

impl Conv {
    /// Output shape `[C, Y, X]`, or why there is none.
    fn output(&self, [channels, height, width]: [usize; 3]) -> Result<[usize; 3], String> {
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

/// SmallNet: convs of 8, 16, 32 (, 64) channels, each with norm, ReLU and 2×2 pooling, then 64 and 10 units.
///
/// Three convs: the authors' code, where k = 3 has no padding. Four: the paper's complexity table.
fn preset(name: &str) -> Option<Spec> {
    let (widths, kernel, padding): (&[usize], usize, Option<usize>) = match name {
        "smallnet-3" => (&[8, 16, 32], 3, Some(0)),
        "smallnet-5" => (&[8, 16, 32], 5, None),
        "smallnet-7" => (&[8, 16, 32], 7, None),
        "smallnet-9" => (&[8, 16, 32], 9, None),
        "smallnet4-3" => (&[8, 16, 32, 64], 3, None),
        "smallnet4-5" => (&[8, 16, 32, 64], 5, None),
        "smallnet4-7" => (&[8, 16, 32, 64], 7, None),
        "smallnet4-9" => (&[8, 16, 32, 64], 9, None),
        _ => return None,
    };
    let mut layers = Vec::new();
    for &outputs in widths {
        let padding = padding.unwrap_or(kernel / 2);
        layers.push(Layer::Conv(Conv { outputs, kernel, stride: 1, padding, dilation: 1, groups: 1, bias: true }));
        layers.extend([Layer::Norm, Layer::Relu, Layer::Pool(2)]);
    }
    layers.extend([Layer::Flatten, Layer::Dense { outputs: 64, bias: true }, Layer::Relu]);
    layers.push(Layer::Dense { outputs: 10, bias: true });
    Some(Spec(layers))
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Conv(conv) => {
                write!(f, "conv {} k{}", conv.outputs, conv.kernel)?;
                let same = text::same_padding(conv.kernel, conv.dilation);
                let options =
                    [('s', conv.stride, 1), ('p', conv.padding, same), ('d', conv.dilation, 1), ('g', conv.groups, 1)];
                for (letter, value, default) in options {
                    if value != default {
                        write!(f, " {letter}{value}")?;
                    }
                }
                if conv.bias { Ok(()) } else { write!(f, " nobias") }
            }
            Layer::Norm => write!(f, "norm"),
            Layer::Relu => write!(f, "relu"),
            Layer::Pool(size) => write!(f, "pool {size}"),
            Layer::Flatten => write!(f, "flatten"),
            Layer::Dense { outputs, bias } => write!(f, "dense {outputs}{}", if *bias { "" } else { " nobias" }),
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.iter().map(Layer::to_string).collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests;
