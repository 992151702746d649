// Play, pause, step, reset; where the race is and how fast it goes.
import { el, icon, setText } from "../../dom";
import { View } from "../view";
import type { Readout } from "./layout";

export type TransportProps = {
  readout: Readout;
  onPlay: () => void;
  onPause: () => void;
  onStep: () => void;
  onReset: () => void;
};

const ICONS = {
  play: "M4 2.5v11l9.5-5.5Z",
  pause: "M3.5 2.5h3.2v11H3.5ZM9.3 2.5h3.2v11H9.3Z",
  step: "M3 2.5v11L10 8ZM11 2.5h2.2v11H11Z",
  reset: "M8 2.2a5.8 5.8 0 1 1-5.6 7.3l1.9-.5A3.8 3.8 0 1 0 8 4.2c-1 0-2 .4-2.7 1.1L7 7H2.2V2.2l1.7 1.7A5.8 5.8 0 0 1 8 2.2Z",
};

export class Transport extends View<TransportProps> {
  private readonly play = this.button("play", "Play", "primary", () => this.props.onPlay());
  private readonly pause = this.button("pause", "Pause", "primary", () => this.props.onPause());
  private readonly step = this.button("step", "Step", "", () => this.props.onStep());
  private readonly reset = this.button("reset", "Reset", "", () => this.props.onReset());
  private readonly epoch = el("output", { "data-testid": "epoch" });
  private readonly stepOut = el("output", { "data-testid": "step-count" });
  private readonly pace = el("output", { "data-testid": "pace" });
  private readonly left = el("output", { "data-testid": "time-left" });
  private readonly place = el("p", { class: "race-place", "data-testid": "race-place" });
  private readonly rate = el("output", { "data-testid": "learning-rate" });
  private readonly bar = el("progress", { max: 1, value: 0, "aria-label": "Part of all races that is done" });
  private readonly status = el("span", { role: "status" });
  private readonly amount = el("span", { class: "status-amount", "aria-hidden": "true" });
  private readonly pill = el("p", { class: "status", "data-testid": "status" }, this.status, " ", this.amount);

  constructor(host: HTMLElement, props: TransportProps) {
    super(host, props);
    host.replaceChildren(
      el(
        "div",
        { class: "transport-buttons", role: "group", "aria-label": "Race" },
        this.play,
        this.pause,
        this.step,
        this.reset,
      ),
      el(
        "dl",
        { class: "readouts" },
        el("div", { class: "readout readout-epoch" }, el("dt", {}, "epoch"), el("dd", {}, this.epoch, this.bar)),
        el("div", { class: "readout" }, el("dt", {}, "step"), el("dd", {}, this.stepOut)),
        el("div", { class: "readout" }, el("dt", {}, "per step"), el("dd", {}, this.pace)),
        el(
          "div",
          { class: "readout", title: "of steps, at the pace so far, later races included; testing comes on top" },
          el("dt", {}, "time left"),
          el("dd", {}, this.left),
        ),
        el("div", { class: "readout readout-rate" }, el("dt", {}, "learning rate"), el("dd", {}, this.rate)),
      ),
      this.pill,
      this.place,
    );
    this.drawAll();
  }

  protected draw(): void {
    const { readout } = this.props;
    const hadFocus = document.activeElement === this.play || document.activeElement === this.pause;
    this.play.hidden = readout.playing;
    this.pause.hidden = !readout.playing;
    this.play.disabled = !readout.canPlay;
    this.step.disabled = !readout.canStep;
    this.reset.disabled = !readout.canReset;
    if (hadFocus) (readout.playing ? this.pause : this.play).focus();
    setText(this.epoch, readout.epoch);
    setText(this.stepOut, readout.step);
    setText(this.pace, readout.pace);
    setText(this.left, readout.left);
    setText(this.place, readout.place);
    this.place.hidden = readout.place === "";
    setText(this.rate, readout.learningRate);
    if (readout.share === null) this.bar.removeAttribute("value");
    else this.bar.value = readout.share;
    setText(this.status, readout.status);
    setText(this.amount, readout.amount);
    this.pill.dataset.tone = readout.tone;
  }

  private button(name: keyof typeof ICONS, label: string, style: string, onclick: () => void): HTMLButtonElement {
    return el("button", { type: "button", class: `button ${style}`, "data-testid": name, onclick }, icon(ICONS[name]), label);
  }
}
