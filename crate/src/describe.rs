//! What an experiment amounts to before anything is trained: layers, shapes, counts, memory, warnings, refusals.

use serde::Serialize;

use crate::counts::{self, Counts};
use crate::data::{self, Task};
use crate::error::Fault;
use crate::expand::{Plan, PlannedLayer, expand};
use crate::experiment::{Arm, Experiment, Penalty, Rule};
use crate::runs::Run;
use crate::spec::Spec;

mod cost;
mod kind;
mod memory;
mod plans;
pub use cost::{ChainRun, StepCost, Way};
pub use kind::LayerKind;
pub use memory::Limits;
use memory::{largest_tensor, memory, too_large};
use plans::Planned;

/// A whole experiment in numbers. Everything the page shows about an experiment comes from here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Description {
    pub experiment: Experiment,
    /// The experiment as it stands after the `#` of a link; defaults are left out.
    pub query: String,
    pub dataset: DatasetDescription,
    /// The network in text form.
    pub spec: String,
    /// Steps in one epoch; the ragged last batch is dropped.
    pub steps_per_epoch: u32,
    /// Races, one after the other: for every seed, rate and kernel, and those that prepare others.
    pub races: u32,
    /// Arms that are trained first, since others start from them or learn from them.
    pub preparation: Vec<Arm>,
    /// One entry per arm, in the experiment's order; at the first rate and kernel where several are gone through.
    pub arms: Vec<ArmDescription>,
    /// Bytes needed for training all arms: parameters, gradients, optimiser, activations of one arm, images.
    pub memory: f64,
    pub warnings: Vec<Fault>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DatasetDescription {
    pub name: String,
    pub label: String,
    pub task: Task,
    /// What an accuracy is for this task: `accuracy`, `mIoU` or `mAP@0.5`.
    pub quality: String,
    pub classes: Vec<String>,
    /// Channels, height, width.
    pub shape: [u32; 3],
    pub train_images: u32,
    pub test_images: u32,
    pub licence: String,
    pub source: String,
    /// What a user of the images must know, such as a missing licence.
    pub notice: Option<String>,
    /// Files to load, relative to the page's `data/` folder.
    pub files: Vec<String>,
    /// Bytes of all files together.
    pub bytes: f64,
}

/// One arm's network.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ArmDescription {
    pub arm: Arm,
    /// While training: the parameters of all factors.
    pub parameters: f64,
    /// While training, layer by layer, per image: multiply-adds as the paper counts them (paper.md §8).
    pub macs: f64,
    /// What a training step costs as the chains are run, and would cost layer by layer.
    pub step: StepCost,
    /// After contraction: those of the compact network, whatever the arm.
    pub contracted_parameters: f64,
    pub contracted_macs: f64,
    pub layers: Vec<LayerDescription>,
}

/// One layer of an arm's network, in order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LayerDescription {
    /// PyTorch name where it has parameters (`conv1`, `conv1_bn`, `fc1`), else the kind.
    pub name: String,
    pub kind: LayerKind,
    /// The layer in text form.
    pub text: String,
    /// Channels, height, width of the input; height and width 1 after flatten.
    pub input: [u32; 3],
    pub output: [u32; 3],
    pub parameters: f64,
    pub macs: f64,
    /// Which rule expanded the layer in this arm, if any.
    pub rule: Option<Rule>,
    /// The linear maps of a conv or dense layer: one if compact, several if expanded; empty for other kinds.
    pub maps: Vec<MapDescription>,
    /// How the chain of maps is run in training; absent where there are no maps.
    pub run: Option<ChainRun>,
}

/// One linear map of a chain.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MapDescription {
    /// PyTorch name: `conv1` if the layer is compact, `conv1.0`, `conv1.1` … if expanded.
    pub name: String,
    pub inputs: u32,
    pub outputs: u32,
    pub kernel: u32,
    pub stride: u32,
    pub dilation: u32,
    pub groups: u32,
    pub parameters: f64,
    pub macs: f64,
}

/// Describes an experiment, or says everything that is wrong with it.
///
/// # Errors
/// Every [`Fault`] found: a network that does not fit the images, arms that cannot be expanded, more memory than `limits`.
pub fn describe(experiment: &Experiment, limits: Limits) -> Result<Description, Vec<Fault>> {
    let entry = data::entry(experiment.dataset);
    let mut faults = Vec::new();
    let cut = |asked: u32, of: usize| if asked == 0 { of } else { (asked as usize).min(of) };
    let train = cut(experiment.train_images, entry.train.count);
    let test = cut(experiment.test_images, entry.test.count);
    let batch = experiment.batch as usize;
    if batch > train {
        faults.push(
            Fault::new("batch_too_large", format!("{batch} is more than the {train} training images")).at("batch"),
        );
    }
    let runs = experiment.runs(entry.shape, false).map_err(|fault| vec![fault])?;
    let (planned, mut refused) = plans::plans(experiment, &runs, entry);
    faults.append(&mut refused);
    if !faults.is_empty() {
        return Err(faults);
    }
    let pixels = (train + test) * entry.shape.iter().product::<usize>();
    let plans: Vec<(Arm, Plan)> = planned.iter().map(|planned| (planned.arm, planned.plan.clone())).collect();
    let memory = memory(experiment, &plans, pixels, batch);
    if memory > limits.memory || largest_tensor(&plans, batch) > limits.tensor {
        return Err(vec![too_large(experiment, &plans, pixels, limits)]);
    }
    let preparation = runs.iter().filter(|run| run.preparation && run.seed == experiment.seed);
    let mut preparation: Vec<Arm> = preparation.flat_map(|run| run.arms.clone()).collect();
    preparation.sort();
    preparation.dedup();
    let spec = Spec::named(&experiment.network).map_err(|fault| vec![fault])?;
    let arms = planned.iter().filter(|planned| experiment.arms.contains(&planned.arm)).map(describe_arm);
    let arms = arms.collect::<Result<_, Fault>>().map_err(|fault| vec![fault])?;
    Ok(Description {
        experiment: experiment.clone(),
        query: experiment.to_query(),
        dataset: DatasetDescription {
            name: entry.key.into(),
            label: entry.label.into(),
            task: entry.task,
            quality: entry.task.quality().into(),
            classes: entry.classes.iter().map(|class| class.to_string()).collect(),
            shape: entry.shape.map(|size| size as u32),
            train_images: train as u32,
            test_images: test as u32,
            licence: entry.licence.into(),
            source: entry.source.into(),
            notice: entry.notice.map(Into::into),
            files: entry.files().into_iter().map(Into::into).collect(),
            bytes: entry.bytes() as f64,
        },
        spec: spec.to_string(),
        steps_per_epoch: (train / batch) as u32,
        races: runs.len() as u32,
        preparation,
        arms,
        memory,
        warnings: warnings(experiment, &runs),
    })
}

fn describe_arm(Planned { experiment, arm, plan }: &Planned) -> Result<ArmDescription, Fault> {
    let counts = counts::plan(plan);
    let contracted = counts::plan(&expand(&experiment.spec(*arm)?, &crate::model::compact(), plan.input)?);
    Ok(ArmDescription {
        arm: *arm,
        parameters: counts.parameters as f64,
        macs: counts.macs as f64,
        step: cost::step(experiment, plan, contracted),
        contracted_parameters: contracted.parameters as f64,
        contracted_macs: contracted.macs as f64,
        layers: plan.layers.iter().map(|layer| describe_layer(experiment, layer)).collect(),
    })
}

fn describe_layer(experiment: &Experiment, layer: &PlannedLayer) -> LayerDescription {
    let placed = &layer.placed;
    let counts = counts::layer(layer);
    let kind = LayerKind::of(&placed.layer);
    let maps = layer.chain.as_ref().map_or_else(Vec::new, |chain| {
        let each = counts::maps(chain, [placed.input[1], placed.input[2]]);
        let describe = |(map, counts): (&crate::expand::MapPlan, Counts)| MapDescription {
            name: map.name.clone(),
            inputs: map.inputs as u32,
            outputs: map.outputs as u32,
            kernel: map.kernel as u32,
            stride: map.stride as u32,
            dilation: map.dilation as u32,
            groups: map.groups as u32,
            parameters: counts.parameters as f64,
            macs: counts.macs as f64,
        };
        chain.maps.iter().zip(each).map(describe).collect()
    });
    LayerDescription {
        name: if placed.name.is_empty() { format!("{kind:?}").to_lowercase() } else { placed.name.clone() },
        kind,
        text: placed.layer.to_string(),
        input: placed.input.map(|size| size as u32),
        output: placed.output.map(|size| size as u32),
        parameters: counts.parameters as f64,
        macs: counts.macs as f64,
        rule: layer.chain.as_ref().and_then(|chain| chain.rule),
        maps,
        run: cost::run(experiment, layer),
    }
}

fn warnings(experiment: &Experiment, runs: &[Run]) -> Vec<Fault> {
    let left_out = experiment.kernels.iter().flat_map(|&kernel| {
        let there = move |arm: &Arm| runs.iter().any(|run| run.kernel == Some(kernel) && run.arms.contains(arm));
        experiment.arms.iter().filter(move |arm| !there(arm)).map(move |&arm| (kernel, arm))
    });
    let mut warnings = Vec::new();
    let expands = experiment.arms.iter().any(|arm| arm.uses_rate());
    if expands && experiment.rates.is_empty() && experiment.rate <= 1.0 {
        let message = format!("a rate of {} widens nothing: a control experiment, not the method", experiment.rate);
        warnings.push(Fault::new("narrow_rate", message).at("rate"));
    }
    if experiment.weight_decay == 0.0 && experiment.penalty == Penalty::Product {
        warnings
            .push(Fault::new("no_penalty", "without weight decay there is no penalty on the product").at("penalty"));
    }
    for (kernel, arm) in left_out {
        let message = format!("{} is left out for kernels of {kernel}, which it cannot expand", arm.name());
        warnings.push(Fault::new("left_out", message).at("kernels"));
    }
    if experiment.dataset == crate::experiment::DatasetName::Synthetic {
        warnings.push(Fault::new("synthetic", "generated stripes for tests, not real images").at("dataset"));
    }
    warnings
}

#[cfg(test)]
mod tests;
