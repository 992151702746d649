// Loss and quality of every arm while it trains: two charts with one legend, or a table of the epochs.
import { el, setText } from "../../dom";
import type { Arm, Task } from "../../protocol";
import { lossOf } from "../../quality";
import { type Race, testedEpoch } from "../../race/race";
import { ended, shownArms } from "../../race/seeds";
import { Segments } from "../segments";
import { View } from "../view";
import { Chart } from "./chart";
import { type Axis, columns, type Metric, NOTHING, PARTS } from "./layout";
import { Legend } from "./legend";
import { epochTable, summary } from "./table";

export type ChartsProps = {
  race: Race | null;
  /** The arms to come, while there is no race. */
  arms: readonly Arm[];
  theme: string;
  /** What the empty charts say. */
  invitation: string;
  /** The arm whose kernels are being compiled. */
  compiling: Arm | null;
  /** What an accuracy is in the race, or in the one to come; and the task that it judges. */
  quality: string;
  task: Task;
};

const METRICS: readonly Metric[] = ["loss", "accuracy"];
/** Charts are redrawn at most this often, in milliseconds. */
const REDRAW_EVERY = 200;

export class Charts extends View<ChartsProps> {
  private axis: Axis = "epoch";
  private form: "chart" | "table" = "chart";
  private hover: number | null = null;
  private charts: Chart[] = [];
  private shownArms = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private announced = -1;
  private readonly legend = new Legend();
  private readonly plots = METRICS.map((metric) => el("div", { class: "plot", "data-metric": metric, "aria-hidden": "true" }));
  private readonly titles = METRICS.map((metric) => el("h3", {}, metric));
  private readonly empty = el("p", { class: "empty charts-empty" });
  private readonly spread = el(
    "span",
    { class: "key-spread" },
    el("i", { class: "key-band" }),
    "mean ± standard deviation over seeds",
  );
  private readonly caption = el("figcaption", { class: "sr-only" });
  private readonly live = el("p", { class: "sr-only", "aria-live": "polite", "data-testid": "live" });
  private readonly table = el("div", {
    class: "epochs-frame",
    tabindex: 0,
    role: "region",
    "aria-label": "Values after each epoch",
    hidden: true,
  });
  private readonly axes = new Segments<Axis>("axis", "Horizontal axis", (axis) => {
    this.axis = axis;
    this.hover = null;
    this.draw();
  });
  private readonly forms = new Segments<"chart" | "table">("charts-form", "Show as", (form) => {
    this.form = form;
    this.draw();
  });

  constructor(host: HTMLElement, props: ChartsProps) {
    super(host, props);
    const figures = METRICS.map((_, i) => el("div", { class: "figure" }, this.titles[i], this.plots[i]));
    host.replaceChildren(
      el(
        "header",
        { class: "panel-head" },
        el("h2", {}, "Race"),
        el(
          "p",
          { class: "key" },
          el("i", { class: "key-train" }),
          "train, smoothed",
          el("i", { class: "key-test" }),
          "test",
          this.spread,
        ),
        el("span", { class: "tools" }, this.axes.element, this.forms.element),
      ),
      el(
        "div",
        { class: "charts-body" },
        el("figure", { class: "figures" }, ...figures, this.empty, this.caption),
        this.table,
        this.legend.element,
      ),
      this.live,
    );
    this.draw();
  }

  override destroy(): void {
    clearTimeout(this.timer);
    for (const chart of this.charts) chart.destroy();
    super.destroy();
  }

  protected draw(changed?: ReadonlySet<keyof ChartsProps>): void {
    const theme = changed?.has("theme");
    if (theme) for (const chart of this.charts) chart.redraw();
    const onlyRace = changed?.size === 1 && changed.has("race") && this.props.race !== null && this.shownArms !== "";
    if (!onlyRace) this.drawNow();
    else this.timer ??= setTimeout(() => requestAnimationFrame(() => this.drawNow()), REDRAW_EVERY);
  }

  /** Those of all races while there is one, else those to come. */
  private arms(): readonly Arm[] {
    return this.props.race ? shownArms(this.props.race) : this.props.arms;
  }

  private drawNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { race, invitation } = this.props;
    const arms = this.arms();
    // A recording has no steps, and so no seconds.
    if (race?.replayed) this.axis = "epoch";
    this.axes.element.hidden = race?.replayed ?? false;
    this.spread.hidden = !race || !arms.some((arm) => ended(race, arm).length > 1);
    this.axes.draw(
      [
        { value: "epoch", label: "epochs" },
        { value: "seconds", label: "seconds" },
      ],
      this.axis,
    );
    this.forms.draw(
      [
        { value: "chart", label: "chart" },
        { value: "table", label: "table" },
      ],
      this.form,
    );
    this.host.dataset.form = this.form;
    this.table.hidden = this.form !== "table";
    if (this.form === "table") this.table.replaceChildren(epochTable(race));
    else this.drawCharts(race, arms);
    const tested = race?.runs.some(({ arms }) => arms.some(({ tests }) => tests.length > 0)) ?? false;
    const bare = !tested && !race?.arms.some(({ curve, tests }) => curve.points.length > 0 || tests.length > 0);
    setText(this.empty, invitation);
    this.empty.hidden = !bare;
    if (this.titles[1]) setText(this.titles[1], this.props.quality);
    this.drawLegend();
    setText(this.caption, summary(race));
    this.announce(race);
  }

  private drawCharts(race: Race | null, arms: readonly Arm[]): void {
    const key = `${arms.join()} ${this.axis}`;
    const epochs = race?.description.experiment.epochs ?? 10;
    const data = METRICS.map((metric) =>
      race ? columns(race, metric, this.axis) : { ...NOTHING, lines: arms.flatMap(() => PARTS.map(() => [])) },
    );
    const shared = { arms, axis: this.axis, epochs, onHover: (x: number | null) => this.setHover(x) };
    if (this.shownArms !== key) {
      for (const chart of this.charts) chart.destroy();
      this.charts = METRICS.map(
        (metric, i) => new Chart(this.plots[i] as HTMLElement, { ...shared, metric, columns: data[i] ?? NOTHING }),
      );
      this.shownArms = key;
    } else {
      this.charts.forEach((chart, i) => {
        chart.update({ ...shared, columns: data[i] ?? NOTHING });
      });
    }
  }

  private setHover(x: number | null): void {
    if (x === this.hover) return;
    this.hover = x;
    this.drawLegend();
  }

  private drawLegend(): void {
    const { race, compiling, quality, task } = this.props;
    this.legend.draw({ race, arms: this.arms(), axis: this.axis, at: this.hover, compiling, quality, lossIs: lossOf(task) });
  }

  /** Once per epoch, when every arm has been tested. */
  private announce(race: Race | null): void {
    const epoch = race ? testedEpoch(race) : -1;
    if (epoch > this.announced) setText(this.live, summary(race));
    // Each race counts its epochs anew.
    this.announced = epoch;
  }
}
