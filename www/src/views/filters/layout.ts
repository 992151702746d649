// First-layer filters as small pictures: which values go into which tile, and what colour they get. Pure.
import type { Filters } from "../../protocol";

export type Tile = { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> };

/** Tiles shown of a layer with more filters. */
export const MOST_TILES = 16;

/** Colours of the strongest negative and positive value, and of zero. */
export type Ramp = {
  low: readonly [number, number, number];
  zero: readonly [number, number, number];
  high: readonly [number, number, number];
};

/** One tile a filter. Three input channels are shown as red, green and blue; else their mean, on a ramp around zero. */
export function tiles({ shape, values }: Pick<Filters, "shape" | "values">, ramp: Ramp): Tile[] {
  const [outputs, inputs, height, width] = shape;
  const size = height * width;
  return Array.from({ length: Math.min(outputs, MOST_TILES) }, (_, o) => {
    const filter = values.slice(o * inputs * size, (o + 1) * inputs * size);
    const scale = Math.max(1e-12, ...filter.map(Math.abs));
    const pixels = new Uint8ClampedArray(4 * size);
    for (let i = 0; i < size; i++) {
      const channels = Array.from({ length: inputs }, (_, c) => (filter[c * size + i] ?? 0) / scale);
      const color = inputs === 3 ? channels.map((value) => 127.5 + 127.5 * value) : shade(mean(channels), ramp);
      pixels.set([...color, 255], 4 * i);
    }
    return { width, height, pixels };
  });
}

/** A value from −1 to 1 as a colour. */
export function shade(value: number, { low, zero, high }: Ramp): number[] {
  const end = value < 0 ? low : high;
  const share = Math.min(1, Math.abs(value));
  return zero.map((from, i) => from + ((end[i] ?? 0) - from) * share);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
