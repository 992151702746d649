//! One arm of a race: its trainer and the sums its epoch's numbers are made of.

use std::sync::Arc;

use crate::data::Targets;
use crate::event::Event;
use crate::train::{Head, Tally, Trainer};

pub(super) struct Runner {
    pub trainer: Trainer,
    /// Takes no further step.
    pub stopped: bool,
    head: Arc<Head>,
    train: Tally,
    test: Tally,
    fit: Tally,
}

impl Runner {
    pub fn new(trainer: Trainer, head: &Arc<Head>) -> Runner {
        let tally = || Tally::new(head);
        Runner { trainer, stopped: false, head: head.clone(), train: tally(), test: tally(), fit: tally() }
    }

    /// Outputs of a training batch; and their score by itself.
    pub fn trained(&mut self, output: &[f32], truth: &Targets) -> Tally {
        let mut tally = Tally::new(&self.head);
        tally.add(output, truth, &self.head);
        self.train.merge(&tally);
        tally
    }

    /// Outputs of test images or, for the fit, of training images.
    pub fn tested(&mut self, fit: bool, output: &[f32], truth: &Targets) {
        let tally = if fit { &mut self.fit } else { &mut self.test };
        tally.add(output, truth, &self.head);
    }

    /// The numbers of the epoch that ends here; the tallies start anew.
    pub fn epoch(&mut self, epoch: u32, step: u32) -> Vec<Event> {
        let take = |tally: &mut Tally| std::mem::replace(tally, Tally::new(&self.head));
        let (train, test, fit) = (take(&mut self.train), take(&mut self.test), take(&mut self.fit));
        let (arm, trained) = (self.trainer.arm, train.images() > 0);
        let mut events = vec![Event::Epoch {
            arm,
            epoch,
            step,
            train_loss: trained.then(|| train.loss()),
            train_accuracy: trained.then(|| train.quality()),
            test_loss: test.loss(),
            test_accuracy: test.quality(),
            fit_loss: fit.loss(),
            fit_accuracy: fit.quality(),
            gap: fit.quality() - test.quality(),
        }];
        events.extend(test.detail().map(|detail| Event::Detail { arm, epoch, step, detail }));
        events
    }
}
