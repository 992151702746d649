//! Contracted execution against layer by layer in double precision: what is left is not rounding.
#![cfg(not(target_arch = "wasm32"))]

mod shared;

use burn::tensor::{Device, FloatDType};
use expandnets::device::Compute;
use pollster::block_on;
use shared::gradients;

/// One test only: the precision is set once for the whole program, before the first tensor.
#[test]
fn contracted_equals_layer_by_layer_in_double_precision() {
    Device::flex().configure(FloatDType::F64).unwrap();
    block_on(gradients::contracted_equals_layer_by_layer(&Compute::cpu(), 1e-10));
}
