//! Which rule expands a layer: the arm's for layers of its kind, unless the network or the experiment says otherwise.

use crate::error::Fault;
use crate::experiment::{Expansion, LayerRule, Rule};
use crate::spec::{Conv, Layer, Placed};

/// The rule for a convolution; none where it stays compact.
pub(super) fn conv(placed: &Placed, conv: &Conv, expansion: &Expansion) -> Result<Option<Rule>, Fault> {
    let of_its_own = expansion.conv.filter(|_| conv.kernel > 1 && !conv.compact);
    Ok(match expansion.layers.get(&placed.name) {
        None => of_its_own,
        Some(LayerRule::Compact) => None,
        Some(LayerRule::Expand) => expansion.conv,
        Some(LayerRule::CL) => expansion.conv.and(Some(Rule::CL)),
        Some(LayerRule::CK) => expansion.conv.and(Some(Rule::CK)),
        Some(LayerRule::FC) => return Err(refuse(placed, "FC expands dense layers; use CL, CK, expand or compact")),
    })
}

/// The rule for a dense layer; `hidden` says that it is not the one that gives the logits.
pub(super) fn dense(placed: &Placed, hidden: bool, expansion: &Expansion) -> Result<Option<Rule>, Fault> {
    let fc = expansion.dense.then_some(Rule::FC);
    match expansion.layers.get(&placed.name) {
        None => Ok(fc.filter(|_| hidden)),
        Some(LayerRule::Compact) => Ok(None),
        Some(LayerRule::Expand | LayerRule::FC) => Ok(fc),
        Some(rule) => Err(refuse(placed, &format!("{rule:?} expands convs; use FC, expand or compact"))),
    }
}

/// Refuses names of layers that are not there, and those of layers that no rule expands.
pub(super) fn refuse_unknown(placed: &[Placed], expansion: &Expansion) -> Result<(), Fault> {
    for (name, rule) in &expansion.layers {
        match placed.iter().find(|layer| layer.name == *name) {
            Some(layer) if matches!(layer.layer, Layer::Conv(_) | Layer::Dense { .. }) => {}
            Some(layer) if matches!(layer.layer, Layer::Transposed(_)) => {
                if *rule != LayerRule::Compact {
                    let why = "no rule expands a transposed conv: where its outputs meet, a bias inside the chain would \
                               add up to a bias that differs from pixel to pixel; use upsample and a conv instead";
                    return Err(refuse(layer, why));
                }
            }
            _ => {
                let linear = |layer: &&Placed| matches!(layer.layer, Layer::Conv(_) | Layer::Dense { .. });
                let names: Vec<&str> = placed.iter().filter(linear).map(|layer| layer.name.as_str()).collect();
                let message = format!("there is no conv or dense layer {name}; there are {}", names.join(", "));
                return Err(Fault::new("no_such_layer", message).at("layers"));
            }
        }
    }
    Ok(())
}

fn refuse(placed: &Placed, why: &str) -> Fault {
    Fault::new("no_such_rule", format!("{} ({}): {why}", placed.name, placed.layer)).at("layers")
}
