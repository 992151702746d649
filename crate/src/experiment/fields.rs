//! Field metadata: the one table behind the form, the URL keys, the ranges and the messages of refusal.

use serde::Serialize;

use super::Arm;
use choices::{DATASETS, NETWORKS, RULES, VARIANTS};

mod check;
mod choices;
pub use check::{check, parse, print, refuse, unknown};

/// One value a choice field takes.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    pub value: &'static str,
    pub label: &'static str,
    pub help: &'static str,
}

/// What a field holds and what is allowed.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FieldKind {
    /// A number in `min..=max`; `step` is the form's increment, and 1 with `integer`.
    Number { min: f64, max: f64, step: f64, integer: bool, unit: &'static str },
    /// One of `choices`.
    Choice { choices: &'static [Choice] },
    /// One or more of `arms`, in any order; each is named by one of `rules` and one of `variants` put together.
    Arms { rules: &'static [Choice], variants: &'static [Choice], arms: &'static [&'static str] },
    /// Up to `most` numbers in `min..=max`.
    Numbers { min: f64, max: f64, most: u32, integer: bool },
    /// On or off.
    Flag,
    /// Free text; for the network, a preset's name (`choices`) or the text form.
    Text { choices: &'static [Choice], most: u32 },
}

/// A field of the experiment as form, URL and documentation show it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Belongs behind "more settings".
    pub advanced: bool,
}

const fn choice(value: &'static str, label: &'static str, help: &'static str) -> Choice {
    Choice { value, label, help }
}

const fn number(min: f64, max: f64, step: f64, unit: &'static str) -> FieldKind {
    FieldKind::Number { min, max, step, integer: false, unit }
}

const fn whole(min: f64, max: f64, unit: &'static str) -> FieldKind {
    FieldKind::Number { min, max, step: 1.0, integer: true, unit }
}

const fn basic(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, advanced: false }
}

const fn advanced(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Field {
    Field { name, label, help, kind, advanced: true }
}

/// Every field of [`super::Experiment`], in the order of the form.
pub const FIELDS: &[Field] = &[
    advanced("version", "Schema version", "Version of this description; 1.", whole(1.0, 1.0, "")),
    basic("dataset", "Data set", "Real images to train on.", FieldKind::Choice { choices: DATASETS }),
    basic(
        "network",
        "Network",
        "A preset, or a network written out: conv 8 k7; norm; relu; pool 2; flatten; dense 10.",
        FieldKind::Text { choices: NETWORKS, most: 2000 },
    ),
    basic(
        "arms",
        "Arms",
        "Ways to train the same compact network, raced on the same batches.",
        FieldKind::Arms { rules: RULES, variants: VARIANTS, arms: Arm::NAMES },
    ),
    basic(
        "rate",
        "Expansion rate",
        "How many times wider the hidden maps are; the paper uses 4.",
        number(0.25, 16.0, 0.25, "×"),
    ),
    advanced(
        "expand_input",
        "Expand input",
        "Also widen the first map of the first layer (the paper does; the authors' CIFAR code does not).",
        FieldKind::Flag,
    ),
    advanced(
        "layers",
        "Single layers",
        "Layers that are expanded otherwise than the arms say: conv2=compact, conv3=CL; or expand, CK, FC.",
        FieldKind::Text { choices: &[], most: 2000 },
    ),
    advanced(
        "execution",
        "Execution",
        "How a chain runs while training; same function, same gradients.",
        FieldKind::Choice {
            choices: &[
                choice(
                    "contracted",
                    "contracted",
                    "compose the kernels in the step, convolve once: about the compact network's cost",
                ),
                choice(
                    "layer-by-layer",
                    "layer by layer",
                    "one convolution per map, as the paper trains: several times slower",
                ),
            ],
        },
    ),
    basic("batch", "Batch", "Images per step.", whole(1.0, 1024.0, "images")),
    basic("epochs", "Epochs", "Passes over the training images.", whole(1.0, 1000.0, "epochs")),
    advanced(
        "optimizer",
        "Optimizer",
        "What turns gradients into updates.",
        FieldKind::Choice {
            choices: &[choice("sgd", "SGD", "with momentum"), choice("adam", "Adam", "betas 0.9 and 0.999")],
        },
    ),
    basic("learning_rate", "Learning rate", "Size of the first updates.", number(1e-6, 10.0, 0.001, "")),
    advanced("momentum", "Momentum", "Of SGD; 0 switches it off.", number(0.0, 0.999, 0.01, "")),
    advanced("nesterov", "Nesterov", "Nesterov momentum for SGD.", FieldKind::Flag),
    advanced("weight_decay", "Weight decay", "L2 penalty on every parameter.", number(0.0, 1.0, 0.0001, "")),
    advanced(
        "penalty",
        "Penalty on",
        "What weight decay pulls to zero in an expanded layer.",
        FieldKind::Choice {
            choices: &[
                choice("factors", "factors", "each factor by itself, as usual"),
                choice("product", "product", "the contracted kernel: is expansion only another penalty?"),
            ],
        },
    ),
    advanced(
        "schedule",
        "Schedule",
        "How the learning rate changes.",
        FieldKind::Choice {
            choices: &[
                choice("constant", "constant", "stays as it is"),
                choice("step", "step", "multiplied by the factor at each milestone"),
                choice("cosine", "cosine", "falls to zero along half a cosine"),
            ],
        },
    ),
    advanced(
        "milestones",
        "Milestones",
        "Epochs of the step schedule.",
        FieldKind::Numbers { min: 1.0, max: 1000.0, most: 16, integer: true },
    ),
    advanced("schedule_factor", "Factor", "Of the step schedule.", number(0.001, 1.0, 0.01, "×")),
    advanced("crop", "Random crop", "Pixels of zero padding to crop from; 0 is off.", whole(0.0, 16.0, "pixels")),
    advanced("flip", "Random flip", "Mirror half of the training images.", FieldKind::Flag),
    advanced(
        "train_images",
        "Training images",
        "The first so many of the set; 0 for all.",
        whole(0.0, 60_000.0, "images"),
    ),
    advanced("test_images", "Test images", "The first so many of the set; 0 for all.", whole(0.0, 10_000.0, "images")),
    basic("seed", "Seed", "Same seed, same start, same batches.", whole(0.0, 4_294_967_295.0, "")),
    basic(
        "seeds",
        "Repeats",
        "Runs with seeds counted up from that one; a claim needs several.",
        whole(1.0, 100.0, "seeds"),
    ),
    advanced(
        "rates",
        "Rates",
        "Expansion rates to go through in turn, in place of the one above.",
        FieldKind::Numbers { min: 0.25, max: 16.0, most: 12, integer: false },
    ),
    advanced(
        "kernels",
        "Kernels",
        "Kernel sides to give every convolution above 1×1 in turn; none for the network as it is.",
        FieldKind::Numbers { min: 1.0, max: 15.0, most: 8, integer: true },
    ),
    advanced(
        "initial_values",
        "Initial values",
        "How the factors of a chain start.",
        FieldKind::Choice {
            choices: &[
                choice("default", "default", "each factor as PyTorch starts a layer"),
                choice(
                    "variance-preserving",
                    "variance-preserving",
                    "scaled so that the contracted kernel starts as large as the compact one",
                ),
            ],
        },
    ),
    advanced(
        "teacher",
        "Teacher",
        "The network that +KD arms learn from, written like the network; it is trained first.",
        FieldKind::Text { choices: NETWORKS, most: 2000 },
    ),
    advanced("temperature", "Temperature", "Softens the outputs of teacher and student.", number(0.1, 100.0, 0.5, "")),
    advanced(
        "distillation",
        "Distillation",
        "Share of the teacher's term in the loss; the labels have the rest.",
        number(0.0, 1.0, 0.05, ""),
    ),
    advanced(
        "label_noise",
        "Label noise",
        "Share of the training labels replaced by random classes; test labels stay.",
        number(0.0, 1.0, 0.05, ""),
    ),
    advanced(
        "confusion",
        "Gradient confusion",
        "Pairs of mini-batches whose gradients are compared after each epoch; 0 is off, the paper uses 100.",
        whole(0.0, 500.0, "pairs"),
    ),
    basic(
        "backend",
        "Backend",
        "What computes.",
        FieldKind::Choice {
            choices: &[
                choice("auto", "auto", "the faster of the two here"),
                choice("cpu", "CPU", "WebAssembly with SIMD"),
                choice("webgpu", "WebGPU", "the graphics card, where the browser has it"),
            ],
        },
    ),
];

/// The field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}
