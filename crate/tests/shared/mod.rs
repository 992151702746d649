//! Test bodies that run natively and in headless Chrome, on the CPU and on WebGPU: each takes the device and a tolerance.

// Each of the two test programs uses what its platform has.
#![allow(dead_code)]

pub mod gradients;
pub mod kernels;
pub mod losses;
pub mod measure;
pub mod race;
pub mod series;
pub mod tasks;
pub mod torch;

use std::collections::BTreeMap;

use burn::tensor::{DType, Tensor, TensorData, Transaction};
use expandnets::network::Tensors;

/// Numbers read back, by name.
pub type Numbers = BTreeMap<String, Vec<f64>>;

/// The numbers of a tensor of any precision.
fn floats(data: TensorData) -> Vec<f64> {
    data.try_cast(DType::F64).unwrap().try_to_vec::<f64>().unwrap()
}

pub async fn read(tensors: Tensors) -> Numbers {
    let transaction = tensors.values().fold(Transaction::default(), |all, tensor| all.register(tensor.clone()));
    let data = transaction.execute_async().await.unwrap();
    tensors.into_keys().zip(data.into_iter().map(floats)).collect()
}

pub async fn read_one<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    floats(tensor.into_data_async().await.unwrap())
}

/// max |a − b| / max |b|; both zero agree.
pub fn relative_error(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let most = b.iter().map(|b| b.abs()).fold(0.0, f64::max);
    if worst == 0.0 { 0.0 } else { worst / most.max(1e-12) }
}

/// Every array of `found` against `expected`, relative to its largest number or a tenth of the largest of the whole set,
/// whichever is more: small gradients before a norm are differences of near equals and hold fewer digits.
pub fn assert_close(found: &Numbers, expected: &Numbers, tolerance: f64, what: &str) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
    let largest = |values: &[f64]| values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    let most = expected.values().map(|values| largest(values)).fold(0.0, f64::max);
    for (name, expected) in expected {
        let scale = largest(expected).max(0.1 * most);
        let worst = found[name].iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let error = worst / scale;
        assert!(error <= tolerance, "{what}: {name} differs by {error:.2e}, allowed {tolerance:.0e}");
    }
}
