// The legend as a table: every arm's line sample and its latest values, or those under the pointer.
import { slug } from "../../arms";
import { el, setText } from "../../dom";
import { duration, loss, percent, times } from "../../format";
import type { Arm } from "../../protocol";
import { RECENT, ratioToCompact } from "../../race/pace";
import type { Race } from "../../race/race";
import { named } from "../sample";
import { type Axis, type Reading, readings } from "./layout";

export type LegendProps = {
  race: Race | null;
  arms: readonly Arm[];
  axis: Axis;
  /** The place under the pointer. */
  at: number | null;
  /** The arm whose kernels are being compiled. */
  compiling: Arm | null;
  /** What an accuracy is, and what a loss is a mean of. */
  quality: string;
  lossIs: string;
};

type Row = { arm: Arm; element: HTMLElement; cells: HTMLElement[]; note: HTMLElement };

const PACE = `measured: median of this arm's last ${RECENT} steps, and of their ratios to the compact arm's`;
const HEADS = ["arm", "train", "test", "train", "test", "time", "ratio"];

export class Legend {
  readonly element: HTMLElement;
  private readonly caption = el("caption", {});
  private readonly body = el("tbody", {});
  private readonly loss = el("th", { scope: "col", colspan: 2 }, "loss");
  private readonly quality = el("th", { scope: "col", colspan: 2, title: "training, test" });
  private rows: Row[] = [];

  constructor() {
    this.element = el(
      "table",
      { class: "legend", "data-testid": "legend" },
      this.caption,
      el(
        "thead",
        {},
        el("tr", {}, el("td", {}), this.loss, this.quality, el("th", { scope: "col", colspan: 2, title: PACE }, "step")),
        el("tr", {}, ...HEADS.map((text) => el("th", { scope: "col" }, text))),
      ),
      this.body,
    );
  }

  draw({ race, arms, axis, at, compiling, quality, lossIs }: LegendProps): void {
    setText(this.quality, quality);
    this.loss.title = `${lossIs}: training, test`;
    if (this.rows.map(({ arm }) => arm).join() !== arms.join()) this.build(arms);
    const hovering = at !== null && race !== null;
    const values = race ? readings(race, axis, at) : [];
    const seeds = Math.max(0, ...values.map(({ n }) => n));
    const upTo = values.some(({ n }) => n !== seeds) ? "up to " : "";
    const where = axis === "epoch" ? `at epoch ${at?.toFixed(2)}` : `after ${duration(at ?? 0)} of training`;
    const over = seeds > 1 ? `; test: mean of ${upTo}${seeds} seeds, train: seed ${race?.run?.seed}` : "";
    setText(this.caption, (hovering ? where : "latest values") + over);
    const best = Math.max(...values.map(({ testAccuracy }) => testAccuracy ?? -1));
    for (const row of this.rows) {
      const reading = values.find(({ arm }) => arm === row.arm);
      const state = race?.arms.find(({ arm }) => arm === row.arm);
      const ratio = race && ratioToCompact(race.arms, row.arm);
      const pace = state?.pace ?? null;
      const time = pace !== null ? duration(pace) : row.arm === compiling ? "compiling" : "–";
      row.cells[4]?.classList.toggle("compiling", pace === null && row.arm === compiling);
      this.drawRow(row, reading, [time, ratio === null ? "–" : times(ratio)], best);
      const diverged = state?.stopped?.reason === "diverged";
      row.element.classList.toggle("diverged", diverged);
      setText(row.note, diverged ? " diverged" : "");
    }
  }

  private drawRow(row: Row, reading: Reading | undefined, pace: readonly string[], best: number): void {
    const texts = [
      loss(reading?.trainLoss),
      loss(reading?.testLoss),
      percent(reading?.trainAccuracy),
      percent(reading?.testAccuracy),
      ...pace,
    ];
    row.cells.forEach((cell, i) => {
      setText(cell, texts[i] ?? "");
    });
    row.cells[3]?.classList.toggle("best", reading?.testAccuracy != null && reading.testAccuracy === best && best > 0);
  }

  private build(arms: readonly Arm[]): void {
    this.rows = arms.map((arm) => {
      const cells = ["train-loss", "test-loss", "train-accuracy", "test-accuracy", "pace", "ratio"].map((name) =>
        el("td", { "data-value": name }),
      );
      const note = el("em", { class: "arm-note" });
      const element = el(
        "tr",
        { class: `arm-${slug(arm)}`, "data-arm": arm },
        el("th", { scope: "row" }, named(arm, note)),
        ...cells,
      );
      return { arm, element, cells, note };
    });
    this.body.replaceChildren(...this.rows.map(({ element }) => element));
  }
}
