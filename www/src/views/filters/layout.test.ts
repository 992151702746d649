import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_TILES, tiles } from "./layout";

const ramp = { low: [0, 0, 255], zero: [255, 255, 255], high: [255, 0, 0] } as const;

test("one channel runs from the low colour over zero to the high one", () => {
  const [tile] = tiles({ shape: [1, 1, 1, 3], values: [-2, 0, 2] }, ramp);
  assert.deepEqual([...(tile?.pixels ?? [])], [0, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0, 255]);
});

test("three channels are a colour", () => {
  const [tile] = tiles({ shape: [1, 3, 1, 1], values: [1, -1, 0] }, ramp);
  assert.deepEqual([...(tile?.pixels ?? [])], [255, 0, 128, 255]);
});

test("a filter of zeros does not divide by zero, and many filters are cut off", () => {
  const all = tiles({ shape: [40, 1, 1, 1], values: new Array(40).fill(0) }, ramp);
  assert.equal(all.length, MOST_TILES);
  assert.deepEqual([...(all[0]?.pixels ?? [])], [255, 255, 255, 255]);
});
