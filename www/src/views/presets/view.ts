// Named experiments to start from, and recordings of races: to be opened, watched, saved. Shows which preset the form holds.
import { el } from "../../dom";
import type { Preset } from "../../protocol";
import { View } from "../view";

export type PresetsProps = {
  presets: readonly Preset[];
  /** The accepted experiment's query. */
  query: string | null;
  /** Whether a race has something to be recorded. */
  canSave: boolean;
  onQuery: (query: string) => void;
  /** A recording of the reader's. */
  onRecording: (text: string) => void;
  /** The recording that lies beside the page for a preset. */
  onReplay: (name: string) => void;
  onSave: () => void;
};

export class Presets extends View<PresetsProps> {
  private readonly select = el("select", { "data-testid": "preset", "aria-label": "Start from a preset" });
  private readonly file = el("input", {
    type: "file",
    accept: ".jsonl",
    class: "sr-only",
    "data-testid": "recording-file",
  });
  private readonly watch = this.button("watch-recording", "Watch its recording", () => this.replay());
  private readonly save = this.button("save-recording", "Save recording", () => this.props.onSave());

  constructor(host: HTMLElement, props: PresetsProps) {
    super(host, props);
    this.select.addEventListener("change", () => {
      const chosen = this.props.presets.find(({ name }) => name === this.select.value);
      if (chosen) this.props.onQuery(chosen.query);
    });
    this.file.addEventListener("change", () => void this.read());
    const open = el("label", { class: "link-button file-button" }, this.file, "Open a recording…");
    host.replaceChildren(this.select, el("span", { class: "recordings" }, this.watch, open, this.save));
    this.drawAll();
  }

  protected draw(changed: ReadonlySet<keyof PresetsProps>): void {
    const { presets, canSave } = this.props;
    if (changed.has("presets")) {
      const own = el("option", { value: "", disabled: true }, "own settings");
      this.select.replaceChildren(
        own,
        ...presets.map(({ name, label, help }) => el("option", { value: name, title: help }, label)),
      );
      this.select.hidden = presets.length === 0;
    }
    const preset = this.chosen();
    this.select.value = preset?.name ?? "";
    this.watch.hidden = !preset?.claim;
    this.save.hidden = !canSave;
  }

  private chosen(): Preset | undefined {
    return this.props.presets.find(({ query }) => query === this.props.query);
  }

  private replay(): void {
    const claim = this.chosen()?.claim;
    if (claim) this.props.onReplay(claim.replay);
  }

  private async read(): Promise<void> {
    const [file] = this.file.files ?? [];
    if (file) this.props.onRecording(await file.text());
    // The same file may be chosen again after it was changed.
    this.file.value = "";
  }

  private button(name: string, label: string, onclick: () => void): HTMLButtonElement {
    return el("button", { type: "button", class: "link-button", "data-testid": name, hidden: true, onclick }, label);
  }
}
