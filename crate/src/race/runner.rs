//! One arm of a race: its trainer and the sums its epoch's numbers are made of.

use crate::event::Event;
use crate::train::Trainer;

/// Loss and correct answers over some images.
#[derive(Clone, Copy, Default)]
struct Sums {
    loss: f64,
    correct: usize,
    images: usize,
}

impl Sums {
    fn add(&mut self, loss: f64, correct: usize, images: usize) {
        self.loss += loss * images as f64;
        self.correct += correct;
        self.images += images;
    }

    /// Mean loss and accuracy; none without images.
    fn mean(self) -> Option<(f64, f64)> {
        let images = self.images as f64;
        (self.images > 0).then(|| (self.loss / images, self.correct as f64 / images))
    }
}

pub(super) struct Runner {
    pub trainer: Trainer,
    /// Takes no further step.
    pub stopped: bool,
    train: Sums,
    test: Sums,
    fit: Sums,
}

impl Runner {
    pub fn new(trainer: Trainer) -> Runner {
        Runner { trainer, stopped: false, train: Sums::default(), test: Sums::default(), fit: Sums::default() }
    }

    pub fn trained(&mut self, loss: f64, correct: usize, images: usize) {
        self.train.add(loss, correct, images);
    }

    /// A batch of test images or, for the fit, of training images.
    pub fn tested(&mut self, fit: bool, loss: f64, correct: usize, images: usize) {
        let sums = if fit { &mut self.fit } else { &mut self.test };
        sums.add(loss, correct, images);
    }

    /// The numbers of the epoch that ends here; the sums start anew.
    pub fn epoch(&mut self, epoch: u32, step: u32) -> Event {
        let train = std::mem::take(&mut self.train).mean();
        let (test_loss, test_accuracy) = std::mem::take(&mut self.test).mean().unwrap_or((f64::NAN, 0.0));
        let (fit_loss, fit_accuracy) = std::mem::take(&mut self.fit).mean().unwrap_or((f64::NAN, 0.0));
        Event::Epoch {
            arm: self.trainer.arm,
            epoch,
            step,
            train_loss: train.map(|(loss, _)| loss),
            train_accuracy: train.map(|(_, accuracy)| accuracy),
            test_loss,
            test_accuracy,
            fit_loss,
            fit_accuracy,
            gap: fit_accuracy - test_accuracy,
        }
    }
}
