//! The plan of every arm that an experiment trains, or why there is none.

use crate::data::{Entry, Task};
use crate::error::Fault;
use crate::expand::{Plan, expand};
use crate::experiment::{Arm, Experiment, Variant};
use crate::runs::Run;
use crate::train::Head;

/// An arm as it is trained in one race.
pub(super) struct Planned {
    /// The race's experiment.
    pub experiment: Experiment,
    pub arm: Arm,
    pub plan: Plan,
}

/// The first plan of each arm, in the experiment's order and then those that only prepare; and all that is wrong in any
/// of the races.
pub(super) fn plans(experiment: &Experiment, runs: &[Run], entry: &Entry) -> (Vec<Planned>, Vec<Fault>) {
    let (mut planned, mut faults): (Vec<Planned>, Vec<Fault>) = (Vec::new(), Vec::new());
    // Seeds differ in numbers only.
    for run in runs.iter().filter(|run| run.seed == experiment.seed) {
        for &arm in &run.arms {
            match plan(experiment, run, arm, entry) {
                Ok(_) if planned.iter().any(|planned| planned.arm == arm) => {}
                Ok(plan) => planned.push(plan),
                // The same width is wrong in several arms: say it once.
                Err(fault) if faults.contains(&fault) => {}
                Err(fault) => faults.push(fault),
            }
        }
    }
    let place = |arm| experiment.arms.iter().position(|&other| other == arm).unwrap_or(usize::MAX);
    planned.sort_by_key(|planned| place(planned.arm));
    if let Some(arm) = experiment.arms.iter().find(|arm| faults.is_empty() && !planned.iter().any(|p| p.arm == **arm)) {
        let message = format!("{} can expand none of the kernels; leave it out", arm.name());
        faults.push(Fault::new("expands_nothing", message).at("arms"));
    }
    (planned, faults)
}

fn plan(experiment: &Experiment, run: &Run, arm: Arm, entry: &Entry) -> Result<Planned, Fault> {
    let one = experiment.of(run)?;
    let field = if arm == Arm::Teacher { "teacher" } else { "network" };
    // The teacher's layers are not those of the field `network`.
    let place = |fault: Fault| if arm == Arm::Teacher { fault.at(field) } else { fault };
    let spec = one.spec(arm)?;
    let plan = expand(&spec, &one.expansion(arm), entry.shape).map_err(place)?;
    Head::of(entry, plan.output).map_err(place)?;
    refuse_other_tasks(&one, entry)?;
    match arm.variant() {
        Variant::Contracted => drop(expand(&spec, &one.contracted_expansion(arm), entry.shape)?),
        Variant::Preserving if one.rate < 1.0 => {
            let message = format!(
                "{} narrows layers, which then cannot start as the trained network; use 1 or more, or leave {} out",
                one.rate,
                arm.name()
            );
            return Err(Fault::new("cannot_preserve", message).at("rate"));
        }
        _ => {}
    }
    Ok(Planned { experiment: one, arm, plan })
}

/// Refuses what makes sense only where an image as a whole has a class.
fn refuse_other_tasks(experiment: &Experiment, entry: &Entry) -> Result<(), Fault> {
    let asked = [
        ("crop", experiment.crop > 0, "a random crop would have to cut masks and boxes, too; use flip"),
        ("label_noise", experiment.label_noise > 0.0, "only images that have one class can get a random one"),
    ];
    match asked.into_iter().find(|(_, asked, _)| *asked && entry.task != Task::Classify) {
        Some((field, _, why)) => {
            let message = format!("not with {}, whose images have no one class: {why}; set it to 0", entry.label);
            Err(Fault::new("not_for_task", message).at(field))
        }
        None => Ok(()),
    }
}
