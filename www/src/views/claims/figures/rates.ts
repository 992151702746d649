// Test accuracy over the expansion rate, the kernel, or both; arms that have no rate are bands across.
import { el } from "../../../dom";
import type { Arm, SummaryRow } from "../../../protocol";
import { type ClaimsProps, distinct } from "../data";
import { drawLines, key } from "../plot/draw";
import { type Chart, type Line, lineLayout, type Place } from "../plot/lines";
import { Panel, type PanelProps } from "../plot/panel";
import { hundredths, kernelText, statText } from "../words";
import type { Figure } from "./figure";

const HEIGHT = 300;
const NOTE = "Mean ± standard deviation over seeds. Arms that have no rate are bands across.";

export class RatesFigure implements Figure {
  private readonly key = el("ul", { class: "claim-key" });
  private readonly charts = el("div", { class: "claim-figures" });
  private panels: Panel[] = [];
  readonly element = el("div", {}, el("div", { class: "claim-tools" }, this.key, el("p", { class: "small" }, NOTE)), this.charts);

  draw({ summary, arms, quality }: ClaimsProps): void {
    const rows = summary.filter(({ arm, test_accuracy }) => arms.includes(arm) && test_accuracy !== null);
    const [rates, kernels] = [distinct(rows.map(({ rate }) => rate)), distinct(rows.map(({ kernel }) => kernel))];
    const shown = arms.filter((arm) => rows.some((row) => row.arm === arm));
    this.key.replaceChildren(...key(shown));
    const figures =
      rates.length > 1 ? overRates(rows, shown, rates, kernels, quality) : [overKernels(rows, shown, kernels, quality)];
    while (this.panels.length < figures.length) this.panels.push(new Panel("rates"));
    this.charts.classList.toggle("small-multiples", figures.length > 1);
    this.charts.replaceChildren(...this.panels.slice(0, figures.length).map(({ element }) => element));
    figures.forEach((figure, i) => {
      this.panels[i]?.draw(figure);
    });
  }
}

/** One figure, or one a kernel. */
function overRates(
  rows: readonly SummaryRow[],
  arms: readonly Arm[],
  rates: number[],
  kernels: number[],
  quality: string,
): PanelProps[] {
  const all = rows.flatMap(({ test_accuracy: stat }) => (stat ? [stat.mean - stat.std, stat.mean + stat.std] : []));
  const several = kernels.length > 1;
  return (several ? kernels : [null]).map((kernel) => {
    const own = several ? rows.filter((row) => row.kernel === kernel) : rows;
    const bands = own.flatMap(({ arm, rate, test_accuracy: stat }) =>
      rate === null && stat
        ? [{ arm, mean: stat.mean, low: stat.mean - stat.std, high: stat.mean + stat.std, title: `${arm}: ${statText(stat)}` }]
        : [],
    );
    const lines = linesOf(own, arms, ({ rate }) => rate, "rate ");
    const title = kernel === null ? `Test ${quality} over the expansion rate` : `${kernelText(kernel)} kernels`;
    // Small multiples share both axes.
    const chart = { lines, bands, powers: rates, ends: [0, 1] as const, ...(several ? { include: all } : {}) };
    const across = { label: "expansion rate (×), logarithmic", text: String };
    return { ...figure(own, chart, across, quality, ({ rate }) => (rate === null ? "no rate" : `rate ${rate}`)), title };
  });
}

function overKernels(rows: readonly SummaryRow[], arms: readonly Arm[], kernels: number[], quality: string): PanelProps {
  const lines = linesOf(rows, arms, ({ kernel }) => kernel, "kernel ");
  const chart = { lines, named: kernels, ends: [0, 1] as const };
  const across = { label: "kernel side, pixels", text: String };
  const title = `Test ${quality} over the kernel`;
  return { ...figure(rows, chart, across, quality, ({ kernel }) => (kernel === null ? "" : kernelText(kernel))), title };
}

function figure(
  rows: readonly SummaryRow[],
  chart: Chart,
  across: { label: string; text: (value: number) => string },
  quality: string,
  where: (row: SummaryRow) => string,
): Omit<PanelProps, "title"> {
  const counts = distinct(rows.map(({ test_accuracy: stat }) => stat?.n ?? null));
  return {
    note: `n\u00a0=\u00a0${counts.join(" or ")} ${counts.at(-1) === 1 ? "seed" : "seeds"} a point.`,
    draw: (width) => {
      const layout = lineLayout(chart, width, HEIGHT);
      return { height: HEIGHT, content: drawLines(layout, across, { label: `test ${quality}, %`, text: hundredths }) };
    },
    numbers: {
      head: ["arm", "where", `test ${quality}`],
      rows: rows.map((row) => [row.arm, where(row), row.test_accuracy ? statText(row.test_accuracy) : "none"]),
    },
  };
}

function linesOf(
  rows: readonly SummaryRow[],
  arms: readonly Arm[],
  place: (row: SummaryRow) => number | null,
  word: string,
): Line[] {
  const lines = arms.map((arm) => {
    const places = rows.flatMap((row): Place[] => {
      const [x, stat] = [place(row), row.test_accuracy];
      if (row.arm !== arm || x === null || !stat) return [];
      const title = `${arm}, ${word}${x}: ${statText(stat)}`;
      return [{ x, y: stat.mean, low: stat.mean - stat.std, high: stat.mean + stat.std, title }];
    });
    return { arm, places: places.sort((a, b) => a.x - b.x), marks: "all" as const };
  });
  return lines.filter(({ places }) => places.length > 0);
}
