//! The page's TypeScript types, generated from the types that cross: `www/src/protocol.ts` must be what this makes.

use ts_rs::{Config, TS};

use crate::{describe, error, event, experiment, export, report};

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
        experiment::BackendChoice,
        experiment::Experiment,
        experiment::Choice,
        experiment::FieldKind,
        experiment::Field,
        experiment::Preset,
        error::Fault,
        describe::Description,
        describe::DatasetDescription,
        describe::ArmDescription,
        describe::LayerDescription,
        describe::LayerKind,
        describe::MapDescription,
        event::Event,
        event::StopReason,
        report::AdapterReport,
        report::Opened,
        report::Backend,
        report::ContractionReport,
        report::LayerContraction,
        report::Filters,
        export::Form,
    );
    let header = "// The types that cross between the trainer and the page. Generated from the crate by `cargo xtask types`; do not edit.";
    let version = format!("export const SCHEMA_VERSION = {};\n", experiment::SCHEMA_VERSION);
    let text = format!("{header}\n\n{version}\n{declarations}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/src/protocol.ts");
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == text, "www/src/protocol.ts is stale: run cargo xtask types");
}
