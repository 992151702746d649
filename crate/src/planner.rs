//! How to run a chain while training: which neighbouring maps to compose first, by counting multiply-adds.
//!
//! Every split of a chain into runs of neighbours computes the same function with the same gradients. One run is
//! *contracted*, as many runs as maps is *layer by layer*; the cheapest for the batch at hand wins (FC: the end that shrinks).
//! A split has to save more than it costs to hand features from one run to the next.

use crate::counts;
use crate::expand::{ChainPlan, MapPlan};
use crate::experiment::Execution;

/// In which order to compose neighbouring maps.
#[derive(Clone, Debug, PartialEq)]
pub enum Fold {
    /// The map of that index, as it is.
    Map(usize),
    /// Compose the left with the right.
    Pair(Box<Fold>, Box<Fold>),
}

/// Multiply-adds in the time that it takes to hand a feature from one convolution to the next, forward and back: to lay it
/// out, write it and read it again, in maps that may be too narrow to fill vectors. Measured on the CPU.
const HANDOVER: u64 = 192;

/// A way to run a chain: the folds are applied one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    pub folds: Vec<Fold>,
    /// Multiply-adds to compose, once a step.
    pub compose_macs: u64,
    /// Multiply-adds per image.
    pub image_macs: u64,
    /// Features per image that a convolution hands to the next; dense layers have none worth counting.
    pub handed_over: u64,
}

impl Schedule {
    /// What a step costs, in multiply-adds.
    fn cost(&self, batch: usize) -> u64 {
        self.compose_macs + batch as u64 * (self.image_macs + HANDOVER * self.handed_over)
    }
}

/// Decides how to run a chain on images of `[height, width]`, `batch` at a time.
pub fn schedule(chain: &ChainPlan, size: [usize; 2], batch: usize, execution: Execution) -> Schedule {
    let maps = chain.maps.len();
    let splits: Vec<u32> = match execution {
        Execution::LayerByLayer => vec![u32::MAX],
        // What has ReLU inside is no one map.
        Execution::Contracted if chain.nonlinear => vec![u32::MAX],
        // Bit i set: a cut after map i. Chains are short (K = 9 makes four maps).
        Execution::Contracted => (0..1u32 << (maps - 1).min(16)).collect(),
    };
    splits
        .into_iter()
        .map(|cuts| split(chain, size, cuts))
        .min_by_key(|schedule| schedule.cost(batch))
        .unwrap_or_else(|| split(chain, size, u32::MAX))
}

fn split(chain: &ChainPlan, size: [usize; 2], cuts: u32) -> Schedule {
    let maps = &chain.maps;
    let (mut folds, mut runs, mut compose_macs, mut start) = (Vec::new(), Vec::new(), 0, 0);
    for end in 1..=maps.len() {
        if end == maps.len() || cuts >> (end - 1) & 1 == 1 {
            let (fold, map, macs) = cheapest(maps, start, end);
            folds.push(fold);
            runs.push(map);
            compose_macs += macs;
            start = end;
        }
    }
    let mut left = size.map(|size| size + 2 * chain.padding);
    let between = runs.iter().take(runs.len() - 1).map(|run| {
        left = left.map(|size| run.output(size));
        (run.outputs * left[0] * left[1]) as u64
    });
    let handed_over = if chain.dense { 0 } else { between.sum() };
    let run = ChainPlan { maps: runs, ..chain.clone() };
    let image_macs = counts::maps(&run, size).iter().map(|counts| counts.macs).sum();
    Schedule { folds, compose_macs, image_macs, handed_over }
}

/// The cheapest order to compose `maps[start..end]`, the composed map's sizes, and the cost.
fn cheapest(maps: &[MapPlan], start: usize, end: usize) -> (Fold, MapPlan, u64) {
    if end - start == 1 {
        return (Fold::Map(start), maps[start].clone(), 0);
    }
    let candidates = (start + 1..end).map(|middle| {
        let (left, first, left_macs) = cheapest(maps, start, middle);
        let (right, second, right_macs) = cheapest(maps, middle, end);
        let macs = left_macs + right_macs + counts::compose(&first, &second);
        (Fold::Pair(Box::new(left), Box::new(right)), composed(&first, &second), macs)
    });
    candidates.min_by_key(|candidate| candidate.2).expect("a run of two or more maps has a place to cut")
}

/// Sizes of the composition; the rules never put a stride before a kernel, nor unequal dilations on two kernels.
pub fn composed(first: &MapPlan, second: &MapPlan) -> MapPlan {
    MapPlan {
        inputs: first.inputs,
        kernel: first.kernel + second.kernel - 1,
        stride: first.stride * second.stride,
        dilation: if second.kernel > 1 { second.dilation } else { first.dilation },
        ..second.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expand::expand;
    use crate::experiment::{Arm, Experiment};
    use crate::spec::Spec;

    fn chain(arm: Arm, layer: &str) -> (ChainPlan, [usize; 2]) {
        let expansion = Experiment::default().expansion(arm);
        let plan = expand(&Spec::named("smallnet-7").unwrap(), &expansion, [3, 32, 32]).unwrap();
        let (placed, chain) = plan.chains().find(|(placed, _)| placed.name == layer).unwrap();
        (chain.clone(), [placed.input[1], placed.input[2]])
    }

    #[test]
    fn convolutions_are_contracted_at_the_compact_cost_per_image() {
        for arm in [Arm::CL, Arm::CK] {
            let (expanded, size) = chain(arm, "conv2");
            let (compact, _) = chain(Arm::Compact, "conv2");
            let schedule = schedule(&expanded, size, 64, Execution::Contracted);
            assert_eq!(schedule.folds.len(), 1);
            assert_eq!(schedule.image_macs, counts::maps(&compact, size)[0].macs);
        }
    }

    /// Three hidden channels make for fewer multiply-adds, but not enough to pay for a second convolution.
    #[test]
    fn a_split_that_saves_little_is_not_made() {
        let experiment = Experiment { expand_input: false, ..Experiment::default() };
        let plan = expand(&Spec::named("smallnet-7").unwrap(), &experiment.expansion(Arm::CK), [3, 32, 32]).unwrap();
        let (_, chain) = plan.chains().next().unwrap();
        assert_eq!(schedule(chain, [32, 32], 128, Execution::Contracted).folds.len(), 1);
    }

    #[test]
    fn no_way_that_could_be_chosen_costs_less() {
        for (arm, layer) in [(Arm::CL, "conv1"), (Arm::CK, "conv1"), (Arm::CK, "conv3"), (Arm::FC, "fc1")] {
            let (chain, size) = chain(arm, layer);
            for batch in [1, 2, 5, 32, 512] {
                let chosen = schedule(&chain, size, batch, Execution::Contracted).cost(batch);
                let others = (0..1 << (chain.maps.len() - 1)).map(|cuts| split(&chain, size, cuts).cost(batch));
                assert!(chosen > 0 && others.min() == Some(chosen), "{arm:?} {layer} {batch}");
                assert!(chosen <= schedule(&chain, size, batch, Execution::LayerByLayer).cost(batch));
            }
        }
    }

    #[test]
    fn layer_by_layer_composes_nothing() {
        let (expanded, size) = chain(Arm::CL, "conv2");
        let schedule = schedule(&expanded, size, 64, Execution::LayerByLayer);
        assert_eq!((schedule.folds.len(), schedule.compose_macs), (3, 0));
    }

    #[test]
    fn a_dense_chain_is_run_as_it_is_for_one_image_and_folded_from_the_shrinking_end_for_many() {
        let (fc, size) = chain(Arm::FC, "fc1");
        assert_eq!(schedule(&fc, size, 1, Execution::Contracted).folds.len(), 3);
        let many = schedule(&fc, size, 128, Execution::Contracted);
        let right = Fold::Pair(Box::new(Fold::Map(1)), Box::new(Fold::Map(2)));
        assert_eq!(many.folds, [Fold::Pair(Box::new(Fold::Map(0)), Box::new(right))]);
    }
}
