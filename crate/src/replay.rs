//! A recorded experiment as JSON lines: what `expandnets sweep` writes and the page plays without training.
//!
//! The first line is `{"replay": 1, "experiment": {…}}`, every other one an [`Event`].

use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::event::Event;
use crate::experiment::{Arm, Experiment};
use crate::runs::Run;
use crate::series::Outcomes;

/// Version of the format.
pub const REPLAY_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Head {
    replay: u32,
    experiment: serde_json::Value,
}

/// An experiment and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    pub experiment: Experiment,
    pub events: Vec<Event>,
}

/// One arm of one race, trained by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub run: Run,
    pub arm: Arm,
}

impl Cell {
    /// What tells this cell's file from those of the others, such as `seed-1-rate-4-CK+FC`.
    pub fn name(&self) -> String {
        format!("{}-{}", self.run.name(), self.arm.name())
    }

    /// The experiment that trains this arm alone, after what it needs.
    pub fn experiment(&self, whole: &Experiment) -> Experiment {
        Experiment {
            arms: vec![self.arm],
            seed: self.run.seed,
            seeds: 1,
            rate: self.run.rate,
            rates: Vec::new(),
            kernels: self.run.kernel.into_iter().collect(),
            ..whole.clone()
        }
    }
}

/// The cells of an experiment: arms × seeds × rates × kernels, for images of `input` = `[C, Y, X]`.
///
/// # Errors
/// As [`Experiment::runs`].
pub fn cells(experiment: &Experiment, input: [usize; 3]) -> Result<Vec<Cell>, Fault> {
    let runs = experiment.runs(input, false)?;
    let of = |run: &Run| {
        let arms = run.arms.clone().into_iter().filter(|arm| experiment.arms.contains(arm));
        arms.map(|arm| Cell { run: Run { preparation: false, ..run.clone() }, arm }).collect::<Vec<_>>()
    };
    Ok(runs.iter().flat_map(of).collect())
}

impl Replay {
    /// The races that cells amount to together, each with the events of its own arm; cells that are not there yet are
    /// left out, and without all of them the replay does not say that it is over.
    pub fn of(experiment: &Experiment, cells: &[Cell], events: impl Fn(&Cell) -> Option<Vec<Event>>) -> Replay {
        let mut races: Vec<(Run, Vec<Event>)> = Vec::new();
        let mut complete = true;
        for cell in cells {
            let Some(events) = events(cell) else {
                complete = false;
                continue;
            };
            let of_arm = |event: &Event| event.arm() == Some(cell.arm);
            let events = events.into_iter().filter(of_arm);
            let key = |run: &Run| (run.seed, run.rate.to_bits(), run.kernel);
            match races.iter_mut().find(|(run, _)| key(run) == key(&cell.run)) {
                Some((run, all)) => {
                    run.arms.push(cell.arm);
                    all.extend(events);
                }
                None => races.push((Run { arms: vec![cell.arm], ..cell.run.clone() }, events.collect())),
            }
        }
        let mut outcomes = Outcomes::default();
        let (mut replayed, of) = (Vec::new(), races.len() as u32);
        for (index, (run, mut events)) in (1..).zip(races) {
            // As in a race, whose arms take turns; what happens at one moment keeps the order of the arms.
            events.sort_by_key(Event::moment);
            replayed.push(run.announcement(index, of, 0));
            events.iter().for_each(|event| outcomes.hear(&run, event));
            replayed.extend(events);
            replayed.push(Event::Summary { index, of, rows: outcomes.rows() });
        }
        if complete {
            let step = replayed.iter().filter_map(Event::moment).map(|(step, _)| step).max().unwrap_or(0);
            replayed.push(Event::Finished { step });
        }
        Replay { experiment: experiment.clone(), events: replayed }
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let head = serde_json::json!({ "replay": REPLAY_VERSION, "experiment": self.experiment });
        let events = self.events.iter().map(|event| serde_json::json!(event).to_string());
        std::iter::once(head.to_string()).chain(events).map(|line| line + "\n").collect()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A [`Fault`] with the line that is not understood, or every fault of the experiment.
    pub fn read(text: &str) -> Result<Replay, Vec<Fault>> {
        let refuse = |line: usize, what: String| vec![Fault::new("bad_replay", format!("line {line}: {what}"))];
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, head) = lines.next().ok_or_else(|| refuse(1, "the file is empty".into()))?;
        let head: Head = serde_json::from_str(head).map_err(|error| {
            refuse(1, format!("expected {{\"replay\": {REPLAY_VERSION}, \"experiment\": …}}: {error}"))
        })?;
        if head.replay != REPLAY_VERSION {
            return Err(refuse(1, format!("replay version {} is unknown; this reads {REPLAY_VERSION}", head.replay)));
        }
        let experiment = Experiment::from_json(&head.experiment.to_string())?;
        let events = lines
            .map(|(index, line)| serde_json::from_str(line).map_err(|error| refuse(index + 1, error.to_string())))
            .collect::<Result<_, _>>()?;
        Ok(Replay { experiment, events })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::StopReason;

    fn events(cell: &Cell) -> Vec<Event> {
        let epoch = |epoch| Event::Epoch {
            arm: cell.arm,
            epoch,
            step: 10 * epoch,
            train_loss: None,
            train_accuracy: None,
            test_loss: 1.0,
            test_accuracy: f64::from(cell.run.seed) / 4.0,
            fit_loss: 1.0,
            fit_accuracy: 1.0,
            gap: 0.5,
        };
        let of = |arm| Event::Stopped {
            arm,
            step: 20,
            reason: StopReason::Done,
            message: String::new(),
            hint: String::new(),
        };
        vec![epoch(0), epoch(1), of(Arm::Teacher), epoch(2), of(cell.arm)]
    }

    fn experiment() -> Experiment {
        Experiment { arms: vec![Arm::Compact, Arm::CKKD], seeds: 2, ..Experiment::default() }
    }

    #[test]
    fn cells_are_what_is_asked_for_without_what_prepares() {
        let names: Vec<String> = cells(&experiment(), [1, 28, 28]).unwrap().iter().map(|cell| cell.name()).collect();
        let expected = ["seed-1-rate-4-compact", "seed-1-rate-4-CK+KD", "seed-2-rate-4-compact", "seed-2-rate-4-CK+KD"];
        assert_eq!(names, expected);
    }

    #[test]
    fn cells_become_races_whose_arms_take_turns() {
        let experiment = experiment();
        let cells = cells(&experiment, [1, 28, 28]).unwrap();
        let replay = Replay::of(&experiment, &cells, |cell| Some(events(cell)));
        let kinds: Vec<&str> = replay
            .events
            .iter()
            .map(|event| match event {
                Event::Run { .. } => "run",
                Event::Epoch { arm, .. } => arm.name(),
                Event::Stopped { .. } => "stopped",
                Event::Summary { .. } => "summary",
                _ => "end",
            })
            .collect();
        let one = ["run", "compact", "CK+KD", "compact", "CK+KD", "compact", "CK+KD", "stopped", "stopped", "summary"];
        assert_eq!(kinds, [one.as_slice(), one.as_slice(), &["end"]].concat());
        let Some(Event::Summary { rows, index: 2, of: 2 }) = replay.events.iter().rev().nth(1) else { panic!() };
        assert_eq!((rows.len(), rows[0].test_accuracy.map(|stat| (stat.n, stat.mean))), (2, Some((2, 0.375))));
        assert_eq!(Replay::read(&replay.write()).unwrap(), replay);
        let some = Replay::of(&experiment, &cells, |cell| (cell.arm == Arm::Compact).then(|| events(cell)));
        assert!(!some.events.iter().any(|event| matches!(event, Event::Finished { .. })));
    }

    /// JSON has no infinity: what is not finite comes back as not a number, and the file can be read.
    #[test]
    fn losses_that_are_not_finite_survive_the_file() {
        let experiment = experiment();
        let cells = cells(&experiment, [1, 28, 28]).unwrap();
        let lost = |cell: &Cell| {
            let mut events = events(cell);
            let Event::Epoch { test_loss, .. } = &mut events[0] else { panic!() };
            *test_loss = f64::INFINITY;
            Some(events)
        };
        let back = Replay::read(&Replay::of(&experiment, &cells, lost).write()).unwrap();
        assert!(matches!(back.events[1], Event::Epoch { test_loss, .. } if test_loss.is_nan()));
    }

    #[test]
    fn a_file_that_is_no_replay_is_refused_with_its_line() {
        let message = |text: &str| Replay::read(text).unwrap_err()[0].message.clone();
        assert_eq!(message(""), "line 1: the file is empty");
        assert!(message("{}").starts_with("line 1: expected"));
        assert!(message("{\"replay\": 2, \"experiment\": {}}").contains("version 2 is unknown"));
        assert!(message("{\"replay\": 1, \"experiment\": {\"rate\": 0}}").contains("widens nothing"));
        assert!(message("{\"replay\": 1, \"experiment\": {}}\n\n{\"type\": \"nap\"}").starts_with("line 3: "));
    }
}
