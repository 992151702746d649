//! Contraction: an expanded model in, the compact model that computes the same function out.
//!
//! A pure function on a copy, in f64 and rounded once. How well the two agree is measured on images in `race.rs`.

use crate::error::Fault;
use crate::model::{Array, Model};
use crate::report::LayerContraction;

/// Contracts every chain of a model; a compact model comes back as it is.
///
/// # Errors
/// When the model's arrays do not fit its network (see [`Model::check`]), or it is a nonlinear counterpart.
pub fn contract(model: &Model) -> Result<(Model, Vec<LayerContraction>), Fault> {
    model.check()?;
    let plan = model.plan()?;
    if !plan.linear() {
        let message = "a nonlinear counterpart has ReLU inside its chains and does not contract; an +Init arm starts \
                       from its weights and does";
        return Err(Fault::new("nonlinear", message).at("arms"));
    }
    let mut compact = Model { expansion: None, ..model.clone() };
    let mut report = Vec::new();
    for (placed, chain) in plan.chains() {
        if chain.rule.is_none() {
            continue;
        }
        let map = model.chain(chain).contract()?;
        for part in &chain.maps {
            compact.arrays.remove(&format!("{}.weight", part.name));
            compact.arrays.remove(&format!("{}.bias", part.name));
        }
        let [outputs, inputs, ky, kx] = map.shape;
        let shape = if chain.dense { vec![outputs, inputs] } else { vec![outputs, inputs, ky, kx] };
        let rounded = |values: &[f64]| values.iter().map(|&value| value as f32).collect::<Vec<f32>>();
        let mut after = map.weight.len();
        compact.arrays.insert(format!("{}.weight", placed.name), Array { shape, values: rounded(&map.weight) });
        // A chain without biases contracts to a map without one.
        if chain.maps.iter().any(|part| part.bias) {
            after += outputs;
            let bias = Array { shape: vec![outputs], values: rounded(&map.bias) };
            compact.arrays.insert(format!("{}.bias", placed.name), bias);
        }
        report.push(LayerContraction {
            name: placed.name.clone(),
            maps: chain.maps.len() as u32,
            parameters_before: chain.maps.iter().map(|part| part.parameters()).sum::<usize>() as f64,
            parameters_after: after as f64,
        });
    }
    compact.check()?;
    Ok((compact, report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Arm, Experiment};
    use crate::model::Model;
    use crate::spec::Spec;

    #[test]
    fn a_contracted_model_has_exactly_the_compact_arrays() {
        let experiment = Experiment::default();
        for (network, arm) in [("smallnet-7", Arm::CKFC), ("smallnet-3", Arm::CLFC), ("smallnet4-9", Arm::CK)] {
            let spec = Spec::named(network).unwrap();
            let expanded = Model::initial(spec.clone(), Some(experiment.expansion(arm)), [3, 32, 32], 1).unwrap();
            let (compact, layers) = contract(&expanded).unwrap();
            let fresh = Model::initial(spec, None, [3, 32, 32], 1).unwrap();
            assert_eq!(compact.arrays.keys().collect::<Vec<_>>(), fresh.arrays.keys().collect::<Vec<_>>());
            assert!(layers.iter().all(|layer| layer.parameters_after < layer.parameters_before));
        }
    }

    #[test]
    fn arrays_that_do_not_fit_are_named() {
        let spec = Spec::named("smallnet-3").unwrap();
        let mut model = Model::initial(spec, None, [1, 28, 28], 1).unwrap();
        let weight = model.arrays.remove("conv2.weight").unwrap();
        assert_eq!(contract(&model).unwrap_err().message, "the tensor conv2.weight of shape [16, 8, 3, 3] is missing");
        model.arrays.insert("conv2.weight".into(), Array { shape: vec![8, 16, 3, 3], values: weight.values.clone() });
        assert!(contract(&model).unwrap_err().message.starts_with("conv2.weight has shape [8, 16, 3, 3]"));
        model.arrays.insert("conv2.weight".into(), weight.clone());
        model.arrays.insert("conv9.weight".into(), weight);
        assert_eq!(contract(&model).unwrap_err().code, "tensor_unknown");
    }
}
