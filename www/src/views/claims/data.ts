// What the claims are tested with, and how it is gathered over runs: means and pools of numbers that the trainer measured. Pure.
import type { Arm, Event, Preset, SummaryRow, Surveyed, SurveyRequest } from "../../protocol";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
export type Epoch = Of<"epoch">;
export type Confusion = Of<"confusion">;

/** One race and what every arm of it reported. */
export type RunRecord = { run: Of<"run">; arms: readonly ArmRecord[] };

export type ArmRecord = {
  arm: Arm;
  tests: readonly Epoch[];
  stopped: Of<"stopped"> | null;
  confusions: readonly Confusion[];
};

export type Survey = { request: SurveyRequest; rows: readonly Surveyed[]; running: boolean };

export type ClaimsProps = {
  presets: readonly Preset[];
  runs: readonly RunRecord[];
  summary: readonly SummaryRow[];
  /** The experiment's order. */
  arms: readonly Arm[];
  survey: Survey | null;
  canSurvey: boolean;
  /** What an accuracy is in these races. */
  quality: string;
  /** The tab: a preset's name; the first where there is none. */
  selected: string | null;
  onSelect: (name: string) => void;
  onTake: (query: string) => void;
  /** Whether what is shown was recorded, for want of a race on this page that shows it. */
  recorded: boolean;
  /** A claim without a result of its own came into view: its recording would do. */
  onWanted: (name: string) => void;
  onReplay: (name: string) => void;
  onSurvey: (request: SurveyRequest) => void;
  onCancelSurvey: () => void;
};

/** The claim that an experiment tests: of those on the same data, the one with whose preset it has most in common. */
export function claimOf(presets: readonly Preset[], query: string): string | null {
  const own = new URLSearchParams(query);
  let closest: { name: string; likeness: number } | null = null;
  for (const preset of presets) {
    const settings = [...new URLSearchParams(preset.query)];
    const dataset = settings.find(([key]) => key === "dataset")?.[1];
    if (preset.claim === null || dataset !== (own.get("dataset") ?? undefined)) continue;
    const likeness = settings.reduce((sum, [key, value]) => sum + (own.get(key) === value ? 1 : -1), 0);
    if (!closest || likeness > closest.likeness) closest = { name: preset.name, likeness };
  }
  return closest?.name ?? null;
}

/** What differs between the races of an experiment, but for the seed. */
export type Condition = { rate: number; kernel: number | null };

/** The conditions in the order in which they were trained. */
export function conditions(runs: readonly RunRecord[]): Condition[] {
  const found = new Map<string, Condition>();
  for (const { run } of runs) {
    const { rate, kernel } = run;
    const key = `${rate} ${kernel}`;
    if (!found.has(key)) found.set(key, { rate, kernel });
  }
  return [...found.values()];
}

/**
 * An arm's records under a condition, one a seed; those that diverged are left out, as in the trainer's summary. What
 * does not depend on the rate is trained once for all rates: its record is found by the kernel alone.
 */
export function recordsOf(runs: readonly RunRecord[], arm: Arm, { rate, kernel }: Condition): ArmRecord[] {
  const same = runs.filter(({ run }) => run.kernel === kernel);
  const exact = same.filter(({ run }) => run.rate === rate);
  const from = (some: readonly RunRecord[]) => some.flatMap(({ arms }) => arms.filter((record) => record.arm === arm));
  const records = from(exact);
  const chosen = records.length > 0 ? records : from(same);
  return chosen.filter(({ stopped }) => stopped?.reason !== "diverged");
}

export type Mean = { epoch: number; mean: number; n: number };

/** The mean over seeds, epoch by epoch. */
export function meanByEpoch<T extends { epoch: number }>(
  series: readonly (readonly T[])[],
  value: (item: T) => number | null,
): Mean[] {
  const sums = new Map<number, { sum: number; n: number }>();
  for (const item of series.flat()) {
    const found = value(item);
    if (found === null || !Number.isFinite(found)) continue;
    const { sum, n } = sums.get(item.epoch) ?? { sum: 0, n: 0 };
    sums.set(item.epoch, { sum: sum + found, n: n + 1 });
  }
  return [...sums].sort(([a], [b]) => a - b).map(([epoch, { sum, n }]) => ({ epoch, mean: sum / n, n }));
}

/** The last epoch that every list has come to; none where one of them is empty or there is none. */
export function sharedEpoch(lists: readonly (readonly { epoch: number }[])[]): number | null {
  const last = Math.min(...lists.map((list) => Math.max(...list.map(({ epoch }) => epoch))));
  return Number.isFinite(last) ? last : null;
}

/** By which parameters gradients are compared. */
export type Space = "own" | "contracted";

/** All cosines of an arm after one epoch, pooled over its seeds. */
export function pooled(records: readonly ArmRecord[], epoch: number, space: Space): { values: number[]; seeds: number } {
  const found = records.flatMap(({ confusions }) => confusions.filter((confusion) => confusion.epoch === epoch));
  const lists = found.map((confusion) => confusion[space]).filter((list) => list !== null);
  return { values: lists.flat(), seeds: lists.length };
}

/** Rows in the experiment's order; arms that were only trained for others come last. */
export function ordered(summary: readonly SummaryRow[], arms: readonly Arm[]): SummaryRow[] {
  const place = (arm: Arm) => (arms.includes(arm) ? arms.indexOf(arm) : arms.length);
  return [...summary].sort((a, b) => place(a.arm) - place(b.arm));
}

/** Distinct values, ascending. */
export function distinct(values: readonly (number | null)[]): number[] {
  return [...new Set(values.filter((value) => value !== null))].sort((a, b) => a - b);
}
