// What training an arm costs, and folded behind it how each of its chains is run.
import { el, setText } from "../../dom";
import type { ArmDescription } from "../../protocol";
import { type CostRow, costCaption, costRows, costSentence, costWords } from "./cost";

const HEADS = ["layer", "rule", "in training", "as run", "layer by layer", "saves"];

export class Runs {
  private readonly cost = el("strong", {});
  private readonly instead = el("span", { class: "instead" });
  private readonly summary = el(
    "summary",
    { "data-testid": "training-cost" },
    "training cost ",
    this.cost,
    " compact ",
    this.instead,
    el("span", { class: "more-hint" }, "how each chain is run"),
  );
  private readonly caption = el("p", { class: "small" });
  private readonly body = el("tbody", {});
  readonly element = el(
    "details",
    { class: "runs", "data-testid": "runs" },
    this.summary,
    el(
      "div",
      { class: "runs-frame", tabindex: 0, role: "region", "aria-label": "How each chain is run" },
      el("table", {}, el("thead", {}, el("tr", {}, ...HEADS.map((text) => el("th", { scope: "col" }, text)))), this.body),
    ),
    this.caption,
  );

  draw(arm: ArmDescription, batch: number): void {
    const { cost, instead } = costWords(arm);
    setText(this.cost, cost);
    setText(this.instead, instead);
    this.summary.title = costSentence(arm);
    this.body.replaceChildren(...costRows(arm).map(row));
    setText(this.caption, costCaption(batch));
  }
}

function row({ of, rule, way, macs, byLayer, saving, title }: CostRow): HTMLElement {
  const number = (text: string) => el("td", { class: "number" }, text);
  return el(
    "tr",
    { title, "data-layer": of },
    el("th", { scope: "row" }, of),
    el("td", {}, rule),
    el("td", { class: "way" }, way),
    number(macs),
    number(byLayer),
    number(saving),
  );
}
