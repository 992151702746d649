//! Named experiments: a starting point that single fields can change.

use serde::Serialize;

use super::{Arm, DatasetName, Experiment, InitialValues, Optimizer, Schedule};
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
    /// Which of the paper's claims it tests, where it tests one.
    pub claim: Option<Claim>,
}

/// A claim of the paper and what to look for in the experiment that tests it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Claim {
    pub text: &'static str,
    pub look: &'static str,
    /// The recording that shows it, `replays/<name>.jsonl` beside the page: longer than the preset, or the same.
    pub replay: &'static str,
}

const NAMES: [(&str, &str, &str); 13] = [
    ("fashion", "Fashion-MNIST", "four arms on 5,000 grey images, some minutes on a laptop's CPU"),
    ("cifar", "CIFAR-10", "four arms on 5,000 colour photos, with crops and flips"),
    ("digits", "MNIST", "the easy set: every arm is above 95 % within two epochs"),
    (
        "paper",
        "The paper's CIFAR-10 recipe",
        "six arms, 150 epochs, as the authors train; on all images with dataset=cifar-10-full",
    ),
    ("accuracy", "Accuracy", "compact against expanded, three seeds, about two minutes"),
    ("distillation", "Distillation", "a teacher, and compact and expanded networks that learn from it"),
    ("start", "Only a better start?", "what starts from contracted or from nonlinear networks"),
    ("confusion", "Gradient confusion", "how the gradients of mini-batches agree, epoch by epoch"),
    ("generalization", "Generalization", "a fifth of the training labels is wrong"),
    ("landscape", "Loss landscape", "9×9 kernels, then a look around each minimum"),
    ("rates", "Expansion rates", "0.5 to 8, over two seeds"),
    (
        "segmentation",
        "Segmentation",
        "U-Net on composite scenes: a class for every pixel, compact against CL, two seeds",
    ),
    ("detection", "Detection", "YOLO-LITE on the same scenes: boxes around items, compact against CL, two seeds"),
];

/// All presets, the default first.
pub fn presets() -> Vec<Preset> {
    NAMES
        .into_iter()
        .map(|(name, label, help)| Preset {
            name,
            label,
            help,
            query: experiment(name).unwrap_or_default().to_query(),
            claim: claim(name),
        })
        .collect()
}

fn claim(preset: &str) -> Option<Claim> {
    let claim = |replay, text, look| Some(Claim { text, look, replay });
    match preset {
        "accuracy" => claim(
            "smallnet-7",
            "Expanded networks reach a higher test accuracy than the compact network trained from scratch.",
            "Look at the difference to compact and its interval: does it exclude zero? At 7×7 the paper itself finds a \
             gain for CK, none for CL.",
        ),
        "distillation" => claim(
            "smallnet-7",
            "Expansion helps more than learning from a teacher, and both together help most.",
            "Compare CK without a teacher to compact+KD, then CK+KD to both.",
        ),
        "start" => claim(
            "start",
            "The gain is not merely a better starting point, and a nonlinear start adds to it.",
            "CK+contracted trains the compact network from CK's start: it should do no better than compact. CK+Init \
             should do better than CK.",
        ),
        "confusion" => claim(
            "confusion",
            "Expanded networks have less gradient confusion: the smallest cosine between mini-batch gradients is higher.",
            "The paper measures each network by its own parameters. By those of the contracted network, the same for \
             all, the answer may differ.",
        ),
        "generalization" => claim(
            "noise",
            "Expanded networks generalize better: a smaller gap between training and test error, above all with wrong \
             labels.",
            "A smaller gap is worth something only where the test accuracy is not lower as well.",
        ),
        "landscape" => claim(
            "landscape",
            "Expanded networks end in flatter minima.",
            "All arms share directions, scaled to their own filters, and are drawn contracted: wide, round contours are \
             flat. The top Hessian eigenvalue says the same as a number, or does not.",
        ),
        "rates" => claim(
            "rates",
            "A higher expansion rate helps more, and below 1 expansion hurts.",
            "Accuracy over the rate, with the spread over seeds: two seeds show the trend, not its size.",
        ),
        "segmentation" => claim(
            "segmentation",
            "Expansion by CL helps segmentation, too: in the paper a U-Net's mIoU on Cityscapes rises from 56.6 to 57.9.",
            "mIoU is over the items' classes, not the background. Then “What the arms see”: which items are named right?",
        ),
        "detection" => claim(
            "detection",
            "Expansion by CL helps detection, too: in the paper YOLO-LITE's mAP on PASCAL VOC rises from 27.3 to 31.0.",
            "mAP@0.5 over five classes. YOLO-LITE has no norms to hide how small contracted kernels start; here all factors \
             start so that they do not.",
        ),
        _ => None,
    }
}

fn experiment(name: &str) -> Option<Experiment> {
    let default = Experiment::default();
    // Small enough for a laptop's CPU: the paper's data and network, a part of its images in smaller batches, so that
    // there are enough steps for the arms to part.
    let small = || Experiment {
        dataset: DatasetName::Cifar10,
        arms: vec![Arm::Compact, Arm::CK],
        expand_input: false,
        batch: 32,
        epochs: 8,
        learning_rate: 0.01,
        flip: true,
        train_images: 2500,
        ..Experiment::default()
    };
    let scenes = || Experiment {
        arms: vec![Arm::Compact, Arm::CL],
        batch: 8,
        epochs: 5,
        flip: true,
        train_images: 800,
        test_images: 200,
        seeds: 2,
        ..Experiment::default()
    };
    match name {
        "fashion" => Some(default),
        "cifar" => Some(Experiment { dataset: DatasetName::Cifar10, crop: 4, flip: true, ..default }),
        "digits" => Some(Experiment { dataset: DatasetName::Mnist, epochs: 2, ..default }),
        // Paper §4 and the authors' training scripts.
        "paper" => Some(Experiment {
            dataset: DatasetName::Cifar10,
            arms: Arm::PLAIN.to_vec(),
            expand_input: false,
            batch: 128,
            epochs: 150,
            learning_rate: 0.01,
            schedule: Schedule::Step,
            crop: 4,
            flip: true,
            ..default
        }),
        // Paper §5: expansion by CL in both; kernels of 3×3 leave CK nothing to do.
        "segmentation" => Some(Experiment {
            dataset: DatasetName::SceneMasks,
            network: "unet".into(),
            learning_rate: 0.02,
            epochs: 4,
            train_images: 720,
            ..scenes()
        }),
        "detection" => Some(Experiment {
            dataset: DatasetName::SceneBoxes,
            network: "yolo-lite".into(),
            optimizer: Optimizer::Adam,
            learning_rate: 0.002,
            initial_values: InitialValues::VariancePreserving,
            ..scenes()
        }),
        "accuracy" => Some(Experiment { arms: vec![Arm::Compact, Arm::CL, Arm::CK], epochs: 4, seeds: 3, ..small() }),
        "distillation" => {
            let arms = vec![Arm::Compact, Arm::CompactKD, Arm::CK, Arm::CKKD];
            // A teacher is trained before.
            Some(Experiment { arms, epochs: 4, seeds: 2, train_images: 2200, ..small() })
        }
        "start" => Some(Experiment {
            arms: vec![Arm::Compact, Arm::CK, Arm::CKInit, Arm::CKContracted],
            // The nonlinear counterpart, trained before, costs as much as all of these.
            epochs: 3,
            seeds: 2,
            train_images: 2000,
            ..small()
        }),
        "confusion" => {
            Some(Experiment { arms: vec![Arm::Compact, Arm::CL, Arm::CK, Arm::FC], confusion: 45, ..small() })
        }
        "generalization" => Some(Experiment { label_noise: 0.2, seeds: 3, ..small() }),
        "landscape" => {
            Some(Experiment { network: "smallnet-9".into(), arms: vec![Arm::Compact, Arm::CL, Arm::CK], ..small() })
        }
        "rates" => Some(Experiment { rates: vec![0.5, 2.0, 4.0, 8.0], epochs: 5, seeds: 2, ..small() }),
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
