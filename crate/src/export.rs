//! Models as safetensors files, in PyTorch's names and layouts, with what is needed to read them again.
//!
//! Metadata (all strings): `format` = "expandnets/1", `spec` (text form), `expansion` (JSON, null if compact), and where
//! known `arm`, `dataset`, `normalization` (JSON), `seed`, `steps`, `test_accuracy`, `contraction_error`, `version`.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use crate::data::anchors::Size;
use crate::error::Fault;
use crate::experiment::{Arm, Expansion};
use crate::model::{Array, Model};
use crate::spec::{Layer, Spec};

/// The value of the metadata key `format`.
pub const FORMAT: &str = "expandnets/1";

/// Which of an arm's two networks is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Form {
    /// As trained: the factors of every chain.
    Expanded,
    /// The compact network.
    Contracted,
}

impl Form {
    /// The file name of an arm's network in this form, such as `CK+FC.contracted.safetensors`.
    pub fn file_name(self, arm: Arm) -> String {
        match self {
            Form::Expanded => format!("{}.safetensors", arm.name()),
            Form::Contracted => format!("{}.contracted.safetensors", arm.name()),
        }
    }
}

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    pub arm: Arm,
    pub dataset: String,
    /// Of the training images per channel, pixels scaled to 0..1.
    pub mean: Vec<f32>,
    pub std: Vec<f32>,
    pub seed: u32,
    pub steps: u32,
    pub test_accuracy: f64,
    /// max |Δlogit| / max |logit| between the network as trained and contracted.
    pub contraction_error: f64,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFile {
    pub model: Model,
    /// Of a detector: width and height of its anchors, in pixels.
    pub anchors: Vec<Size>,
    /// Written, not read back: reading needs `format`, `spec` and `expansion` only.
    pub provenance: Option<Provenance>,
}

impl ModelFile {
    /// The file's bytes, read back and compared before they are handed out.
    ///
    /// # Errors
    /// When the model's arrays do not fit its network, or the bytes do not read back to the same model.
    pub fn write(&self) -> Result<Vec<u8>, Fault> {
        self.model.check()?;
        let bytes: BTreeMap<&String, Vec<u8>> = self
            .model
            .arrays
            .iter()
            .map(|(name, array)| (name, array.values.iter().flat_map(|value| value.to_le_bytes()).collect()))
            .collect();
        let views = self
            .model
            .arrays
            .iter()
            .map(|(name, array)| Ok((name, TensorView::new(Dtype::F32, array.shape.clone(), &bytes[name])?)))
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
            .and_then(|views| safetensors::serialize(views, Some(self.metadata())))
            .map_err(|error| Fault::new("write_failed", format!("the file could not be written: {error}")))?;
        match ModelFile::read(&views) {
            Ok(back) if back.model.arrays == self.model.arrays && back.model.spec == self.model.spec => Ok(views),
            Ok(_) => {
                Err(Fault::new("write_failed", "the written file reads back to other numbers; please report this"))
            }
            Err(fault) => Err(Fault::new("write_failed", format!("the written file does not read back: {fault}"))),
        }
    }

    fn metadata(&self) -> HashMap<String, String> {
        let expansion = serde_json::to_string(&self.model.expansion).unwrap_or_else(|_| "null".into());
        let mut metadata = HashMap::from([
            ("format".to_string(), FORMAT.to_string()),
            ("spec".to_string(), self.model.spec.to_string()),
            ("expansion".to_string(), expansion),
            ("input".to_string(), serde_json::json!(self.model.input).to_string()),
            ("version".to_string(), env!("CARGO_PKG_VERSION").to_string()),
        ]);
        if !self.anchors.is_empty() {
            metadata.insert("anchors".into(), serde_json::json!(self.anchors).to_string());
        }
        if let Some(from) = &self.provenance {
            let normalization = serde_json::json!({ "mean": from.mean, "std": from.std }).to_string();
            metadata.extend([
                ("arm".into(), from.arm.name().into()),
                ("dataset".into(), from.dataset.clone()),
                ("normalization".into(), normalization),
                ("seed".into(), from.seed.to_string()),
                ("steps".into(), from.steps.to_string()),
                ("test_accuracy".into(), from.test_accuracy.to_string()),
                ("contraction_error".into(), format!("{:e}", from.contraction_error)),
            ]);
        }
        metadata
    }

    /// Reads a file: ours, or the authors' state dict saved with the metadata `format`, `spec` and `expansion`, and with
    /// `input` where the spec leaves open what images it takes.
    ///
    /// `num_batches_tracked` is left out and a leading `module.` (PyTorch's `DataParallel`) is dropped.
    ///
    /// # Errors
    /// A [`Fault`] that names the missing metadata key or the tensor that does not fit.
    pub fn read(bytes: &[u8]) -> Result<ModelFile, Fault> {
        let broken = |error: safetensors::SafeTensorError| {
            Fault::new("not_safetensors", format!("not a readable safetensors file: {error}"))
        };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(broken)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(broken)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let key = |key: &str| {
            metadata.get(key).cloned().ok_or_else(|| {
                let message = format!("the metadata key {key:?} is missing; format, spec and expansion are needed");
                Fault::new("metadata_missing", message)
            })
        };
        let format = key("format")?;
        if format != FORMAT {
            return Err(Fault::new("unknown_format", format!("the format is {format:?}; this reads {FORMAT:?}")));
        }
        let spec = Spec::named(&key("spec")?)?;
        let expansion: Option<Expansion> = serde_json::from_str(&key("expansion")?).map_err(|error| {
            let example =
                r#"{"conv":"CL","dense":false,"rate":4.0,"expand_input":true}, or null for a compact network"#;
            Fault::new("bad_expansion", format!("the metadata key \"expansion\": {error}; write it as {example}"))
        })?;
        let anchors = match metadata.get("anchors") {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                let message = format!("the metadata key \"anchors\": {error}; write widths and heights as [[12.5, 20.0]]");
                Fault::new("bad_anchors", message)
            })?,
            None => Vec::new(),
        };
        let mut arrays = BTreeMap::new();
        for (name, view) in tensors.iter().filter(|(name, _)| !name.ends_with("num_batches_tracked")) {
            if view.dtype() != Dtype::F32 {
                let message = format!("{name} holds {:?} numbers; save the network in 32-bit floats", view.dtype());
                return Err(Fault::new("tensor_dtype", message));
            }
            let values = view.data().as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
            let name = name.strip_prefix("module.").unwrap_or(name).to_string();
            arrays.insert(name, Array { shape: view.shape().to_vec(), values });
        }
        let input = match metadata.get("input") {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                let message =
                    format!("the metadata key \"input\": {error}; write channels, height and width as [3, 32, 32]");
                Fault::new("bad_input", message)
            })?,
            None => infer_input(&spec, &arrays)?,
        };
        let model = Model { spec, expansion, input, arrays };
        model.check()?;
        Ok(ModelFile { model, anchors, provenance: None })
    }
}

/// The image shape a file's network takes, from its first kernel and the first dense layer after flatten.
///
/// Several sizes can flatten to the same vector; the smallest is returned, and everything in the file is the same for all.
fn infer_input(spec: &Spec, arrays: &BTreeMap<String, Array>) -> Result<[usize; 3], Fault> {
    let inputs = |layer: &str| {
        let array = arrays.get(&format!("{layer}.weight")).or_else(|| arrays.get(&format!("{layer}.0.weight")))?;
        array.shape.get(1).copied()
    };
    let missing = |layer: &str| {
        Fault::new("tensor_missing", format!("neither {layer}.weight nor {layer}.0.weight is in the file"))
    };
    if !spec.0.contains(&Layer::Flatten) {
        let message = "the metadata key \"input\" is missing, and this spec takes images of any size; write channels, height \
                       and width as [3, 32, 32]";
        return Err(Fault::new("metadata_missing", message));
    }
    let flat = inputs("fc1").ok_or_else(|| missing("fc1"))?;
    let Some(conv) = spec.0.iter().find_map(|layer| if let Layer::Conv(conv) = layer { Some(conv) } else { None })
    else {
        return Ok([flat, 1, 1]);
    };
    let channels = inputs("conv1").ok_or_else(|| missing("conv1"))? * conv.groups;
    (1..=1024)
        .map(|size| [channels, size, size])
        .find(|&input| {
            let placed = spec.place(input).unwrap_or_default();
            placed.iter().any(|layer| layer.name == "fc1" && layer.input[0] == flat)
        })
        .ok_or_else(|| {
            let message =
                format!("no square image of up to 1024 pixels a side gives fc1 its {flat} inputs with this spec");
            Fault::new("no_input_size", message)
        })
}

#[cfg(test)]
mod tests;
