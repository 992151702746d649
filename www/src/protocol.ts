// The types that cross between the trainer and the page. Generated from the crate by `cargo xtask types`; do not edit.

export const SCHEMA_VERSION = 1;

/**
 * How one layer kind is rewritten (paper §3): CL and CK for convolutions, FC for dense layers.
 */
export type Rule = "CL" | "CK" | "FC";

/**
 * One way to train the same compact network.
 */
export type Arm = "compact" | "CL" | "CK" | "FC" | "CL+FC" | "CK+FC";

/**
 * The data sets the page and the command know.
 */
export type DatasetName = "fashion-mnist" | "cifar-10" | "mnist" | "fashion-mnist-full" | "cifar-10-full" | "mnist-full" | "synthetic";

/**
 * Which optimiser updates the factors.
 */
export type Optimizer = "sgd" | "adam";

/**
 * How the learning rate changes over the epochs.
 */
export type Schedule = "constant" | "step" | "cosine";

/**
 * How a chain is run while training: the same function and gradients either way.
 */
export type Execution = "contracted" | "layer-by-layer";

/**
 * What the user asks to train on.
 */
export type BackendChoice = "auto" | "cpu" | "webgpu";

/**
 * Everything that determines a race. Flat, so that a field is one form control and one URL key.
 */
export type Experiment = { 
/**
 * Schema version; 1.
 */
version: number, dataset: DatasetName, 
/**
 * A preset's name (`smallnet-7`) or a network in text form.
 */
network: string, arms: Array<Arm>, rate: number, expand_input: boolean, execution: Execution, 
/**
 * Images per step.
 */
batch: number, epochs: number, optimizer: Optimizer, learning_rate: number, momentum: number, nesterov: boolean, weight_decay: number, schedule: Schedule, 
/**
 * Epochs at which the step schedule multiplies the learning rate.
 */
milestones: Array<number>, schedule_factor: number, 
/**
 * Pixels of zero padding for the random crop; 0 switches it off.
 */
crop: number, 
/**
 * Random horizontal flip.
 */
flip: boolean, 
/**
 * Training images used, the first ones of the set; 0 for all.
 */
train_images: number, 
/**
 * Test images used; 0 for all.
 */
test_images: number, seed: number, backend: BackendChoice, };

/**
 * One value a choice field takes.
 */
export type Choice = { value: string, label: string, help: string, };

/**
 * What a field holds and what is allowed.
 */
export type FieldKind = { "kind": "number", min: number, max: number, step: number, integer: boolean, unit: string, } | { "kind": "choice", choices: Array<Choice>, } | { "kind": "choices", choices: Array<Choice>, } | { "kind": "numbers", min: number, max: number, most: number, } | { "kind": "flag" } | { "kind": "text", choices: Array<Choice>, most: number, };

/**
 * A field of the experiment as form, URL and documentation show it.
 */
export type Field = { name: string, label: string, help: string, 
/**
 * Belongs behind "more settings".
 */
advanced: boolean, } & ({ "kind": "number", min: number, max: number, step: number, integer: boolean, unit: string, } | { "kind": "choice", choices: Array<Choice>, } | { "kind": "choices", choices: Array<Choice>, } | { "kind": "numbers", min: number, max: number, most: number, } | { "kind": "flag" } | { "kind": "text", choices: Array<Choice>, most: number, });

/**
 * A named experiment as page and documentation show it.
 */
export type Preset = { 
/**
 * The value of the key `preset` in a link or a file.
 */
name: string, label: string, help: string, 
/**
 * The experiment after the `#` of a link.
 */
query: string, };

/**
 * A refusal. `message` names the value and what is allowed, in lower case, without a trailing full stop.
 */
export type Fault = { 
/**
 * Stable identifier such as `unknown_field`.
 */
code: string, message: string, 
/**
 * The experiment field the fault is shown beside, if it is about one.
 */
field: string | null, };

/**
 * A whole experiment in numbers. Everything the page shows about an experiment comes from here.
 */
export type Description = { experiment: Experiment, 
/**
 * The experiment as it stands after the `#` of a link; defaults are left out.
 */
query: string, dataset: DatasetDescription, 
/**
 * The network in text form.
 */
spec: string, 
/**
 * Steps in one epoch; the ragged last batch is dropped.
 */
steps_per_epoch: number, 
/**
 * One entry per arm, in the experiment's order.
 */
arms: Array<ArmDescription>, 
/**
 * Bytes needed for training all arms: parameters, gradients, optimiser, activations of one arm, images.
 */
memory: number, warnings: Array<Fault>, };

export type DatasetDescription = { name: string, label: string, classes: Array<string>, 
/**
 * Channels, height, width.
 */
shape: [number, number, number], train_images: number, test_images: number, licence: string, source: string, 
/**
 * What a user of the images must know, such as a missing licence.
 */
notice: string | null, 
/**
 * Files to load, relative to the page's `data/` folder.
 */
files: Array<string>, 
/**
 * Bytes of all files together.
 */
bytes: number, };

/**
 * One arm's network.
 */
export type ArmDescription = { arm: Arm, 
/**
 * While training: the parameters of all factors.
 */
parameters: number, 
/**
 * While training, layer by layer, per image: multiply-adds as the paper counts them (paper.md §8).
 */
macs: number, 
/**
 * What a training step costs as the chains are run, and would cost layer by layer.
 */
step: StepCost, 
/**
 * After contraction: those of the compact network, whatever the arm.
 */
contracted_parameters: number, contracted_macs: number, layers: Array<LayerDescription>, };

/**
 * One layer of an arm's network, in order.
 */
export type LayerDescription = { 
/**
 * PyTorch name where it has parameters (`conv1`, `conv1_bn`, `fc1`), else the kind.
 */
name: string, kind: LayerKind, 
/**
 * The layer in text form.
 */
text: string, 
/**
 * Channels, height, width of the input; height and width 1 after flatten.
 */
input: [number, number, number], output: [number, number, number], parameters: number, macs: number, 
/**
 * Which rule expanded the layer in this arm, if any.
 */
rule: Rule | null, 
/**
 * The linear maps of a conv or dense layer: one if compact, several if expanded; empty for other kinds.
 */
maps: Array<MapDescription>, 
/**
 * How the chain of maps is run in training; absent where there are no maps.
 */
run: ChainRun | null, };

export type LayerKind = "conv" | "norm" | "relu" | "pool" | "flatten" | "dense";

/**
 * One linear map of a chain.
 */
export type MapDescription = { 
/**
 * PyTorch name: `conv1` if the layer is compact, `conv1.0`, `conv1.1` … if expanded.
 */
name: string, inputs: number, outputs: number, kernel: number, stride: number, dilation: number, groups: number, parameters: number, macs: number, };

/**
 * Multiply-adds of one training step of an arm, its whole network.
 */
export type StepCost = { 
/**
 * As the chains are run, composing their maps included.
 */
macs: number, 
/**
 * Were every chain run layer by layer.
 */
macs_by_layer: number, 
/**
 * `macs` as a multiple of what the compact network's step takes.
 */
ratio: number, 
/**
 * `macs_by_layer` as a multiple of the same.
 */
ratio_by_layer: number, };

/**
 * How a chain is run in training.
 */
export type ChainRun = { way: Way, 
/**
 * The way in words, such as `3 maps → 1 convolution, composed once a step`.
 */
text: string, 
/**
 * Multiply-adds of one step, composing included …
 */
macs: number, 
/**
 * … of which this many compose maps.
 */
compose_macs: number, 
/**
 * Multiply-adds of one step, layer by layer.
 */
macs_by_layer: number, 
/**
 * `macs_by_layer` as a multiple of `macs`: what the way saves.
 */
saving: number, };

/**
 * The ways to run a chain; all compute the same function.
 */
export type Way = "compact" | "contracted" | "partial" | "layer_by_layer";

/**
 * Something that happened while training.
 */
export type Event = { "type": "step", arm: Arm, 
/**
 * Steps taken, from 1.
 */
step: number, 
/**
 * Epochs passed, fractional.
 */
epoch: number, 
/**
 * Mean cross-entropy over the batch, before the update.
 */
loss: number, 
/**
 * Share of the batch classified correctly, 0 to 1.
 */
accuracy: number, learning_rate: number, 
/**
 * Seconds the step took, batch preparation and read-back included.
 */
seconds: number, } | { "type": "epoch", arm: Arm, 
/**
 * Epochs finished; 0 is the untrained network.
 */
epoch: number, step: number, 
/**
 * Mean over the epoch's training batches; absent at epoch 0.
 */
train_loss: number | null, train_accuracy: number | null, 
/**
 * Over the test images, in evaluation mode.
 */
test_loss: number, test_accuracy: number, } | { "type": "warning", code: string, message: string, field: string | null, } | { "type": "stopped", arm: Arm, step: number, reason: StopReason, message: string, hint: string, } | { "type": "finished", step: number, };

/**
 * Why an arm stopped.
 */
export type StopReason = "done" | "diverged";

/**
 * What the browser told about its graphics adapter; gathered before anything touches the GPU.
 */
export type AdapterReport = { 
/**
 * Whether WebGPU can be used here.
 */
usable: boolean, 
/**
 * The adapter's name, as far as the browser tells it.
 */
name: string, 
/**
 * Computed on the CPU, such as SwiftShader.
 */
software: boolean, 
/**
 * Why it cannot be used: no `navigator.gpu`, no adapter, no `timestamp-query`.
 */
reason: string | null, 
/**
 * Largest buffer a kernel can bind, bytes.
 */
largest_buffer: number, };

/**
 * The answer to opening a session.
 */
export type Opened = { backend: Backend, 
/**
 * For the badge: the adapter's name, or the CPU's description.
 */
adapter: string, software: boolean, 
/**
 * One sentence: why this backend.
 */
reason: string, 
/**
 * Planned memory, bytes.
 */
memory: number, };

/**
 * What computes.
 */
export type Backend = "cpu" | "webgpu";

/**
 * An arm's network before and after contraction, compared in evaluation mode.
 */
export type ContractionReport = { arm: Arm, step: number, 
/**
 * max |Δlogit| / max |logit| over the probe images.
 */
max_relative_error: number, 
/**
 * Share of probe images for which both give the same class.
 */
agreement: number, 
/**
 * Images compared.
 */
probe: number, 
/**
 * Test accuracy of the network as trained.
 */
accuracy_before: number, 
/**
 * Test accuracy of the contracted network.
 */
accuracy_after: number, parameters_before: number, parameters_after: number, layers: Array<LayerContraction>, };

/**
 * One chain's contraction.
 */
export type LayerContraction = { name: string, 
/**
 * Maps before; 1 after.
 */
maps: number, parameters_before: number, parameters_after: number, };

/**
 * First-layer kernels of one arm, contracted: what the arm's network really convolves the image with.
 */
export type Filters = { arm: Arm, step: number, 
/**
 * Output channels, input channels, height, width.
 */
shape: [number, number, number, number], 
/**
 * Row-major values.
 */
values: Array<number>, };

/**
 * Which of an arm's two networks is meant.
 */
export type Form = "expanded" | "contracted";
