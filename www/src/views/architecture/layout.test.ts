import assert from "node:assert/strict";
import { test } from "node:test";
import { armDescription } from "../../fixtures";
import { type Box, edge, type Picture, picture } from "./layout";

const arm = armDescription("CL");
const draw = (width: number, fold: number): Picture => picture({ arm, compact: armDescription("compact"), width, fold });

function inside({ x, y, w, h }: Box, { width, height }: Picture): boolean {
  return x >= -0.01 && y >= -0.01 && x + w <= width + 0.01 && y + h <= height + 0.01;
}

test("a wide and a narrow picture show the same layers", () => {
  for (const width of [300, 380, 700, 1400]) {
    const { cores, slats, links } = draw(width, 0);
    assert.deepEqual([cores.length, slats.length, links.length], [2, 2, 3], `width ${width}`);
  }
});

test("nothing stands outside the picture", () => {
  for (const width of [300, 380, 700, 1400]) {
    const drawn = draw(width, 0);
    const boxes = [...drawn.cores.map(({ wedge }) => wedge), ...drawn.links.map(({ wedge }) => wedge), ...drawn.slats];
    for (const box of boxes) assert.ok(inside(box, drawn), `width ${width}: ${JSON.stringify(box)}`);
  }
});

test("folded, every map lies in its layer's block and is gone", () => {
  for (const width of [380, 700]) {
    const { cores, links } = draw(width, 1);
    for (const { wedge, opacity } of links) {
      assert.ok(Math.abs(wedge.x - (cores[0]?.wedge.x ?? -1)) < 0.01);
      assert.ok(Math.abs(wedge.y - (cores[0]?.wedge.y ?? -1)) < 0.01);
      assert.equal(opacity, 0);
    }
    assert.ok(draw(width, 1).height < draw(width, 0).height);
  }
});

test("maps of a chain swell with their channels", () => {
  const [first, second, third] = draw(700, 0).links.map(({ wedge }) => wedge);
  assert.ok(first && second && third);
  assert.ok(first.from < first.to && third.from > third.to);
  assert.equal(first.to, second.from);
  assert.equal(second.to, third.from);
});

test("an edge grows with its channels and never beyond its length", () => {
  const edges = [1, 8, 64, 2048].map((channels) => edge(channels, 2048, 100));
  assert.deepEqual(
    edges,
    [...edges].sort((a, b) => a - b),
  );
  assert.equal(edges.at(-1), 100);
});
