import assert from "node:assert/strict";
import { test } from "node:test";
import { type Curve, EMPTY, extend, smooth } from "./curve";

function run(steps: number, most: number): Curve {
  let curve = EMPTY;
  for (let i = 1; i <= steps; i++) curve = extend(curve, { epoch: i, seconds: i / 10, loss: i, accuracy: 0, steps: 1 }, most);
  return curve;
}

test("a curve never has more points than it may", () => {
  for (const steps of [1, 7, 8, 9, 100, 1000]) assert.ok(run(steps, 8).points.length <= 8);
});

test("thinning loses no step and keeps the mean", () => {
  const { points } = run(1000, 16);
  const steps = points.reduce((sum, point) => sum + point.steps, 0);
  const mean = points.reduce((sum, point) => sum + point.loss * point.steps, 0) / steps;
  assert.equal(steps, 1000);
  assert.ok(Math.abs(mean - 500.5) < 1e-9);
  assert.equal(points.at(-1)?.epoch, 1000);
});

test("places grow strictly", () => {
  const { points } = run(333, 10);
  for (let i = 1; i < points.length; i++) assert.ok((points[i]?.epoch ?? 0) > (points[i - 1]?.epoch ?? 0));
});

test("smoothing starts at the first value and follows a constant exactly", () => {
  assert.deepEqual(smooth([2, 2, 2], 0.9), [2, 2, 2]);
  assert.equal(smooth([5, 0], 0.5)[0], 5);
});
