import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, duration, loss, percent, points, shape, short, tiny } from "./format";

test("counts are grouped, short forms keep three digits", () => {
  assert.equal(count(2105886), "2,105,886");
  assert.deepEqual([0, 640, 999.6, 66186, 2840042, 28600704].map(short), ["0", "640", "1.00 k", "66.2 k", "2.84 M", "28.6 M"]);
});

test("what is not measured is a dash, what is not finite says so", () => {
  assert.equal(percent(null), "–");
  assert.equal(percent(0.8412), "84.1 %");
  assert.equal(loss(undefined), "–");
  assert.equal(loss(Number.NaN), "not finite");
  assert.equal(loss(2.31259), "2.313");
  assert.equal(tiny(3.14e-7), "3.1e-7");
});

test("times and sizes change their unit in time", () => {
  assert.deepEqual([0.0004, 0.0144, 0.9996, 1.26, 61].map(duration), ["0.4 ms", "14 ms", "1.0 s", "1.3 s", "1 min 1 s"]);
  assert.deepEqual([12, 206816, 2437932, 999_600].map(bytes), ["12 B", "207 kB", "2.4 MB", "1.0 MB"]);
});

test("a shape without a plane is a width", () => {
  assert.equal(shape([3, 32, 32]), "3 × 32×32");
  assert.equal(shape([512, 1, 1]), "512");
});

test("differences of shares are points, with a real minus and no negative zero", () => {
  assert.deepEqual([points(0.0123), points(0.0123, true), points(-0.0123, true)], ["1.2", "+1.2", "−1.2"]);
  assert.equal(points(-0.0001, true), "+0.0");
});
