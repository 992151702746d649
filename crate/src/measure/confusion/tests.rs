//! Inner products and cosines against plain loops in double precision.

use burn::tensor::{Device, TensorData};
use pollster::block_on;

use super::*;
use crate::device::Compute;
use crate::experiment::{Arm, Experiment};
use crate::network::floats;
use crate::seed;
use crate::train::{Batch, Trainer};

/// Random images and labels of three classes.
fn batch(name: &str, input: [usize; 3], device: &Device) -> Batch {
    let mut stream = seed::stream(5, name);
    let images = (0..8 * input.iter().product::<usize>()).map(|_| (4.0 * seed::unit(&mut stream) - 2.0) as f32);
    let images = images.collect();
    let labels = (0..8).map(|_| (3.0 * seed::unit(&mut stream)) as u8).collect();
    Batch::new(images, labels, input, 3, device)
}

/// Gradients of an arm on random mini-batches at its start.
fn gradients(arm: Arm, count: usize) -> Vec<Tensors> {
    let device = Compute::cpu().device;
    let network = "conv 4 k5; norm; relu; pool 2; conv 6 k5; norm; relu; pool 2; flatten; dense 16; relu; dense 3";
    let experiment = Experiment { network: network.into(), rate: 4.0, batch: 8, ..Experiment::default() };
    let mut trainer = Trainer::new(&experiment, arm, [2, 12, 12], &device).unwrap();
    (0..count).map(|index| trainer.gradients(&batch(&format!("batch {index}"), [2, 12, 12], &device)).1).collect()
}

fn numbers(tensor: Tensor<1>) -> Vec<f64> {
    floats(tensor.into_data()).unwrap().into_iter().map(f64::from).collect()
}

/// A gradient as one list.
fn flattened(gradient: &Tensors) -> Vec<f64> {
    gradient.values().flat_map(|tensor| numbers(tensor.clone())).collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Relative to the lengths of the two gradients: near right angles the product itself is nearly zero.
fn compare(gradients: &[Tensors], tolerance: f64) {
    let count = gradients.len();
    let found = gram(gradients).unwrap();
    assert_eq!(found.dims(), [count, count]);
    let found: Vec<f32> = floats(found.into_data()).unwrap();
    let flat: Vec<Vec<f64>> = gradients.iter().map(flattened).collect();
    let cosines = cosines(&found, count, usize::MAX);
    assert_eq!(cosines.len(), count * (count - 1) / 2);
    let mut cosines = cosines.into_iter();
    for i in 0..count {
        for j in 0..count {
            let lengths = (inner(&flat[i], &flat[i]) * inner(&flat[j], &flat[j])).sqrt();
            let expected = inner(&flat[i], &flat[j]);
            let error = (f64::from(found[i * count + j]) - expected).abs() / lengths;
            assert!(error < tolerance, "{i} and {j}: {} against {expected}", found[i * count + j]);
            if i < j {
                let error = (f64::from(cosines.next().unwrap()) - expected / lengths).abs();
                assert!(error < tolerance, "cosine of {i} and {j} is off by {error:.1e}");
            }
        }
    }
}

#[test]
fn cosines_are_those_of_flattened_gradients() {
    for arm in [Arm::Compact, Arm::CL, Arm::CKFC] {
        let gradients = gradients(arm, batches(10));
        compare(&gradients, 1e-6);
        let found: Vec<f32> = floats(gram(&gradients).unwrap().into_data()).unwrap();
        assert!(cosines(&found, 5, 10).iter().any(|cosine| cosine.abs() > 0.01), "{arm:?}: nothing to compare");
    }
}

/// Arrays that fill a block exactly, less or more, and gradients so large that they do not lie together at once.
#[test]
fn arrays_of_any_length_are_cut_and_summed() {
    let device = Compute::cpu().device;
    let gradients = |count: usize, lengths: &[usize]| -> Vec<Tensors> {
        let array = |gradient: usize, index: usize, length: usize| {
            let mut stream = seed::stream(gradient as u32, &index.to_string());
            let numbers: Vec<f32> = (0..length).map(|_| (2.0 * seed::unit(&mut stream) - 0.7) as f32).collect();
            (index.to_string(), Tensor::from_data(TensorData::new(numbers, [length]), &device))
        };
        let arrays =
            |gradient| lengths.iter().enumerate().map(|(index, &length)| array(gradient, index, length)).collect();
        (0..count).map(arrays).collect()
    };
    for lengths in
        [&[1][..], &[BLOCK], &[BLOCK, BLOCK], &[BLOCK + 1], &[3, BLOCK - 3], &[7, 3 * BLOCK + 5, 1, 2 * BLOCK]]
    {
        compare(&gradients(3, lengths), 1e-6);
    }
    let wide = MOST_NUMBERS / 64;
    compare(&gradients(64, &[wide / 2, wide, 11]), 1e-6);
}

/// A window is filled over the ends of arrays before the next begins.
#[test]
fn windows_cover_every_number_once() {
    let arrays = [("a".to_string(), 5), ("b".to_string(), 1), ("c".to_string(), 8)];
    assert_eq!(
        windows(&arrays, 4),
        [vec![("a", 0..4)], vec![("a", 4..5), ("b", 0..1), ("c", 0..2)], vec![("c", 2..6)], vec![("c", 6..8)]]
    );
    assert!(windows(&[], 4).is_empty());
}

#[test]
fn the_fewest_batches_have_enough_pairs() {
    let found = [0, 1, 2, 3, 4, 10, 11, 100, 105, 106].map(batches);
    assert_eq!(found, [0, 2, 3, 3, 4, 5, 6, 15, 15, 16]);
}

#[test]
fn pairs_are_ordered_and_never_nan() {
    // Gradients (3, 0), (0, 2), (4, 4), 0: inner products row by row.
    #[rustfmt::skip]
    let gram = [
        9.0,  0.0, 12.0, 0.0,
        0.0,  4.0,  8.0, 0.0,
        12.0, 8.0, 32.0, 0.0,
        0.0,  0.0,  0.0, 0.0,
    ];
    let half = 0.5f32.sqrt();
    assert_eq!(cosines(&gram, 4, 6), [0.0, half, 0.0, half, 0.0, 0.0]);
    assert_eq!(cosines(&gram, 4, 2), [0.0, half]);
    assert_eq!(cosines(&[f32::NAN; 4], 2, 1), [0.0]);
    assert_eq!(cosines(&[f32::INFINITY; 4], 2, 1), [0.0]);
    // Rounding never makes a cosine of more than 1.
    assert_eq!(cosines(&[1.0, 1.000_001, 1.000_001, 1.0], 2, 1), [1.0]);
    assert!(cosines(&[], 0, 5).is_empty());
}

#[test]
fn gradients_of_different_parameters_are_refused() {
    let mut two = gradients(Arm::Compact, 2);
    two[1].remove("fc2.bias");
    assert_eq!(gram(&two).err().unwrap().code, "gradients_differ");
    assert_eq!(gram(&[]).err().unwrap().code, "gradients_differ");
    assert_eq!(gram(&[Tensors::new()]).err().unwrap().code, "gradients_differ");
}

/// A contracted network's gradients are compared as any other's: one gradient, one array a layer.
#[test]
fn gradients_in_contracted_space_have_the_compact_arrays() {
    let device = Compute::cpu().device;
    let network = "conv 4 k5; norm; relu; pool 2; flatten; dense 16; relu; dense 3";
    let experiment = Experiment { network: network.into(), rate: 2.0, batch: 8, ..Experiment::default() };
    let expanded = Trainer::new(&experiment, Arm::CKFC, [2, 12, 12], &device).unwrap();
    let compact = Trainer::new(&experiment, Arm::Compact, [2, 12, 12], &device).unwrap();
    let contracted = expanded.network.contracted(&expanded.initial).unwrap();
    let names = |tensors: Tensors| -> Vec<(String, usize)> {
        tensors.into_iter().map(|(name, tensor)| (name, tensor.dims()[0])).collect()
    };
    assert_eq!(names(contracted.parameters.tensors()), names(compact.network.parameters.tensors()));
    let read = block_on(contracted.read(&compact.initial)).unwrap();
    assert_eq!(read.arrays.keys().collect::<Vec<_>>(), compact.initial.arrays.keys().collect::<Vec<_>>());
}
