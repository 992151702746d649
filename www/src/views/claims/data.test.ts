// Holds the gathering over runs to what it promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Arm, Preset } from "../../protocol";
import {
  type ArmRecord,
  claimOf,
  conditions,
  meanByEpoch,
  ordered,
  pooled,
  type RunRecord,
  recordsOf,
  sharedEpoch,
} from "./data";

function record(arm: Arm, gaps: number[], reason: "done" | "diverged" = "done"): ArmRecord {
  const epochs = gaps.map((gap, epoch) => ({ epoch, step: epoch, gap }));
  return {
    arm,
    tests: epochs.map((epoch) => ({ type: "epoch", arm, ...epoch }) as unknown as ArmRecord["tests"][number]),
    stopped: { type: "stopped", arm, step: 1, reason, message: "", hint: "" },
    confusions: epochs.map(({ epoch, step, gap }) => ({
      type: "confusion",
      arm,
      epoch,
      step,
      own: [gap, gap + 1],
      contracted: null,
      own_minimum: gap,
      contracted_minimum: null,
    })),
  };
}

function run(seed: number, rate: number, arms: ArmRecord[], kernel: number | null = null): RunRecord {
  const names = arms.map(({ arm }) => arm);
  return { run: { type: "run", index: 1, of: 1, seed, rate, kernel, preparation: false, arms: names, noisy_labels: 0 }, arms };
}

const runs = [
  run(1, 2, [record("compact", [0, 1]), record("CK", [0, 2])]),
  run(1, 4, [record("CK", [0, 4])]),
  run(2, 2, [record("compact", [0, 3]), record("CK", [0, 9], "diverged")]),
  run(2, 4, [record("CK", [0, 6, 8])]),
];

test("conditions are told apart by rate and kernel, not by seed", () => {
  assert.deepEqual(conditions(runs), [
    { rate: 2, kernel: null },
    { rate: 4, kernel: null },
  ]);
});

test("an arm without a rate is found under every rate, and what diverged is left out", () => {
  const found = (arm: Arm, rate: number) => recordsOf(runs, arm, { rate, kernel: null }).length;
  assert.deepEqual([found("CK", 2), found("CK", 4), found("compact", 4), found("CL", 4)], [1, 2, 2, 0]);
});

test("means are taken epoch by epoch over the seeds that have come so far", () => {
  const records = recordsOf(runs, "CK", { rate: 4, kernel: null });
  const means = meanByEpoch(
    records.map(({ tests }) => tests),
    ({ gap }) => gap,
  );
  assert.deepEqual(means, [
    { epoch: 0, mean: 0, n: 2 },
    { epoch: 1, mean: 5, n: 2 },
    { epoch: 2, mean: 8, n: 1 },
  ]);
});

test("cosines are pooled over seeds at the epoch that all arms have come to", () => {
  const lists = [
    [{ epoch: 0 }, { epoch: 1 }],
    [{ epoch: 0 }, { epoch: 1 }, { epoch: 2 }],
  ];
  assert.equal(sharedEpoch(lists), 1);
  assert.equal(sharedEpoch([[], [{ epoch: 1 }]]), null);
  assert.equal(sharedEpoch([]), null);
  const records = recordsOf(runs, "CK", { rate: 4, kernel: null });
  assert.deepEqual(pooled(records, 1, "own"), { values: [4, 5, 6, 7], seeds: 2 });
  assert.deepEqual(pooled(records, 1, "contracted"), { values: [], seeds: 0 });
});

test("an experiment of one's own belongs to the claim on the same data", () => {
  const preset = (name: string, query: string, claim: boolean) =>
    ({ name, query, claim: claim ? {} : null }) as unknown as Preset;
  const presets = [
    preset("fashion", "", false),
    preset("cifar", "dataset=cifar-10&crop=4", false),
    preset("accuracy", "dataset=cifar-10&seeds=3", true),
    preset("rates", "dataset=cifar-10&rates=2,4&seeds=2", true),
    preset("detection", "dataset=scene-boxes&epochs=5", true),
  ];
  const expected = {
    "dataset=cifar-10&crop=4": "accuracy",
    "dataset=cifar-10&rates=2,4&seeds=2": "rates",
    "dataset=cifar-10&seeds=9": "accuracy",
    "dataset=cifar-10&rates=2,4&seeds=2&backend=cpu": "rates",
    "dataset=scene-boxes&epochs=10": "detection",
    "dataset=mnist": null,
  };
  for (const [query, claim] of Object.entries(expected)) assert.equal(claimOf(presets, query), claim, query);
});

test("rows follow the experiment's order, those trained for others last", () => {
  const rows = (["teacher", "CK", "compact"] as const).map((arm) => ({ arm }) as Parameters<typeof ordered>[0][number]);
  assert.deepEqual(
    ordered(rows, ["compact", "CK"]).map(({ arm }) => arm),
    ["compact", "CK", "teacher"],
  );
});
