//! What a training step costs, in multiply-adds: as the planner runs every chain, and layer by layer.
//!
//! Counted over the forward pass of one batch; the backward pass costs about twice as much again, whichever way a chain
//! is run. Nothing here is timed.

use serde::Serialize;

use crate::counts::{self, Counts};
use crate::expand::{ChainPlan, Plan, PlannedLayer};
use crate::experiment::Experiment;
use crate::planner::{Fold, schedule};

/// Multiply-adds of one training step of an arm, its whole network.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StepCost {
    /// As the chains are run, composing their maps included.
    pub macs: f64,
    /// Were every chain run layer by layer.
    pub macs_by_layer: f64,
    /// `macs` as a multiple of what the compact network's step takes.
    pub ratio: f64,
    /// `macs_by_layer` as a multiple of the same.
    pub ratio_by_layer: f64,
}

/// How a chain is run in training.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChainRun {
    pub way: Way,
    /// The way in words, such as `3 maps → 1 convolution, composed once a step`.
    pub text: String,
    /// Multiply-adds of one step, composing included …
    pub macs: f64,
    /// … of which this many compose maps.
    pub compose_macs: f64,
    /// Multiply-adds of one step, layer by layer.
    pub macs_by_layer: f64,
    /// `macs_by_layer` as a multiple of `macs`: what the way saves.
    pub saving: f64,
}

/// The ways to run a chain; all compute the same function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Way {
    /// Nothing to compose: the layer is one map.
    Compact,
    /// All maps are composed into one.
    Contracted,
    /// Some neighbouring maps are composed.
    Partial,
    /// No maps are composed.
    LayerByLayer,
}

/// A step of a whole plan; `compact` is the compact network's counts per image.
pub(super) fn step(experiment: &Experiment, plan: &Plan, compact: Counts) -> StepCost {
    let batch = f64::from(experiment.batch);
    let macs = plan.layers.iter().map(|layer| match run(experiment, layer) {
        Some(run) => run.macs,
        None => batch * counts::layer(layer).macs as f64,
    });
    let (macs, macs_by_layer) = (macs.sum::<f64>(), batch * counts::plan(plan).macs as f64);
    let compact = (batch * compact.macs as f64).max(1.0);
    StepCost { macs, macs_by_layer, ratio: macs / compact, ratio_by_layer: macs_by_layer / compact }
}

/// How a layer's chain is run; none if it has none.
pub(super) fn run(experiment: &Experiment, layer: &PlannedLayer) -> Option<ChainRun> {
    let chain = layer.chain.as_ref()?;
    let batch = experiment.batch as usize;
    let [_, height, width] = layer.placed.input;
    let schedule = schedule(chain, [height, width], batch, experiment.execution);
    let macs = batch as f64 * schedule.image_macs as f64 + schedule.compose_macs as f64;
    let macs_by_layer = batch as f64 * counts::layer(layer).macs as f64;
    let way = match (chain.maps.len(), schedule.folds.len()) {
        (1, _) => Way::Compact,
        (_, 1) => Way::Contracted,
        (maps, folds) if maps == folds => Way::LayerByLayer,
        _ => Way::Partial,
    };
    Some(ChainRun {
        way,
        text: words(chain, way, &schedule.folds),
        macs,
        compose_macs: schedule.compose_macs as f64,
        macs_by_layer,
        saving: macs_by_layer / macs.max(1.0),
    })
}

fn words(chain: &ChainPlan, way: Way, folds: &[Fold]) -> String {
    let kind = if chain.dense { "dense layer" } else { "convolution" };
    let (maps, runs) = (chain.maps.len(), folds.len());
    match way {
        Way::Compact => format!("1 {kind}, as it is"),
        Way::Contracted => format!("{maps} maps → 1 {kind}, composed once a step"),
        Way::LayerByLayer => format!("{maps} maps, {maps} {kind}s one after the other"),
        Way::Partial => {
            let composed = folds.iter().filter(|fold| matches!(fold, Fold::Pair(..)));
            let composed: Vec<String> = composed.map(|fold| run_of(fold, chain)).collect();
            format!("{maps} maps → {runs} {kind}s, {} composed once a step", composed.join(" and "))
        }
    }
}

/// The neighbours that a fold composes, by name.
fn run_of(fold: &Fold, chain: &ChainPlan) -> String {
    let maps = indices(fold);
    let (first, last) = (maps[0], maps[maps.len() - 1]);
    let between = if maps.len() == 2 { "with" } else { "to" };
    format!("{} {between} {}", chain.maps[first].name, chain.maps[last].name)
}

/// The maps of a fold, in the order of the chain; never none.
fn indices(fold: &Fold) -> Vec<usize> {
    match fold {
        Fold::Map(index) => vec![*index],
        Fold::Pair(first, second) => [indices(first), indices(second)].concat(),
    }
}
