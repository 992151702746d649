// The fold-out table of how each chain of an arm is run in training.
import { el, setText } from "../../dom";
import type { ArmDescription } from "../../protocol";
import { type CostRow, costCaption, costRows } from "./cost";

const HEADS = ["layer", "rule", "in training", "as run", "layer by layer", "saves"];

export class Runs {
  private readonly caption = el("p", { class: "small" });
  private readonly body = el("tbody", {});
  readonly element = el(
    "details",
    { class: "runs", "data-testid": "runs" },
    el("summary", {}, "How each chain is run"),
    el("table", {}, el("thead", {}, el("tr", {}, ...HEADS.map((text) => el("th", { scope: "col" }, text)))), this.body),
    this.caption,
  );

  draw(arm: ArmDescription, batch: number): void {
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
