// A row of radio buttons that looks like one switch: native inputs, so arrow keys and screen readers work.
import { el } from "../dom";

export type Segment<T extends string> = { value: T; label: string; content?: Node };

export class Segments<T extends string> {
  readonly element = el("fieldset", { class: "segmented" });
  private radios: HTMLInputElement[] = [];
  private readonly legend: HTMLElement;

  constructor(
    private readonly name: string,
    label: string,
    private readonly onChoose: (value: T) => void,
  ) {
    this.legend = el("legend", { class: "sr-only" }, label);
  }

  draw(segments: readonly Segment<T>[], chosen: T | null): void {
    if (this.radios.map(({ value }) => value).join() !== segments.map(({ value }) => value).join()) {
      this.radios = segments.map(({ value }) => el("input", { type: "radio", name: this.name, value, "data-value": value }));
      for (const radio of this.radios) radio.addEventListener("change", () => this.onChoose(radio.value as T));
      const labels = segments.map(({ label, content }, i) => el("label", {}, this.radios[i], el("span", {}, content, label)));
      this.element.replaceChildren(this.legend, ...labels);
    }
    for (const radio of this.radios) radio.checked = radio.value === chosen;
  }
}
