//! Single values against their field: allowed or refused, from text and to text.

use serde_json::{Value, json};

use super::{Choice, FIELDS, Field, FieldKind};
use crate::error::Fault;

/// The refusal of a key no field has.
pub fn unknown(key: &str) -> Fault {
    let names = FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
    Fault::new("unknown_field", format!("unknown field {key:?}; the fields are {names}")).at(key)
}

/// What a field allows, for the end of a message.
fn allowed(field: &Field) -> String {
    let list = |choices: &[Choice]| choices.iter().map(|choice| choice.value).collect::<Vec<_>>().join(", ");
    match field.kind {
        FieldKind::Number { min, max, integer, .. } => {
            format!("use a {}number from {min} to {max}", if integer { "whole " } else { "" })
        }
        FieldKind::Numbers { min, max, most, integer } => {
            format!("use at most {most} {}numbers from {min} to {max}", if integer { "whole " } else { "" })
        }
        FieldKind::Choice { choices } => format!("use one of {}", list(choices)),
        FieldKind::Arms { arms, .. } => format!("use one or more of {}", arms.join(", ")),
        FieldKind::Flag => "use true or false".into(),
        FieldKind::Text { choices, most } => {
            format!("use one of {} or at most {most} characters of text", list(choices))
        }
    }
}

/// The refusal of a value: field, value, what is allowed.
pub fn refuse(field: &Field, value: &Value) -> Fault {
    let mut shown = value.to_string();
    if shown.chars().count() > 60 {
        shown = shown.chars().take(57).chain("...".chars()).collect();
    }
    let reason = match (field.name, value.as_f64()) {
        ("rate", Some(rate)) if rate <= 0.0 => " widens nothing",
        _ => " is not allowed",
    };
    Fault::new("bad_value", format!("{shown}{reason}; {}", allowed(field))).at(field.name)
}

/// Checks one value against its field.
///
/// # Errors
/// A [`Fault`] at the field when the type is wrong or the value is out of range.
pub fn check(field: &Field, value: &Value) -> Result<(), Fault> {
    let within = |value: &Value, min: f64, max: f64, integer: bool| {
        value.as_f64().is_some_and(|x| x >= min && x <= max && (!integer || (x.fract() == 0.0 && !value.is_f64())))
    };
    let among = |value: &Value, choices: &[Choice]| choices.iter().any(|choice| Some(choice.value) == value.as_str());
    let ok = match field.kind {
        FieldKind::Number { min, max, integer, .. } => within(value, min, max, integer),
        FieldKind::Numbers { min, max, most, integer } => value
            .as_array()
            .is_some_and(|list| list.len() <= most as usize && list.iter().all(|item| within(item, min, max, integer))),
        FieldKind::Choice { choices } => among(value, choices),
        FieldKind::Arms { arms, .. } => value.as_array().is_some_and(|list| {
            !list.is_empty() && list.iter().all(|item| item.as_str().is_some_and(|name| arms.contains(&name)))
        }),
        FieldKind::Flag => value.is_boolean(),
        FieldKind::Text { most, .. } => value.as_str().is_some_and(|text| text.chars().count() <= most as usize),
    };
    if ok { Ok(()) } else { Err(refuse(field, value)) }
}

/// Reads a field's text form, as in a URL.
///
/// # Errors
/// A [`Fault`] at the field when the text is not of the field's kind.
pub fn parse(field: &Field, text: &str) -> Result<Value, Fault> {
    let text = text.trim();
    let number = |text: &str, integer: bool| {
        if integer { text.parse::<i64>().ok().map(|n| json!(n)) } else { text.parse::<f64>().ok().map(|x| json!(x)) }
    };
    let parts = || text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parsed = match field.kind {
        FieldKind::Number { integer, .. } => number(text, integer),
        FieldKind::Numbers { integer, .. } => {
            parts().map(|part| number(part, integer)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        FieldKind::Arms { .. } => Some(parts().map(Value::from).collect()),
        FieldKind::Flag => text.parse::<bool>().ok().map(Value::Bool),
        FieldKind::Choice { .. } | FieldKind::Text { .. } => Some(Value::from(text)),
    };
    parsed.ok_or_else(|| refuse(field, &Value::from(text)))
}

/// A field's text form; [`parse`] reads it back.
pub fn print(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(print).collect::<Vec<_>>().join(","),
        // `4`, not `4.0`.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}
