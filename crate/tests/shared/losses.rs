//! Losses and their gradients in the outputs against PyTorch's, whose numbers `fixtures/losses.py` wrote.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use expandnets::data::{IGNORE, Object, Targets};
use expandnets::device::Compute;
use expandnets::measure::detection::Grid;
use expandnets::train::detection::{Lesson, image_loss};
use expandnets::train::{Batch, Distillation, Head, Loss};
use safetensors::SafeTensors;

use super::torch::Fixture;
use super::{Numbers, assert_close, read_one};

const SEGMENTATION: &[u8] = include_bytes!("../../fixtures/loss.segmentation.safetensors");
const DETECTION: &[u8] = include_bytes!("../../fixtures/loss.detection.safetensors");

/// The temperature and the share that the fixtures were made with.
const TAUGHT: Distillation = Distillation { temperature: 4.0, share: 0.9 };

fn tensor(fixture: &Fixture, name: &str, compute: &Compute) -> Tensor<4> {
    let array = fixture.array(name);
    let shape = <[usize; 4]>::try_from(array.shape).unwrap();
    Tensor::from_data(TensorData::new(array.values, shape), &compute.device)
}

/// The loss, and its gradient in the output.
async fn found(output: Tensor<4>, loss: impl FnOnce(Tensor<4>) -> Tensor<1>) -> Numbers {
    let output = output.autodiff().require_grad();
    let shares = loss(output.clone());
    // Backward starts from ones: this is the gradient of the sum of the shares.
    let gradient = output.grad(&shares.clone().backward()).unwrap();
    let loss = read_one(shares.inner()).await.iter().sum();
    Numbers::from([("loss".into(), vec![loss]), ("gradient".into(), read_one(gradient).await)])
}

/// Each of the two apart: neither is to hide behind the size of the other.
fn compare(found: &Numbers, fixture: &Fixture, name: &str, tolerance: f64) {
    for (part, numbers) in found {
        let expected = fixture.array(&format!("{name}.{part}")).values.into_iter().map(f64::from).collect();
        let [found, expected] = [numbers.clone(), expected].map(|numbers| Numbers::from([(part.clone(), numbers)]));
        assert_close(&found, &expected, tolerance, name);
    }
}

pub async fn losses_are_pytorchs(compute: &Compute, tolerance: f64) {
    segmentation_is_pytorchs(compute, tolerance).await;
    detection_is_pytorchs(compute, tolerance).await;
}

/// Pixels that are ignored count neither in the mean nor in the gradient, with a teacher or without.
async fn segmentation_is_pytorchs(compute: &Compute, tolerance: f64) {
    let fixture = Fixture(SafeTensors::deserialize(SEGMENTATION).unwrap());
    let [n, classes, height, width] = <[usize; 4]>::try_from(fixture.array("logits").shape).unwrap();
    let head = Arc::new(Head::pixels(classes, [height, width]));
    let batch = |masks: Vec<u8>| {
        let images = vec![0.0; n * height * width];
        Batch::with(images, Targets::Masks(masks.into()), [1, height, width], &head, &compute.device)
    };
    let masks: Vec<u8> = fixture.array("masks").values.iter().map(|&class| class as u8).collect();
    let logits = || tensor(&fixture, "logits", compute);
    let plain = found(logits(), |output| batch(masks.clone()).loss(&Loss::PLAIN, output)).await;
    compare(&plain, &fixture, "plain", tolerance);
    let taught = |masks| batch(masks).taught(tensor(&fixture, "teacher", compute), &TAUGHT);
    let loss = Loss { distillation: Some(TAUGHT), ..Loss::PLAIN };
    let distilled = found(logits(), |output| taught(masks.clone()).loss(&loss, output)).await;
    compare(&distilled, &fixture, "distilled", tolerance);
    // Where nothing counts, nothing is lost and nothing moves.
    let nothing = found(logits(), |output| taught(vec![IGNORE; n * height * width]).loss(&loss, output)).await;
    assert!(nothing.values().flatten().all(|&number| number == 0.0), "{nothing:?}");
}

/// By true objects, some of them sharing a cell, and by a teacher.
async fn detection_is_pytorchs(compute: &Compute, tolerance: f64) {
    let fixture = Fixture(SafeTensors::deserialize(DETECTION).unwrap());
    let [n, channels, rows, columns] = <[usize; 4]>::try_from(fixture.array("output").shape).unwrap();
    let anchors: Vec<[f32; 2]> = fixture.array("anchors").values.as_chunks().0.to_vec();
    let classes = channels / anchors.len() - 5;
    let grid = Grid { anchors, classes, image: [16 * rows, 16 * columns], cells: [rows, columns] };
    let mut images = vec![Vec::new(); n];
    for &[image, class, left, top, right, bottom] in fixture.array("objects").values.as_chunks().0 {
        images[image as usize].push(Object { class: class as u8, left, top, right, bottom });
    }
    let output = || tensor(&fixture, "output", compute);
    let truth = Lesson::of_objects(&grid, &images, &compute.device).unwrap();
    compare(&found(output(), |output| truth.loss(output)).await, &fixture, "plain", tolerance);
    let teacher = Lesson::of_teacher(&grid, tensor(&fixture, "teacher", compute), TAUGHT.temperature);
    compare(&found(output(), |output| teacher.loss(output)).await, &fixture, "taught", tolerance);
    // And the loss that scores are taken by.
    let [expected] = fixture.array("plain.loss").values[..] else { panic!("one number") };
    let values = fixture.array("output").values;
    let of = |(image, objects): (&[f32], &Vec<Object>)| image_loss(&grid, |at| f64::from(image[at]), objects).unwrap();
    let loss = values.chunks_exact(values.len() / n).zip(&images).map(of).sum::<f64>() / n as f64;
    assert!((loss / f64::from(expected) - 1.0).abs() < 1e-6, "{loss} against {expected}");
}
