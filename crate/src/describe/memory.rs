//! How much memory an experiment needs, and the refusal of one that needs too much.

use crate::counts;
use crate::error::Fault;
use crate::expand::Plan;
use crate::experiment::{Arm, Execution, Experiment, Optimizer};
use crate::measure::confusion;
use crate::spec::Layer;

/// What a device can hold, bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub memory: f64,
    /// Largest single tensor.
    pub tensor: f64,
}

impl Limits {
    /// A browser tab: half of what 32-bit WebAssembly can address.
    pub const BROWSER: Limits = Limits { memory: 2e9, tensor: 1e9 };
    /// The command.
    pub const NATIVE: Limits = Limits { memory: 16e9, tensor: 8e9 };
}

/// Values of the tensors between a plan's layers and, layer by layer, inside its chains, for one image. A norm makes one with
/// the activation and the pooling that follow it.
fn activations(plan: &Plan, execution: Execution) -> Vec<usize> {
    let mut sizes = vec![plan.input.iter().product()];
    let mut layers = plan.layers.iter().peekable();
    while let Some(mut layer) = layers.next() {
        if layer.placed.layer == Layer::Norm {
            let activation = layers.next_if(|next| matches!(next.placed.layer, Layer::Relu | Layer::Relu6));
            let pool = layers.next_if(|next| matches!(next.placed.layer, Layer::Pool(_)));
            layer = pool.or(activation).unwrap_or(layer);
        }
        if let (Some(chain), Execution::LayerByLayer) = (&layer.chain, execution) {
            let [_, mut y, mut x] = layer.placed.input;
            (y, x) = (y + 2 * chain.padding, x + 2 * chain.padding);
            for map in &chain.maps {
                (y, x) = (map.output(y), map.output(x));
                sizes.push(map.outputs * y * x);
            }
        } else if !matches!(layer.placed.layer, Layer::Tag(_) | Layer::From(_) | Layer::Flatten) {
            sizes.push(layer.placed.output.iter().product());
        }
    }
    sizes
}

/// Bytes: parameters with gradient and optimiser state for all arms, values and gradients of one arm's activations,
/// the pixels.
pub(super) fn memory(experiment: &Experiment, plans: &[(Arm, Plan)], pixels: usize, batch: usize) -> f64 {
    let copies = if experiment.optimizer == Optimizer::Adam { 4 } else { 3 };
    let parameters: u64 = plans.iter().map(|(_, plan)| counts::plan(plan).parameters).sum();
    let values = plans.iter().map(|(_, plan)| activations(plan, experiment.execution).iter().sum::<usize>()).max();
    // Gradients that are compared with each other are all kept, in both spaces.
    let most = plans.iter().map(|(_, plan)| counts::plan(plan).parameters).max().unwrap_or(0);
    let confusion = 8.0 * confusion::batches(experiment.confusion as usize) as f64 * most as f64;
    4.0 * (copies * parameters) as f64 + confusion + 8.0 * values.unwrap_or(0) as f64 * batch as f64 + pixels as f64
}

/// Bytes of the largest activation or parameter.
pub(super) fn largest_tensor(plans: &[(Arm, Plan)], batch: usize) -> f64 {
    let execution = Execution::LayerByLayer;
    let values = plans.iter().flat_map(|(_, plan)| activations(plan, execution)).max().unwrap_or(0) * batch;
    let weights = plans.iter().flat_map(|(_, plan)| plan.chains().flat_map(|(_, chain)| &chain.maps));
    4.0 * values.max(weights.map(|map| map.shape().iter().product()).max().unwrap_or(0)) as f64
}

/// The refusal of a plan that does not fit, with the largest batch that does.
pub(super) fn too_large(experiment: &Experiment, plans: &[(Arm, Plan)], pixels: usize, limits: Limits) -> Fault {
    let fits = |batch: usize| {
        memory(experiment, plans, pixels, batch) <= limits.memory && largest_tensor(plans, batch) <= limits.tensor
    };
    let (tensor, memory) = (
        largest_tensor(plans, experiment.batch as usize),
        memory(experiment, plans, pixels, experiment.batch as usize),
    );
    let needs = if memory > limits.memory {
        format!("{:.1} GB of {:.1} GB of memory", memory / 1e9, limits.memory / 1e9)
    } else {
        format!("a tensor of {:.1} GB where {:.1} GB are possible", tensor / 1e9, limits.tensor / 1e9)
    };
    match (1..experiment.batch as usize).rev().find(|&batch| fits(batch)) {
        Some(batch) => {
            let message = format!("a batch of {} needs {needs}; use {batch} or less", experiment.batch);
            Fault::new("too_large", message).at("batch")
        }
        None => {
            let message = format!("even a batch of 1 is too much: {needs}; use a lower rate or fewer arms");
            Fault::new("too_large", message).at("rate")
        }
    }
}
