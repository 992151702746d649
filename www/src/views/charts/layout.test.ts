import assert from "node:assert/strict";
import { test } from "node:test";
import { description, epochEvent, opened, stepEvent } from "../../fixtures";
import { advance, newRace } from "../../race/race";
import { align, columns, range, readings } from "./layout";

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

test("each arm has a training and a test line, in order", () => {
  const { x, lines } = columns(race, "accuracy", "epoch");
  assert.equal(lines.length, 4);
  assert.equal(lines[3]?.[x.indexOf(1)], 0.8);
  assert.equal(lines[1]?.[x.indexOf(0)], 0.1);
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
  assert.deepEqual(range({ x: [], lines: [] }, "accuracy"), [0, 1]);
});
