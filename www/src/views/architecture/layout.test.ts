import assert from "node:assert/strict";
import { test } from "node:test";
import { armDescription } from "../../fixtures";
import type { ArmDescription, LayerDescription } from "../../protocol";
import { type Box, edge, type Picture, picture } from "./layout";
import { slatLabel, slatTitle } from "./words";

const arm = armDescription("CL");

/** The layers of an arm with a value that skips the convolution, and many more behind them. */
function branched(length = 0): ArmDescription {
  const [conv, relu, flatten, dense] = arm.layers;
  assert.ok(conv && relu && flatten && dense);
  const aside = (kind: "tag" | "add") => ({ ...relu, kind, name: kind, text: `${kind} r0` });
  const more = Array.from({ length }, () => [conv, relu]).flat();
  return { ...arm, layers: [aside("tag"), conv, ...more, relu, aside("add"), flatten, dense] };
}
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

test("a value that skips layers runs above them, over as many rows as it needs", () => {
  const short = picture({ arm: branched(), compact: null, width: 700, fold: 0 });
  assert.equal(short.arcs.length, 1);
  assert.ok(short.arcs[0]?.arrow);
  assert.deepEqual(
    short.slats.filter(({ aside }) => aside).map(({ label }) => label),
    ["• r0", "+ r0"],
  );
  const long = picture({ arm: branched(20), compact: null, width: 700, fold: 0 });
  assert.ok(long.arcs.length > 1);
  assert.deepEqual([long.arcs[0]?.arrow, long.arcs.at(-1)?.arrow], [false, true]);
  for (const { line } of [...short.arcs, ...long.arcs])
    for (const [x, y] of line) assert.ok(x >= 0 && x <= 700 && y >= 0, `${x}, ${y}`);
  assert.deepEqual(picture({ arm: branched(), compact: null, width: 300, fold: 0 }).arcs, []);
});

test("every layer without weights says what it does, shortly where it stands upright", () => {
  const layer = { ...branched().layers[2], kind: "concat", text: "concat level32", input: [32, 8, 8], output: [64, 8, 8] };
  const drawn = layer as LayerDescription;
  assert.equal(slatLabel(drawn, true), "∥ level32");
  assert.equal(slatLabel({ ...drawn, text: "concat encoder_block_3" }, true), "∥ encoder_…");
  assert.equal(slatLabel(drawn, false), "concat level32");
  assert.equal(slatTitle(drawn), "concat level32: puts the channels kept as level32 before these, 32 × 8×8 to 64 × 8×8");
});

test("an edge grows with its channels and never beyond its length", () => {
  const edges = [1, 8, 64, 2048].map((channels) => edge(channels, 2048, 100));
  assert.deepEqual(
    edges,
    [...edges].sort((a, b) => a - b),
  );
  assert.equal(edges.at(-1), 100);
});
