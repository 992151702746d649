//! The compact architecture as data: a list of layers with a text form.
//!
//! `conv 8 k7; norm; relu; pool 2; flatten; dense 64; relu; dense 10` parses, prints and round-trips.
//! Options of a convolution: `k` kernel, `s` stride (1), `p` padding (keeps the size: d·(k−1)/2), `d` dilation (1),
//! `g` groups (1), `nobias`, `compact` (not expanded). Branches: `tag a … add a` adds what stood at the tag,
//! `tag a … concat a` puts its channels first, `split a … concat a` keeps half of the channels aside, and `from a` goes on
//! from there.

use std::fmt;

use crate::error::Fault;

mod layer;
mod place;
mod presets;
mod text;

pub use layer::{Conv, Layer, Transposed};

/// A compact network.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec(pub Vec<Layer>);

/// A layer in its place: its PyTorch name and the shapes around it, `[C, Y, X]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// `conv1`, `conv1_bn`, `transposed1`, `fc1`; empty for layers without parameters.
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
        match presets::preset(text.trim()) {
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

    /// The same network with another kernel in every convolution above 1×1; padding that keeps the size goes on keeping it.
    pub fn with_kernel(&self, kernel: usize) -> Spec {
        let changed = |layer: &Layer| match layer {
            Layer::Conv(conv) if conv.kernel == 1 => layer.clone(),
            Layer::Conv(conv) if conv.padding == text::same_padding(conv.kernel, conv.dilation) => {
                Layer::Conv(Conv { kernel, padding: text::same_padding(kernel, conv.dilation), ..conv.clone() })
            }
            Layer::Conv(conv) => Layer::Conv(Conv { kernel, ..conv.clone() }),
            other => other.clone(),
        };
        Spec(self.0.iter().map(changed).collect())
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.iter().map(Layer::to_string).collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests;
