// Holds the density estimate to its definition.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bandwidth, density } from "./density";

const near = (value: number, wanted: number, by = 1e-6) => assert.ok(Math.abs(value - wanted) < by, `${value} is not ${wanted}`);

test("the bandwidth is Silverman's", () => {
  // Standard deviation of 1 … 5 is sqrt(2.5); quartiles 2 and 4: the quartiles are narrower.
  near(bandwidth([1, 2, 3, 4, 5]), 0.9 * Math.min(Math.sqrt(2.5), 2 / 1.34) * 5 ** -0.2);
  // Most numbers equal: the quartiles coincide, the deviation remains.
  near(bandwidth([0, 0, 0, 0, 1]), 0.9 * Math.sqrt(0.2) * 5 ** -0.2);
  assert.equal(bandwidth([2, 2, 2]), 1e-3);
});

test("a density has an area of one and is highest where the numbers are", () => {
  const values = [-0.1, 0, 0.02, 0.05, 0.1, 0.3];
  const found = density(values, [-2, 2], 4001);
  near(
    found.reduce((sum, { y }) => sum + y * 0.001, 0),
    1,
    1e-4,
  );
  const peak = found.reduce((best, place) => (place.y > best.y ? place : best));
  assert.ok(peak.x > -0.1 && peak.x < 0.1);
});

test("one number has no density", () => {
  assert.deepEqual(density([0.5], [0, 1]), []);
});
