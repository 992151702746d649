// Recordings read for a figure: races, what they amount to, losses that were no numbers.
import assert from "node:assert/strict";
import { readRecorded } from "./recorded";

const run = {
  type: "run",
  index: 1,
  of: 1,
  seed: 3,
  rate: 4,
  kernel: null,
  preparation: false,
  arms: ["compact", "CK"],
  noisy_labels: 0,
};
const epoch = {
  type: "epoch",
  arm: "CK",
  epoch: 1,
  step: 9,
  train_loss: 1,
  train_accuracy: 0.5,
  test_loss: null,
  test_accuracy: 0.5,
};
const summary = { type: "summary", index: 1, of: 1, rows: [{ arm: "CK", diverged: 0 }] };
const lines = [{ replay: 1, experiment: { arms: ["compact", "CK"] } }, run, epoch, summary];
const recorded = readRecorded(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

assert.deepEqual(recorded.arms, ["compact", "CK"]);
assert.equal(recorded.runs.length, 1);
const [first, second] = recorded.runs[0]?.arms ?? [];
assert.deepEqual([first?.tests.length, second?.tests.length], [0, 1]);
assert.ok(Number.isNaN(second?.tests[0]?.test_loss));
assert.deepEqual(recorded.summary, summary.rows);
assert.equal(recorded.survey, null);
