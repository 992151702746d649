// How long steps take, as measured: medians over recent steps, so that a single slow one does not count. Pure.
import type { Arm } from "../protocol";

/** Steps that are remembered. */
export const RECENT = 31;

/** Seconds of an arm's latest steps. The first step is left out: it compiles kernels. */
export type Times = { last: number; seconds: readonly number[] };

export const NO_TIMES: Times = { last: 0, seconds: [] };

export function remember({ seconds }: Times, step: number, taken: number): Times {
  return { last: step, seconds: step === 1 ? [] : [...seconds, taken].slice(-RECENT) };
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Median over the recent steps of an arm's time divided by the compact arm's at the same step; null without such steps. */
export function ratioToCompact(arms: readonly { arm: Arm; times: Times }[], arm: Arm): number | null {
  const timesOf = (name: Arm) => arms.find((one) => one.arm === name)?.times;
  const [mine, base] = [timesOf(arm), timesOf("compact")];
  if (!mine || !base) return null;
  const ratios = mine.seconds.map((seconds, i) => {
    const step = mine.last - (mine.seconds.length - 1 - i);
    const compact = base.seconds[base.seconds.length - 1 - (base.last - step)];
    return compact && compact > 0 ? seconds / compact : Number.NaN;
  });
  return median(ratios.filter(Number.isFinite));
}
