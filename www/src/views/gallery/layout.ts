// Test images and what is said of them as pixels and boxes: numbers in, pixels and rectangles out. Pure.
import type { Found } from "../../protocol";
import { type Colour, colourOf } from "./palette";
import { objectText, UNSAID } from "./words";

export type Shape = readonly [channels: number, height: number, width: number];

/** One value of red, green, blue and opacity after the other, row by row. */
export type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** Screen pixels of an image pixel: whole, at least 3, more where an image would be much smaller than `side`. */
export function scaleOf([, height, width]: Shape, side = 112): number {
  return Math.min(8, Math.max(3, Math.round(side / Math.max(height, width))));
}

/** Planes of channels as pixels: three are red, green and blue, of any others the first is a shade of grey. */
export function imagePixels(planes: readonly number[], [channels, height, width]: Shape): Pixels {
  const size = height * width;
  const pixels = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = planes[(channels === 3 ? c : 0) * size + i] ?? 0;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

/** A mask as pixels to lay over an image: the background is clear, what is not said a chequerboard. */
export function maskPixels(mask: readonly number[], [, , width]: Shape, classes: readonly string[]): Pixels {
  const pixels = new Uint8ClampedArray(4 * mask.length);
  mask.forEach((index, i) => {
    const odd = (i + Math.floor(i / width)) % 2 === 1;
    const colour = index === UNSAID ? (odd ? WHITE : BLACK) : colourOf(index, classes);
    if (colour) pixels.set([...colour, 255], 4 * i);
  });
  return pixels;
}

export type Tag = { x: number; y: number; w: number; h: number; text: string };

/** A box and its name, in screen pixels. */
export type Frame = { x: number; y: number; w: number; h: number; colour: Colour; tag: Tag };

/** Height of a line of text on a box, and what is left free at its sides. */
const LINE = 13;
const SIDE = 3;

/**
 * Objects as boxes with their names, the surest last, so that they lie on top. A name stands on its box's upper edge; inside
 * where there is no room above, and below other names where it would lie on one.
 */
export function frames(
  objects: readonly Found[],
  [, height, width]: Shape,
  scale: number,
  classes: readonly string[],
  measure: (text: string) => number,
): Frame[] {
  const [wide, high] = [width * scale, height * scale];
  const placed: Tag[] = [];
  const drawn = objects.map((object) => {
    const { left, top, right, bottom } = object;
    const box = { x: left * scale, y: top * scale, w: (right - left) * scale, h: (bottom - top) * scale };
    const text = objectText(object, classes);
    const w = Math.min(wide, measure(text) + 2 * SIDE);
    const x = Math.max(0, Math.min(box.x, wide - w));
    const place = (y: number): Tag => ({ x, y, w, h: LINE, text });
    let tag = place(box.y >= LINE ? box.y - LINE : Math.max(0, box.y));
    while (placed.some((other) => overlap(other, tag)) && tag.y + 2 * LINE <= high) tag = place(tag.y + LINE);
    placed.push(tag);
    return { ...box, colour: colourOf(object.class, classes) ?? WHITE, tag };
  });
  return drawn.reverse();
}

function overlap(a: Tag, b: Tag): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** The class under a place on a mask's picture, in screen pixels from its corner; null outside. */
export function classAt(mask: readonly number[], [, height, width]: Shape, x: number, y: number, scale: number): number | null {
  const [column, row] = [Math.floor(x / scale), Math.floor(y / scale)];
  if (column < 0 || row < 0 || column >= width || row >= height) return null;
  return mask[row * width + column] ?? null;
}

/** The images to show from one on: as many as there are, of `count`. */
export function page(first: number, count: number, of: number): { first: number; count: number } {
  const start = Math.max(0, Math.min(first, of - 1));
  return { first: start, count: Math.max(1, Math.min(count, of - start)) };
}
