//! `expandnets sweep`: every arm at every seed, rate and kernel by itself, resumable, in shares that run side by side.
//!
//! A cell's file is written whole or not at all, so whatever ends a sweep, what is there is right and is not done again.

use std::fs;
use std::path::Path;

use expandnets::backend;
use expandnets::data;
use expandnets::error::Fault;
use expandnets::event::Event;
use expandnets::experiment::{Arm, Experiment, Variant};
use expandnets::export::{Form, ModelFile};
use expandnets::measure::survey::{SurveyRequest, Surveyed};
use expandnets::model::Model;
use expandnets::replay::{Cell, Replay, cells};
use expandnets::series::Series;
use serde_json::json;

use super::open::{Opening, clock, prepare};
use super::{Failure, print, read, write};

/// Which of how many equal shares of the cells, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shard {
    pub index: usize,
    pub of: usize,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((index, of)) if index >= 1 && index <= of => Ok(Shard { index, of }),
            _ => Err(format!("{text:?} is no share; use i/n with 1 ≤ i ≤ n, such as 2/8")),
        }
    }
}

/// What a sweep does beside training.
pub struct Options<'a> {
    pub shard: Shard,
    pub teacher: Option<&'a Path>,
    /// Surveyed after training, at the first seed.
    pub survey: Option<SurveyRequest>,
}

pub fn sweep(experiment: &Experiment, out: &Path, folder: &Path, options: &Options) -> Result<(), Failure> {
    let Options { shard, teacher, survey } = *options;
    if let Some(request) = survey {
        request.check()?;
    }
    let opening = prepare(experiment, folder, teacher)?;
    let given = opening.teacher.clone();
    for part in ["cells", "teachers"] {
        fs::create_dir_all(out.join(part))
            .map_err(|error| Fault::new("write_failed", format!("cannot write to {}: {error}", out.display())))?;
    }
    same_experiment(experiment, out)?;
    let cells = cells(experiment, data::entry(experiment.dataset).shape)?;
    let mine: Vec<&Cell> = cells.iter().skip(shard.index - 1).step_by(shard.of).collect();
    for (place, cell) in mine.iter().enumerate() {
        let file = out.join("cells").join(cell.name() + ".jsonl");
        if file.exists() {
            continue;
        }
        eprintln!("{} of {}: {}", place + 1, mine.len(), cell.name());
        let teacher = match &given {
            Some(teacher) => Some(teacher.clone()),
            None => known_teacher(out, cell)?,
        };
        let survey = survey.filter(|_| cell.run.seed == experiment.seed && cell.arm.variant() != Variant::Nonlinear);
        let events = run(&cell.experiment(experiment), &opening, teacher, survey, out)?;
        let lines: String = events.iter().map(|event| json!(event).to_string() + "\n").collect();
        write(&file, lines.as_bytes())?;
    }
    let replay = collect(experiment, &cells, out)?;
    write(&out.join("replay.jsonl"), replay.write().as_bytes())?;
    let done = cells.iter().filter(|cell| out.join("cells").join(cell.name() + ".jsonl").exists()).count();
    let summary = replay.events.iter().rev().find_map(|event| match event {
        Event::Summary { rows, .. } => Some(rows),
        _ => None,
    });
    print(json!({ "cells": cells.len(), "done": done, "summary": summary }))?;
    Ok(())
}

/// A folder holds the cells of one experiment.
fn same_experiment(experiment: &Experiment, out: &Path) -> Result<(), Failure> {
    let path = out.join("experiment.json");
    if !path.exists() {
        let text = serde_json::to_string_pretty(experiment)
            .map_err(|error| Fault::new("write_failed", format!("the experiment cannot be written: {error}")))?;
        return Ok(write(&path, text.as_bytes())?);
    }
    let before = Experiment::from_json(&String::from_utf8_lossy(&read(&path)?))?;
    if before == *experiment {
        return Ok(());
    }
    let message = format!("{} holds the results of another experiment; use another folder", out.display());
    Err(Fault::new("other_experiment", message).into())
}

fn teacher_file(out: &Path, seed: u32) -> std::path::PathBuf {
    out.join("teachers").join(format!("seed-{seed}.safetensors"))
}

/// The teacher that an earlier cell of this seed has trained.
fn known_teacher(out: &Path, cell: &Cell) -> Result<Option<Model>, Failure> {
    let path = teacher_file(out, cell.run.seed);
    if !cell.arm.distilled() || !path.exists() {
        return Ok(None);
    }
    Ok(Some(ModelFile::read(&read(&path)?)?.model))
}

/// Trains one cell, keeps its teacher, and gives what happened but for the single steps.
fn run(
    experiment: &Experiment,
    opening: &Opening,
    teacher: Option<Model>,
    survey: Option<SurveyRequest>,
    out: &Path,
) -> Result<Vec<Event>, Failure> {
    let dataset = opening.dataset.clone();
    let (mut series, _) = pollster::block_on(backend::open(experiment, dataset, &opening.adapter, clock, teacher))?;
    let mut events = Vec::new();
    while !series.finished() {
        let more = pollster::block_on(series.turns(64))?;
        events.extend(more.into_iter().filter(|event| !matches!(event, Event::Step { .. })));
        if series.race().finished() && series.race().arms().contains(&Arm::Teacher) {
            keep_teacher(&series, experiment.seed, out)?;
        }
    }
    if let Some(request) = survey {
        let step = events.iter().filter_map(Event::moment).map(|(step, _)| step).max().unwrap_or(0);
        let mut survey = pollster::block_on(series.race().survey(request))?;
        let mut portions = Vec::new();
        while let Some(portion) = pollster::block_on(survey.next())? {
            if let (Some(Surveyed::Sharpness { .. }), Surveyed::Sharpness { .. }) = (portions.last(), &portion) {
                // Known better now.
                portions.pop();
            }
            portions.push(portion);
        }
        events.extend(portions.into_iter().map(|portion| Event::Survey { step, request, portion }));
    }
    Ok(events)
}

fn keep_teacher(series: &Series, seed: u32, out: &Path) -> Result<(), Failure> {
    let contraction = pollster::block_on(series.race().contract(Arm::Teacher))?;
    let bytes = series.race().file(&contraction, Form::Contracted).write()?;
    Ok(write(&teacher_file(out, seed), &bytes)?)
}

/// Everything that is there, as races.
fn collect(experiment: &Experiment, cells: &[Cell], out: &Path) -> Result<Replay, Failure> {
    let mut broken = Vec::new();
    let mut known = Vec::new();
    for cell in cells {
        let path = out.join("cells").join(cell.name() + ".jsonl");
        if !path.exists() {
            known.push(None);
            continue;
        }
        let text = String::from_utf8_lossy(&read(&path)?).into_owned();
        match text.lines().map(serde_json::from_str).collect::<Result<Vec<Event>, _>>() {
            Ok(events) => known.push(Some(events)),
            Err(error) => {
                broken
                    .push(Fault::new("bad_cell", format!("{}: {error}; delete it to train it again", path.display())));
                known.push(None);
            }
        }
    }
    if !broken.is_empty() {
        return Err(broken.into());
    }
    let events = |cell: &Cell| cells.iter().position(|other| other == cell).and_then(|index| known[index].clone());
    Ok(Replay::of(experiment, cells, events))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_from_one_to_as_many_as_there_are() {
        assert_eq!("2/8".parse(), Ok(Shard { index: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "1", "a/b", "1/0", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
