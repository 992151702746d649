import assert from "node:assert/strict";
import { test } from "node:test";
import type { Found } from "../../protocol";
import { classAt, frames, imagePixels, maskPixels, page, type Shape, scaleOf } from "./layout";
import { colourOf } from "./palette";

const CLASSES = ["background", "shoe", "bag"];
const measure = (text: string) => 6 * text.length;

function found(more: Partial<Found>): Found {
  return { class: 1, left: 2, top: 10, right: 12, bottom: 20, score: 0.9, ...more };
}

test("an image pixel is at least three screen pixels wide, a whole number of them", () => {
  assert.deepEqual(
    [12, 28, 64, 224].map((side) => scaleOf([3, side, side])),
    [8, 4, 3, 3],
  );
});

test("three channels are a colour, one is a shade of grey", () => {
  assert.deepEqual([...imagePixels([1, 2, 3, 4, 5, 6], [3, 1, 2])], [1, 3, 5, 255, 2, 4, 6, 255]);
  assert.deepEqual([...imagePixels([7, 9], [1, 1, 2])], [7, 7, 7, 255, 9, 9, 9, 255]);
});

test("a mask has its classes' colours; the background is clear, what is not said is chequered", () => {
  const pixels = maskPixels([0, 1, 255, 255], [3, 2, 2], CLASSES);
  const at = (i: number) => [...pixels.slice(4 * i, 4 * i + 4)];
  assert.deepEqual(at(0), [0, 0, 0, 0]);
  assert.deepEqual(at(1), [...(colourOf(1, CLASSES) ?? []), 255]);
  assert.deepEqual([at(2), at(3)].map(([red]) => red).sort(), [0, 255]);
});

test("classes have colours of their own, the background has none", () => {
  assert.equal(colourOf(0, CLASSES), null);
  const colours = [1, 2, 3, 4, 5].map((i) => String(colourOf(i, ["background", "a", "b", "c", "d", "e"])));
  assert.equal(new Set(colours).size, 5);
  assert.notEqual(colourOf(0, ["shoe"]), null);
});

test("a box is drawn at the image's scale, with its name above it or, at the top, inside", () => {
  const [top, low] = frames([found({}), found({ top: 1, class: 2 })], [3, 64, 64], 3, CLASSES, measure);
  assert.deepEqual([low?.x, low?.y, low?.w, low?.h], [6, 30, 30, 30]);
  assert.deepEqual([low?.tag.text, low?.tag.y], ["shoe 0.90", 17]);
  assert.deepEqual([top?.tag.text, top?.tag.y], ["bag 0.90", 3]);
});

test("names stay in the picture and do not lie on each other", () => {
  const objects = [found({ left: 55, right: 64 }), found({ left: 54, right: 63, class: 2 }), found({ left: 56, right: 64 })];
  const tags = frames(objects, [3, 64, 64], 3, CLASSES, measure).map(({ tag }) => tag);
  for (const { x, y, w, h } of tags) assert.ok(x >= 0 && x + w <= 192 && y >= 0 && y + h <= 192);
  const rows = tags.map(({ y }) => y).sort((a, b) => a - b);
  assert.equal(new Set(rows).size, 3);
});

test("a place on the picture is a pixel of the mask", () => {
  const shape: Shape = [3, 2, 2];
  assert.deepEqual([classAt([0, 1, 2, 3], shape, 5, 4, 3), classAt([0, 1, 2, 3], shape, 0, 2.9, 3)], [3, 0]);
  assert.deepEqual([classAt([0, 1, 2, 3], shape, 6, 0, 3), classAt([0, 1, 2, 3], shape, -1, 0, 3)], [null, null]);
});

test("a page is cut where the images end", () => {
  assert.deepEqual(page(0, 6, 16), { first: 0, count: 6 });
  assert.deepEqual(page(12, 6, 16), { first: 12, count: 4 });
  assert.deepEqual(page(18, 6, 16), { first: 15, count: 1 });
});
