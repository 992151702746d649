//! What each arm of each race came to, and what that amounts to over the seeds.

use crate::event::{Event, StopReason, SummaryRow};
use crate::experiment::Arm;
use crate::measure::statistics::{Interval, Stat};
use crate::runs::Run;

/// How one arm of one race ended.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    arm: Arm,
    seed: u32,
    /// None for arms that have no rate.
    rate: Option<f64>,
    kernel: Option<u32>,
    test_accuracy: f64,
    best_accuracy: f64,
    fit_accuracy: f64,
    gap: f64,
    diverged: bool,
    /// Whether it trained to the end.
    over: bool,
}

/// The outcomes of all races so far.
#[derive(Default)]
pub struct Outcomes(Vec<Outcome>);

impl Outcomes {
    /// Takes in an event of a run. What was trained only for others counts as well: it is an arm like any other.
    pub fn hear(&mut self, run: &Run, event: &Event) {
        match event {
            Event::Epoch { arm, epoch, test_accuracy, fit_accuracy, gap, .. } if *epoch > 0 => {
                let outcome = self.of(run, *arm);
                outcome.test_accuracy = *test_accuracy;
                outcome.best_accuracy = outcome.best_accuracy.max(*test_accuracy);
                (outcome.fit_accuracy, outcome.gap) = (*fit_accuracy, *gap);
            }
            Event::Stopped { arm, reason, .. } => {
                let outcome = self.of(run, *arm);
                outcome.over = true;
                outcome.diverged = *reason == StopReason::Diverged;
            }
            _ => {}
        }
    }

    fn of(&mut self, run: &Run, arm: Arm) -> &mut Outcome {
        let rate = arm.uses_rate().then_some(run.rate);
        let same = |one: &Outcome| (one.arm, one.seed, one.rate, one.kernel) == (arm, run.seed, rate, run.kernel);
        let index = self.0.iter().position(same).unwrap_or_else(|| {
            self.0.push(Outcome {
                arm,
                seed: run.seed,
                rate,
                kernel: run.kernel,
                test_accuracy: 0.0,
                best_accuracy: 0.0,
                fit_accuracy: 0.0,
                gap: 0.0,
                diverged: false,
                over: false,
            });
            self.0.len() - 1
        });
        &mut self.0[index]
    }

    /// A row for each arm at each rate and kernel, in the order in which they were first trained.
    pub fn rows(&self) -> Vec<SummaryRow> {
        let mut keys: Vec<(Arm, Option<f64>, Option<u32>)> = Vec::new();
        for outcome in self.0.iter().filter(|outcome| outcome.over) {
            let key = (outcome.arm, outcome.rate, outcome.kernel);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.into_iter().map(|(arm, rate, kernel)| self.row(arm, rate, kernel)).collect()
    }

    fn row(&self, arm: Arm, rate: Option<f64>, kernel: Option<u32>) -> SummaryRow {
        let all =
            || self.0.iter().filter(move |one| one.over && (one.arm, one.rate, one.kernel) == (arm, rate, kernel));
        let sound = || all().filter(|one| !one.diverged);
        let stat = |value: fn(&Outcome) -> f64| Stat::of(&sound().map(value).collect::<Vec<_>>());
        let compact = |seed| {
            let same = |one: &&Outcome| {
                (one.arm, one.seed, one.kernel, one.over && !one.diverged) == (Arm::Compact, seed, kernel, true)
            };
            self.0.iter().find(same)
        };
        let differences: Vec<f64> =
            sound().filter_map(|one| Some(one.test_accuracy - compact(one.seed)?.test_accuracy)).collect();
        SummaryRow {
            arm,
            rate,
            kernel,
            test_accuracy: stat(|one| one.test_accuracy),
            best_accuracy: stat(|one| one.best_accuracy),
            fit_accuracy: stat(|one| one.fit_accuracy),
            gap: stat(|one| one.gap),
            diverged: (all().count() - sound().count()) as u32,
            difference: (arm != Arm::Compact).then(|| Interval::of(&differences)).flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u32) -> Run {
        Run { seed, rate: 4.0, kernel: None, preparation: false, arms: vec![Arm::Compact, Arm::CK] }
    }

    fn epoch(arm: Arm, epoch: u32, test_accuracy: f64) -> Event {
        let fit_accuracy = test_accuracy + 0.25;
        Event::Epoch {
            arm,
            epoch,
            step: epoch,
            train_loss: None,
            train_accuracy: None,
            test_loss: 1.0,
            test_accuracy,
            fit_loss: 1.0,
            fit_accuracy,
            gap: fit_accuracy - test_accuracy,
        }
    }

    fn stopped(arm: Arm, reason: StopReason) -> Event {
        Event::Stopped { arm, step: 2, reason, message: String::new(), hint: String::new() }
    }

    #[test]
    fn seeds_are_paired_with_the_compact_arm_and_those_that_diverged_left_out() {
        let mut outcomes = Outcomes::default();
        for (seed, compact, ck) in [(1, 0.5, 0.75), (2, 0.25, 0.375), (3, 0.5, 0.0)] {
            let reason = if seed == 3 { StopReason::Diverged } else { StopReason::Done };
            for event in [
                epoch(Arm::Compact, 1, 1.0),
                epoch(Arm::Compact, 2, compact),
                epoch(Arm::CK, 2, ck),
                stopped(Arm::Compact, StopReason::Done),
                stopped(Arm::CK, reason),
            ] {
                outcomes.hear(&run(seed), &event);
            }
        }
        let rows = outcomes.rows();
        assert_eq!(
            rows.iter().map(|row| (row.arm, row.rate)).collect::<Vec<_>>(),
            [(Arm::Compact, None), (Arm::CK, Some(4.0))]
        );
        assert_eq!(
            (rows[0].test_accuracy.unwrap().n, rows[0].best_accuracy.unwrap().mean, rows[0].difference.is_none()),
            (3, 1.0, true)
        );
        assert_eq!((rows[1].test_accuracy.unwrap().n, rows[1].diverged, rows[1].gap.unwrap().mean), (2, 1, 0.25));
        assert_eq!(rows[1].test_accuracy.unwrap().mean, 0.5625);
        let difference = rows[1].difference.unwrap();
        assert_eq!((difference.n, difference.mean), (2, 0.1875));
        assert!(difference.low < 0.0 && difference.high > 0.375);
    }

    #[test]
    fn an_arm_in_training_is_no_outcome_yet() {
        let mut outcomes = Outcomes::default();
        outcomes.hear(&run(1), &epoch(Arm::Compact, 1, 0.5));
        assert!(outcomes.rows().is_empty());
    }
}
