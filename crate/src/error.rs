//! Faults: what was refused, why, and what to do, in the one form that reaches page, command and tests.

use serde::Serialize;

/// A refusal. `message` names the value and what is allowed, in lower case, without a trailing full stop.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[error("{}{message}", field.as_ref().map(|f| format!("{f}: ")).unwrap_or_default())]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Fault {
    /// Stable identifier such as `unknown_field`.
    pub code: String,
    pub message: String,
    /// The experiment field the fault is shown beside, if it is about one.
    pub field: Option<String>,
}

impl Fault {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Fault { code: code.into(), message: message.into(), field: None }
    }

    /// The same fault, naming the experiment field it belongs to.
    pub fn at(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }
}
