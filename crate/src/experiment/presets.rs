//! Named experiments: a starting point that single fields can change.

use serde::Serialize;

use super::{Arm, DatasetName, Experiment, Schedule};
use crate::error::Fault;

/// A named experiment as page and documentation show it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Preset {
    /// The value of the key `preset` in a link or a file.
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    /// The experiment after the `#` of a link.
    pub query: String,
}

const NAMES: [(&str, &str, &str); 4] = [
    ("fashion", "Fashion-MNIST", "four arms on 5,000 grey images, some minutes on a laptop's CPU"),
    ("cifar", "CIFAR-10", "four arms on 5,000 colour photos, with crops and flips"),
    ("digits", "MNIST", "the easy set: every arm is above 95 % within two epochs"),
    (
        "paper",
        "The paper's CIFAR-10 recipe",
        "six arms, 150 epochs, as the authors train; on all images with dataset=cifar-10-full",
    ),
];

/// All presets, the default first.
pub fn presets() -> Vec<Preset> {
    NAMES
        .into_iter()
        .map(|(name, label, help)| Preset { name, label, help, query: experiment(name).unwrap_or_default().to_query() })
        .collect()
}

fn experiment(name: &str) -> Option<Experiment> {
    let default = Experiment::default();
    match name {
        "fashion" => Some(default),
        "cifar" => Some(Experiment { dataset: DatasetName::Cifar10, crop: 4, flip: true, ..default }),
        "digits" => Some(Experiment { dataset: DatasetName::Mnist, epochs: 2, ..default }),
        // Paper §4 and the authors' training scripts.
        "paper" => Some(Experiment {
            dataset: DatasetName::Cifar10,
            arms: Arm::ALL.to_vec(),
            expand_input: false,
            batch: 128,
            epochs: 150,
            learning_rate: 0.01,
            schedule: Schedule::Step,
            crop: 4,
            flip: true,
            ..default
        }),
        _ => None,
    }
}

/// The experiment a preset names.
///
/// # Errors
/// A [`Fault`] at `preset` with the names there are.
pub fn preset(name: &str) -> Result<Experiment, Fault> {
    experiment(name).ok_or_else(|| {
        let names = NAMES.map(|(name, ..)| name).join(", ");
        Fault::new("bad_value", format!("{name:?} is not allowed; use one of {names}")).at("preset")
    })
}
