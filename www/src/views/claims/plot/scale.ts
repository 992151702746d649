// Where a value lies along an axis, and which values the axis names. Pure.
import { ticks } from "d3-array";

export type Range = readonly [low: number, high: number];

export type Scale = {
  /** Pixels from a value. */
  at: (value: number) => number;
  /** Values that the axis names. */
  ticks: readonly number[];
};

export function linear([low, high]: Range, [from, to]: Range, most = 6): Scale {
  const width = high - low || 1;
  return { at: (value) => from + ((value - low) / width) * (to - from), ticks: ticks(low, high, most) };
}

/** Equal ratios are equally long; both ends are above zero. */
export function logarithmic([low, high]: Range, [from, to]: Range, named: readonly number[]): Scale {
  const width = Math.log(high / low) || 1;
  return {
    at: (value) => from + (Math.log(value / low) / width) * (to - from),
    ticks: named.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)),
  };
}

/** Steps per factor of ten, fine to coarse. */
const STEPS = [80, 40, 20, 10, 5, 2, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 16];

/** Evenly spaced on a logarithmic axis and short to write: at most `most` of a ladder's values from low to high. */
export function ladder([low, high]: Range, most: number): number[] {
  if (!(low > 0 && high >= low && Number.isFinite(high))) return [];
  for (const steps of STEPS) {
    const digits = steps > 20 ? 3 : steps > 1 ? 2 : 1;
    const first = Math.ceil(Math.log10(low) * steps - 1e-6);
    const last = Math.floor(Math.log10(high) * steps + 1e-6);
    if (last - first + 1 > most) continue;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => round(10 ** ((first + i) / steps), digits));
  }
  return [];
}

function round(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** The range of some values with a share of room on both sides, kept between two ends. */
export function padded(values: readonly number[], share: number, [least, most]: Range = [-Infinity, Infinity]): Range {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = (high - low) * share || Math.max(Math.abs(high) * share, 1e-3);
  return [Math.max(least, low - room), Math.min(most, high + room)];
}
