// Holds the geometry of dot plots to what it promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DotRow, dotLayout } from "./dots";

const row = (low: number, value: number, high: number): DotRow => ({
  arm: "CK",
  name: "CK",
  bar: [low, high],
  strong: true,
  marks: [{ value, tick: false }],
  text: "+2.0 pp [−1.0, +5.0], n = 3",
});

test("bars and marks share one axis with the reference", () => {
  const { rows, reference, box } = dotLayout({ rows: [row(-1, 2, 5), row(1, 3, 5)], reference: 0 }, 640);
  const [first, second] = rows;
  assert.equal(first?.bar?.[1], second?.bar?.[1]);
  assert.ok((first?.bar?.[0] ?? 0) < (reference ?? 0) && (reference ?? 0) < (second?.bar?.[0] ?? 0));
  assert.ok((first?.marks[0]?.x ?? 0) < (second?.marks[0]?.x ?? 0));
  assert.ok((second?.y ?? 0) < box.bottom);
});

test("on a narrow page, words stand above the bars and bars take the whole width", () => {
  const narrow = dotLayout({ rows: [row(0, 1, 2)] }, 330);
  const wide = dotLayout({ rows: [row(0, 1, 2)] }, 640);
  assert.ok((narrow.rows[0]?.name.y ?? 0) < (narrow.rows[0]?.y ?? 0));
  assert.equal(wide.rows[0]?.name.y, wide.rows[0]?.y);
  assert.ok(narrow.box.right - narrow.box.left > 300);
});

test("an arm without numbers keeps its row", () => {
  const { rows, x } = dotLayout({ rows: [{ ...row(0, 1, 2), bar: null, marks: [] }], reference: 0 }, 640);
  assert.deepEqual([rows[0]?.bar, rows[0]?.marks, x.ticks], [null, [], [0]]);
});
