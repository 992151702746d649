//! `expandnets train`: a race without a browser, with a progress bar and JSON lines.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use expandnets::backend::{self, limits};
use expandnets::data;
use expandnets::describe::{Limits, describe};
use expandnets::error::Fault;
use expandnets::event::Event;
use expandnets::experiment::Experiment;
use expandnets::export::Form;
use expandnets::report::AdapterReport;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Failure, read_dataset, write};

/// Seconds since the first call.
fn clock() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

pub fn train(experiment: &Experiment, out: &Path, folder: &Path) -> Result<(), Failure> {
    // Refuse before any file is read or written.
    let adapter =
        AdapterReport { usable: cfg!(feature = "gpu"), name: "native GPU".into(), ..AdapterReport::default() };
    let description = describe(experiment, Limits { tensor: limits(experiment, &adapter).tensor, ..Limits::NATIVE })?;
    let files = read_dataset(&data::entry(experiment.dataset).files(), folder);
    let dataset = data::decode(experiment.dataset, &files)?
        .take(experiment.train_images as usize, experiment.test_images as usize);
    let failed =
        |error: std::io::Error| Fault::new("write_failed", format!("cannot write to {}: {error}", out.display()));
    fs::create_dir_all(out).map_err(failed)?;
    let mut metrics = fs::File::create(out.join("metrics.jsonl")).map_err(failed)?;

    let (mut race, opened) = pollster::block_on(backend::open(experiment, dataset, &adapter, clock))?;
    eprintln!("{}: {} ({})", opened.adapter, opened.reason, description.dataset.label);
    let steps = u64::from(description.steps_per_epoch) * u64::from(experiment.epochs);
    let style = ProgressStyle::with_template("{bar:30} step {pos}/{len} {eta} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(steps).with_style(style);
    while !race.finished() {
        let events = pollster::block_on(race.turns(experiment.arms.len() as u32))?;
        for event in &events {
            writeln!(metrics, "{}", json!(event)).map_err(failed)?;
            match event {
                Event::Step { step, .. } => bar.set_position(u64::from(*step)),
                Event::Epoch { arm, epoch, test_accuracy, .. } => {
                    bar.println(format!(
                        "epoch {epoch:3}  {:7} test accuracy {:.2} %",
                        arm.name(),
                        100.0 * test_accuracy
                    ));
                }
                Event::Stopped { message, hint, .. } => bar.println(format!("{message} {hint}")),
                _ => {}
            }
        }
    }
    bar.finish_and_clear();

    let mut reports = Vec::new();
    for &arm in &experiment.arms {
        let contraction = pollster::block_on(race.contract(arm))?;
        for form in [Form::Expanded, Form::Contracted] {
            write(&out.join(form.file_name(arm)), &race.file(&contraction, form).write()?)?;
        }
        reports.push(contraction.report);
    }
    println!("{}", json!({ "opened": opened, "contractions": reports }));
    Ok(())
}
