//! A trained network as plain numbers: what is read from a device, contracted, written to a file and read back.

use std::collections::BTreeMap;

use crate::affine::{Affine, Chain};
use crate::error::Fault;
use crate::expand::{ChainPlan, MapPlan, Plan, expand};
use crate::experiment::Expansion;
use crate::seed;
use crate::spec::{Layer, Placed, Spec, Transposed};

mod start;

/// Named numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub shape: Vec<usize>,
    /// Row-major in `shape`.
    pub values: Vec<f32>,
}

/// A network with its numbers, in PyTorch's names and layouts.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub spec: Spec,
    /// None for a compact network.
    pub expansion: Option<Expansion>,
    /// `[C, Y, X]` of one image.
    pub input: [usize; 3],
    /// `conv1.weight` `[O, I/G, K, K]`, `conv1_bn.running_mean` `[C]`, `fc1.0.weight` `[O, I]` …
    pub arrays: BTreeMap<String, Array>,
}

/// An expansion that expands nothing.
pub fn compact() -> Expansion {
    Expansion { conv: None, dense: false, rate: 1.0, expand_input: true, nonlinear: false, layers: BTreeMap::new() }
}

impl Model {
    /// The plan of this model's network.
    ///
    /// # Errors
    /// As [`expand`].
    pub fn plan(&self) -> Result<Plan, Fault> {
        expand(&self.spec, self.expansion.as_ref().unwrap_or(&compact()), self.input)
    }

    /// A fresh network: PyTorch's default initial values (uniform within ±1/√fan-in for weights and biases, norms at 1
    /// and 0), each array drawn from its own stream, so the same seed is the same start on every machine.
    ///
    /// # Errors
    /// As [`expand`].
    pub fn initial(spec: Spec, expansion: Option<Expansion>, input: [usize; 3], seed: u32) -> Result<Model, Fault> {
        let mut model = Model { spec, expansion, input, arrays: BTreeMap::new() };
        for expected in expected(&model.plan()?) {
            let count = expected.shape.iter().product();
            let values = match expected.kind {
                Kind::Constant(value) => vec![value; count],
                Kind::Uniform { fan_in } => {
                    let bound = 1.0 / (fan_in as f64).sqrt();
                    let mut stream = seed::stream(seed, &format!("init/{}", expected.name));
                    (0..count).map(|_| (bound * (2.0 * seed::unit(&mut stream) - 1.0)) as f32).collect()
                }
            };
            model.arrays.insert(expected.name, Array { shape: expected.shape, values });
        }
        Ok(model)
    }

    /// Checks that exactly the arrays of the plan are there, with their shapes.
    ///
    /// # Errors
    /// A [`Fault`] naming the first array that is missing, has another shape, or is not known.
    pub fn check(&self) -> Result<(), Fault> {
        let expected = expected(&self.plan()?);
        for array in &expected {
            match self.arrays.get(&array.name) {
                None => {
                    let message = format!("the tensor {} of shape {:?} is missing", array.name, array.shape);
                    return Err(Fault::new("tensor_missing", message));
                }
                Some(found) if found.shape != array.shape => {
                    let message = format!(
                        "{} has shape {:?}; the network in the file's metadata needs {:?}",
                        array.name, found.shape, array.shape
                    );
                    return Err(Fault::new("tensor_shape", message));
                }
                Some(_) => {}
            }
        }
        match self.arrays.keys().find(|name| !expected.iter().any(|array| array.name == **name)) {
            Some(name) => Err(Fault::new(
                "tensor_unknown",
                format!("the tensor {name} belongs to no layer of the network in the file's metadata"),
            )),
            None => Ok(()),
        }
    }

    /// Trained numbers, the running statistics of norms left out.
    pub fn parameters(&self) -> usize {
        let trained = self.arrays.iter().filter(|(name, _)| !name.contains(".running_"));
        trained.map(|(_, array)| array.values.len()).sum()
    }

    /// A chain's maps with their numbers, in f64.
    pub fn chain(&self, plan: &ChainPlan) -> Chain {
        let values = |name: String| self.arrays[&name].values.iter().map(|&value| f64::from(value)).collect();
        let map = |map: &MapPlan| Affine {
            shape: map.shape(),
            weight: values(format!("{}.weight", map.name)),
            bias: if map.bias { values(format!("{}.bias", map.name)) } else { vec![0.0; map.outputs] },
            stride: map.stride,
            dilation: map.dilation,
            groups: map.groups,
        };
        Chain { padding: plan.padding, maps: plan.maps.iter().map(map).collect() }
    }
}

/// How an array starts.
pub enum Kind {
    Uniform { fan_in: usize },
    Constant(f32),
}

/// An array a plan needs.
pub struct Expected {
    pub name: String,
    pub shape: Vec<usize>,
    pub kind: Kind,
    /// Trained, as opposed to the running statistics of a norm.
    pub trained: bool,
}

/// Every array of a plan, in layer order.
pub fn expected(plan: &Plan) -> Vec<Expected> {
    let mut arrays = Vec::new();
    for layer in &plan.layers {
        match (&layer.chain, &layer.placed) {
            (Some(chain), _) => chain.maps.iter().for_each(|map| arrays.extend(map_arrays(chain, map))),
            (None, Placed { layer: Layer::Norm, name, input, .. }) => {
                let array = |part: &str, value, trained| Expected {
                    name: format!("{name}.{part}"),
                    shape: vec![input[0]],
                    kind: Kind::Constant(value),
                    trained,
                };
                arrays.push(array("weight", 1.0, true));
                arrays.push(array("bias", 0.0, true));
                arrays.push(array("running_mean", 0.0, false));
                arrays.push(array("running_var", 1.0, false));
            }
            (None, Placed { layer: Layer::Transposed(transposed), name, input, .. }) => {
                // As PyTorch draws it: from the second axis of the weight, its outputs.
                let Transposed { outputs, kernel, bias, .. } = *transposed;
                let kind = || Kind::Uniform { fan_in: outputs * kernel * kernel };
                let array =
                    |part: &str, shape| Expected { name: format!("{name}.{part}"), shape, kind: kind(), trained: true };
                arrays.push(array("weight", vec![input[0], outputs, kernel, kernel]));
                if bias {
                    arrays.push(array("bias", vec![outputs]));
                }
            }
            _ => {}
        }
    }
    arrays
}

fn map_arrays(chain: &ChainPlan, map: &MapPlan) -> Vec<Expected> {
    let [outputs, inputs, ky, kx] = map.shape();
    let fan_in = inputs * ky * kx;
    let shape = if chain.dense { vec![outputs, inputs] } else { vec![outputs, inputs, ky, kx] };
    let array = |part: &str, shape| Expected {
        name: format!("{}.{part}", map.name),
        shape,
        kind: Kind::Uniform { fan_in },
        trained: true,
    };
    let mut arrays = vec![array("weight", shape)];
    if map.bias {
        arrays.push(array("bias", vec![outputs]));
    }
    arrays
}
