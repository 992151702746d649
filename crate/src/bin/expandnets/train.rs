//! `expandnets train`: an experiment without a browser, with a progress bar and JSON lines.

use std::fs;
use std::io::Write;
use std::path::Path;

use expandnets::backend;
use expandnets::error::Fault;
use expandnets::event::Event;
use expandnets::experiment::{Arm, Experiment, Variant};
use expandnets::export::{Form, ModelFile};
use expandnets::report::ContractionReport;
use expandnets::series::Series;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::open::{Opening, clock, prepare};
use super::{Failure, print, write};

pub fn train(experiment: &Experiment, out: &Path, folder: &Path, teacher: Option<&Path>) -> Result<(), Failure> {
    // Refuse before any file is written.
    let Opening { description, dataset, adapter, teacher } = prepare(experiment, folder, teacher)?;
    let failed =
        |error: std::io::Error| Fault::new("write_failed", format!("cannot write to {}: {error}", out.display()));
    fs::create_dir_all(out).map_err(failed)?;
    let mut metrics = fs::File::create(out.join("metrics.jsonl")).map_err(failed)?;

    let (mut series, opened) = pollster::block_on(backend::open(experiment, dataset, &adapter, clock, teacher))?;
    eprintln!("{}: {} ({})", opened.adapter, opened.reason, description.dataset.label);
    let steps = u64::from(description.steps_per_epoch) * u64::from(experiment.epochs);
    let style = ProgressStyle::with_template("{prefix} {bar:30} step {pos}/{len} {eta} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(steps).with_style(style);
    let several = series.runs().iter().filter(|run| !run.preparation).count() > 1;
    let mut reports = Vec::new();
    while !series.finished() {
        let events = pollster::block_on(series.turns(series.race().arms().len() as u32))?;
        for event in &events {
            writeln!(metrics, "{}", json!(event)).map_err(failed)?;
            show(&bar, event);
        }
        if series.race().finished() {
            let folder = if several { out.join(series.run().name()) } else { out.to_path_buf() };
            fs::create_dir_all(&folder).map_err(failed)?;
            reports.extend(keep(&series, &folder)?);
        }
    }
    bar.finish_and_clear();
    print(json!({ "opened": opened, "contractions": reports, "summary": series.summary() }))?;
    Ok(())
}

fn show(bar: &ProgressBar, event: &Event) {
    match event {
        Event::Run { index, of, .. } if *of > 1 => {
            bar.set_prefix(format!("race {index}/{of}"));
            bar.reset();
        }
        Event::Step { step, .. } => bar.set_position(u64::from(*step)),
        Event::Epoch { arm, epoch, test_accuracy, .. } => {
            bar.println(format!("epoch {epoch:3}  {:7} test accuracy {:.2} %", arm.name(), 100.0 * test_accuracy));
        }
        Event::Stopped { message, hint, .. } => bar.println(format!("{message} {hint}")),
        _ => {}
    }
}

/// Writes what the arms of a race came to: as trained and contracted, and which labels were drawn at random.
fn keep(series: &Series, folder: &Path) -> Result<Vec<ContractionReport>, Failure> {
    let race = series.race();
    let mut reports = Vec::new();
    for arm in race.arms() {
        let file = |form: Form| folder.join(form.file_name(arm));
        if !contracts(arm) {
            let model = pollster::block_on(race.model(arm))?;
            write(&file(Form::Expanded), &ModelFile { model, anchors: Vec::new(), provenance: None }.write()?)?;
            continue;
        }
        let contraction = pollster::block_on(race.contract(arm))?;
        for form in [Form::Expanded, Form::Contracted] {
            write(&file(form), &race.file(&contraction, form).write()?)?;
        }
        reports.push(contraction.report);
    }
    if !series.noisy().is_empty() {
        let noise = json!({ "seed": series.run().seed, "images": series.noisy() });
        write(&folder.join("noise.json"), noise.to_string().as_bytes())?;
    }
    Ok(reports)
}

fn contracts(arm: Arm) -> bool {
    arm.variant() != Variant::Nonlinear
}
