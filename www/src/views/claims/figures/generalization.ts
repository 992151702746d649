// The generalization gap: test and training error of every arm at the end, and the gap epoch by epoch.
import { el, setText } from "../../../dom";
import type { SummaryRow } from "../../../protocol";
import { errorOf } from "../../../quality";
import { Segments } from "../../segments";
import { type ClaimsProps, meanByEpoch, ordered, recordsOf } from "../data";
import { type DotRow, dotLayout } from "../plot/dots";
import { drawDots, drawLines, key } from "../plot/draw";
import { lineLayout } from "../plot/lines";
import { Panel } from "../plot/panel";
import { hundredths, points, rowName, seedsText, statText } from "../words";
import { ConditionChoice } from "./condition";
import type { Figure } from "./figure";

type Which = "last" | "best";

const HEIGHT = 270;
const CHOICES = [
  { value: "last", label: "last epoch" },
  { value: "best", label: "best epoch" },
] as const;

export class GeneralizationFigure implements Figure {
  private which: Which = "last";
  private props: ClaimsProps | null = null;
  private readonly choices = new Segments<Which>("claims-best", "Epoch", (which) => {
    this.which = which;
    this.redraw();
  });
  private readonly choosing = el("span", {});
  private readonly condition = new ConditionChoice(() => this.redraw());
  private readonly key = el("ul", { class: "claim-key" });
  private readonly errors = new Panel("errors", el("span", { class: "claim-tools" }, this.choosing, this.choices.element));
  private readonly gaps = new Panel("gaps", el("span", { class: "claim-tools" }, this.key, this.condition.element));
  readonly element = el("div", { class: "claim-figures" }, this.errors.element, this.gaps.element);

  draw(props: ClaimsProps): void {
    this.props = props;
    this.choices.draw(CHOICES, this.which);
    const error = errorOf(props.quality);
    setText(this.choosing, `Test ${error} of the`);
    this.drawErrors(ordered(props.summary, props.arms), error);
    this.drawGaps(props);
  }

  private redraw(): void {
    if (this.props) this.draw(this.props);
  }

  private drawErrors(rows: readonly SummaryRow[], error: string): void {
    const dumbbells = rows.map((row) => errorRow(row, rowName(row, rows), this.which));
    const several = error === "error" ? "errors" : `values of ${error}`;
    const best =
      this.which === "best" ? ` The best epoch is chosen by the test images; training ${several} are of the last one.` : "";
    this.errors.draw({
      title: `Test and training ${error}`,
      note:
        rows.length === 0
          ? "Drawn when the first race is over."
          : `Marker: test ${error}. Tick: ${error} on the first training images. The bar between them is the gap. Means over n seeds.${best}`,
      draw: (width) => {
        if (rows.length === 0) return { height: 0, content: [] };
        const layout = dotLayout({ rows: dumbbells, ends: [0, 1] }, width);
        return { height: layout.height, content: drawDots(layout, { label: `${error}, %`, text: hundredths }) };
      },
      numbers: {
        head: ["arm", `test ${error}`, `training ${error}`, "gap"],
        rows: rows.map((row, i) => [
          dumbbells[i]?.name ?? row.arm,
          errorText(this.which === "best" ? row.best_accuracy : row.test_accuracy),
          errorText(row.fit_accuracy),
          row.gap ? gapText(row.gap) : "none",
        ]),
      },
    });
  }

  private drawGaps({ runs, arms, quality }: ClaimsProps): void {
    const condition = this.condition.draw(runs);
    const series = condition ? arms.map((arm) => ({ arm, records: recordsOf(runs, arm, condition) })) : [];
    const lines = series
      .map(({ arm, records }) => ({
        arm,
        means: meanByEpoch(
          records.map(({ tests }) => tests),
          ({ gap }) => gap,
        ),
      }))
      .filter(({ means }) => means.length > 0);
    this.key.replaceChildren(...key(lines.map(({ arm }) => arm)));
    const counts = lines.flatMap(({ means }) => means.map(({ n }) => n));
    this.gaps.draw({
      title: "Generalization gap, epoch by epoch",
      note: `Test ${errorOf(quality)} minus training ${errorOf(quality)} in percentage points (pp), mean over seeds: ${seedsText(counts)}.`,
      draw: (width) => {
        const layout = lineLayout(
          {
            lines: lines.map(({ arm, means }) => ({
              arm,
              marks: means.length > 20 ? "some" : "all",
              places: means.map(({ epoch, mean, n }) => ({
                x: epoch,
                y: mean,
                title: `${arm}, epoch ${epoch}: ${points(mean)} pp, n\u00a0=\u00a0${n}`,
              })),
            })),
            counts: true,
            include: [0],
          },
          width,
          HEIGHT,
        );
        const up = { label: "gap, pp", text: (value: number) => hundredths(value).replace("-", "−") };
        return { height: HEIGHT, content: drawLines(layout, { label: "epoch", text: String }, up) };
      },
      numbers: {
        head: ["arm", "gap after each epoch"],
        rows: lines.map(({ arm, means }) => [
          arm,
          means.map(({ epoch, mean, n }) => `epoch ${epoch}: ${points(mean)} pp, n\u00a0=\u00a0${n}`).join("; "),
        ]),
      },
    });
  }
}

const errorText = (stat: SummaryRow["test_accuracy"]) => (stat ? statText(stat, true) : "none");

function gapText({ mean, std, n }: NonNullable<SummaryRow["gap"]>): string {
  const spread = n > 1 ? ` ± ${(100 * std).toFixed(1)}` : "";
  return `gap ${points(mean)}${spread} pp, n\u00a0=\u00a0${n}`;
}

function errorRow(row: SummaryRow, name: string, which: Which): DotRow {
  const { arm, fit_accuracy, gap, diverged } = row;
  const tested = which === "best" ? row.best_accuracy : row.test_accuracy;
  if (!tested || !fit_accuracy)
    return { arm, name, bar: null, strong: false, marks: [], text: diverged > 0 ? `${diverged} diverged` : "not over yet" };
  const [test, train] = [1 - tested.mean, 1 - fit_accuracy.mean];
  const marks = [
    { value: train, tick: true },
    { value: test, tick: false },
  ];
  // The trainer gives the gap after the last epoch only.
  const text =
    which === "last" && gap
      ? gapText(gap)
      : `${(100 * test).toFixed(1)} % test, ${(100 * train).toFixed(1)} % train, n\u00a0=\u00a0${tested.n}`;
  return { arm, name, bar: [Math.min(test, train), Math.max(test, train)], strong: true, marks, text };
}
