// Named experiments to start from; shows which one the form holds, if any.
import { el } from "../../dom";
import type { Preset } from "../../protocol";
import { View } from "../view";

export type PresetsProps = {
  presets: readonly Preset[];
  /** The accepted experiment's query. */
  query: string | null;
  onQuery: (query: string) => void;
};

export class Presets extends View<PresetsProps> {
  private readonly select = el("select", { "data-testid": "preset", "aria-label": "Start from a preset" });

  constructor(host: HTMLElement, props: PresetsProps) {
    super(host, props);
    this.select.addEventListener("change", () => {
      const chosen = this.props.presets.find(({ name }) => name === this.select.value);
      if (chosen) this.props.onQuery(chosen.query);
    });
    this.drawAll();
  }

  protected draw(changed: ReadonlySet<keyof PresetsProps>): void {
    const { presets, query } = this.props;
    if (changed.has("presets")) {
      const own = el("option", { value: "", disabled: true }, "own settings");
      this.select.replaceChildren(
        own,
        ...presets.map(({ name, label, help }) => el("option", { value: name, title: help }, label)),
      );
      this.host.replaceChildren(...(presets.length > 0 ? [this.select] : []));
    }
    this.select.value = presets.find((preset) => preset.query === query)?.name ?? "";
  }
}
