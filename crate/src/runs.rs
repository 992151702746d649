//! The races an experiment amounts to: one for each seed, kernel and rate, and those that must come before.

use crate::error::Fault;
use crate::event::Event;
use crate::expand::expand;
use crate::experiment::{Arm, Experiment};
use crate::spec::Spec;

/// One race of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub seed: u32,
    pub rate: f64,
    /// The side of every kernel; none for the network as it is.
    pub kernel: Option<u32>,
    /// Trains what others start from or learn from: teacher, nonlinear counterparts, the compact network.
    pub preparation: bool,
    pub arms: Vec<Arm>,
}

impl Run {
    /// What tells this race's files from those of the others, such as `seed-1-rate-2-k5`.
    pub fn name(&self) -> String {
        let kernel = self.kernel.map_or(String::new(), |kernel| format!("-k{kernel}"));
        format!("seed-{}-rate-{}{kernel}", self.seed, self.rate)
    }

    /// What is said when the race begins, the `index`th `of` so many.
    pub fn announcement(&self, index: u32, of: u32, noisy_labels: u32) -> Event {
        let Run { seed, rate, kernel, preparation, arms } = self.clone();
        Event::Run { index, of, seed, rate, kernel, preparation, arms, noisy_labels }
    }
}

impl Experiment {
    /// The experiment that one race is: one seed, rate and kernel.
    ///
    /// # Errors
    /// As [`Spec::named`].
    pub fn of(&self, run: &Run) -> Result<Experiment, Fault> {
        let network = match run.kernel {
            Some(kernel) => Spec::named(&self.network)?.with_kernel(kernel as usize).to_string(),
            None => self.network.clone(),
        };
        Ok(Experiment {
            network,
            arms: run.arms.clone(),
            rate: run.rate,
            seed: run.seed,
            seeds: 1,
            rates: Vec::new(),
            kernels: Vec::new(),
            ..self.clone()
        })
    }

    /// The races in order, for images of `input` = `[C, Y, X]`; `taught` if a teacher is there already.
    ///
    /// Seeds come outermost, so that what is known so far rests on as many seeds everywhere. What does not depend on the
    /// rate is trained once for all rates, the teacher once for all kernels. Where kernels are gone through, an arm that
    /// cannot expand one of them is left out there.
    ///
    /// # Errors
    /// As [`Spec::named`].
    pub fn runs(&self, input: [usize; 3], taught: bool) -> Result<Vec<Run>, Fault> {
        let rates = if self.rates.is_empty() { vec![self.rate] } else { self.rates.clone() };
        let kernels: Vec<Option<u32>> =
            if self.kernels.is_empty() { vec![None] } else { self.kernels.iter().copied().map(Some).collect() };
        let mut runs = Vec::new();
        for seed in (0..self.seeds).map(|repeat| self.seed.wrapping_add(repeat)) {
            let mut taught = taught;
            for &kernel in &kernels {
                for (index, &rate) in rates.iter().enumerate() {
                    let mut run = Run { seed, rate, kernel, preparation: false, arms: Vec::new() };
                    run.arms = self.arms_of(&run, index == 0, input)?;
                    let mut needed: Vec<Arm> = run.arms.iter().flat_map(|arm| arm.needs()).collect();
                    needed.sort();
                    needed.dedup();
                    needed.retain(|&arm| match arm {
                        Arm::Teacher => !taught,
                        // Trained with the first rate.
                        _ => arm.uses_rate() || index == 0,
                    });
                    taught |= needed.contains(&Arm::Teacher);
                    run.arms.retain(|arm| !needed.contains(arm));
                    if !needed.is_empty() {
                        runs.push(Run { preparation: true, arms: needed, ..run.clone() });
                    }
                    if !run.arms.is_empty() {
                        runs.push(run);
                    }
                }
            }
        }
        Ok(runs)
    }

    /// The arms that take part in a race at its rate and kernel.
    fn arms_of(&self, run: &Run, first_rate: bool, input: [usize; 3]) -> Result<Vec<Arm>, Fault> {
        let one = self.of(run)?;
        let mut arms = Vec::new();
        for &arm in self.arms.iter().filter(|arm| first_rate || arm.uses_rate()) {
            let spec = one.spec(arm)?;
            if self.kernels.len() <= 1 || expand(&spec, &one.contracted_expansion(arm), input).is_ok() {
                arms.push(arm);
            }
        }
        Ok(arms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(experiment: &Experiment) -> Vec<(u32, f64, Option<u32>, bool, String)> {
        let names = |arms: &[Arm]| arms.iter().map(|arm| arm.name()).collect::<Vec<_>>().join(" ");
        let runs = experiment.runs([3, 32, 32], false).unwrap();
        runs.iter().map(|run| (run.seed, run.rate, run.kernel, run.preparation, names(&run.arms))).collect()
    }

    #[test]
    fn a_plain_experiment_is_one_race() {
        let experiment = Experiment { arms: vec![Arm::Compact, Arm::CK], ..Experiment::default() };
        assert_eq!(runs(&experiment), [(1, 4.0, None, false, "compact CK".into())]);
    }

    #[test]
    fn what_others_need_is_trained_before_them_and_once() {
        let arms = vec![Arm::Compact, Arm::CLCompact, Arm::CKInit, Arm::CKKD];
        let experiment = Experiment { arms, seeds: 2, rates: vec![1.0, 4.0], ..Experiment::default() };
        let of = |seed| {
            [
                (seed, 1.0, None, true, "compact CK+nonlinear teacher".to_string()),
                (seed, 1.0, None, false, "CL+compact CK+Init CK+KD".into()),
                (seed, 4.0, None, true, "CK+nonlinear".into()),
                (seed, 4.0, None, false, "CL+compact CK+Init CK+KD".into()),
            ]
        };
        assert_eq!(runs(&experiment), [of(1), of(2)].concat());
        let taught = experiment.runs([3, 32, 32], true).unwrap();
        assert!(taught.iter().all(|run| !run.arms.contains(&Arm::Teacher)));
    }

    #[test]
    fn rates_leave_the_compact_network_alone_and_kernels_what_cannot_be_expanded() {
        let arms = vec![Arm::Compact, Arm::CK];
        let experiment = Experiment { arms, rates: vec![0.5, 2.0], kernels: vec![3, 7], ..Experiment::default() };
        let expected = [
            (1, 0.5, Some(3), false, "compact".to_string()),
            (1, 0.5, Some(7), false, "compact CK".into()),
            (1, 2.0, Some(7), false, "CK".into()),
        ];
        assert_eq!(runs(&experiment), expected);
        let run = &experiment.runs([3, 32, 32], false).unwrap()[2];
        assert_eq!(run.name(), "seed-1-rate-2-k7");
        assert!(experiment.of(run).unwrap().network.starts_with("conv 8 k7; norm"));
    }
}
