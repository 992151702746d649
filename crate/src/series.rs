//! All races of an experiment, one after the other: seeds, rates, kernels, and what must be trained before.
//!
//! Pull, don't push, as in [`Race`]: pausing and cancelling work across races.

use crate::data::anchors::Size;
use crate::data::{self, Dataset, Targets};
use crate::device::Compute;
use crate::error::Fault;
use crate::event::{Event, SummaryRow};
use crate::experiment::{Arm, Experiment};
use crate::export::ModelFile;
use crate::model::Model;
use crate::race::{Clock, Race};
use crate::runs::Run;
use crate::train::{Head, Trained};

mod outcomes;
pub use outcomes::Outcomes;

/// The races of an experiment on one device; one is under way, or over and not left yet.
pub struct Series {
    experiment: Experiment,
    dataset: Dataset,
    compute: Compute,
    clock: Clock,
    runs: Vec<Run>,
    /// The run whose race is held.
    at: usize,
    race: Race,
    /// Training images of this race whose labels were drawn at random.
    noisy: Vec<u32>,
    /// Whether the race has been announced.
    announced: bool,
    stride: u32,
    trained: Trained,
    outcomes: Outcomes,
    finished: bool,
}

impl Series {
    /// All races at their start; `dataset` is already cut to the experiment's number of images. A teacher that was
    /// trained elsewhere takes the place of the experiment's.
    ///
    /// # Errors
    /// As [`Race::new`] for the first race; when the teacher does not fit the images.
    pub fn new(
        experiment: &Experiment,
        dataset: Dataset,
        compute: Compute,
        clock: Clock,
        teacher: Option<Model>,
    ) -> Result<Series, Fault> {
        let mut trained = Trained::new();
        if let Some(teacher) = teacher {
            fits(&teacher, &dataset)?;
            trained.insert(Arm::Teacher, teacher);
        }
        let runs = experiment.runs(dataset.train.shape, trained.contains_key(&Arm::Teacher))?;
        let first = runs
            .first()
            .ok_or_else(|| Fault::new("nothing_to_train", "no arm can expand any of the kernels").at("arms"))?;
        let (race, noisy) = start(experiment, &dataset, &compute, clock, first, &trained)?;
        Ok(Series {
            experiment: experiment.clone(),
            dataset,
            compute,
            clock,
            runs,
            at: 0,
            race,
            noisy,
            announced: false,
            stride: 1,
            trained,
            outcomes: Outcomes::default(),
            finished: false,
        })
    }

    /// The race under way, or the one that ended last.
    pub fn race(&self) -> &Race {
        &self.race
    }

    /// What that race is.
    pub fn run(&self) -> &Run {
        &self.runs[self.at]
    }

    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether every race is over.
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// Training images of the race whose labels were drawn at random, in order.
    pub fn noisy(&self) -> &[u32] {
        &self.noisy
    }

    /// As [`Race::stride`].
    pub fn stride(&mut self, steps: u32) {
        self.stride = steps;
        self.race.stride(steps);
    }

    /// Takes up to `turns` turns of one race and tells what happened; the call after a race's end begins the next.
    ///
    /// # Errors
    /// When the device fails, or the next race cannot start.
    pub async fn turns(&mut self, turns: u32) -> Result<Vec<Event>, Fault> {
        if self.finished || turns == 0 {
            return Ok(Vec::new());
        }
        if self.race.finished() {
            self.leave()?;
        }
        let mut events = Vec::new();
        if !self.announced {
            self.announced = true;
            let (index, of) = self.place();
            events.push(self.run().announcement(index, of, self.noisy.len() as u32));
        }
        events.extend(self.race.turns(turns).await?);
        let run = &self.runs[self.at];
        events.iter().for_each(|event| self.outcomes.hear(run, event));
        if self.race.finished() {
            let last = self.at + 1 == self.runs.len();
            let end = events.pop();
            if !run.preparation {
                let (index, of) = self.place();
                events.push(Event::Summary { index, of, rows: self.summary() });
            }
            self.keep().await?;
            if last {
                self.finished = true;
                events.extend(end);
            }
        }
        Ok(events)
    }

    /// What all races so far amount to.
    pub fn summary(&self) -> Vec<SummaryRow> {
        self.outcomes.rows()
    }

    /// The place of the race, from 1, and the number of races.
    fn place(&self) -> (u32, u32) {
        (self.at as u32 + 1, self.runs.len() as u32)
    }

    /// Reads what later arms start from or learn from.
    async fn keep(&mut self) -> Result<(), Fault> {
        let needed = |wanted: &Arm| self.experiment.arms.iter().any(|arm| arm.needs().contains(wanted));
        for arm in self.race.arms().into_iter().filter(needed) {
            let model = self.race.model(arm).await?;
            self.trained.insert(arm, model);
        }
        Ok(())
    }

    /// Goes on to the next race.
    fn leave(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let run = &self.runs[self.at];
        (self.race, self.noisy) =
            start(&self.experiment, &self.dataset, &self.compute, self.clock, run, &self.trained)?;
        self.race.stride(self.stride);
        self.announced = false;
        Ok(())
    }
}

/// A run's race at its start, and which labels were drawn at random for it.
fn start(
    experiment: &Experiment,
    dataset: &Dataset,
    compute: &Compute,
    clock: Clock,
    run: &Run,
    trained: &Trained,
) -> Result<(Race, Vec<u32>), Fault> {
    let mut dataset = dataset.clone();
    let classes = data::entry(dataset.name).classes.len();
    let noisy = match &mut dataset.train.targets {
        Targets::Classes(labels) => data::noise(labels, classes, experiment.label_noise, run.seed),
        _ => Vec::new(),
    };
    let race = Race::new(&experiment.of(run)?, dataset, compute.clone(), clock, trained)?;
    Ok((race, noisy))
}

/// A file's network as a teacher for images of a set, which are already cut to the experiment's number.
///
/// # Errors
/// A [`Fault`] at `teacher` when it does not fit the images, or detects by other anchors than these images have.
pub fn teacher(file: ModelFile, dataset: &Dataset) -> Result<Model, Fault> {
    fits(&file.model, dataset)?;
    let head = Head::of(data::entry(dataset.name), file.model.plan()?.output)?.fitted(&dataset.train.targets)?;
    let near = |(a, b): (&Size, &Size)| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01);
    let same = head.grid.anchors.len() == file.anchors.len() && head.grid.anchors.iter().zip(&file.anchors).all(near);
    if !same {
        let message = format!(
            "the teacher's boxes start from anchors of {:?} pixels, those of these images are {:?}; train one on as many images",
            file.anchors, head.grid.anchors
        );
        return Err(Fault::new("teacher_does_not_fit", message).at("teacher"));
    }
    Ok(file.model)
}

/// Refuses a teacher for other images or classes.
fn fits(teacher: &Model, dataset: &Dataset) -> Result<(), Fault> {
    let refuse = |what: String| {
        let message = format!("the teacher {what}; train one on the same data set, or name a network");
        Err(Fault::new("teacher_does_not_fit", message).at("teacher"))
    };
    let plan = teacher.plan()?;
    if !plan.linear() {
        return refuse("is a nonlinear counterpart".into());
    }
    let entry = data::entry(dataset.name);
    if teacher.input != entry.shape {
        return refuse(format!("takes images of {:?}, those of {} are {:?}", teacher.input, entry.label, entry.shape));
    }
    match Head::of(entry, plan.output) {
        Ok(_) => Ok(()),
        Err(fault) => refuse(format!("does not fit: {}", fault.message)),
    }
}
