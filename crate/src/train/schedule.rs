//! The learning rate over an experiment.

use crate::experiment::{Experiment, Schedule};

/// The learning rate of the step that starts when `epoch` epochs (fractional) have passed.
pub fn learning_rate(experiment: &Experiment, epoch: f64) -> f64 {
    let start = experiment.learning_rate;
    match experiment.schedule {
        Schedule::Constant => start,
        Schedule::Step => {
            let passed = experiment.milestones.iter().filter(|&&milestone| epoch >= f64::from(milestone)).count();
            start * experiment.schedule_factor.powi(passed as i32)
        }
        Schedule::Cosine => {
            let share = (epoch / f64::from(experiment.epochs)).min(1.0);
            start * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_recipe_drops_tenfold_at_50_and_100() {
        let paper = crate::experiment::preset("paper").unwrap();
        let rate = |epoch| (learning_rate(&paper, epoch) * 1e6).round() / 1e6;
        assert_eq!([rate(0.0), rate(49.99), rate(50.0), rate(99.9), rate(100.0)], [0.01, 0.01, 0.001, 0.001, 0.0001]);
    }

    #[test]
    fn a_cosine_starts_at_the_learning_rate_and_ends_at_zero() {
        let experiment =
            Experiment { schedule: Schedule::Cosine, epochs: 8, learning_rate: 0.2, ..Experiment::default() };
        assert_eq!(learning_rate(&experiment, 0.0), 0.2);
        assert!((learning_rate(&experiment, 4.0) - 0.1).abs() < 1e-12);
        assert!(learning_rate(&experiment, 8.0).abs() < 1e-12);
    }
}
