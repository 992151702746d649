// Test accuracy of every arm, and the difference to the compact arm that was trained on the same batches, with its interval.
import { el } from "../../../dom";
import type { SummaryRow } from "../../../protocol";
import { type ClaimsProps, ordered } from "../data";
import { type DotRow, dotLayout } from "../plot/dots";
import { drawDots } from "../plot/draw";
import { Panel } from "../plot/panel";
import { hundredths, intervalText, points, rowName, statText, verdict } from "../words";
import type { Figure } from "./figure";

export class AccuracyFigure implements Figure {
  private readonly accuracies = new Panel("accuracies");
  private readonly differences = new Panel("differences");
  readonly element = el("div", { class: "claim-figures" }, this.accuracies.element, this.differences.element);

  draw({ summary, arms, quality }: ClaimsProps): void {
    const rows = ordered(summary, arms);
    const levels = rows.map((row) => accuracyRow(row, rowName(row, rows)));
    this.accuracies.draw({
      title: `Test ${quality} after the last epoch`,
      note: "Mean ± standard deviation over n seeds; the arms of a seed share their batches.",
      draw: (width) => {
        const layout = dotLayout({ rows: levels, ends: [0, 1] }, width);
        return { height: layout.height, content: drawDots(layout, { label: `test ${quality}, %`, text: hundredths }) };
      },
      numbers: { head: ["arm", `test ${quality}`], rows: levels.map(({ name, text }) => [name, text]) },
    });
    const gains = rows.map((row) => differenceRow(row, rowName(row, rows)));
    this.differences.draw({
      title: "Difference to compact",
      note: "Mean of the differences paired by seed and its 95 % interval, in percentage points (pp); thick where it excludes zero.",
      draw: (width) => {
        const layout = dotLayout({ rows: gains, reference: 0 }, width);
        const text = (value: number) => points(value, Number.isInteger(Number((100 * value).toFixed(4))) ? 0 : 1);
        return { height: layout.height, content: drawDots(layout, { label: `test ${quality} minus compact’s, pp`, text }) };
      },
      numbers: {
        head: ["arm", "difference and interval", "verdict"],
        rows: rows.map((row, i) => [
          gains[i]?.name ?? row.arm,
          gains[i]?.text ?? "",
          row.difference ? verdict(row.difference) : "none",
        ]),
      },
    });
  }
}

function accuracyRow({ arm, test_accuracy: stat, diverged }: SummaryRow, name: string): DotRow {
  const lost = diverged > 0 ? `${diverged} diverged` : "";
  if (!stat) return { arm, name, bar: null, strong: false, marks: [], text: lost || "not over yet" };
  const bar: DotRow["bar"] = stat.n > 1 ? [stat.mean - stat.std, stat.mean + stat.std] : null;
  const text = [statText(stat), lost].filter(Boolean).join(", ");
  return { arm, name, bar, strong: false, marks: [{ value: stat.mean, tick: false }], text };
}

function differenceRow({ arm, difference }: SummaryRow, name: string): DotRow {
  const bare = { arm, name, bar: null, strong: false, marks: [] };
  if (arm === "compact") return { ...bare, text: "the reference" };
  if (arm === "teacher") return { ...bare, text: "another network" };
  if (!difference) return { ...bare, text: "needs two seeds" };
  const { mean, low, high } = difference;
  const marks = [{ value: mean, tick: false }];
  return { arm, name, bar: [low, high], strong: low > 0 || high < 0, marks, text: intervalText(difference) };
}
