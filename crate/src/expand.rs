//! CL, CK, FC: a compact network and an expansion give a plan, the layers with their chains of maps.
//!
//! The only place that asks which rule it is. Everything after works on chains, whatever made them.

use crate::error::Fault;
use crate::experiment::{Expansion, Rule};
use crate::spec::{Conv, Layer, Placed, Spec};

mod choice;

/// A linear map to be: its sizes, not yet its numbers. Dense maps have `kernel` 1.
#[derive(Clone, Debug, PartialEq)]
pub struct MapPlan {
    /// PyTorch name: `conv1` if the layer is compact, `conv1.0`, `conv1.1` … if expanded.
    pub name: String,
    pub inputs: usize,
    pub outputs: usize,
    pub kernel: usize,
    pub stride: usize,
    pub dilation: usize,
    pub groups: usize,
    /// Whether a bias is trained; where not, it is zero.
    pub bias: bool,
}

impl MapPlan {
    /// O, I/G, KY, KX.
    pub fn shape(&self) -> [usize; 4] {
        [self.outputs, self.inputs / self.groups, self.kernel, self.kernel]
    }

    /// Weights and trained biases.
    pub fn parameters(&self) -> usize {
        self.shape().iter().product::<usize>() + if self.bias { self.outputs } else { 0 }
    }

    /// Output size along an axis of `size` pixels, without padding.
    pub fn output(&self, size: usize) -> usize {
        (size - (self.kernel - 1) * self.dilation - 1) / self.stride + 1
    }
}

/// The maps standing in for one conv or dense layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainPlan {
    /// The rule that expanded the layer; none if it is compact.
    pub rule: Option<Rule>,
    /// Applied to the input of the first map.
    pub padding: usize,
    pub maps: Vec<MapPlan>,
    /// A dense layer: no image around it.
    pub dense: bool,
    /// ReLU after each map but the last: nothing that contracts.
    pub nonlinear: bool,
}

/// One layer of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedLayer {
    pub placed: Placed,
    /// For conv and dense layers.
    pub chain: Option<ChainPlan>,
}

/// A network ready to be built: an arm's layers in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// `[C, Y, X]` of one image.
    pub input: [usize; 3],
    /// `[C, Y, X]` of what the network makes of it; Y and X are 1 where the image as a whole is classified.
    pub output: [usize; 3],
    pub layers: Vec<PlannedLayer>,
}

impl Plan {
    /// Whether every chain is a row of linear maps.
    pub fn linear(&self) -> bool {
        self.chains().all(|(_, chain)| !chain.nonlinear)
    }

    pub fn chains(&self) -> impl Iterator<Item = (&Placed, &ChainPlan)> {
        self.layers.iter().filter_map(|layer| layer.chain.as_ref().map(|chain| (&layer.placed, chain)))
    }
}

/// Expands a network for images of `input` = `[C, Y, X]` (paper §3; which layers: paper.md §1).
///
/// CL expands every conv above 1×1 that the network does not leave compact, CK the same and refuses those it cannot, FC every
/// dense layer but the last. Single layers may be expanded otherwise, by their names.
///
/// # Errors
/// A [`Fault`] at `network` when a layer does not fit, at `arms` when a rule cannot expand a layer or expands nothing,
/// at `rate` when a hidden width rounds to zero, at `layers` when there is no such layer or no such rule for it.
pub fn expand(spec: &Spec, expansion: &Expansion, input: [usize; 3]) -> Result<Plan, Fault> {
    let placed = spec.place(input)?;
    choice::refuse_unknown(&placed, expansion)?;
    let denses = placed.iter().filter(|layer| matches!(layer.layer, Layer::Dense { .. })).count();
    let mut seen = 0;
    let mut layers: Vec<PlannedLayer> = Vec::with_capacity(placed.len());
    for placed in placed {
        let first = !layers.iter().any(|layer| layer.chain.is_some());
        let chain = match &placed.layer {
            Layer::Conv(conv) => {
                let rule = choice::conv(&placed, conv, expansion)?;
                let maps = conv_maps(&placed, conv, rule, expansion, first)?;
                let nonlinear = expansion.nonlinear && rule.is_some();
                Some(ChainPlan { rule, padding: conv.padding, maps, dense: false, nonlinear })
            }
            Layer::Dense { outputs, bias } => {
                seen += 1;
                let rule = choice::dense(&placed, seen < denses, expansion)?;
                let maps = dense_maps(&placed, *outputs, *bias, rule, expansion)?;
                let nonlinear = expansion.nonlinear && rule.is_some();
                Some(ChainPlan { rule, padding: 0, maps, dense: true, nonlinear })
            }
            _ => None,
        };
        layers.push(PlannedLayer { placed, chain });
    }
    let output = layers.last().map_or(input, |layer| layer.placed.output);
    let plan = Plan { input, output, layers };
    refuse_idle(&plan, expansion)?;
    Ok(plan)
}

/// A rule that expands nothing is a mistake: the arm would be the compact network under another name.
fn refuse_idle(plan: &Plan, expansion: &Expansion) -> Result<(), Fault> {
    let uses = |rule| plan.chains().any(|(_, chain)| chain.rule == Some(rule));
    let idle = |rule: &str, why: &str| {
        Err(Fault::new("expands_nothing", format!("{rule} expands nothing here: {why}")).at("arms"))
    };
    match expansion.conv {
        // Single layers may be expanded by the other rule.
        Some(rule) if !uses(Rule::CL) && !uses(Rule::CK) => {
            return idle(&format!("{rule:?}"), "the network has no conv above 1×1 that is expanded; leave the arm out");
        }
        _ => {}
    }
    if expansion.dense && !uses(Rule::FC) {
        return idle(
            "FC",
            "the only dense layer gives the logits, which are never expanded; leave the arm out or add a dense layer",
        );
    }
    Ok(())
}

fn conv_maps(
    placed: &Placed,
    conv: &Conv,
    rule: Option<Rule>,
    expansion: &Expansion,
    first: bool,
) -> Result<Vec<MapPlan>, Fault> {
    let (inputs, outputs) = (placed.input[0], conv.outputs);
    // Paper: widths r·m and r·n. The authors' CIFAR models leave the first hidden width of the RGB layer at m.
    let wide_input =
        if first && !expansion.expand_input { inputs } else { widen(placed, inputs, conv.groups, expansion.rate)? };
    let wide_output = widen(placed, outputs, conv.groups, expansion.rate)?;
    // (outputs, kernel, stride, dilation) of each map. The stride sits where the image size stays right:
    // on the k×k map for CL, on the last for CK (paper.md §1).
    let sizes = match rule {
        None => vec![(outputs, conv.kernel, conv.stride, conv.dilation)],
        Some(Rule::CL) => {
            vec![(wide_input, 1, 1, 1), (wide_output, conv.kernel, conv.stride, conv.dilation), (outputs, 1, 1, 1)]
        }
        Some(Rule::CK) => {
            if conv.kernel <= 3 || conv.kernel.is_multiple_of(2) {
                return Err(Fault::new(
                    "ck_kernel",
                    format!(
                        "CK cannot expand {} with kernel {}: a chain of 3×3 maps needs an odd kernel of 5 or more; \
                         use CL, or kernels of 5, 7, 9 …",
                        placed.name, conv.kernel
                    ),
                )
                .at("arms"));
            }
            let length = (conv.kernel - 1) / 2;
            (0..length)
                .map(|index| {
                    let last = index + 1 == length;
                    let width = if last {
                        outputs
                    } else if index == 0 {
                        wide_input
                    } else {
                        wide_output
                    };
                    (width, 3, if last { conv.stride } else { 1 }, conv.dilation)
                })
                .collect()
        }
        Some(Rule::FC) => unreachable!("FC is never an expansion's conv rule: arms pair it with dense layers only"),
    };
    let mut from = inputs;
    let expanded = rule.is_some();
    Ok(sizes
        .into_iter()
        .enumerate()
        .map(|(index, (outputs, kernel, stride, dilation))| {
            let name = map_name(&placed.name, index, expanded);
            let map =
                MapPlan { name, inputs: from, outputs, kernel, stride, dilation, groups: conv.groups, bias: conv.bias };
            from = outputs;
            map
        })
        .collect())
}

fn dense_maps(
    placed: &Placed,
    outputs: usize,
    bias: bool,
    rule: Option<Rule>,
    expansion: &Expansion,
) -> Result<Vec<MapPlan>, Fault> {
    let inputs = placed.input[0];
    let widths = match rule {
        None => vec![outputs],
        Some(_) => vec![widen(placed, inputs, 1, expansion.rate)?, widen(placed, outputs, 1, expansion.rate)?, outputs],
    };
    let mut from = inputs;
    Ok(widths
        .into_iter()
        .enumerate()
        .map(|(index, outputs)| {
            let name = map_name(&placed.name, index, rule.is_some());
            let map = MapPlan { name, inputs: from, outputs, kernel: 1, stride: 1, dilation: 1, groups: 1, bias };
            from = outputs;
            map
        })
        .collect())
}

fn map_name(layer: &str, index: usize, expanded: bool) -> String {
    if expanded { format!("{layer}.{index}") } else { layer.to_string() }
}

/// r·`channels`, rounded per group so that it stays divisible by the groups.
fn widen(placed: &Placed, channels: usize, groups: usize, rate: f64) -> Result<usize, Fault> {
    let wide = (rate * (channels / groups) as f64).round() as usize * groups;
    if wide == 0 {
        return Err(Fault::new(
            "rate_to_zero",
            format!(
                "{rate} leaves {} no hidden channels ({channels} channels in {groups} groups); use a rate of {} or more",
                placed.name,
                0.5 / (channels / groups) as f64
            ),
        )
        .at("rate"));
    }
    Ok(wide)
}

#[cfg(test)]
mod tests;
