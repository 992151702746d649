//! What the arms say of test images, for a reader to see.

use burn::tensor::Transaction;

use super::{Race, evaluation};
use crate::data::Targets;
use crate::error::Fault;
use crate::network::{device_fault, floats};
use crate::report::{Answer, ArmAnswer, Found, PredictedImage, Predictions};
use crate::train::targets_of;

/// Test images that can be asked for at once.
const MOST: u32 = 64;

impl Race {
    /// What every arm, contracted, says of `count` test images from the one at `first` on. The device is read once.
    ///
    /// # Errors
    /// A [`Fault`] at `images` when there are no such images or they are too many; when the device fails.
    pub async fn predictions(&self, first: u32, count: u32) -> Result<Predictions, Fault> {
        let there = self.judged.len() as u32;
        if count == 0 || count > MOST || first.checked_add(count).is_none_or(|end| end > there) {
            let message = format!("{count} images from {first} on; use 1 to {MOST} of the {there} test images");
            return Err(Fault::new("no_such_images", message).at("images"));
        }
        let indices: Vec<u32> = (first..first + count).collect();
        let size = indices.len();
        let device = &self.compute.device;
        let batches = evaluation::batches(&self.judged, &indices, &self.normalization, &self.head, size, device);
        let mut transaction = Transaction::default();
        for runner in &self.runners {
            let network = runner.trainer.network.contracted(&runner.trainer.initial)?;
            for batch in &batches {
                transaction = transaction.register(network.evaluate(batch.images.clone()));
            }
        }
        let outputs = transaction.execute_async().await.map_err(device_fault)?;
        let said = outputs
            .into_iter()
            .map(|output| Ok(self.head.answers(&floats(output)?)))
            .collect::<Result<Vec<_>, Fault>>()?;
        let images = indices.iter().enumerate().map(|(at, &index)| PredictedImage {
            index,
            pixels: self.judged.image(index as usize).to_vec(),
            truth: answer(&targets_of(&self.judged.targets, &[index], &[false], self.head.size)),
            arms: self
                .runners
                .iter()
                .zip(&said)
                .map(|(runner, said)| ArmAnswer { arm: runner.trainer.arm, answer: said[at].clone() })
                .collect(),
        });
        Ok(Predictions {
            step: self.step,
            task: self.head.task,
            shape: self.judged.shape.map(|size| size as u32),
            images: images.collect(),
        })
    }
}

/// The truth of one image.
fn answer(truth: &Targets) -> Answer {
    match truth {
        Targets::Classes(classes) => Answer::Class { class: classes[0] },
        Targets::Masks(classes) => Answer::Mask { classes: classes.to_vec() },
        Targets::Objects(objects) => {
            Answer::Objects { objects: objects[0].iter().map(|&object| Found::new(object, None)).collect() }
        }
    }
}
