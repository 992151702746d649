//! The kinds of layers, as the page tells them apart.

use serde::Serialize;

use crate::spec::Layer;

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LayerKind {
    Conv,
    Transposed,
    Norm,
    Relu,
    Relu6,
    Leaky,
    Pool,
    Average,
    Upsample,
    Shuffle,
    Dropout,
    Tag,
    From,
    Add,
    Concat,
    Split,
    Flatten,
    Dense,
}

impl LayerKind {
    pub(super) fn of(layer: &Layer) -> LayerKind {
        match layer {
            Layer::Conv(_) => LayerKind::Conv,
            Layer::Transposed(_) => LayerKind::Transposed,
            Layer::Norm => LayerKind::Norm,
            Layer::Relu => LayerKind::Relu,
            Layer::Relu6 => LayerKind::Relu6,
            Layer::Leaky(_) => LayerKind::Leaky,
            Layer::Pool(_) => LayerKind::Pool,
            Layer::Average => LayerKind::Average,
            Layer::Upsample(_) => LayerKind::Upsample,
            Layer::Shuffle(_) => LayerKind::Shuffle,
            Layer::Dropout(_) => LayerKind::Dropout,
            Layer::Tag(_) => LayerKind::Tag,
            Layer::From(_) => LayerKind::From,
            Layer::Add(_) => LayerKind::Add,
            Layer::Concat(_) => LayerKind::Concat,
            Layer::Split(_) => LayerKind::Split,
            Layer::Flatten => LayerKind::Flatten,
            Layer::Dense { .. } => LayerKind::Dense,
        }
    }
}
