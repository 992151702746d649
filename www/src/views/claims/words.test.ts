// Holds the words of the claims' figures to unit, count and honesty.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Arm, SummaryRow } from "../../protocol";
import type { RunRecord } from "./data";
import { eigenvalueText, intervalText, missing, points, provenance, rowName, seedsText, statText, verdict } from "./words";

const row = (arm: Arm, rate: number | null = 4, kernel: number | null = null): SummaryRow => {
  const test_accuracy = { mean: 0.472, std: 0.008, n: 3 };
  const rest = { best_accuracy: test_accuracy, fit_accuracy: test_accuracy, gap: null, diverged: 0, difference: null };
  return { arm, rate, kernel, test_accuracy, ...rest };
};

const plain = (text: string) => text.replaceAll("\u00a0", " ");

const race = (seed: number, over: boolean): RunRecord => ({
  run: { type: "run", index: seed, of: 3, seed, rate: 4, kernel: null, preparation: false, arms: ["CK"], noisy_labels: 400 },
  arms: [
    {
      arm: "CK",
      tests: [],
      stopped: over ? { type: "stopped", arm: "CK", step: 1, reason: "done", message: "", hint: "" } : null,
      confusions: [],
    },
  ],
});

test("numbers carry unit and count", () => {
  assert.equal(plain(statText({ mean: 0.4723, std: 0.0081, n: 3 })), "47.2 ± 0.8 %, n = 3");
  assert.equal(plain(statText({ mean: 0.4723, std: 0, n: 1 }, true)), "52.8 %, n = 1");
  assert.equal(plain(intervalText({ mean: 0.023, low: -0.004, high: 0.05, n: 3 })), "+2.3 pp [−0.4, +5.0], n = 3");
  assert.equal(points(-0.0001), "0.0");
  assert.deepEqual([seedsText([2, 2]), seedsText([1]), seedsText([1, 3])].map(plain), [
    "n = 2 seeds",
    "n = 1 seed",
    "n = 1 to 3 seeds",
  ]);
  assert.deepEqual([123.456, -0.00123, 12345, Number.NaN].map(eigenvalueText), ["123", "−1.2e-3", "1.2e+4", "not finite"]);
});

test("an interval says where zero is", () => {
  const verdicts = [
    [0.1, 0.2],
    [-0.1, 0.2],
    [-0.2, -0.1],
  ].map(([low = 0, high = 0]) => verdict({ mean: 0, low, high, n: 2 }));
  assert.deepEqual(verdicts, ["above zero", "zero is inside the interval", "below zero"]);
});

test("a row is named by what it differs in", () => {
  const rows = [row("compact", null), row("CK", 2), row("CK", 4)];
  assert.deepEqual(
    rows.map((one) => rowName(one, rows)),
    ["compact", "CK, rate 2", "CK, rate 4"],
  );
  assert.equal(rowName(row("CK", 4, 7), [row("CK", 4, 7)]), "CK");
});

test("figures say which races they are drawn from", () => {
  assert.equal(
    provenance([race(1, true), race(2, false)], false),
    "From the race on this page: 1 of 3 runs over, seeds 1 to 2; 400 training labels of each drawn at random.",
  );
  assert.equal(provenance([], false), "No race yet.");
});

test("what would fill an empty figure is one sentence, gone when it is filled", () => {
  const nothing = { runs: [], summary: [], survey: null };
  for (const name of ["accuracy", "distillation", "start", "confusion", "generalization", "landscape", "rates"]) {
    assert.match(missing(name, nothing) ?? "", /^[A-Z].*\.$/, name);
  }
  const plain = { ...nothing, summary: [row("compact", null), row("CK")] };
  assert.equal(missing("accuracy", plain), null);
  assert.match(missing("distillation", plain) ?? "", /teacher/);
  assert.match(missing("rates", plain) ?? "", /several/);
  assert.equal(missing("distillation", { ...nothing, summary: [row("CK+KD")] }), null);
  assert.equal(missing("start", { ...nothing, summary: [row("CK+contracted")] }), null);
  assert.equal(missing("rates", { ...nothing, summary: [row("CK", 2), row("CK", 4)] }), null);
  assert.match(missing("accuracy", { ...nothing, runs: [race(1, false)] }) ?? "", /not over yet/);
});
