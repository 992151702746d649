//! A network's layers in their places: names as in PyTorch, shapes before and after, or what does not fit.

use std::collections::BTreeMap;

use super::{Layer, Placed, Spec};
use crate::error::Fault;

/// Values that a layer may make of one image: far more than a device holds, and few enough to count in 32 bits.
const MOST_VALUES: u64 = 1 << 28;

/// What has been placed so far.
#[derive(Default)]
struct Place {
    convs: usize,
    transposed: usize,
    denses: usize,
    /// The last layer that a norm can follow.
    last: String,
    /// Values kept under a name, and whether a layer has used them.
    kept: BTreeMap<String, ([usize; 3], bool)>,
}

impl Spec {
    /// Every layer with its name and shapes for images of `input` = `[C, Y, X]`.
    ///
    /// # Errors
    /// A [`Fault`] at `network` naming layer, expected, found and a remedy where a layer does not fit.
    pub fn place(&self, input: [usize; 3]) -> Result<Vec<Placed>, Fault> {
        let mut shape = input;
        let mut place = Place::default();
        let mut placed: Vec<Placed> = Vec::with_capacity(self.0.len());
        let refuse = |index: usize, message: String| {
            let layer = &self.0[index];
            Fault::new("does_not_fit", format!("layer {} ({layer}): {message}", index + 1)).at("network")
        };
        for (index, layer) in self.0.iter().enumerate() {
            let output = place.output(layer, shape).map_err(|message| refuse(index, message))?;
            if output.iter().map(|&size| size as u64).product::<u64>() > MOST_VALUES {
                let [c, y, x] = output;
                let message = format!("{c}×{y}×{x} values of one image are too many; there may be {MOST_VALUES}");
                return Err(refuse(index, message));
            }
            let name = place.name(layer);
            if placed.iter().any(|other| !name.is_empty() && other.name == name) {
                return Err(refuse(index, "one norm per conv or dense layer".into()));
            }
            placed.push(Placed { name, layer: layer.clone(), input: shape, output });
            shape = output;
        }
        if let Some((name, _)) = place.kept.iter().find(|(_, (_, used))| !used) {
            let index =
                self.0.iter().position(|layer| matches!(layer, Layer::Tag(tag) | Layer::Split(tag) if tag == name));
            let message = format!("nothing uses {name}; add, concat or go on from it, or leave it out");
            return Err(refuse(index.unwrap_or_default(), message));
        }
        Ok(placed)
    }
}

impl Place {
    /// The shape after a layer, or why there is none.
    fn output(&mut self, layer: &Layer, [channels, height, width]: [usize; 3]) -> Result<[usize; 3], String> {
        let input = [channels, height, width];
        Ok(match layer {
            Layer::Conv(conv) => conv.output(input)?,
            Layer::Transposed(transposed) => transposed.output(input),
            Layer::Norm if self.last.is_empty() => {
                return Err("a norm follows a conv or dense layer; there is none before it".into());
            }
            Layer::Norm | Layer::Relu | Layer::Relu6 | Layer::Leaky(_) | Layer::Dropout(_) => input,
            Layer::Pool(size) if height < *size || width < *size => {
                return Err(format!(
                    "the image is {height}×{width} here, smaller than the pool; use fewer pools or more padding"
                ));
            }
            Layer::Pool(size) => [channels, height / size, width / size],
            Layer::Average => [channels, 1, 1],
            Layer::Upsample(factor) => [channels, height * factor, width * factor],
            Layer::Shuffle(groups) if !channels.is_multiple_of(*groups) => {
                return Err(format!("{groups} groups do not divide the {channels} channels; use a divisor"));
            }
            Layer::Shuffle(_) => input,
            Layer::Tag(name) => {
                self.keep(name, input)?;
                input
            }
            Layer::Split(_) if !channels.is_multiple_of(2) => {
                return Err(format!("{channels} channels cannot be halved; use an even number before it"));
            }
            Layer::Split(name) => {
                self.keep(name, [channels / 2, height, width])?;
                [channels / 2, height, width]
            }
            Layer::From(name) => self.kept(name)?,
            Layer::Add(name) => match self.kept(name)? {
                kept if kept == input => input,
                [c, y, x] => {
                    return Err(format!(
                        "{name} is {c}×{y}×{x}, here it is {channels}×{height}×{width}; only equal shapes can be added"
                    ));
                }
            },
            Layer::Concat(name) => match self.kept(name)? {
                [c, y, x] if [y, x] == [height, width] => [c + channels, y, x],
                [_, y, x] => {
                    return Err(format!(
                        "{name} is of {y}×{x} pixels, here it is {height}×{width}; bring them to one size, as with \
                         upsample or pool"
                    ));
                }
            },
            Layer::Flatten => [channels * height * width, 1, 1],
            Layer::Dense { .. } if [height, width] != [1, 1] => {
                return Err(format!(
                    "a dense layer takes a flat vector, found {channels}×{height}×{width}; put flatten before it"
                ));
            }
            Layer::Dense { outputs, .. } => [*outputs, 1, 1],
        })
    }

    /// The PyTorch name of a layer with parameters; empty for others.
    fn name(&mut self, layer: &Layer) -> String {
        self.last = match layer {
            Layer::Conv(_) => {
                self.convs += 1;
                format!("conv{}", self.convs)
            }
            Layer::Transposed(_) => {
                self.transposed += 1;
                format!("transposed{}", self.transposed)
            }
            Layer::Dense { .. } => {
                self.denses += 1;
                format!("fc{}", self.denses)
            }
            Layer::Norm => return format!("{}_bn", self.last),
            _ => return String::new(),
        };
        self.last.clone()
    }

    fn keep(&mut self, name: &str, shape: [usize; 3]) -> Result<(), String> {
        match self.kept.insert(name.into(), (shape, false)) {
            None => Ok(()),
            Some(_) => Err(format!("there is a {name} already; every name is given once")),
        }
    }

    fn kept(&mut self, name: &str) -> Result<[usize; 3], String> {
        if let Some((shape, used)) = self.kept.get_mut(name) {
            *used = true;
            return Ok(*shape);
        }
        let names: Vec<&str> = self.kept.keys().map(String::as_str).collect();
        let there = if names.is_empty() { "none".to_string() } else { names.join(", ") };
        Err(format!("nothing before it is called {name}; names there are: {there}"))
    }
}
