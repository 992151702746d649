//! Which backend runs an experiment, and why: asked for, possible, and, in doubt, timed on the experiment itself.

use crate::data::Dataset;
use crate::describe::{Limits, describe};
use crate::device::Compute;
use crate::error::Fault;
use crate::experiment::{BackendChoice, Experiment};
use crate::model::Model;
use crate::race::{Clock, Race};
use crate::report::{AdapterReport, Backend, Opened};
use crate::series::Series;
use crate::train::Trained;

/// What the device can hold that the experiment will run on, as far as it can be told before opening it.
pub fn limits(experiment: &Experiment, adapter: &AdapterReport) -> Limits {
    match plan(experiment.backend, adapter) {
        Plan::Gpu(_) if adapter.largest_buffer > 0.0 => {
            Limits { tensor: adapter.largest_buffer.min(Limits::BROWSER.tensor), ..Limits::BROWSER }
        }
        _ => Limits::BROWSER,
    }
}

/// What to do before anything is timed; each with its reason.
#[derive(Debug, PartialEq)]
enum Plan {
    Cpu(String),
    Gpu(String),
    Time,
}

fn plan(choice: BackendChoice, adapter: &AdapterReport) -> Plan {
    let missing = adapter.reason.clone().unwrap_or_else(|| "WebGPU is not available".into());
    match choice {
        BackendChoice::Cpu => Plan::Cpu("the CPU was asked for".into()),
        BackendChoice::Webgpu if adapter.usable => Plan::Gpu("WebGPU was asked for".into()),
        BackendChoice::Webgpu => Plan::Cpu(format!("WebGPU was asked for, but {missing}")),
        BackendChoice::Auto if !adapter.usable => Plan::Cpu(missing),
        BackendChoice::Auto if adapter.software => {
            Plan::Cpu(format!("the only adapter, {}, is software and slower than WebAssembly", adapter.name))
        }
        BackendChoice::Auto => Plan::Time,
    }
}

/// What opening a race amounts to here, for a page that waits for it.
pub fn opening(experiment: &Experiment, adapter: &AdapterReport) -> &'static str {
    match plan(experiment.backend, adapter) {
        Plan::Cpu(_) => "Preparing the race",
        Plan::Gpu(_) => "Starting WebGPU",
        Plan::Time => "Timing the CPU and WebGPU, compiling kernels",
    }
}

/// Opens an experiment's races on the backend that it asks for or, for `auto`, on the faster one. A `teacher` that was
/// trained elsewhere takes the place of the experiment's.
///
/// # Errors
/// Everything [`describe`] refuses; and a device that fails.
pub async fn open(
    experiment: &Experiment,
    dataset: Dataset,
    adapter: &AdapterReport,
    clock: Clock,
    teacher: Option<Model>,
) -> Result<(Series, Opened), Vec<Fault>> {
    let description = describe(experiment, limits(experiment, adapter))?;
    let one = |fault: Fault| vec![fault];
    let (compute, reason) = match plan(experiment.backend, adapter) {
        Plan::Cpu(reason) => (Compute::cpu(), reason),
        Plan::Gpu(reason) => (gpu().await.map_err(one)?, reason),
        Plan::Time => faster(experiment, &dataset, clock).await?,
    };
    let on_cpu = compute.backend == Backend::Cpu;
    let series = Series::new(experiment, dataset, compute, clock, teacher).map_err(one)?;
    let opened = Opened {
        backend: series.race().backend(),
        adapter: if on_cpu { cpu_name() } else { adapter.name.clone() },
        software: !on_cpu && adapter.software,
        reason,
        memory: description.memory,
    };
    Ok((series, opened))
}

/// Times one step of the first race on both, after one step of warming up.
async fn faster(experiment: &Experiment, dataset: &Dataset, clock: Clock) -> Result<(Compute, String), Vec<Fault>> {
    let gpu = match gpu().await {
        Ok(gpu) => gpu,
        Err(fault) => return Ok((Compute::cpu(), fault.message)),
    };
    let one = |fault: Fault| vec![fault];
    let mut experiment = experiment.clone();
    // The first race needs nothing that is trained before.
    let runs = experiment.runs(dataset.train.shape, false).map_err(one)?;
    if let Some(run) = runs.first() {
        experiment = experiment.of(run).map_err(one)?;
    }
    let mut seconds = Vec::new();
    for compute in [gpu.clone(), Compute::cpu()] {
        let mut race = Race::new(&experiment, dataset.clone(), compute, clock, &Trained::new()).map_err(one)?;
        seconds.push(race.trial().await.map_err(one)?);
    }
    let (on_gpu, on_cpu) = (seconds[0] * 1000.0, seconds[1] * 1000.0);
    let reason = format!("a step took {on_gpu:.0} ms on WebGPU and {on_cpu:.0} ms on the CPU");
    Ok((if on_gpu <= on_cpu { gpu } else { Compute::cpu() }, reason))
}

fn cpu_name() -> String {
    if cfg!(target_arch = "wasm32") { "WebAssembly SIMD, one thread".into() } else { "native, all cores".into() }
}

#[cfg(any(target_arch = "wasm32", feature = "gpu"))]
async fn gpu() -> Result<Compute, Fault> {
    Compute::gpu().await
}

#[cfg(not(any(target_arch = "wasm32", feature = "gpu")))]
async fn gpu() -> Result<Compute, Fault> {
    Err(Fault::new("gpu_failed", "this build has no GPU support; build with --features gpu, or set backend to cpu")
        .at("backend"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_its_reason() {
        let none = AdapterReport { reason: Some("this browser has no WebGPU".into()), ..AdapterReport::default() };
        let software =
            AdapterReport { usable: true, software: true, name: "SwiftShader".into(), ..AdapterReport::default() };
        let real = AdapterReport { usable: true, name: "a GPU".into(), ..AdapterReport::default() };
        assert_eq!(plan(BackendChoice::Auto, &none), Plan::Cpu("this browser has no WebGPU".into()));
        assert!(matches!(plan(BackendChoice::Auto, &software), Plan::Cpu(reason) if reason.contains("SwiftShader")));
        assert_eq!(plan(BackendChoice::Auto, &real), Plan::Time);
        assert!(matches!(plan(BackendChoice::Webgpu, &none), Plan::Cpu(reason) if reason.contains("asked for, but")));
        assert!(matches!(plan(BackendChoice::Webgpu, &software), Plan::Gpu(_)));
        assert!(matches!(plan(BackendChoice::Cpu, &real), Plan::Cpu(_)));
        // Only where both are timed does opening take seconds.
        assert!(opening(&Experiment::default(), &real).contains("compiling kernels"));
        assert!(!opening(&Experiment::default(), &software).contains("compiling kernels"));
    }
}
