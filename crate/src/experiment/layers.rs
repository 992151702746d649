//! Single layers that an experiment expands otherwise than its arms do: `conv5=compact, conv7=CL`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Fault;

/// What becomes of one layer in the arms that expand layers of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LayerRule {
    /// It stays one map.
    #[serde(rename = "compact")]
    Compact,
    /// It is expanded by the arm's rule, though the network would leave it compact.
    #[serde(rename = "expand")]
    Expand,
    CL,
    CK,
    FC,
}

const RULES: [(&str, LayerRule); 5] = [
    ("compact", LayerRule::Compact),
    ("expand", LayerRule::Expand),
    ("CL", LayerRule::CL),
    ("CK", LayerRule::CK),
    ("FC", LayerRule::FC),
];

/// Reads `layer=rule` pairs, separated by commas. Whether there are such layers, the network knows.
///
/// # Errors
/// A [`Fault`] at `layers` quoting the pair and naming what is allowed.
pub fn parse(text: &str) -> Result<BTreeMap<String, LayerRule>, Fault> {
    let mut layers = BTreeMap::new();
    for pair in text.split([',', '\n']).map(str::trim).filter(|pair| !pair.is_empty()) {
        let refuse = |message: String| Fault::new("bad_layers", format!("{pair:?}: {message}")).at("layers");
        let (name, rule) = pair
            .split_once('=')
            .ok_or_else(|| refuse("write a layer and what becomes of it, as in conv2=compact".into()))?;
        let known = RULES.iter().find(|(word, _)| *word == rule.trim());
        let (_, rule) = known.ok_or_else(|| {
            let words: Vec<&str> = RULES.iter().map(|(word, _)| *word).collect();
            refuse(format!("there is no {}; use one of {}", rule.trim(), words.join(", ")))
        })?;
        if layers.insert(name.trim().to_string(), *rule).is_some() {
            return Err(refuse("the layer is listed twice; list each once".into()));
        }
    }
    Ok(layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_others_refused() {
        let layers = parse("conv2=compact, conv3 = CL\nfc1=FC,").unwrap();
        assert_eq!(layers.len(), 3);
        assert_eq!((layers["conv2"], layers["conv3"]), (LayerRule::Compact, LayerRule::CL));
        assert!(parse("").unwrap().is_empty());
        let refusal = |text| parse(text).unwrap_err();
        assert_eq!(refusal("conv2").field.as_deref(), Some("layers"));
        assert!(refusal("conv2").message.contains("as in conv2=compact"));
        assert!(refusal("conv2=XX").message.contains("use one of compact, expand, CL, CK, FC"));
        assert!(refusal("conv2=CL,conv2=CK").message.contains("twice"));
    }
}
