// The frame of one control: label, input, unit, help, and the refusals beside it.
import { el, setText } from "../../dom";
import type { Description, Fault, Field } from "../../protocol";
import type { Input } from "./inputs";

/** Controls wide enough to say what the choice means. */
const WITH_HINT = new Set(["dataset", "network", "optimizer", "schedule", "execution"]);

export class Control {
  readonly element: HTMLElement;
  private readonly faults: HTMLElement;
  private readonly hint: HTMLElement;
  private readonly described: string;

  constructor(
    readonly field: Field,
    private readonly input: Input,
    prefix: string,
  ) {
    const id = `${prefix}-${field.name}`;
    this.described = `${id}-help`;
    const help = el("span", { id: this.described, class: field.advanced ? "control-help" : "sr-only" }, field.help);
    this.hint = el("span", { class: "control-hint" });
    this.faults = el("span", { id: `${id}-fault`, class: "fault", "data-fault-field": field.name, hidden: true });
    const title = { class: "control-label", title: field.help };
    const unit =
      field.kind === "number" && field.unit !== "" ? el("span", { class: "unit", "aria-hidden": "true" }, field.unit) : null;
    // A group of boxes is a fieldset; a single input has a label of its own.
    const body = input.grouped
      ? [el("legend", title, field.label), input.element]
      : [el("label", { ...title, for: id }, field.label), el("span", { class: "control-input" }, input.element, unit)];
    this.element = el(
      input.grouped ? "fieldset" : "div",
      { class: `control control-${field.kind}`, "data-field": field.name },
      ...body,
      help,
      this.hint,
      this.faults,
    );
    for (const target of input.targets) target.setAttribute("aria-describedby", this.described);
    if (!input.grouped) input.targets[0]?.setAttribute("id", id);
  }

  /** Shows a value, unless it is the one being typed. */
  set(value: unknown): void {
    this.input.set(value);
    const choices = this.field.kind === "choice" || this.field.kind === "text" ? this.field.choices : [];
    const choice = choices.find((choice) => choice.value === value);
    // Where half a column is all there is, the chosen help is a tooltip.
    setText(this.hint, WITH_HINT.has(this.field.name) ? (choice?.help ?? "") : "");
    if (choice) this.element.title = choice.help;
    this.hint.hidden = this.hint.textContent === "";
  }

  /** Says why the value was refused, or that it was not. */
  refuse(faults: readonly Fault[]): void {
    setText(this.faults, faults.map(({ message }) => message).join("; "));
    this.faults.hidden = faults.length === 0;
    this.element.classList.toggle("refused", faults.length > 0);
    for (const target of this.input.targets) {
      target.setAttribute("aria-describedby", faults.length > 0 ? `${this.described} ${this.faults.id}` : this.described);
      if (faults.length > 0) target.setAttribute("aria-invalid", "true");
      else target.removeAttribute("aria-invalid");
    }
  }

  /** Puts something more above the refusals. */
  add(element: HTMLElement): void {
    this.faults.before(element);
  }

  describe(description: Description): void {
    this.input.describe?.(description);
  }
}
