//! The same experiments without a browser: describe, train, sweep, summary, contract, predict, bench.
//!
//! Results are JSON on standard output, messages go to standard error; exit code 0, 1 for a failure, 2 for bad input.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use expandnets::error::Fault;
use expandnets::experiment::{BackendChoice, Experiment};
use expandnets::measure::survey::SurveyRequest;
use serde_json::json;

#[path = "expandnets/bench.rs"]
mod bench;
#[path = "expandnets/open.rs"]
mod open;
#[path = "expandnets/predict.rs"]
mod predict;
#[path = "expandnets/summary.rs"]
mod summary;
#[path = "expandnets/sweep.rs"]
mod sweep;
#[path = "expandnets/train.rs"]
mod train;

#[derive(Parser)]
#[command(version, about = "Expand a compact network's linear layers, train, and contract them back exactly.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print layers, shapes, parameters and multiply-adds of every arm.
    Describe {
        /// A JSON file; absent fields keep their defaults.
        experiment: PathBuf,
    },
    /// Train every arm; write metrics.jsonl and, per arm, the network as trained and contracted.
    Train {
        experiment: PathBuf,
        /// Folder for the results.
        #[arg(long)]
        out: PathBuf,
        /// Overrides the experiment's backend.
        #[arg(long)]
        backend: Option<BackendArgument>,
        /// A safetensors file of ours that +KD arms learn from, in place of the experiment's teacher.
        #[arg(long)]
        teacher: Option<PathBuf>,
        /// Folder with the data sets' files.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/data"))]
        data: PathBuf,
    },
    /// Train every arm at every seed, rate and kernel by itself; goes on where an earlier call was ended.
    Sweep {
        experiment: PathBuf,
        /// Folder for the results: a file for each cell, and replay.jsonl, which the page plays.
        #[arg(long)]
        out: PathBuf,
        /// This call's share of the cells, as i/n.
        #[arg(long, default_value = "1/1")]
        shard: sweep::Shard,
        /// A safetensors file of ours that +KD arms learn from, in place of the experiment's teacher.
        #[arg(long)]
        teacher: Option<PathBuf>,
        /// Also survey the loss around every arm of the first seed, with so many points a side; odd.
        #[arg(long, value_name = "POINTS")]
        survey: Option<u32>,
        /// How far the survey goes; at 1 a filter has moved by its own length.
        #[arg(long, default_value_t = 1.0)]
        radius: f64,
        /// Folder with the data sets' files.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/data"))]
        data: PathBuf,
    },
    /// Print what a recording amounts to, as Markdown.
    Summary {
        /// A replay.jsonl of `sweep`.
        replay: PathBuf,
    },
    /// Contract a trained network's file to the compact network's.
    Contract { input: PathBuf, output: PathBuf },
    /// Run a network, expanded or contracted, on images.
    Predict {
        model: PathBuf,
        /// Tensor `images`, 32-bit floats [N, C, H, W], already normalised.
        #[arg(long)]
        images: PathBuf,
        /// Where to write the tensor `logits` [N, classes].
        #[arg(long)]
        out: PathBuf,
    },
    /// Time training steps; prints a JSON line for each step and arm. RAYON_NUM_THREADS limits the threads.
    Bench {
        experiment: PathBuf,
        /// Steps of every arm; the first ones warm up.
        #[arg(long, default_value_t = 12)]
        steps: u32,
        /// Wait for a line on standard input before each step.
        #[arg(long)]
        paced: bool,
        /// Folder with the data sets' files.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/data"))]
        data: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum BackendArgument {
    Cpu,
    Wgpu,
}

/// What went wrong, and whose fault it was.
enum Failure {
    /// Exit code 2.
    Input(Vec<Fault>),
    /// Exit code 1.
    Run(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault.code.as_str() {
            "device_failed" | "gpu_failed" | "write_failed" => Failure::Run(fault),
            _ => Failure::Input(vec![fault]),
        }
    }
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        match faults.as_slice() {
            [fault] => fault.clone().into(),
            _ => Failure::Input(faults),
        }
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Describe { experiment } => describe(&experiment),
        Command::Train { experiment, out, backend, teacher, data } => {
            read_experiment(&experiment).and_then(|mut experiment| {
                match backend {
                    Some(BackendArgument::Cpu) => experiment.backend = BackendChoice::Cpu,
                    Some(BackendArgument::Wgpu) => experiment.backend = BackendChoice::Webgpu,
                    None => {}
                }
                train::train(&experiment, &out, &data, teacher.as_deref())
            })
        }
        Command::Sweep { experiment, out, shard, teacher, survey, radius, data } => {
            let survey = survey.map(|size| SurveyRequest { size, radius });
            let options = sweep::Options { shard, teacher: teacher.as_deref(), survey };
            read_experiment(&experiment).and_then(|experiment| sweep::sweep(&experiment, &out, &data, &options))
        }
        Command::Summary { replay } => summary::summary(&replay),
        Command::Contract { input, output } => predict::contract_file(&input, &output),
        Command::Predict { model, images, out } => predict::predict(&model, &images, &out),
        Command::Bench { experiment, steps, paced, data } => {
            read_experiment(&experiment).and_then(|experiment| bench::bench(&experiment, steps, paced, &data))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Run(fault)) => {
            eprintln!("error: {fault}");
            ExitCode::from(1)
        }
        Err(Failure::Input(faults)) => {
            for fault in faults {
                eprintln!("error: {fault}");
            }
            ExitCode::from(2)
        }
    }
}

fn describe(path: &Path) -> Result<(), Failure> {
    let experiment = read_experiment(path)?;
    let description = expandnets::describe::describe(&experiment, expandnets::describe::Limits::NATIVE)?;
    Ok(print(json!(description))?)
}

fn read_experiment(path: &Path) -> Result<Experiment, Failure> {
    let text = String::from_utf8(read(path)?)
        .map_err(|_| Fault::new("not_text", format!("{} is not a text file", path.display())))?;
    Ok(Experiment::from_json(&text)?)
}

/// A line on standard output. That nobody reads on, as in `| head`, is no failure: what counts is in files.
fn print(line: impl Display) -> Result<(), Fault> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Fault::new("write_failed", format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// A file's bytes.
fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|error| Fault::new("cannot_read", format!("cannot read {}: {error}", path.display())))
}

/// Writes beside the target and renames, so that no half file is left under its name.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let failed = |error| Fault::new("write_failed", format!("cannot write {}: {error}", path.display()));
    let mut part = path.as_os_str().to_owned();
    // Of this process alone: others may be writing the same file.
    part.push(format!(".{}.part", std::process::id()));
    fs::write(&part, bytes).and_then(|()| fs::rename(&part, path)).map_err(failed)
}

/// The files of a data set, by their names in the catalogue.
fn read_dataset(names: &[&str], folder: &Path) -> BTreeMap<String, Vec<u8>> {
    // A file that is missing is named, with the remedy, by the decoder.
    names.iter().filter_map(|name| Some((name.to_string(), fs::read(folder.join(name)).ok()?))).collect()
}
