// A small network in numbers for the unit tests; never part of the page.
import type {
  Arm,
  ArmDescription,
  ChainRun,
  Description,
  Event,
  LayerDescription,
  MapDescription,
  Opened,
  Stat,
  SummaryRow,
} from "./protocol";

function map(name: string, inputs: number, outputs: number, kernel: number): MapDescription {
  const parameters = inputs * outputs * kernel ** 2 + outputs;
  return { name, inputs, outputs, kernel, stride: 1, dilation: 1, groups: 1, parameters, macs: parameters * 100 };
}

const RUN = { macs: 80_080_896, compose_macs: 1_204_224, macs_by_layer: 1_280_036_864, saving: 15.98 };

function layers(expanded: boolean): LayerDescription[] {
  const plain = { parameters: 0, macs: 0, rule: null, maps: [], run: null };
  const maps = expanded ? [map("conv1.0", 1, 4, 1), map("conv1.1", 4, 32, 7), map("conv1.2", 32, 8, 1)] : [map("conv1", 1, 8, 7)];
  const rule = expanded ? "CL" : null;
  const run: ChainRun = expanded
    ? { way: "contracted", text: "3 maps → 1 convolution, composed once a step", ...RUN }
    : { way: "compact", text: "1 convolution, as it is", ...RUN, macs_by_layer: RUN.macs, compose_macs: 0, saving: 1 };
  return [
    {
      name: "conv1",
      kind: "conv",
      text: "conv 8 k7",
      input: [1, 28, 28],
      output: [8, 28, 28],
      parameters: 400,
      macs: 1,
      rule,
      maps,
      run,
    },
    { ...plain, name: "relu", kind: "relu", text: "relu", input: [8, 28, 28], output: [8, 28, 28] },
    { ...plain, name: "flatten", kind: "flatten", text: "flatten", input: [8, 28, 28], output: [6272, 1, 1] },
    {
      ...plain,
      name: "fc1",
      kind: "dense",
      text: "dense 10",
      input: [6272, 1, 1],
      output: [10, 1, 1],
      maps: [map("fc1", 6272, 10, 1)],
    },
  ];
}

export function armDescription(arm: Arm): ArmDescription {
  const expanded = arm !== "compact";
  const step = expanded
    ? { macs: 106, macs_by_layer: 1590, ratio: 1.06, ratio_by_layer: 15.9 }
    : { macs: 100, macs_by_layer: 100, ratio: 1, ratio_by_layer: 1 };
  const counts = { parameters: 2, macs: 2, contracted_parameters: 1, contracted_macs: 1 };
  return { arm, ...counts, step, layers: layers(expanded) };
}

export function description(arms: Arm[] = ["compact", "CL"], query = ""): Description {
  const experiment = { arms, epochs: 10, seeds: 1, rates: [], kernels: [] } as unknown as Description["experiment"];
  const dataset = { task: "classify", quality: "accuracy", classes: [] };
  const parts = { dataset, spec: "", steps_per_epoch: 78, races: 1, preparation: [], memory: 0, warnings: [] };
  return { ...parts, experiment, query, arms: arms.map(armDescription) } as unknown as Description;
}

export const opened: Opened = { backend: "cpu", adapter: "CPU", software: false, reason: "", memory: 0 };

export function stepEvent(arm: Arm, step: number, loss = 1): Event {
  return { type: "step", arm, step, epoch: step / 78, loss, accuracy: 0.5, learning_rate: 0.1, seconds: 0.1 };
}

export function epochEvent(arm: Arm, epoch: number, accuracy = 0.5): Event {
  const train = { train_loss: epoch === 0 ? null : 1, train_accuracy: epoch === 0 ? null : 0.5 };
  const fit = { fit_loss: 1, fit_accuracy: accuracy, gap: 0 };
  return { type: "epoch", arm, epoch, step: epoch * 78, ...train, test_loss: 1, test_accuracy: accuracy, ...fit };
}

/** A test by classes; its first measure is the value of the second class. */
export function detailEvent(arm: Arm, epoch: number, by_class: (number | null)[]): Event {
  const measures = [{ name: "mIoU", value: by_class[1] ?? null }];
  return { type: "detail", arm, epoch, step: epoch * 78, detail: { of_classes: "IoU", by_class, measures } };
}

export function runEvent(index: number, of: number, arms: Arm[], more: Partial<Extract<Event, { type: "run" }>> = {}): Event {
  const run = { index, of, seed: index, rate: 4, kernel: null, preparation: false, arms, noisy_labels: 0 };
  return { type: "run", ...run, ...more };
}

export function doneEvent(arm: Arm, step = 780): Event {
  return { type: "stopped", arm, step, reason: "done", message: "", hint: "" };
}

export function summaryRow(arm: Arm, n: number, more: Partial<SummaryRow> = {}): SummaryRow {
  const stat = (mean: number): Stat => ({ mean, std: 0.01, n });
  const stats = { test_accuracy: stat(0.5), best_accuracy: stat(0.55), fit_accuracy: stat(0.7), gap: stat(0.2) };
  return { arm, rate: null, kernel: null, ...stats, diverged: 0, difference: null, ...more };
}

export function divergedEvent(arm: Arm, step: number): Event {
  return { type: "stopped", arm, step, reason: "diverged", message: "the loss is not finite", hint: "lower the learning rate" };
}
