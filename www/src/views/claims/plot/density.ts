// How densely numbers lie along a line: a kernel density estimate. Pure.
import { deviation, quantile } from "d3-array";

export type Density = { x: number; y: number }[];

/** Silverman's rule for a Gaussian kernel; the least width is for numbers that are all the same. */
export function bandwidth(values: readonly number[]): number {
  const spread = deviation(values) ?? 0;
  const middle = (quantile(values, 0.75) ?? 0) - (quantile(values, 0.25) ?? 0);
  // Where half of the numbers are equal the quartiles say nothing.
  const width = middle > 0 ? Math.min(spread, middle / 1.34) : spread;
  return Math.max(1e-3, 0.9 * width * values.length ** -0.2);
}

/** The mean of Gaussians around every number, at places from `low` to `high`. None for fewer than two numbers. */
export function density(values: readonly number[], [low, high]: readonly [number, number], places = 161): Density {
  if (values.length < 2) return [];
  const width = bandwidth(values);
  const scale = 1 / (values.length * width * Math.sqrt(2 * Math.PI));
  return Array.from({ length: places }, (_, i) => {
    const x = low + ((high - low) * i) / (places - 1);
    const sum = values.reduce((total, value) => total + Math.exp(-0.5 * ((x - value) / width) ** 2), 0);
    return { x, y: scale * sum };
  });
}
