//! A network's arrays on a device: in one flat tensor, so that an update is few passes however many arrays there are.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::kernels::update::{BOUNDARY, Parts, part};

/// Flat tensors by PyTorch name; each is reshaped where it is used, so optimisers treat all alike.
pub type Tensors = BTreeMap<String, Tensor<1>>;

/// Named arrays.
#[derive(Clone)]
pub enum Values {
    /// All in one tensor.
    Flat { flat: Box<Tensor<1>>, places: Arc<BTreeMap<String, Range<usize>>> },
    /// Each by itself: computed from others.
    Loose(Tensors),
}

impl Values {
    /// Uploads arrays.
    pub fn new<'a>(arrays: impl Iterator<Item = (String, &'a [f32])>, device: &Device) -> Values {
        let (mut numbers, mut places) = (Vec::new(), BTreeMap::new());
        for (name, values) in arrays {
            places.insert(name, numbers.len()..numbers.len() + values.len());
            numbers.extend_from_slice(values);
            numbers.resize(numbers.len().next_multiple_of(BOUNDARY), 0.0);
        }
        // A network without norms has no running statistics, and a device no empty buffers.
        numbers.resize(numbers.len().max(BOUNDARY), 0.0);
        let length = numbers.len();
        let flat = Box::new(Tensor::from_data(TensorData::new(numbers, [length]), device));
        Values::Flat { flat, places: Arc::new(places) }
    }

    /// One array, flat.
    ///
    /// # Panics
    /// If there is none of that name: names come from the plan the arrays were made by.
    pub fn get(&self, name: &str) -> Tensor<1> {
        match self {
            Values::Flat { flat, places } => part(flat, places[name].clone()),
            Values::Loose(tensors) => tensors[name].clone(),
        }
    }

    /// All arrays, each by itself.
    pub fn tensors(&self) -> Tensors {
        match self {
            Values::Flat { flat, places } => {
                places.iter().map(|(name, range)| (name.clone(), part(flat, range.clone()))).collect()
            }
            Values::Loose(tensors) => tensors.clone(),
        }
    }

    /// The tensor all arrays lie in and where each lies; none if they were computed from others.
    pub fn flat(&mut self) -> Option<(&mut Tensor<1>, &BTreeMap<String, Range<usize>>)> {
        match self {
            Values::Flat { flat, places } => Some((flat, places)),
            Values::Loose(_) => None,
        }
    }
}

/// New values with their places; names without a place are left out.
pub fn placed(tensors: Tensors, places: &BTreeMap<String, Range<usize>>) -> Parts<Tensor<1>> {
    let mut parts = Parts { tensors: Vec::new(), starts: Vec::new() };
    for (name, tensor) in tensors {
        if let Some(range) = places.get(&name) {
            parts.tensors.push(tensor);
            parts.starts.push(range.start);
        }
    }
    parts
}
