import assert from "node:assert/strict";
import { test } from "node:test";
import { description, doneEvent, epochEvent, opened, runEvent, stepEvent } from "../../fixtures";
import { advance, newRace } from "../../race/race";
import { align, armLines, columns, NOTHING, range, readings } from "./layout";

const race = [
  epochEvent("compact", 0, 0.1),
  epochEvent("CL", 0, 0.1),
  ...[1, 2, 3].flatMap((step) => [stepEvent("compact", step, 2), stepEvent("CL", step, 1)]),
  epochEvent("CL", 1, 0.8),
].reduce(advance, newRace(description(), opened));

test("lines with places of their own share one sorted column", () => {
  const lines = [
    { x: [0, 2], y: [10, 12] },
    { x: [1, 2], y: [21, 22] },
  ];
  assert.deepEqual(align(lines), {
    x: [0, 1, 2],
    lines: [
      [10, null, 12],
      [null, 21, 22],
    ],
  });
});

test("each arm has a training line and a test line, in order; nothing runs beside the latter", () => {
  const { x, lines, bands } = columns(race, "accuracy", "epoch");
  assert.equal(lines.length, 6);
  assert.equal(lines[5]?.[x.indexOf(1)], 0.8);
  assert.equal(lines[2]?.[x.indexOf(0)], 0.1);
  assert.deepEqual(
    lines[1],
    x.map(() => null),
  );
  assert.deepEqual(bands, [
    { x: [], low: [], high: [] },
    { x: [], low: [], high: [] },
  ]);
});

test("with a seed that is through, the test line is the mean, and the running race stands beside it", () => {
  const seed = (index: number, accuracy: number) => [
    runEvent(index, 3, ["CL"]),
    epochEvent("CL", 0, 0.1),
    epochEvent("CL", 1, accuracy),
    doneEvent("CL"),
  ];
  const start = newRace(description(["CL"]), opened);
  const third = [runEvent(3, 3, ["CL"]), epochEvent("CL", 0, 0.3)];
  const running = [...seed(1, 0.4), ...seed(2, 0.6), ...third].reduce(advance, start);
  const { train, running: own, test, band, n } = armLines(running, "CL", "accuracy", "epoch");
  assert.deepEqual([train.x, own.y, test.x, n], [[], [0.3], [0, 1], 2]);
  assert.ok(Math.abs((test.y[1] ?? 0) - 0.5) < 1e-9);
  assert.ok(Math.abs((band.low[1] ?? 0) - 0.4) < 1e-9 && Math.abs((band.high[1] ?? 0) - 0.6) < 1e-9);
  assert.equal(readings(running, "epoch", null)[0]?.n, 2);
  const [low, high] = range(columns(running, "accuracy", "epoch"), "accuracy");
  assert.ok(low <= 0.1 && high >= 0.6);
  // One seed has no spread.
  assert.deepEqual(armLines(seed(1, 0.4).reduce(advance, start), "CL", "accuracy", "epoch").band.x, []);
});

test("on the axis of seconds each arm stands at its own training time", () => {
  const { x } = columns(race, "loss", "seconds");
  assert.deepEqual(
    x.map((value) => value.toFixed(1)),
    ["0.0", "0.1", "0.2"],
  );
});

test("a reading is the last point that is not after the place", () => {
  const [, early] = readings(race, "epoch", 0.5);
  const [compact, latest] = readings(race, "epoch", null);
  assert.equal(early?.testAccuracy, 0.1);
  assert.equal(latest?.testAccuracy, 0.8);
  assert.equal(compact?.trainLoss, 2);
});

test("the range holds the values and stays within what can be", () => {
  const [low, high] = range(columns(race, "accuracy", "epoch"), "accuracy");
  assert.ok(low >= 0 && low <= 0.1 && high >= 0.8 && high <= 1);
  assert.deepEqual(range(NOTHING, "accuracy"), [0, 1]);
});
