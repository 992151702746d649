//! The page's TypeScript types, generated from the types that cross: `www/src/protocol.ts` must be what this makes.

use serde::Serialize;
use ts_rs::{Config, TS};

use crate::{data, describe, error, event, experiment, export, measure, report};

fn declare<T: TS + 'static>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    let docs = if docs.is_empty() { docs } else { format!("{}\n", docs.trim_end()) };
    format!("{docs}export {}\n", T::decl(config))
}

macro_rules! declare_all {
    ($($type:ty),+ $(,)?) => {{
        let config = Config::new();
        [$(declare::<$type>(&config)),+].join("\n")
    }};
}

#[test]
fn protocol_is_current() {
    let declarations = declare_all!(
        experiment::Rule,
        experiment::Arm,
        experiment::DatasetName,
        experiment::Optimizer,
        experiment::Schedule,
        experiment::Execution,
        experiment::InitialValues,
        experiment::Penalty,
        experiment::BackendChoice,
        experiment::Experiment,
        experiment::Choice,
        experiment::FieldKind,
        experiment::Field,
        experiment::Claim,
        experiment::Preset,
        error::Fault,
        data::Task,
        describe::Description,
        describe::DatasetDescription,
        describe::ArmDescription,
        describe::LayerDescription,
        describe::LayerKind,
        describe::MapDescription,
        describe::StepCost,
        describe::ChainRun,
        describe::Way,
        event::Event,
        event::SummaryRow,
        event::Detail,
        event::Measure,
        measure::statistics::Stat,
        measure::statistics::Interval,
        event::StopReason,
        report::AdapterReport,
        report::Opened,
        report::Backend,
        report::ContractionReport,
        report::LayerContraction,
        report::Filters,
        report::NoiseReport,
        report::Predictions,
        report::PredictedImage,
        report::ArmAnswer,
        report::Answer,
        report::Found,
        report::Replayed,
        measure::landscape::Point,
        measure::sharpness::Sharpness,
        measure::survey::SurveyRequest,
        measure::survey::Surveyed,
        export::Form,
    );
    let header = "// The types that cross between the trainer and the page. Generated from the crate by `cargo xtask types`; do not edit.";
    let version = format!("export const SCHEMA_VERSION = {};\n", experiment::SCHEMA_VERSION);
    let text = format!("{header}\n\n{version}\n{declarations}");
    check("protocol.ts", &text);
}

/// What the page shows before the trainer is there: the answers to its first questions.
#[test]
fn protocol_defaults_are_current() {
    let description = describe::describe(&experiment::Experiment::default(), describe::Limits::BROWSER).unwrap();
    let text = [
        "// What the trainer says of the form and of the default experiment, for the page until the trainer is loaded.",
        "// Generated from the crate by `cargo xtask types`; do not edit.",
        "import type { Description, Field, Preset } from \"./protocol\";",
        "",
        &format!("export const FIELDS: Field[] = {};", lines(experiment::FIELDS)),
        "",
        &format!("export const PRESETS: Preset[] = {};", lines(&experiment::presets())),
        "",
        &format!("export const DESCRIPTION: Description = {};", json(&description)),
        "",
    ];
    check("defaults.ts", &text.join("\n"));
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// One entry a line, so that a change of one shows as such.
fn lines(values: &[impl Serialize]) -> String {
    let entries: Vec<String> = values.iter().map(|value| format!("  {},", json(value))).collect();
    format!("[\n{}\n]", entries.join("\n"))
}

/// The committed file must be what was generated; told so, writes it first.
fn check(file: &str, text: &str) {
    let path = format!("{}/../www/src/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "www/src/{file} is stale: run cargo xtask types");
}
