//! Parameters and multiply-adds of a plan, counted as the paper's complexity table counts them (paper.md §8).

use std::ops::Add;

use crate::expand::{ChainPlan, MapPlan, Plan, PlannedLayer};
use crate::spec::Layer;

/// Parameters and multiply-adds per image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub parameters: u64,
    /// Weights times output positions, padded 1×1 maps included; one per bias added; per channel value 2 for a norm,
    /// 1 for a ReLU, a pool, an average or an addition.
    pub macs: u64,
}

impl Add for Counts {
    type Output = Counts;
    fn add(self, other: Counts) -> Counts {
        Counts { parameters: self.parameters + other.parameters, macs: self.macs + other.macs }
    }
}

/// Each map of a chain, layer by layer, for an input of `[height, width]` before padding.
pub fn maps(chain: &ChainPlan, [height, width]: [usize; 2]) -> Vec<Counts> {
    let (mut height, mut width) = (height + 2 * chain.padding, width + 2 * chain.padding);
    chain
        .maps
        .iter()
        .map(|map| {
            (height, width) = (map.output(height), map.output(width));
            let per_position = map.shape().iter().product::<usize>() + if map.bias { map.outputs } else { 0 };
            Counts { parameters: map.parameters() as u64, macs: (per_position * height * width) as u64 }
        })
        .collect()
}

/// One layer, layer by layer.
pub fn layer(layer: &PlannedLayer) -> Counts {
    let [channels, height, width] = layer.placed.input;
    let values = (channels * height * width) as u64;
    match (&layer.placed.layer, &layer.chain) {
        (_, Some(chain)) => maps(chain, [height, width]).into_iter().fold(Counts::default(), Counts::add),
        (Layer::Norm, _) => Counts { parameters: 2 * channels as u64, macs: 2 * values },
        (Layer::Relu | Layer::Relu6 | Layer::Leaky(_) | Layer::Pool(_) | Layer::Average | Layer::Add(_), _) => {
            Counts { parameters: 0, macs: values }
        }
        (Layer::Transposed(transposed), _) => {
            let [outputs, y, x] = layer.placed.output;
            let bias = if transposed.bias { outputs } else { 0 };
            let weights = channels * outputs * transposed.kernel * transposed.kernel;
            Counts { parameters: (weights + bias) as u64, macs: (weights * height * width + bias * y * x) as u64 }
        }
        // They move values, or are no part of the network at work.
        _ => Counts::default(),
    }
}

/// A whole plan, layer by layer.
pub fn plan(plan: &Plan) -> Counts {
    plan.layers.iter().map(layer).fold(Counts::default(), Counts::add)
}

/// Multiply-adds to compose `first` and `second`, weights only.
pub fn compose(first: &MapPlan, second: &MapPlan) -> u64 {
    (second.shape().iter().product::<usize>() * first.shape()[1] * first.kernel * first.kernel) as u64
}

#[cfg(test)]
mod tests;
