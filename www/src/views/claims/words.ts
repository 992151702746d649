// The claims' figures in words: numbers with unit and count, where they come from, and what would fill an empty figure. Pure.
import type { Arm, Interval, Stat, SummaryRow } from "../../protocol";
import { type ClaimsProps, type Condition, distinct, type RunRecord } from "./data";

/** Unbreakable, so that a line never ends within it. */
export function count(n: number): string {
  return `n\u00a0=\u00a0${n}`;
}

/** "47.2 ± 0.8 %, n = 3"; the spread of one run is none. */
export function statText(stat: Stat, invert = false): string {
  const mean = (100 * (invert ? 1 - stat.mean : stat.mean)).toFixed(1);
  return stat.n > 1 ? `${mean} ± ${(100 * stat.std).toFixed(1)} %, ${count(stat.n)}` : `${mean} %, ${count(stat.n)}`;
}

/** A difference of shares in percentage points, with its sign: "+2.3". */
export function points(difference: number, digits = 1): string {
  const text = Math.abs(100 * difference).toFixed(digits);
  return Number(text) === 0 ? text : `${difference < 0 ? "−" : "+"}${text}`;
}

/** "+2.3 pp [+0.4, +4.2], n = 3". */
export function intervalText({ mean, low, high, n }: Interval): string {
  return `${points(mean)} pp [${points(low)}, ${points(high)}], ${count(n)}`;
}

/** What the interval says of the claim that there is a difference. */
export function verdict({ low, high }: Interval): string {
  return low > 0 ? "above zero" : high < 0 ? "below zero" : "zero is inside the interval";
}

export function many(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/** "n = 2 seeds", or "n = 1 to 3 seeds" where not all have come as far. */
export function seedsText(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return `${count(0)} seeds`;
  return low === high ? `${count(low)} ${low === 1 ? "seed" : "seeds"}` : `${count(low)} to ${many(high, "seed")}`;
}

/** What a row stands for: the arm, with rate and kernel where the rows differ in them. */
export function rowName(row: SummaryRow, rows: readonly SummaryRow[]): string {
  const parts: string[] = [row.arm];
  if (row.rate !== null && distinct(rows.map(({ rate }) => rate)).length > 1) parts.push(`rate ${row.rate}`);
  if (row.kernel !== null && distinct(rows.map(({ kernel }) => kernel)).length > 1) parts.push(kernelText(row.kernel));
  return parts.join(", ");
}

export function kernelText(kernel: number): string {
  return `${kernel}×${kernel}`;
}

export function conditionText({ rate, kernel }: Condition): string {
  return kernel === null ? `rate ${rate}` : `rate ${rate}, ${kernelText(kernel)} kernels`;
}

/** Which races the figures are drawn from. */
export function provenance(runs: readonly RunRecord[], recorded: boolean): string {
  const last = runs.at(-1);
  if (!last) return "No race yet.";
  const over = runs.filter(({ run, arms }) => arms.length === run.arms.length && arms.every(({ stopped }) => stopped)).length;
  const seeds = distinct(runs.map(({ run }) => run.seed));
  const noise = last.run.noisy_labels > 0 ? `; ${last.run.noisy_labels} training labels of each drawn at random` : "";
  const list = seeds.length > 1 ? `seeds ${seeds[0]} to ${seeds.at(-1)}` : `seed ${seeds[0]}`;
  const from = recorded ? "Recorded; a race on this page takes its place" : "From the race on this page";
  return `${from}: ${over} of ${many(last.run.of, "run")} over, ${list}${noise}.`;
}

export type Kind = "accuracy" | "confusion" | "generalization" | "landscape" | "rates";

/** The figure that shows a claim's test, by its preset's name. */
export function kindOf(preset: string): Kind {
  switch (preset) {
    case "confusion":
    case "generalization":
    case "landscape":
    case "rates":
      return preset;
    default:
      return "accuracy";
  }
}

const learns = (arm: Arm) => arm.endsWith("+KD");
const startsElsewhere = (arm: Arm) => /\+(Init|contracted|compact)/.test(arm);

type Data = Pick<ClaimsProps, "runs" | "summary" | "survey">;

/** What is missing for a claim's figures, in one sentence; null if nothing is. */
export function missing(preset: string, { runs, summary, survey }: Data): string | null {
  const has = (test: (arm: Arm) => boolean) => summary.some(({ arm, test_accuracy }) => test_accuracy !== null && test(arm));
  const running = runs.length > 0 && summary.length === 0;
  const later = (sentence: string) => (running ? `${sentence} The race on this page is not over yet.` : sentence);
  switch (preset) {
    case "distillation":
      return has(learns) ? null : later("An arm that learns from a teacher (+KD), trained to the end, fills this figure.");
    case "start":
      return has(startsElsewhere)
        ? null
        : later(
            "An arm that starts from another network (+Init, +contracted or +compact), trained to the end, fills this figure.",
          );
    case "confusion":
      return runs.some(({ arms }) => arms.some(({ confusions }) => confusions.length > 0))
        ? null
        : "A race that compares the gradients of mini-batches after every epoch fills these figures.";
    case "generalization":
      return runs.some(({ arms }) => arms.some(({ tests }) => tests.some(({ epoch }) => epoch > 0)))
        ? null
        : "A race fills these figures, from its first epoch on.";
    case "landscape":
      return survey && survey.rows.length > 0 ? null : "A survey of the trained networks fills these figures.";
    case "rates":
      return sweeps(summary) ? null : later("A race at several expansion rates or kernel sizes fills this figure.");
    default:
      return has((arm) => arm !== "compact" && arm !== "teacher")
        ? null
        : later("The compact arm and at least one expanded arm, trained to the end, fill this figure.");
  }
}

function sweeps(summary: readonly SummaryRow[]): boolean {
  return [summary.map(({ rate }) => rate), summary.map(({ kernel }) => kernel)].some((values) => distinct(values).length > 1);
}

/** A top eigenvalue, to three digits. */
export function eigenvalueText(value: number): string {
  if (!Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  const text = size >= 1e4 || (size < 0.01 && size > 0) ? size.toExponential(1) : String(Number(size.toPrecision(3)));
  return value < 0 ? `−${text}` : text;
}

/** A share without its unit, for axes whose label names it. */
export function hundredths(share: number): string {
  return String(Number((100 * share).toFixed(2)));
}
