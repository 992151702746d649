//! Experiments as JSON and as links: read strictly, every fault named; written with the defaults left out.

use serde_json::{Map, Value};

use super::fields::{self, FIELDS, field};
use super::{Arm, Experiment, SCHEMA_VERSION, layers, preset};
use crate::error::Fault;
use crate::spec::Spec;

impl Experiment {
    /// Reads a JSON object; absent fields keep the values of the preset named by the key `preset`, or the defaults.
    ///
    /// # Errors
    /// Every unknown field, wrong type and value out of range, each as a [`Fault`] naming its field.
    pub fn from_json(text: &str) -> Result<Self, Vec<Fault>> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| vec![Fault::new("experiment_json", format!("not JSON: {error}"))])?;
        match value {
            Value::Object(map) => Self::from_map(map),
            other => Err(vec![Fault::new(
                "experiment_json",
                format!("an experiment is a JSON object such as {{\"dataset\": \"mnist\"}}, not {other}"),
            )]),
        }
    }

    /// Reads `key=value` pairs joined by `&`, as after the `#` of a link; absent keys as in [`Experiment::from_json`].
    ///
    /// # Errors
    /// As [`Experiment::from_json`].
    pub fn from_query(query: &str) -> Result<Self, Vec<Fault>> {
        let mut map = Map::new();
        let mut faults = Vec::new();
        for pair in query.trim_start_matches(['#', '?']).split('&').filter(|pair| !pair.is_empty()) {
            let (key, text) = pair.split_once('=').unwrap_or((pair, ""));
            match field(key) {
                None if key == "preset" => drop(map.insert(key.into(), Value::from(percent_decode(text)))),
                None => faults.push(fields::unknown(key)),
                Some(field) => match fields::parse(field, &percent_decode(text)) {
                    Ok(value) => drop(map.insert(key.into(), value)),
                    Err(fault) => faults.push(fault),
                },
            }
        }
        match Self::from_map(map) {
            Ok(experiment) if faults.is_empty() => Ok(experiment),
            Ok(_) => Err(faults),
            Err(more) => Err(faults.into_iter().chain(more).collect()),
        }
    }

    /// The fields that differ from the default, as `key=value&…`; `from_query` reads it back.
    pub fn to_query(&self) -> String {
        let (mine, default) = (to_map(self), to_map(&Experiment::default()));
        FIELDS
            .iter()
            .filter(|field| mine[field.name] != default[field.name])
            .map(|field| format!("{}={}", field.name, percent_encode(&fields::print(&mine[field.name]))))
            .collect::<Vec<_>>()
            .join("&")
    }

    fn from_map(mut map: Map<String, Value>) -> Result<Self, Vec<Fault>> {
        let start = match map.remove("preset") {
            None => Experiment::default(),
            Some(name) => preset(name.as_str().unwrap_or(&name.to_string())).map_err(|fault| vec![fault])?,
        };
        let mut merged = to_map(&start);
        let mut faults = Vec::new();
        for (key, value) in map {
            // One field at a time on top of the defaults, so that every wrong field is named, not only the first.
            let mut trial = to_map(&Experiment::default());
            let Some(field) = field(&key) else {
                faults.push(fields::unknown(&key));
                continue;
            };
            if let Err(fault) = fields::check(field, &value) {
                faults.push(fault);
                continue;
            }
            trial.insert(key.clone(), value.clone());
            match serde_json::from_value::<Experiment>(Value::Object(trial)) {
                Ok(_) => drop(merged.insert(key, value)),
                Err(_) => faults.push(fields::refuse(field, &value)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let experiment: Experiment = serde_json::from_value(Value::Object(merged))
            .map_err(|error| vec![Fault::new("experiment_json", error.to_string())])?;
        experiment.check().map(|()| experiment)
    }

    /// Checks between fields; single fields are checked against [`FIELDS`] before.
    fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        if self.version != SCHEMA_VERSION {
            faults.push(
                Fault::new(
                    "experiment_version",
                    format!("version {} is unknown; this page reads version {SCHEMA_VERSION}", self.version),
                )
                .at("version"),
            );
        }
        for (index, arm) in self.arms.iter().enumerate() {
            if self.arms[..index].contains(arm) {
                faults.push(
                    Fault::new("arm_twice", format!("{} is listed twice; list each arm once", arm.name())).at("arms"),
                );
            }
        }
        if let Err(fault) = Spec::named(&self.network) {
            faults.push(fault);
        }
        faults.extend(layers::parse(&self.layers).err());
        let distilled = self.arms.iter().find(|arm| arm.distilled());
        match (distilled, self.teacher.trim()) {
            (Some(arm), "") => {
                let message = format!(
                    "{} learns from a teacher, and there is none; name a network, such as smallnet4-3",
                    arm.name()
                );
                faults.push(Fault::new("no_teacher", message).at("teacher"));
            }
            (None, "") => {}
            _ => faults.extend(self.spec(Arm::Teacher).err()),
        }
        faults.extend(twice("rates", &self.rates));
        faults.extend(twice("kernels", &self.kernels));
        if self.seed.checked_add(self.seeds - 1).is_none() {
            let message = format!("{} repeats count the seed beyond {}; use a lower seed", self.seeds, u32::MAX);
            faults.push(Fault::new("seed_too_high", message).at("seed"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The refusal of a list that holds a number twice: it would be trained twice and counted once.
fn twice<T: PartialEq + std::fmt::Display>(field: &str, list: &[T]) -> Option<Fault> {
    let (_, again) = list.iter().enumerate().find(|(index, value)| list[..*index].contains(value))?;
    Some(Fault::new("listed_twice", format!("{again} is listed twice; list each once")).at(field))
}

pub(super) fn to_map(experiment: &Experiment) -> Map<String, Value> {
    match serde_json::to_value(experiment) {
        Ok(Value::Object(map)) => map,
        // A struct of plain fields with finite numbers always serialises to an object.
        _ => unreachable!("an experiment serialises to an object"),
    }
}

/// Decodes `%XX`; a plus stays a plus (`CL+FC`), malformed escapes are kept as they are.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b',' | b';' | b'+' => {
                (byte as char).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
