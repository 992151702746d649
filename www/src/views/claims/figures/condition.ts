// Lets the reader choose one rate and kernel where the races at hand went through several.
import { el } from "../../../dom";
import { type Condition, conditions, type RunRecord } from "../data";
import { conditionText } from "../words";

export class ConditionChoice {
  private found: Condition[] = [];
  private readonly select: HTMLSelectElement;
  readonly element: HTMLElement;

  constructor(onChoose: () => void) {
    this.select = el("select", { onchange: onChoose });
    this.element = el("label", { class: "claim-condition", hidden: true }, "at ", this.select);
  }

  draw(runs: readonly RunRecord[]): Condition | null {
    const found = conditions(runs);
    const words = found.map(conditionText);
    if (words.join() !== this.found.map(conditionText).join()) {
      const chosen = this.select.value;
      this.found = found;
      this.select.replaceChildren(...words.map((text) => el("option", { value: text }, text)));
      if (words.includes(chosen)) this.select.value = chosen;
    }
    this.element.hidden = found.length < 2;
    return this.found[Math.max(0, this.select.selectedIndex)] ?? null;
  }
}
