import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerKind } from "../../protocol";
import { skips, spans } from "./skips";

function layers(...texts: string[]) {
  return texts.map((text) => ({ kind: text.split(" ")[0] as LayerKind, text }));
}

test("a value goes from where it is kept to where it is taken, each time it is", () => {
  const found = skips(layers("tag a", "conv 8 k3", "split b", "add a", "concat b", "from a"));
  assert.deepEqual(
    found.map(({ name, from, to }) => [name, from, to]),
    [
      ["a", 0, 3],
      ["b", 2, 4],
      ["a", 0, 5],
    ],
  );
});

test("a name that is used again means the latest value", () => {
  const found = skips(layers("tag r", "add r", "tag r", "relu", "add r"));
  assert.deepEqual(
    found.map(({ from, to }) => [from, to]),
    [
      [0, 1],
      [2, 4],
    ],
  );
});

test("nested skips have lanes of their own, those side by side share one", () => {
  const found = spans(
    [
      { from: 0, to: 9, name: "outer" },
      { from: 1, to: 4, name: "left" },
      { from: 5, to: 8, name: "right" },
    ],
    0,
    9,
  );
  assert.deepEqual(
    found.map(({ skip, lane }) => [skip.name, lane]),
    [
      ["left", 1],
      ["right", 1],
      ["outer", 2],
    ],
  );
});

test("a skip over several rows is cut at their ends", () => {
  const skip = { from: 2, to: 12, name: "a" };
  const rows = [spans([skip], 0, 5), spans([skip], 6, 10), spans([skip], 11, 14), spans([skip], 15, 20)];
  assert.deepEqual(
    rows.map((row) => row.map(({ from, to, opens, closes }) => [from, to, opens, closes])),
    [[[2, 5, true, false]], [[6, 10, false, false]], [[11, 12, false, true]], []],
  );
});
