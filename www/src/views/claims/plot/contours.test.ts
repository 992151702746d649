// Holds the pictures of a survey to what they promise.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Surveyed } from "../../../protocol";
import { blocks, grids, levels, losses, middle, progress, slice } from "./contours";

const SIZE = 9;

/** A bowl: its loss is 1 in the middle and grows with the squared distance. */
function row(index: number, loss = (alpha: number, beta: number) => 1 + 4 * (alpha ** 2 + beta ** 2)): Surveyed {
  const place = (i: number) => (i - 4) / 4;
  const beta = place(index);
  const points = Array.from({ length: SIZE }, (_, i) => ({ alpha: place(i), beta, loss: loss(place(i), beta), error: 0.5 }));
  return { type: "row", arm: "CK", row: index, of: SIZE, points };
}

const all = Array.from({ length: SIZE }, (_, i) => row(i));

test("rows find their places in any order, and the middle is the network's own", () => {
  const [grid] = grids([row(4), row(5), row(3)], ["CK"], SIZE);
  assert.ok(grid);
  assert.deepEqual(progress([grid]), { done: 3, of: SIZE });
  assert.equal(slice(grid).length, SIZE);
  assert.deepEqual(middle(grid), { alpha: 0, beta: 0, loss: 1, error: 0.5 });
  assert.equal(losses(grid).length, 3 * SIZE);
});

test("levels are spaced evenly by ratio and shared by all arms", () => {
  const found = levels(grids(all, ["CK", "CL"], SIZE));
  assert.ok(found.length >= 5 && found.length <= 10, `${found}`);
  assert.ok((found[0] ?? 0) >= 1 && (found.at(-1) ?? 0) <= 9);
  const ratios = found.slice(1).map((level, i) => level / (found[i] ?? 1));
  assert.ok(Math.max(...ratios) / Math.min(...ratios) < 1.1);
  assert.deepEqual(levels([]), []);
});

test("areas of higher levels lie inside those of lower ones", () => {
  const [grid] = grids(all, ["CK"], SIZE);
  assert.ok(grid);
  const [block, ...rest] = blocks(grid, [2, 5], 100);
  assert.equal(rest.length, 0);
  assert.deepEqual([block?.y, block?.height], [0, 100]);
  // The loss is 2 where alpha is a half: a quarter of the way from the middle.
  const hole = block?.areas[0]?.split("M").at(-1) ?? "";
  const xs = hole
    .replace("Z", "")
    .split("L")
    .map((pair) => Number(pair.split(",")[0]));
  assert.ok(Math.abs(Math.max(...xs) - 75) < 2 && Math.abs(Math.min(...xs) - 25) < 2, `${xs}`);
});

test("rows that have not come are blank, and a row alone has no area", () => {
  const areas = (rows: number[]) => {
    const [grid] = grids(
      rows.map((index) => row(index)),
      ["CK"],
      SIZE,
    );
    return grid ? blocks(grid, [2], 80).map(({ y, height }) => [y, height]) : [];
  };
  assert.deepEqual(areas([4]), []);
  assert.deepEqual(areas([3, 4, 5]), [[30, 20]]);
  assert.deepEqual(areas([0, 1, 7, 8]), [
    [70, 10],
    [0, 10],
  ]);
});

test("a loss that is infinite or not a number counts as the highest", () => {
  const wild = (alpha: number, beta: number) =>
    alpha > 0.6 ? Number.NaN : beta > 0.6 ? Number.POSITIVE_INFINITY : 1 + alpha ** 2;
  const rows = Array.from({ length: SIZE }, (_, i) => row(i, wild));
  const [grid] = grids(rows, ["CK"], SIZE);
  assert.ok(grid);
  const thresholds = levels([grid]);
  const [block] = blocks(grid, thresholds, 100);
  assert.ok(thresholds.every(Number.isFinite));
  assert.ok(block?.areas.every((area) => !/NaN|Infinity/.test(area)));
  // Its corner of the picture is inside the highest area.
  assert.match(block?.areas.at(-1) ?? "", /10\d\.\d/);
});
