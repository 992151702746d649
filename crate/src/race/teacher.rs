//! The network that distilled arms learn from: it looks at each batch once, in evaluation mode, for all of them.

use crate::device::Compute;
use crate::error::Fault;
use crate::experiment::{Arm, Experiment};
use crate::network::Network;
use crate::train::{Batch, Distillation, Trained};

pub(super) struct Teacher {
    network: Network,
    how: Distillation,
}

impl Teacher {
    /// The teacher of an experiment's arms; none where no arm is distilled.
    ///
    /// # Errors
    /// A [`Fault`] at `teacher` when there is none though an arm needs one, or it says other than the `[C, Y, X]` of an arm.
    pub fn of(
        experiment: &Experiment,
        trained: &Trained,
        output: [usize; 3],
        compute: &Compute,
    ) -> Result<Option<Teacher>, Fault> {
        if !experiment.arms.iter().any(|arm| arm.distilled()) {
            return Ok(None);
        }
        let model = trained.get(&Arm::Teacher).ok_or_else(|| {
            Fault::new("no_teacher", "a distilled arm learns from a teacher, and there is none").at("teacher")
        })?;
        let network = Network::new(model, &compute.device, experiment.batch as usize, experiment.execution)?;
        let [channels, y, x] = network.plan().output;
        if [channels, y, x] != output {
            let [c, height, width] = output;
            let message = format!(
                "the teacher ends in {channels}×{y}×{x}, the network that learns from it in {c}×{height}×{width}; give both \
                 the same end"
            );
            return Err(Fault::new("teacher_does_not_fit", message).at("teacher"));
        }
        let how = Distillation { temperature: experiment.temperature, share: experiment.distillation };
        Ok(Some(Teacher { network, how }))
    }

    /// The batch with what the teacher says of it.
    pub fn teach(&self, batch: Batch) -> Batch {
        let output = self.network.evaluate(batch.images.clone());
        batch.taught(output, &self.how)
    }
}
