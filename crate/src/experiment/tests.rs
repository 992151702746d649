//! An experiment survives JSON and URL, and bad input is answered with field, value and what is allowed.

use super::reading::to_map;
use super::*;

#[test]
fn json_and_query_round_trip() {
    let paper = preset("paper").unwrap();
    assert_eq!(Experiment::from_query(&paper.to_query()).unwrap(), paper);
    assert_eq!(Experiment::from_json(&serde_json::to_string(&paper).unwrap()).unwrap(), paper);
    assert_eq!(Experiment::default().to_query(), "");
    let text = Experiment { network: "conv 8 k5; norm; relu; flatten; dense 10".into(), rate: 2.5, ..paper };
    assert_eq!(Experiment::from_query(&format!("#{}", text.to_query())).unwrap(), text);
}

#[test]
fn arms_keep_their_plus_in_links() {
    let query = Experiment { arms: vec![Arm::Compact, Arm::CKFC], ..Experiment::default() }.to_query();
    assert_eq!(query, "arms=compact,CK+FC");
    assert_eq!(Experiment::from_query("arms=compact%2CCK%2BFC").unwrap().arms, [Arm::Compact, Arm::CKFC]);
}

#[test]
fn every_field_has_metadata_and_a_default_that_it_allows() {
    let defaults = to_map(&Experiment::default());
    assert_eq!(
        defaults.keys().collect::<std::collections::BTreeSet<_>>(),
        FIELDS.iter().map(|f| f.name.to_string()).collect::<Vec<_>>().iter().collect()
    );
    for field in FIELDS {
        fields::check(field, &defaults[field.name]).unwrap();
        let text = fields::print(&defaults[field.name]);
        assert_eq!(fields::parse(field, &text).unwrap().as_f64(), defaults[field.name].as_f64(), "{}", field.name);
    }
    for field in FIELDS {
        let values: Vec<&str> = match field.kind {
            FieldKind::Choice { choices } => choices.iter().map(|choice| choice.value).collect(),
            FieldKind::Arms { arms, .. } => arms.to_vec(),
            _ => continue,
        };
        for value in values {
            Experiment::from_query(&format!("{}={value}", field.name)).unwrap();
        }
    }
}

#[test]
fn bad_input_names_every_field_value_and_what_is_allowed() {
    let messages =
        |text: &str| Experiment::from_json(text).unwrap_err().iter().map(|fault| fault.to_string()).collect::<Vec<_>>();
    assert_eq!(messages(r#"{"rate": 0}"#), ["rate: 0 widens nothing; use a number from 0.25 to 16"]);
    assert_eq!(messages(r#"{"batch": -1}"#), ["batch: -1 is not allowed; use a whole number from 1 to 1024"]);
    assert_eq!(messages(r#"{"batch": 1.5}"#), ["batch: 1.5 is not allowed; use a whole number from 1 to 1024"]);
    assert_eq!(messages(r#"{"flip": "yes"}"#), ["flip: \"yes\" is not allowed; use true or false"]);
    assert!(messages(r#"{"arms": []}"#)[0].starts_with("arms: [] is not allowed; use one or more of compact, CL"));
    assert_eq!(messages(r#"{"arms": ["CL", "CL"]}"#), ["arms: CL is listed twice; list each arm once"]);
    assert!(messages(r#"{"bach": 3}"#)[0].starts_with("bach: unknown field \"bach\"; the fields are version, dataset"));
    assert_eq!(messages(r#"{"rate": 99, "seed": "x", "epochs": 0}"#).len(), 3);
    assert!(messages("[]")[0].contains("an experiment is a JSON object"));
    assert!(messages("{")[0].starts_with("not JSON"));
    let query = Experiment::from_query("batch=many&nope=1&rate=4").unwrap_err();
    assert_eq!(query.iter().filter_map(|fault| fault.field.as_deref()).collect::<Vec<_>>(), ["batch", "nope"]);
}

#[test]
fn presets_are_starting_points() {
    let found = Experiment::from_query("preset=paper&rate=2").unwrap();
    assert_eq!(found, Experiment { rate: 2.0, ..preset("paper").unwrap() });
    assert_eq!(Experiment::from_json(r#"{"preset": "cifar"}"#).unwrap(), preset("cifar").unwrap());
    let fault = Experiment::from_query("preset=papers").unwrap_err().remove(0);
    assert_eq!(
        fault.to_string(),
        "preset: \"papers\" is not allowed; use one of fashion, cifar, digits, paper, accuracy, distillation, start, \
         confusion, generalization, landscape, rates, segmentation, detection"
    );
    for known in presets() {
        assert_eq!(Experiment::from_query(&known.query).unwrap(), preset(known.name).unwrap());
    }
}
