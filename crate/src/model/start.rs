//! Where training starts: other initial values than the default, and starts from what was trained or contracted before.

use super::{Array, Model};
use crate::contract::contract;
use crate::error::Fault;
use crate::expand::{ChainPlan, MapPlan};
use crate::experiment::{Expansion, InitialValues, Rule};

impl Model {
    /// Scales the factors of every expanded chain so that its contracted kernel is as large as PyTorch's default makes
    /// the compact layer's on average: Σ w² = count / (3 · fan-in).
    ///
    /// Left alone, a chain of three starts about three times smaller (paper.md §7).
    ///
    /// # Errors
    /// As [`Model::check`].
    pub fn with_initial_values(mut self, how: InitialValues) -> Result<Model, Fault> {
        if how == InitialValues::Default {
            return Ok(self);
        }
        let plan = self.plan()?;
        for (_, chain) in plan.chains().filter(|(_, chain)| chain.rule.is_some()) {
            let contracted = self.chain(chain).contract()?;
            let found: f64 = contracted.weight.iter().map(|value| value * value).sum();
            let [_, inputs, ky, kx] = contracted.shape;
            let wanted = contracted.weight.len() as f64 / (3 * inputs * ky * kx) as f64;
            if found > 0.0 {
                let scale = (wanted / found).powf(0.5 / chain.maps.len() as f64) as f32;
                for map in &chain.maps {
                    self.weight(map).values.iter_mut().for_each(|value| *value *= scale);
                }
            }
        }
        Ok(self)
    }

    /// The network whose numbers these are, as another kind of network with the same arrays: a nonlinear counterpart
    /// trained, its linear network to be.
    ///
    /// # Errors
    /// As [`Model::check`].
    pub fn as_linear(&self, expansion: Expansion) -> Result<Model, Fault> {
        let model = Model { expansion: Some(expansion), ..self.clone() };
        model.check()?;
        Ok(model)
    }

    /// The compact network that an expanded one starts as.
    ///
    /// # Errors
    /// As [`contract`].
    pub fn contracted_start(&self) -> Result<Model, Fault> {
        Ok(contract(self)?.0)
    }

    /// An expanded network that computes what this compact one does (paper.md §9.11).
    ///
    /// The middle map holds the compact weights in its first channels and fresh values elsewhere; the map before hands
    /// each input on, the map after each output. What is fresh has no effect yet, but the gradient reaches it.
    ///
    /// # Errors
    /// A [`Fault`] at `arms` where a chain has no middle map that could hold the kernel (CK), at `rate` where it is
    /// narrower than the layer; and as [`Model::check`].
    pub fn preserving(&self, expansion: Expansion, seed: u32) -> Result<Model, Fault> {
        let mut grown = Model::initial(self.spec.clone(), Some(expansion), self.input, seed)?;
        let plan = grown.plan()?;
        for (placed, chain) in plan.chains() {
            let array = |part: &str| self.arrays.get(&format!("{}.{part}", placed.name));
            let (weight, bias) = (array("weight"), array("bias"));
            match (chain.rule, chain.maps.as_slice(), weight) {
                (None, _, _) => grown.copy(&placed.name, self),
                (Some(Rule::CL | Rule::FC), [first, middle, last], Some(weight)) => {
                    hold(chain, [first, middle, last])?;
                    grown.identity(first);
                    grown.hold(middle, weight, first.inputs / first.groups, last.outputs / last.groups);
                    grown.identity(last);
                    for map in [first, middle, last] {
                        if let Some(values) = grown.arrays.get_mut(&format!("{}.bias", map.name)) {
                            values.values.fill(0.0);
                        }
                    }
                    if let Some(bias) = bias {
                        grown.arrays.insert(format!("{}.bias", last.name), bias.clone());
                    }
                }
                _ => {
                    let message = format!(
                        "{} cannot start from a trained kernel: only CL and FC have a middle map that holds one",
                        placed.name
                    );
                    return Err(Fault::new("cannot_preserve", message).at("arms"));
                }
            }
        }
        for layer in plan.layers.iter().filter(|layer| layer.chain.is_none()) {
            grown.copy(&layer.placed.name, self);
        }
        grown.check()?;
        Ok(grown)
    }

    /// A map's weights.
    fn weight(&mut self, map: &MapPlan) -> &mut Array {
        self.arrays.get_mut(&format!("{}.weight", map.name)).expect("every map of the plan was checked to be there")
    }

    /// Takes over all arrays of a layer.
    fn copy(&mut self, layer: &str, from: &Model) {
        let prefix = format!("{layer}.");
        let arrays = from.arrays.iter().filter(|(name, _)| name.starts_with(&prefix));
        self.arrays.extend(arrays.map(|(name, array)| (name.clone(), array.clone())));
    }

    /// Hands channel i on as channel i of each group; what is left over gets or gives nothing.
    fn identity(&mut self, map: &MapPlan) {
        let (outputs, inputs) = (map.outputs / map.groups, map.inputs / map.groups);
        let values = &mut self.weight(map).values;
        for (at, value) in values.iter_mut().enumerate() {
            *value = if at / inputs % outputs == at % inputs { 1.0 } else { 0.0 };
        }
    }

    /// Puts a kernel `[O, I/G, K, K]` into the first `outputs` and `inputs` channels of each group.
    fn hold(&mut self, map: &MapPlan, kernel: &Array, inputs: usize, outputs: usize) {
        let (wide_outputs, wide_inputs, area) =
            (map.outputs / map.groups, map.inputs / map.groups, map.kernel * map.kernel);
        let values = &mut self.weight(map).values;
        for group in 0..map.groups {
            for output in 0..outputs {
                for input in 0..inputs {
                    let from = ((group * outputs + output) * inputs + input) * area;
                    let to = ((group * wide_outputs + output) * wide_inputs + input) * area;
                    values[to..][..area].copy_from_slice(&kernel.values[from..][..area]);
                }
            }
        }
    }
}

/// Refuses a middle map that is narrower than what it must hold.
fn hold(chain: &ChainPlan, [first, middle, last]: [&MapPlan; 3]) -> Result<(), Fault> {
    debug_assert!(chain.maps.len() == 3);
    if first.outputs >= first.inputs && middle.outputs >= last.outputs {
        return Ok(());
    }
    let message =
        format!("{} narrows the layer, which then cannot compute what it did; use a rate of 1 or more", first.name);
    Err(Fault::new("cannot_preserve", message).at("rate"))
}

#[cfg(test)]
mod tests;
