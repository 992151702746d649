// What the races so far amount to, arm by arm: qualities, gap, and the difference to the compact arm with its interval.
import { slug } from "../../arms";
import { el, setText } from "../../dom";
import { qualityOf } from "../../quality";
import type { Race } from "../../race/race";
import { named } from "../sample";
import { View } from "../view";
import { type ResultRow, results } from "./layout";

export type ResultsProps = { race: Race | null };

const heads = (quality: string): readonly [text: string, title: string][] => [
  ["n", "seeds that trained to the end"],
  [`test ${quality}`, "after the last epoch"],
  ["best", "after the best epoch, chosen by the test images, as the authors report"],
  ["gap", `generalization gap after the last epoch: ${quality} on training images minus that on test images, in points`],
  [
    "difference to compact, points",
    "mean over pairs with the same seed, and its 95 % confidence interval by Student's t; one that excludes zero is marked",
  ],
];

export class ResultsView extends View<ResultsProps> {
  private readonly caption = el("p", { class: "small" });
  private readonly at = el("th", { scope: "col" }, "at");
  private readonly head = el("tr", {});
  private readonly body = el("tbody", {});
  private shown: Race["summary"] | null = null;

  constructor(host: HTMLElement, props: ResultsProps) {
    super(host, props);
    host.replaceChildren(
      el("header", { class: "panel-head" }, el("h2", {}, "Results"), this.caption),
      el(
        "div",
        { class: "results-frame", tabindex: 0, role: "region", "aria-label": "Results of every arm" },
        el("table", { class: "results-table", "data-testid": "results" }, el("thead", {}, this.head), this.body),
      ),
    );
    this.drawAll();
  }

  protected draw(): void {
    const { race } = this.props;
    this.host.hidden = !race || race.summary.length === 0;
    if (!race || race.summary === this.shown) return;
    this.shown = race.summary;
    const { caption, several, rows } = results(race);
    setText(this.caption, caption);
    this.at.hidden = !several;
    const quality = qualityOf(race.description);
    const others = heads(quality).map(([text, title]) => el("th", { scope: "col", title }, text));
    this.head.replaceChildren(el("th", { scope: "col" }, "arm"), this.at, ...others);
    this.body.replaceChildren(...rows.map((row) => rowOf(row, several, quality)));
  }
}

function rowOf(
  { key, arm, at, n, test, best, gap, difference, sign, note }: ResultRow,
  several: boolean,
  quality: string,
): HTMLElement {
  const cell = (name: string, label: string, text: string) => el("td", { "data-value": name, "data-label": label }, text);
  const meaning = { "": "", better: "the interval lies above zero", worse: "the interval lies below zero" }[sign];
  return el(
    "tr",
    { class: `arm-${slug(arm)}`, "data-arm": arm, "data-key": key },
    el("th", { scope: "row" }, named(arm, ...(note ? [el("em", { class: "small" }, ` ${note}`)] : []))),
    several ? cell("at", "at", at) : "",
    cell("n", "n", n),
    cell("test", `test ${quality}`, test),
    cell("best", "best", best),
    cell("gap", "gap", gap),
    el(
      "td",
      { "data-value": "difference", "data-label": "difference", "data-sign": sign, title: meaning || null },
      difference,
      sign ? el("span", { class: "sr-only" }, `; ${meaning}`) : "",
    ),
  );
}
