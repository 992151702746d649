//! Moving parameters and running statistics: many small tensors in few passes over flat ones.

use std::ops::Range;

#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
use burn::backend::Cube;
#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
use burn::backend::DispatchTensorKind;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::Tensor;

/// Arrays in a flat tensor begin at multiples of this many numbers: 256 bytes, where any GPU can bind a part of a buffer.
pub const BOUNDARY: usize = 64;

/// How an optimiser moves values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// v ← μ·v + g; the step is v, or g + μ·v with Nesterov.
    Sgd { momentum: f64, nesterov: bool },
    /// m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²; the step is m̂ / (√v̂ + ε), each moment divided by its correction.
    Adam { beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64 },
}

/// One update: `g` is the gradient plus `weight_decay` times the value; the value loses `learning_rate` times the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub rule: Rule,
    pub learning_rate: f64,
    pub weight_decay: f64,
}

/// What an optimiser moves: flat, equally long tensors.
#[derive(Clone, Debug)]
pub struct Moved<T> {
    pub values: T,
    /// SGD: velocity. Adam: first moment.
    pub first: T,
    /// Adam: second moment.
    pub second: Option<T>,
}

/// Tensors that each belong at a place of a flat one.
#[derive(Clone, Debug)]
pub struct Parts<T> {
    pub tensors: Vec<T>,
    /// Where each begins.
    pub starts: Vec<usize>,
}

/// A backend that updates in few passes.
pub trait Updates: Backend {
    /// A part of a flat tensor that begins on a [`BOUNDARY`], without copying.
    fn part(flat: FloatTensor<Self>, range: Range<usize>) -> FloatTensor<Self>;

    /// An optimiser's step where there are gradients.
    fn update(
        moved: Moved<FloatTensor<Self>>,
        gradients: Parts<FloatTensor<Self>>,
        step: &Step,
    ) -> Moved<FloatTensor<Self>>;

    /// Mixes parts, each times its scale, into `kept`: (1 − share)·old + share·new.
    fn mix(kept: FloatTensor<Self>, new: Parts<FloatTensor<Self>>, scales: &[f64], share: f64) -> FloatTensor<Self>;
}

/// A part of a flat tensor that begins on a [`BOUNDARY`], without copying; outside autodiff.
pub fn part(flat: &Tensor<1>, range: Range<usize>) -> Tensor<1> {
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    if on_gpu(flat) {
        return Tensor::from_primitive::<Cube>(Cube::part(primitive::<Cube>(flat.clone()), range));
    }
    Tensor::from_primitive::<Flex>(Flex::part(primitive::<Flex>(flat.clone()), range))
}

/// An optimiser's step where there are gradients, outside autodiff.
pub fn update(moved: Moved<Tensor<1>>, gradients: Parts<Tensor<1>>, step: &Step) -> Moved<Tensor<1>> {
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    if on_gpu(&moved.values) {
        return Cube::update(moved.map(primitive::<Cube>), gradients.map(primitive::<Cube>), step)
            .map(Tensor::from_primitive::<Cube>);
    }
    Flex::update(moved.map(primitive::<Flex>), gradients.map(primitive::<Flex>), step)
        .map(Tensor::from_primitive::<Flex>)
}

/// Mixes parts, each times its scale, into `kept`, outside autodiff: (1 − share)·old + share·new.
pub fn mix(kept: Tensor<1>, new: Parts<Tensor<1>>, scales: &[f64], share: f64) -> Tensor<1> {
    #[cfg(any(target_arch = "wasm32", feature = "gpu"))]
    if on_gpu(&kept) {
        let mixed = Cube::mix(primitive::<Cube>(kept), new.map(primitive::<Cube>), scales, share);
        return Tensor::from_primitive::<Cube>(mixed);
    }
    let mixed = Flex::mix(primitive::<Flex>(kept), new.map(primitive::<Flex>), scales, share);
    Tensor::from_primitive::<Flex>(mixed)
}

impl<T> Moved<T> {
    fn map<U>(self, f: impl Fn(T) -> U) -> Moved<U> {
        Moved { values: f(self.values), first: f(self.first), second: self.second.map(f) }
    }
}

impl<T> Parts<T> {
    fn map<U>(self, f: impl Fn(T) -> U) -> Parts<U> {
        Parts { tensors: self.tensors.into_iter().map(f).collect(), starts: self.starts }
    }
}

#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
fn on_gpu(tensor: &Tensor<1>) -> bool {
    matches!(tensor.clone().into_dispatch().kind, DispatchTensorKind::Cube(_))
}

fn primitive<B: Backend>(tensor: Tensor<1>) -> FloatTensor<B>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    tensor.try_into_primitive::<B>().expect("all tensors of a network are on its device, outside autodiff")
}
