//! A plan on a device: parameters as tensors, and the forward pass, layer by layer or contracted.
//!
//! One generic network for every arm. Axes: N batch, C channels, Y×X space, O out, I in, K kernel.

use std::collections::BTreeMap;

use burn::tensor::{DType, Device, Tensor, TensorData, Transaction};

use crate::error::Fault;
use crate::expand::{Plan, expand};
use crate::experiment::Execution;
use crate::kernels::shape::Normalization;
use crate::kernels::tensor::{normalization, normalization_by};
use crate::kernels::update::mix;
use crate::model::{Array, Model, compact, expected};
use crate::planner::{self, Fold};
use crate::seed;

mod chain;
mod compose;
mod pass;
mod tracked;
mod values;
use chain::{maps, whole};
use pass::Pass;
pub use tracked::Routes;
pub use values::{Tensors, Values, placed};

/// The weight of a new batch in the running statistics, as in PyTorch.
const NORM_MOMENTUM: f64 = 0.1;

/// A network with its numbers on a device.
#[derive(Clone)]
pub struct Network {
    plan: Plan,
    device: Device,
    /// One way to run each chain, in chain order.
    schedules: Vec<planner::Schedule>,
    /// Trained values, outside autodiff.
    pub parameters: Values,
    /// `…running_mean` and `…running_var` of every norm.
    running: Values,
}

/// Mean and biased variance of a batch at one norm, `[C]` each, and the values per channel they were taken over.
pub struct BatchStatistics {
    norm: String,
    mean: Tensor<1>,
    variance: Tensor<1>,
    count: usize,
}

/// Which random numbers dropout draws: the same for every arm of a race.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    pub seed: u32,
    pub step: u32,
}

struct Training<'a> {
    statistics: Vec<BatchStatistics>,
    dropout: Option<Draw>,
    device: &'a Device,
}

impl Pass for Training<'_> {
    fn norm(&mut self, name: &str, x: Tensor<4>, [gamma, beta]: [Tensor<1>; 2], shape: Normalization) -> Tensor<4> {
        let count = shape.batch * shape.size[0] * shape.size[1];
        let (y, mean, variance) = normalization(x, gamma, beta, shape);
        let (mean, variance) = (mean.inner(), variance.inner());
        self.statistics.push(BatchStatistics { norm: name.into(), mean, variance, count });
        y
    }

    fn dropout(&mut self, layer: usize, x: Tensor<4>, share: f64) -> Tensor<4> {
        let Some(Draw { seed, step }) = self.dropout else { return x };
        let mut stream = seed::stream(seed, &format!("dropout/{layer}/{step}"));
        let kept = (1.0 / (1.0 - share)) as f32;
        let dims = x.dims();
        let mask: Vec<f32> = (0..dims.iter().product::<usize>())
            .map(|_| if seed::unit(&mut stream) < share { 0.0 } else { kept })
            .collect();
        x.mul(Tensor::from_data(TensorData::new(mask, dims), self.device))
    }
}

struct Evaluating<'a>(&'a Values);

impl Pass for Evaluating<'_> {
    fn norm(&mut self, name: &str, x: Tensor<4>, [gamma, beta]: [Tensor<1>; 2], shape: Normalization) -> Tensor<4> {
        let running = |part: &str| self.0.get(&format!("{name}.{part}"));
        normalization_by(x, [gamma, beta, running("running_mean"), running("running_var")], shape)
    }
}

impl Network {
    /// Puts a model on a device, to be run `batch` images at a time.
    ///
    /// # Errors
    /// As [`Model::check`].
    pub fn new(model: &Model, device: &Device, batch: usize, execution: Execution) -> Result<Network, Fault> {
        model.check()?;
        let plan = model.plan()?;
        let schedules = plan
            .chains()
            .map(|(placed, chain)| planner::schedule(chain, [placed.input[1], placed.input[2]], batch, execution))
            .collect();
        let arrays = expected(&plan);
        let values = |trained| {
            let some = arrays.iter().filter(move |array| array.trained == trained);
            Values::new(some.map(|array| (array.name.clone(), model.arrays[&array.name].values.as_slice())), device)
        };
        let (parameters, running) = (values(true), values(false));
        Ok(Network { plan, device: device.clone(), schedules, parameters, running })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Reads every number back in one transfer.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn read(&self, model: &Model) -> Result<Model, Fault> {
        let all: Vec<(String, Tensor<1>)> =
            self.parameters.tensors().into_iter().chain(self.running.tensors()).collect();
        let transaction = all.iter().fold(Transaction::default(), |all, (_, tensor)| all.register(tensor.clone()));
        let data = transaction.execute_async().await.map_err(device_fault)?;
        let mut arrays = BTreeMap::new();
        for ((name, _), data) in all.into_iter().zip(data) {
            let shape = model.arrays.get(&name).map(|array| array.shape.clone()).unwrap_or_default();
            arrays.insert(name, Array { shape, values: floats(data)? });
        }
        Ok(Model { arrays, ..model.clone() })
    }

    /// What the network makes of images in training mode, from the given (tracked) parameters, and the batch statistics for
    /// [`Network::remember`].
    ///
    /// # Shapes
    /// - `images`: `[N, C, Y, X]`, normalised
    /// - result: `[N, C, Y, X]`; logits `[N, classes, 1, 1]` where the image as a whole is classified
    pub fn train(
        &self,
        parameters: &Tensors,
        images: Tensor<4>,
        dropout: Option<Draw>,
    ) -> (Tensor<4>, Vec<BatchStatistics>) {
        let mut training = Training { statistics: Vec::new(), dropout, device: &self.device };
        let output = self.pass(parameters, images, &mut training);
        (output, training.statistics)
    }

    /// The same in evaluation mode: norms use their running statistics. Shapes as [`Network::train`].
    pub fn evaluate(&self, images: Tensor<4>) -> Tensor<4> {
        self.pass(&self.parameters.tensors(), images, &mut Evaluating(&self.running))
    }

    /// Mixes a batch's statistics into the running ones, the variance unbiased, as PyTorch does.
    pub fn remember(&mut self, statistics: Vec<BatchStatistics>) {
        let Some((running, places)) = self.running.flat() else { return };
        let (mut new, mut scales) = (Tensors::new(), BTreeMap::new());
        for batch in statistics {
            let unbiased = batch.count as f64 / (batch.count as f64 - 1.0).max(1.0);
            for (part, value, scale) in [("running_mean", batch.mean, 1.0), ("running_var", batch.variance, unbiased)] {
                let name = format!("{}.{part}", batch.norm);
                scales.insert(name.clone(), scale);
                new.insert(name, value);
            }
        }
        let scales: Vec<f64> = scales.into_values().collect();
        replace_with(running, |kept| mix(kept, placed(new, places), &scales, NORM_MOMENTUM));
    }

    /// The compact network this one is, composed on the device; `trained` is its model at any step.
    ///
    /// A nonlinear counterpart is no compact network: it comes back as it is.
    ///
    /// # Errors
    /// As [`crate::expand::expand`].
    pub fn contracted(&self, trained: &Model) -> Result<Network, Fault> {
        if !self.plan.linear() {
            return Ok(self.clone());
        }
        let plan = expand(&trained.spec, &compact(), trained.input)?;
        let mut parameters = self.parameters.tensors();
        for ((placed, chain), schedule) in self.plan.chains().zip(&self.schedules) {
            if chain.rule.is_none() {
                continue;
            }
            let map = whole(chain, schedule, &parameters);
            for part in &chain.maps {
                parameters.remove(&format!("{}.weight", part.name));
                parameters.remove(&format!("{}.bias", part.name));
            }
            let count = map.weight.dims().iter().product::<usize>();
            parameters.insert(format!("{}.weight", placed.name), map.weight.reshape([count]));
            if let Some(bias) = map.bias {
                parameters.insert(format!("{}.bias", placed.name), bias);
            }
        }
        let schedules = plan
            .chains()
            .map(|(placed, chain)| {
                planner::schedule(chain, [placed.input[1], placed.input[2]], 1, Execution::LayerByLayer)
            })
            .collect();
        Ok(Network {
            plan,
            device: self.device.clone(),
            schedules,
            parameters: Values::Loose(parameters),
            running: self.running.clone(),
        })
    }

    /// The first convolution's contracted kernel, `[O, I/G, K, K]`; none in a network without one that contracts.
    pub fn first_kernel(&self) -> Option<Tensor<4>> {
        let (_, chain) = self.plan.chains().find(|(_, chain)| !chain.dense && !chain.nonlinear)?;
        let maps = maps(chain, &self.parameters.tensors());
        Some(compose::fold(&Fold::left(maps.len()), &maps).weight)
    }

    /// Σ of the squares of what the network computes with: contracted weights and biases, and the norms' parameters: `[1]`.
    pub fn squares(&self, parameters: &Tensors) -> Tensor<1> {
        let mut sum = Tensor::zeros([1], &self.device).autodiff();
        let mut add = |values: Tensor<1>| sum = sum.clone().add(values.clone().mul(values).sum());
        let mut rest = parameters.clone();
        for ((_, chain), schedule) in self.plan.chains().zip(&self.schedules).filter(|((_, chain), _)| !chain.nonlinear)
        {
            let map = whole(chain, schedule, parameters);
            for part in &chain.maps {
                rest.remove(&format!("{}.weight", part.name));
                rest.remove(&format!("{}.bias", part.name));
            }
            let count = map.weight.dims().iter().product::<usize>();
            add(map.weight.reshape([count]));
            map.bias.into_iter().for_each(&mut add);
        }
        rest.into_values().for_each(&mut add);
        sum
    }
}

/// What softmax is taken over, row by row: `[N, C, Y, X]` becomes `[N · Y · X, C]`, images and then their pixels in order.
pub fn rows(output: Tensor<4>) -> Tensor<2> {
    let [n, classes, height, width] = output.dims();
    match height * width {
        1 => output.reshape([n, classes]),
        pixels => output.reshape([n, classes, pixels]).permute([0, 2, 1]).reshape([n * pixels, classes]),
    }
}

/// Puts in a tensor's place what is made of it, with nobody else holding it meanwhile: it can be written where it lies.
pub fn replace_with(tensor: &mut Tensor<1>, f: impl FnOnce(Tensor<1>) -> Tensor<1>) {
    let device = tensor.device();
    let owned = std::mem::replace(tensor, Tensor::empty([1], &device));
    *tensor = f(owned);
}

/// The numbers of a tensor that was read.
pub fn floats(data: TensorData) -> Result<Vec<f32>, Fault> {
    data.try_cast(DType::F32)
        .map_err(device_fault)?
        .try_to_vec::<f32>()
        .map_err(|error| Fault::new("device_failed", format!("unexpected numbers from the device: {error:?}")))
}

/// A device that does not answer.
pub fn device_fault(error: impl std::fmt::Debug) -> Fault {
    Fault::new("device_failed", format!("the device stopped answering: {error:?}; reload, or set backend to cpu"))
}
