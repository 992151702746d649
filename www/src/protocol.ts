// The types that cross between the trainer and the page. Generated from the crate by `cargo xtask types`; do not edit.

export const SCHEMA_VERSION = 1;

/**
 * How one layer kind is rewritten (paper §3): CL and CK for convolutions, FC for dense layers.
 */
export type Rule = "CL" | "CK" | "FC";

/**
 * One way to train the same compact network.
 */
export type Arm = "compact" | "CL" | "CK" | "FC" | "CL+FC" | "CK+FC" | "compact+KD" | "CL+KD" | "CK+KD" | "FC+KD" | "CL+FC+KD" | "CK+FC+KD" | "CL+Init" | "CK+Init" | "FC+Init" | "CL+FC+Init" | "CK+FC+Init" | "CL+Init+KD" | "CK+Init+KD" | "FC+Init+KD" | "CL+FC+Init+KD" | "CK+FC+Init+KD" | "CL+nonlinear" | "CK+nonlinear" | "FC+nonlinear" | "CL+FC+nonlinear" | "CK+FC+nonlinear" | "CL+compact" | "FC+compact" | "CL+FC+compact" | "CL+contracted" | "CK+contracted" | "FC+contracted" | "CL+FC+contracted" | "CK+FC+contracted" | "teacher";

/**
 * The data sets the page and the command know.
 */
export type DatasetName = "fashion-mnist" | "cifar-10" | "mnist" | "fashion-mnist-full" | "cifar-10-full" | "mnist-full" | "scene-masks" | "scene-boxes" | "nuclei" | "synthetic";

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
 * How the factors of a chain start.
 */
export type InitialValues = "default" | "variance-preserving";

/**
 * What weight decay pulls to zero.
 */
export type Penalty = "factors" | "product";

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
network: string, arms: Array<Arm>, rate: number, expand_input: boolean, 
/**
 * Single layers, expanded otherwise: `conv5=compact, conv7=CL`.
 */
layers: string, execution: Execution, 
/**
 * Images per step.
 */
batch: number, epochs: number, optimizer: Optimizer, learning_rate: number, momentum: number, nesterov: boolean, weight_decay: number, penalty: Penalty, schedule: Schedule, 
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
test_images: number, seed: number, 
/**
 * Repeats with seeds counted up from `seed`.
 */
seeds: number, 
/**
 * Rates to go through instead of `rate`; empty for that one alone.
 */
rates: Array<number>, 
/**
 * Kernel sides to give every convolution above 1×1 in turn; empty for the network as it is.
 */
kernels: Array<number>, initial_values: InitialValues, 
/**
 * The network distilled from: a preset's name or a text form.
 */
teacher: string, 
/**
 * T: logits are divided by it before teacher and student are compared.
 */
temperature: number, 
/**
 * a: the share of the teacher's term in the loss, the labels' being 1 − a.
 */
distillation: number, 
/**
 * Share of the training labels replaced by random ones.
 */
label_noise: number, 
/**
 * Pairs of mini-batches whose gradients are compared after each epoch; 0 for none.
 */
confusion: number, backend: BackendChoice, };

/**
 * One value a choice field takes.
 */
export type Choice = { value: string, label: string, help: string, };

/**
 * What a field holds and what is allowed.
 */
export type FieldKind = { "kind": "number", min: number, max: number, step: number, integer: boolean, unit: string, } | { "kind": "choice", choices: Array<Choice>, } | { "kind": "arms", rules: Array<Choice>, variants: Array<Choice>, arms: Array<string>, } | { "kind": "numbers", min: number, max: number, most: number, integer: boolean, } | { "kind": "flag" } | { "kind": "text", choices: Array<Choice>, most: number, };

/**
 * A field of the experiment as form, URL and documentation show it.
 */
export type Field = { name: string, label: string, help: string, 
/**
 * Belongs behind "more settings".
 */
advanced: boolean, } & ({ "kind": "number", min: number, max: number, step: number, integer: boolean, unit: string, } | { "kind": "choice", choices: Array<Choice>, } | { "kind": "arms", rules: Array<Choice>, variants: Array<Choice>, arms: Array<string>, } | { "kind": "numbers", min: number, max: number, most: number, integer: boolean, } | { "kind": "flag" } | { "kind": "text", choices: Array<Choice>, most: number, });

/**
 * A claim of the paper and what to look for in the experiment that tests it.
 */
export type Claim = { text: string, look: string, 
/**
 * The recording that shows it, `replays/<name>.jsonl` beside the page: longer than the preset, or the same.
 */
replay: string, };

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
query: string, 
/**
 * Which of the paper's claims it tests, where it tests one.
 */
claim: Claim | null, };

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
 * What a network learns to say of an image.
 */
export type Task = "classify" | "segment" | "detect";

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
 * Races, one after the other: for every seed, rate and kernel, and those that prepare others.
 */
races: number, 
/**
 * Arms that are trained first, since others start from them or learn from them.
 */
preparation: Array<Arm>, 
/**
 * One entry per arm, in the experiment's order; at the first rate and kernel where several are gone through.
 */
arms: Array<ArmDescription>, 
/**
 * Bytes needed for training all arms: parameters, gradients, optimiser, activations of one arm, images.
 */
memory: number, warnings: Array<Fault>, };

export type DatasetDescription = { name: string, label: string, task: Task, 
/**
 * What an accuracy is for this task: `accuracy`, `mIoU` or `mAP@0.5`.
 */
quality: string, classes: Array<string>, 
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

/**
 * What a layer is.
 */
export type LayerKind = "conv" | "transposed" | "norm" | "relu" | "relu6" | "leaky" | "pool" | "average" | "upsample" | "shuffle" | "dropout" | "tag" | "from" | "add" | "concat" | "split" | "flatten" | "dense";

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
 * Mean loss over the batch, before the update: cross-entropy, or a detector's.
 */
loss: number, 
/**
 * How good the answers to the batch are, 0 to 1: the share of images classified correctly, mIoU without the
 * background, or mAP@0.5. So are all accuracies.
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
test_loss: number, test_accuracy: number, 
/**
 * Over the first training images (as many as test images, 1,000 at most), as they are, in evaluation mode, by the labels they are
 * trained with.
 */
fit_loss: number, fit_accuracy: number, 
/**
 * Generalization gap, test error − train error: `fit_accuracy − test_accuracy` (paper.md §6).
 */
gap: number, } | { "type": "detail", arm: Arm, epoch: number, step: number, detail: Detail, } | { "type": "confusion", arm: Arm, epoch: number, step: number, 
/**
 * Cosines between the gradients of pairs of mini-batches, by the arm's own parameters: factors if expanded.
 */
own: Array<number>, 
/**
 * The same by the parameters of the contracted network, the same for all arms; absent where there is none.
 */
contracted: Array<number> | null, own_minimum: number, contracted_minimum: number | null, } | { "type": "survey", step: number, request: SurveyRequest, portion: Surveyed, } | { "type": "run", 
/**
 * Which one, from 1.
 */
index: number, 
/**
 * Of how many.
 */
of: number, seed: number, rate: number, 
/**
 * The side of every kernel, where several are gone through.
 */
kernel: number | null, 
/**
 * Trains only what other arms start from or learn from.
 */
preparation: boolean, arms: Array<Arm>, 
/**
 * Training labels that were drawn at random.
 */
noisy_labels: number, } | { "type": "summary", 
/**
 * The race, from 1.
 */
index: number, of: number, rows: Array<SummaryRow>, } | { "type": "warning", code: string, message: string, field: string | null, } | { "type": "stopped", arm: Arm, step: number, reason: StopReason, message: string, hint: string, } | { "type": "finished", step: number, };

/**
 * What an arm came to over the seeds so far, at one rate and kernel. Accuracies are shares, 0 to 1, of the test images.
 */
export type SummaryRow = { arm: Arm, 
/**
 * None for arms that have no rate.
 */
rate: number | null, kernel: number | null, 
/**
 * After the last epoch; none where every seed diverged, as below.
 */
test_accuracy: Stat | null, 
/**
 * After the best epoch, chosen by the test images, as the authors report.
 */
best_accuracy: Stat | null, 
/**
 * On the first training images after the last epoch.
 */
fit_accuracy: Stat | null, 
/**
 * Generalization gap after the last epoch.
 */
gap: Stat | null, 
/**
 * Seeds whose loss stopped being a number; they are in no other figure.
 */
diverged: number, 
/**
 * Test accuracy minus that of the compact arm with the same seed and kernel, after the last epoch: the 95 %
 * confidence interval of its mean. None for fewer than two seeds.
 */
difference: Interval | null, };

/**
 * How good answers are beyond one number. Shares, 0 to 1; none where there is nothing to take a share of.
 */
export type Detail = { 
/**
 * What `by_class` is, such as `IoU`.
 */
of_classes: string, 
/**
 * In the order of the data set's classes.
 */
by_class: Array<number | null>, measures: Array<Measure>, };

/**
 * A number with its name.
 */
export type Measure = { name: string, value: number | null, };

/**
 * Mean and spread of one figure over runs, in the figure's unit.
 */
export type Stat = { mean: number, 
/**
 * Population standard deviation (divided by n, not n − 1), as the authors report (paper.md §3).
 */
std: number, 
/**
 * Runs.
 */
n: number, };

/**
 * The mean of paired differences and its 95 % confidence interval, in the unit of the differences.
 *
 * By Student's t with n − 1 degrees of freedom and the sample standard deviation (divided by n − 1). Differences are
 * paired by seed: both arms of a pair have seen the same batches.
 */
export type Interval = { mean: number, low: number, high: number, 
/**
 * Pairs.
 */
n: number, };

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
 * Which training labels of a race were drawn at random.
 */
export type NoiseReport = { seed: number, 
/**
 * Indices of the images, in order.
 */
images: Array<number>, };

/**
 * What the arms say of some test images, contracted, as they are now.
 */
export type Predictions = { step: number, task: Task, 
/**
 * Channels, height, width of each image.
 */
shape: [number, number, number], images: Array<PredictedImage>, };

/**
 * A test image with its truth and what each arm says.
 */
export type PredictedImage = { 
/**
 * Its place among the test images.
 */
index: number, 
/**
 * `[C, H, W]`, row-major, 0 is black.
 */
pixels: Array<number>, truth: Answer, arms: Array<ArmAnswer>, };

export type ArmAnswer = { arm: Arm, answer: Answer, };

/**
 * What is said of an image. Classes are by their index in the data set's.
 */
export type Answer = { "kind": "class", class: number, } | { "kind": "mask", classes: Array<number>, } | { "kind": "objects", objects: Array<Found>, };

/**
 * An object in an image, in pixels from its upper left corner.
 */
export type Found = { class: number, left: number, top: number, right: number, bottom: number, 
/**
 * How sure the arm is, 0 to 1; none for the truth.
 */
score: number | null, };

/**
 * A recorded experiment, for the page.
 */
export type Replayed = { description: Description, events: Array<Event>, };

/**
 * What a network does at one place of its landscape, in evaluation mode, on the probe images.
 */
export type Point = { 
/**
 * Steps along the first direction.
 */
alpha: number, 
/**
 * Steps along the second direction.
 */
beta: number, 
/**
 * Mean loss: cross-entropy in nats, or a detector's. Far out it may be infinite or not a number.
 */
loss: number, 
/**
 * 1 − how good the answers are: the share of images classified wrongly, for instance.
 */
error: number, };

/**
 * The eigenvalue of largest magnitude of the Hessian of the mean cross-entropy, as far as it is known.
 */
export type Sharpness = { 
/**
 * Nats per squared unit of parameter. Negative where the loss bends down more than up.
 */
eigenvalue: number, 
/**
 * Hessian-vector products computed.
 */
iterations: number, 
/**
 * Whether the last of them changed the eigenvalue by less than one part in a thousand.
 */
converged: boolean, };

/**
 * What is to be surveyed.
 */
export type SurveyRequest = { 
/**
 * Points a side, odd, 3 to 51: the middle one is the network itself.
 */
size: number, 
/**
 * How far to go along each direction, above 0 and at most 2; at 1 a filter has moved by its own length.
 */
radius: number, };

/**
 * A portion of a survey.
 */
export type Surveyed = { "type": "row", arm: Arm, 
/**
 * From 0, of `of` rows.
 */
row: number, of: number, points: Array<Point>, } | { "type": "sharpness", arm: Arm, sharpness: Sharpness, };

/**
 * Which of an arm's two networks is meant.
 */
export type Form = "expanded" | "contracted";
