// Holds the geometry of line charts to what it promises.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lineLayout, path } from "./lines";

const rising = [
  { x: 0, y: 0.1 },
  { x: 1, y: 0.2 },
  { x: 2, y: 0.4 },
];

test("a line keeps inside its box and rises upwards", () => {
  const { box, lines } = lineLayout({ lines: [{ arm: "CK", places: rising, marks: "all" }] }, 400, 200);
  const marks = lines[0]?.marks ?? [];
  assert.equal(marks.length, 3);
  assert.ok(marks.every(({ x, y }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom));
  assert.ok((marks[0]?.y ?? 0) > (marks[2]?.y ?? 0));
  assert.match(lines[0]?.path ?? "", /^M[\d.]+,[\d.]+L/);
});

test("what is not finite interrupts a line", () => {
  assert.equal(
    path([
      { x: 0, y: 1 },
      { x: 1, y: 2 },
      { x: 2, y: Number.POSITIVE_INFINITY },
      { x: 3, y: 4 },
    ]),
    "M0.0,1.0L1.0,2.0M3.0,4.0",
  );
  const { lines } = lineLayout(
    { lines: [{ arm: "CK", places: [...rising, { x: 3, y: Number.NaN }], marks: "all" }], logarithmic: true },
    400,
    200,
  );
  assert.equal(lines[0]?.marks.length, 3);
});

test("whiskers of two arms at the same place lie apart", () => {
  const places = [{ x: 1, y: 0.5, low: 0.4, high: 0.6 }];
  const chart = { lines: (["CL", "CK"] as const).map((arm) => ({ arm, places, marks: "all" as const })), powers: [1, 2] };
  const [first, second] = lineLayout(chart, 400, 200).lines;
  assert.ok((first?.whiskers[0]?.x ?? 0) < (second?.whiskers[0]?.x ?? 0));
  assert.ok((first?.whiskers[0]?.low ?? 0) > (first?.whiskers[0]?.high ?? 0), "low is further down");
});

test("the peak of a line is marked once", () => {
  const { lines } = lineLayout({ lines: [{ arm: "CK", places: rising, marks: "peak" }] }, 400, 200);
  assert.equal(lines[0]?.marks.length, 1);
});

test("an axis that counts names whole values only", () => {
  const { x } = lineLayout({ lines: [{ arm: "CK", places: rising, marks: "all" }], counts: true }, 400, 200);
  assert.deepEqual(x.ticks, [0, 1, 2]);
});

test("a chart without lines has axes all the same", () => {
  const { x, y } = lineLayout({ lines: [] }, 400, 200);
  assert.ok(Number.isFinite(x.at(0)) && Number.isFinite(y.at(0)));
});
