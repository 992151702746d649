// Holds scales and their named values to what they promise.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ladder, linear, logarithmic, padded } from "./scale";

test("a linear scale meets both ends and names round values", () => {
  const { at, ticks } = linear([0, 10], [100, 0], 5);
  assert.deepEqual([at(0), at(5), at(10)], [100, 50, 0]);
  assert.deepEqual(ticks, [0, 2, 4, 6, 8, 10]);
});

test("on a logarithmic scale, equal ratios are equally long", () => {
  const { at, ticks } = logarithmic([0.5, 8], [0, 400], [0.5, 1, 2, 4, 8, 16]);
  assert.deepEqual([0.5, 1, 2, 4, 8].map(at).map(Math.round), [0, 100, 200, 300, 400]);
  assert.deepEqual(ticks, [0.5, 1, 2, 4, 8]);
});

test("a ladder is as fine as the most values allow", () => {
  assert.deepEqual(ladder([1, 10], 11), [1, 1.3, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 7.9, 10]);
  assert.deepEqual(ladder([1, 10], 6), [1, 1.6, 2.5, 4, 6.3, 10]);
  assert.deepEqual(ladder([0.9, 1e6], 8), [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]);
  assert.ok(ladder([1.2, 2.4], 12).length >= 6);
  assert.deepEqual(ladder([0, 1], 5), []);
});

test("room is a share of the range, and stays within the ends", () => {
  assert.deepEqual(padded([10, 20], 0.1), [9, 21]);
  assert.deepEqual(padded([0.02, 0.9], 0.5, [0, 1]), [0, 1]);
  const [low, high] = padded([3, 3, Number.NaN], 0.1);
  assert.ok(low < 3 && high > 3);
});
