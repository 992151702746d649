//! `expandnets bench`: times training steps, for comparing arms, ways to run them and other libraries.

use std::io::BufRead;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use expandnets::backend::{self, limits};
use expandnets::data;
use expandnets::describe::{Limits, describe};
use expandnets::error::Fault;
use expandnets::event::Event;
use expandnets::experiment::Experiment;
use expandnets::report::AdapterReport;
use serde_json::json;

use super::{Failure, read_dataset};

/// Seconds since the first call.
fn clock() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Prints one line about the race, then for each step one line an arm; the first steps warm up.
///
/// With `paced`, waits for a line on standard input before each step, and ends when there are no more: something else
/// can take its turn in between.
pub fn bench(experiment: &Experiment, steps: u32, paced: bool, folder: &Path) -> Result<(), Failure> {
    let adapter =
        AdapterReport { usable: cfg!(feature = "gpu"), name: "native GPU".into(), ..AdapterReport::default() };
    describe(experiment, Limits { tensor: limits(experiment, &adapter).tensor, ..Limits::NATIVE })?;
    let files = read_dataset(&data::entry(experiment.dataset).files(), folder);
    let dataset = data::decode(experiment.dataset, &files)?
        .take(experiment.train_images as usize, experiment.test_images as usize);
    let (mut race, opened) = pollster::block_on(backend::open(experiment, dataset, &adapter, clock))?;
    println!(
        "{}",
        json!({
            "backend": opened.backend,
            "adapter": opened.adapter,
            "batch": experiment.batch,
            "execution": experiment.execution,
            "threads": threads(),
        })
    );
    let mut lines = std::io::stdin().lock().lines();
    for _ in 0..steps {
        if paced && lines.next().is_none() {
            break;
        }
        let mut left = experiment.arms.len();
        while left > 0 {
            if race.finished() {
                let message = "the race is over: ask for fewer steps, or give the experiment more epochs";
                return Err(Fault::new("race_over", message).at("epochs").into());
            }
            let start = Instant::now();
            let events = pollster::block_on(race.turns(1))?;
            let seconds = start.elapsed().as_secs_f64();
            // A turn may be a test, which is not printed.
            for event in events {
                if let Event::Step { arm, step, loss, .. } = event {
                    println!("{}", json!({ "arm": arm, "step": step, "seconds": seconds, "loss": loss }));
                    left -= 1;
                }
            }
        }
    }
    Ok(())
}

/// Threads that the CPU backend works with.
fn threads() -> usize {
    let asked = std::env::var("RAYON_NUM_THREADS").ok().and_then(|text| text.parse().ok()).filter(|&count| count > 0);
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
