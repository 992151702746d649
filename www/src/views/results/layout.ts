// The trainer's summary in words and columns: every claim with its number of seeds. Formats, computes nothing. Pure.
import { partsOf } from "../../arms";
import { percent, points } from "../../format";
import type { Arm, Interval, Stat, SummaryRow } from "../../protocol";
import type { Race } from "../../race/race";

export type ResultRow = {
  key: string;
  arm: Arm;
  /** Rate and kernel, where several are gone through. */
  at: string;
  n: string;
  test: string;
  best: string;
  gap: string;
  difference: string;
  /** What the difference says, in one word, for colour and readers; empty where it is open. */
  sign: "" | "better" | "worse";
  note: string;
};

export type Results = { caption: string; several: boolean; rows: ResultRow[] };

export function results({ summary, run, description, replayed, runs }: Race): Results {
  const { arms, rates, kernels } = description.experiment;
  // What was asked for in its order, then what was trained for others only.
  const order = (row: SummaryRow) => (arms.includes(row.arm) ? arms.indexOf(row.arm) : arms.length);
  const sorted = [...summary].sort((a, b) => order(a) - order(b));
  const compact = summary.some(({ arm }) => arm === "compact");
  const preparations = new Set(runs.filter((record) => record.run.preparation).flatMap(({ run }) => run.arms));
  const place = run && run.of > 1 ? `after race ${run.index} of ${run.of}` : "after the race";
  return {
    caption: `${place}${replayed ? ", recorded" : ""}: mean ± standard deviation over n seeds`,
    several: rates.length > 0 || kernels.length > 0,
    rows: sorted.map((row) => ({
      key: `${row.arm} ${row.rate} ${row.kernel}`,
      arm: row.arm,
      at: at(row),
      n: String(row.test_accuracy?.n ?? 0),
      test: stat(row.test_accuracy),
      best: stat(row.best_accuracy),
      gap: gap(row.gap),
      ...difference(row, compact),
      note: note(row, preparations.has(row.arm) && !arms.includes(row.arm)),
    })),
  };
}

function at({ rate, kernel }: SummaryRow): string {
  return [rate === null ? "" : `rate ${rate}`, kernel === null ? "" : `${kernel}×${kernel}`].filter(Boolean).join(", ");
}

/** `71.2 % ± 0.4`; one seed has no spread. */
function stat(value: Stat | null): string {
  if (!value) return "–";
  return value.n > 1 ? `${percent(value.mean)} ± ${points(value.std)}` : percent(value.mean);
}

function gap(value: Stat | null): string {
  if (!value) return "–";
  return value.n > 1 ? `${points(value.mean, true)} ± ${points(value.std)}` : points(value.mean, true);
}

function difference(row: SummaryRow, compact: boolean): Pick<ResultRow, "difference" | "sign"> {
  const open = (text: string) => ({ difference: text, sign: "" as const });
  if (row.arm === "compact") return open("is the baseline");
  if (!compact) return open("needs the compact arm");
  if (!row.difference) return open(partsOf(row.arm).rule === "teacher" ? "–" : "needs 2 seeds");
  return { difference: interval(row.difference), sign: signOf(row.difference) };
}

/** `+1.2 [−0.3, +2.7], n = 3`. */
export function interval({ mean, low, high, n }: Interval): string {
  return `${points(mean, true)} [${points(low, true)}, ${points(high, true)}], n = ${n}`;
}

function signOf({ low, high }: Interval): ResultRow["sign"] {
  if (low > 0) return "better";
  return high < 0 ? "worse" : "";
}

function note({ diverged }: SummaryRow, preparation: boolean): string {
  return [preparation ? "preparation" : "", diverged > 0 ? `${diverged} diverged` : ""].filter(Boolean).join(", ");
}
