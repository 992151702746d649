//! `expandnets bench`: times training steps, for comparing arms, ways to run them and other libraries.

use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

use expandnets::backend;
use expandnets::error::Fault;
use expandnets::event::Event;
use expandnets::experiment::Experiment;
use serde_json::json;

use super::open::{Opening, clock, prepare};
use super::{Failure, print};

/// Prints one line about the race, then for each step one line an arm; the first steps warm up.
///
/// With `paced`, waits for a line on standard input before each step, and ends when there are no more: something else
/// can take its turn in between.
pub fn bench(experiment: &Experiment, steps: u32, paced: bool, folder: &Path) -> Result<(), Failure> {
    let Opening { dataset, adapter, .. } = prepare(experiment, folder, None)?;
    let (mut series, opened) = pollster::block_on(backend::open(experiment, dataset, &adapter, clock, None))?;
    print(json!({
        "backend": opened.backend,
        "adapter": opened.adapter,
        "batch": experiment.batch,
        "execution": experiment.execution,
        "threads": threads(),
    }))?;
    let mut lines = std::io::stdin().lock().lines();
    for _ in 0..steps {
        if paced && lines.next().is_none() {
            break;
        }
        let mut left = experiment.arms.len();
        while left > 0 {
            if series.finished() {
                let message = "the race is over: ask for fewer steps, or give the experiment more epochs";
                return Err(Fault::new("race_over", message).at("epochs").into());
            }
            let start = Instant::now();
            let events = pollster::block_on(series.turns(1))?;
            let seconds = start.elapsed().as_secs_f64();
            // A turn may be a test, which is not printed.
            for event in events {
                if let Event::Step { arm, step, loss, .. } = event {
                    print(json!({ "arm": arm, "step": step, "seconds": seconds, "loss": loss }))?;
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
