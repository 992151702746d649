//! The wasm skin: holds a race, forwards, converts. The only file that knows wasm-bindgen.
//!
//! Every refusal crosses as an array of faults `{code, message, field}`; a panic is printed and ends the worker.

use std::collections::BTreeMap;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::backend;
use crate::data;
use crate::describe::{Limits, describe as describe_experiment};
use crate::error::Fault;
use crate::experiment::{self, Arm, Experiment, FIELDS};
use crate::export::{Form, ModelFile};
use crate::measure::survey::{Survey, SurveyRequest};
use crate::replay::Replay;
use crate::report::{AdapterReport, NoiseReport, Opened, Replayed};
use crate::series::{self, Series};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Seconds on the browser's clock.
fn clock() -> f64 {
    performance_now() / 1000.0
}

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

fn refuse(faults: Vec<Fault>) -> JsValue {
    to_js(&faults).unwrap_or_else(|error| error)
}

fn one(fault: Fault) -> JsValue {
    refuse(vec![fault])
}

/// An experiment from a JS object, read as strictly as a file.
fn read(value: &JsValue) -> Result<Experiment, JsValue> {
    let text = js_sys::JSON::stringify(value)?.as_string().unwrap_or_default();
    Experiment::from_json(&text).map_err(refuse)
}

fn arm(name: &str) -> Result<Arm, JsValue> {
    Arm::named(name).ok_or_else(|| {
        let names = Arm::NAMES.join(", ");
        one(Fault::new("no_such_arm", format!("{name:?} is no arm; the arms are {names}")).at("arms"))
    })
}

/// The fields of an experiment, for the form.
#[wasm_bindgen]
pub fn fields() -> Result<JsValue, JsValue> {
    to_js(&FIELDS)
}

/// Named experiments.
#[wasm_bindgen]
pub fn presets() -> Result<JsValue, JsValue> {
    to_js(&experiment::presets())
}

/// The experiment after the `#` of a link.
#[wasm_bindgen]
pub fn parse(query: &str) -> Result<JsValue, JsValue> {
    to_js(&Experiment::from_query(query).map_err(refuse)?)
}

/// The experiment in a JSON text.
#[wasm_bindgen]
pub fn parse_json(text: &str) -> Result<JsValue, JsValue> {
    to_js(&Experiment::from_json(text).map_err(refuse)?)
}

/// What an experiment amounts to, or everything that is wrong with it.
#[wasm_bindgen]
pub fn describe(value: JsValue, adapter: JsValue) -> Result<JsValue, JsValue> {
    let adapter: Option<AdapterReport> = serde_wasm_bindgen::from_value(adapter)?;
    let experiment = read(&value)?;
    let limits = adapter.map_or(Limits::BROWSER, |adapter| backend::limits(&experiment, &adapter));
    to_js(&describe_experiment(&experiment, limits).map_err(refuse)?)
}

/// What opening a race amounts to on this adapter, in words.
#[wasm_bindgen]
pub fn opening(value: JsValue, adapter: JsValue) -> Result<String, JsValue> {
    let adapter: AdapterReport = serde_wasm_bindgen::from_value(adapter)?;
    Ok(backend::opening(&read(&value)?, &adapter).into())
}

/// A recorded experiment: `{ description, events }`.
#[wasm_bindgen]
pub fn replay(text: &str) -> Result<JsValue, JsValue> {
    let Replay { experiment, events } = Replay::read(text).map_err(refuse)?;
    let description = describe_experiment(&experiment, Limits::BROWSER).map_err(refuse)?;
    to_js(&Replayed { description, events })
}

/// A file to hand to the reader.
#[wasm_bindgen]
pub struct ExportedFile {
    name: String,
    bytes: Vec<u8>,
}

#[wasm_bindgen]
impl ExportedFile {
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> js_sys::Uint8Array {
        js_sys::Uint8Array::from(self.bytes.as_slice())
    }
}

/// An experiment's races on a device. One call at a time: await each before the next.
#[wasm_bindgen]
pub struct Session {
    series: Series,
    survey: Option<Survey>,
    opened: Opened,
}

#[wasm_bindgen]
impl Session {
    /// Decodes the data files (`Map` of name to bytes), chooses the backend and builds the first race's arms. A teacher is
    /// a safetensors file of ours.
    pub async fn open(
        value: JsValue,
        files: js_sys::Map,
        adapter: JsValue,
        teacher: Option<js_sys::Uint8Array>,
    ) -> Result<Session, JsValue> {
        let experiment = read(&value)?;
        let adapter: AdapterReport = serde_wasm_bindgen::from_value(adapter)?;
        let mut bytes = BTreeMap::new();
        files.for_each(&mut |content, name| {
            bytes.insert(name.as_string().unwrap_or_default(), js_sys::Uint8Array::new(&content).to_vec());
        });
        let dataset = data::decode(experiment.dataset, &bytes).map_err(one)?;
        drop(bytes);
        let dataset = dataset.take(experiment.train_images as usize, experiment.test_images as usize);
        let teacher = match teacher {
            Some(bytes) => {
                let file = ModelFile::read(&bytes.to_vec()).map_err(|fault| one(fault.at("teacher")))?;
                Some(series::teacher(file, &dataset).map_err(one)?)
            }
            None => None,
        };
        let opening = backend::open(&experiment, dataset, &adapter, clock, teacher).await;
        let (series, opened) = opening.map_err(refuse)?;
        Ok(Session { series, survey: None, opened })
    }

    pub fn opened(&self) -> Result<JsValue, JsValue> {
        to_js(&self.opened)
    }

    /// Takes up to `turns` turns, of `steps` steps each if that is said; resolves with the events.
    pub async fn turns(&mut self, turns: u32, steps: Option<u32>) -> Result<JsValue, JsValue> {
        self.series.stride(steps.unwrap_or(1));
        to_js(&self.series.turns(turns).await.map_err(one)?)
    }

    /// Contracts an arm as it is now and measures the agreement.
    pub async fn contract(&self, name: String) -> Result<JsValue, JsValue> {
        to_js(&self.series.race().contract(arm(&name)?).await.map_err(one)?.report)
    }

    /// What every arm, contracted, says of `count` test images from the one at `first` on.
    pub async fn predictions(&self, first: u32, count: u32) -> Result<JsValue, JsValue> {
        to_js(&self.series.race().predictions(first, count).await.map_err(one)?)
    }

    /// First-layer kernels of every arm, contracted.
    pub async fn filters(&self) -> Result<JsValue, JsValue> {
        to_js(&self.series.race().filters().await.map_err(one)?)
    }

    /// Begins a survey of the landscape around every arm as it is now; ends the one before.
    pub async fn survey(&mut self, value: JsValue) -> Result<(), JsValue> {
        let request: SurveyRequest = serde_wasm_bindgen::from_value(value)
            .map_err(|error| one(Fault::new("bad_value", format!("no survey can be read from this: {error}"))))?;
        self.survey = None;
        self.survey = Some(self.series.race().survey(request).await.map_err(one)?);
        Ok(())
    }

    /// The survey's next portion; undefined when all is done.
    pub async fn surveyed(&mut self) -> Result<JsValue, JsValue> {
        let Some(survey) = &mut self.survey else { return Ok(JsValue::UNDEFINED) };
        match survey.next().await.map_err(one)? {
            Some(portion) => to_js(&portion),
            None => {
                self.survey = None;
                Ok(JsValue::UNDEFINED)
            }
        }
    }

    /// The training images of the race under way whose labels were drawn at random.
    pub fn noise(&self) -> Result<JsValue, JsValue> {
        to_js(&NoiseReport { seed: self.series.run().seed, images: self.series.noisy().to_vec() })
    }

    /// An arm's network as a safetensors file: `expanded` or `contracted`.
    pub async fn export(&self, name: String, form: String) -> Result<ExportedFile, JsValue> {
        let arm = arm(&name)?;
        let form = match form.as_str() {
            "expanded" => Form::Expanded,
            "contracted" => Form::Contracted,
            other => {
                let message = format!("{other:?} is no form; use expanded or contracted");
                return Err(one(Fault::new("no_such_form", message)));
            }
        };
        let contraction = self.series.race().contract(arm).await.map_err(one)?;
        let file = self.series.race().file(&contraction, form);
        Ok(ExportedFile { name: form.file_name(arm), bytes: file.write().map_err(one)? })
    }
}
