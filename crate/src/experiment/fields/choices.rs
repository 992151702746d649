//! What the fields for data sets, networks and arms offer.

use super::{Choice, choice};

pub(super) const DATASETS: &[Choice] = &[
    choice("fashion-mnist", "Fashion-MNIST", "28×28 grey clothes, 10 classes: 5,000 to train, 1,000 to test"),
    choice("cifar-10", "CIFAR-10", "32×32 colour photos, 10 classes: 5,000 to train, 1,000 to test"),
    choice("mnist", "MNIST", "28×28 grey digits, the easy one: 5,000 to train, 1,000 to test"),
    choice("fashion-mnist-full", "Fashion-MNIST, all", "60,000 + 10,000 images, built by cargo xtask data --full"),
    choice("cifar-10-full", "CIFAR-10, all", "50,000 + 10,000 images, built by cargo xtask data --full"),
    choice("mnist-full", "MNIST, all", "60,000 + 10,000 images, built by cargo xtask data --full"),
    choice(
        "scene-masks",
        "Scenes, masks",
        "64×64 composite scenes of real clothes on photos, a class for every pixel: 3,000 to train, 500 to test",
    ),
    choice("scene-boxes", "Scenes, boxes", "the same scenes, a box and a class for every item"),
    choice("nuclei", "Nuclei", "64×64 tiles of one microscope field, annotated by hand: 48 to train, 16 to test"),
    choice("synthetic", "Synthetic", "seeded stripes for tests; not real images"),
];

pub(super) const NETWORKS: &[Choice] = &[
    choice("smallnet-3", "SmallNet 3×3", "three convs of 3×3 without padding, as the authors' code"),
    choice("smallnet-5", "SmallNet 5×5", "three convs of 5×5"),
    choice("smallnet-7", "SmallNet 7×7", "three convs of 7×7, as the authors' code"),
    choice("smallnet-9", "SmallNet 9×9", "three convs of 9×9"),
    choice("smallnet4-3", "SmallNet 3×3, four convs", "the paper's complexity table, k = 3"),
    choice("smallnet4-5", "SmallNet 5×5, four convs", "the paper's complexity table, k = 5"),
    choice("smallnet4-7", "SmallNet 7×7, four convs", "the paper's complexity table, k = 7"),
    choice("smallnet4-9", "SmallNet 9×9, four convs", "the paper's complexity table, k = 9"),
    choice("mobilenet", "MobileNet", "depthwise and pointwise convs, for images of 32×32"),
    choice("mobilenet-v2", "MobileNetV2", "inverted residuals, for images of 32×32"),
    choice("shufflenet-v2", "ShuffleNetV2 0.5×", "split, concatenate, shuffle; for images of 32×32"),
    choice("unet", "U-Net", "a class for every pixel of scenes, 6 classes"),
    choice("unet-2", "U-Net, 2 classes", "a class for every pixel, such as nucleus or background"),
    choice("unet-wide", "U-Net, wide", "four times as wide: a teacher for the small one"),
    choice("yolo-lite", "YOLO-LITE", "boxes around the items of scenes, on a grid of 8×8"),
    choice("yolo-lite-wide", "YOLO-LITE, wide", "four times as wide: a teacher for the small one"),
];

/// What an arm's name begins with.
pub(super) const RULES: &[Choice] = &[
    choice("compact", "compact", "the network itself: the baseline"),
    choice("CL", "CL", "each conv becomes 1×1 → k×k → 1×1"),
    choice("CK", "CK", "each k×k conv becomes a chain of 3×3"),
    choice("FC", "FC", "the hidden dense layer becomes three"),
    choice("CL+FC", "CL+FC", "convs by CL, the hidden dense layer by FC"),
    choice("CK+FC", "CK+FC", "convs by CK, the hidden dense layer by FC"),
];

/// What an arm's name ends in.
pub(super) const VARIANTS: &[Choice] = &[
    choice("", "plain", "from fresh initial values, by the labels alone"),
    choice("+KD", "+KD", "learns from the outputs of a trained teacher, too"),
    choice("+Init", "+Init", "starts from its nonlinear counterpart, trained before"),
    choice("+Init+KD", "+Init+KD", "starts from its nonlinear counterpart and learns from the teacher"),
    choice("+nonlinear", "nonlinear", "the nonlinear counterpart: ReLU inside the chains, cannot be contracted"),
    choice("+compact", "from compact", "starts as the trained compact network, expanded without changing it"),
    choice(
        "+contracted",
        "contracted start",
        "the compact network from contracted initial values: is it only a better start?",
    ),
];
