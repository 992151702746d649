// What the arms see: test images with the truth beside what every arm says of them, as the arms are now.
import { el, setText } from "../../dom";
import { count, percent } from "../../format";
import type { DatasetDescription, Predictions } from "../../protocol";
import type { Range } from "../../race/watch";
import { View } from "../view";
import { page } from "./layout";
import { legend } from "./legend";
import { type Looking, Rows } from "./rows";

/** Whether there are networks to ask: those of this tab, none since it is a recording, or none any more. */
export type Source = "session" | "recording" | "lost";

export type GalleryProps = {
  /** Of the race; null while there is none. */
  dataset: DatasetDescription | null;
  source: Source;
  predictions: Predictions | null;
  /** The test images that are seen; null for none. */
  onWatch: (range: Range | null) => void;
  onRefresh: () => void;
};

/** Images shown at once. */
const COUNT = 6;

const SILENCE: Record<Source, string> = {
  session: "The arms are asked when all of them were tested.",
  recording: "A recording holds no networks that could be asked. Press play to train this experiment here.",
  lost: "The networks are gone with the trainer. Press play to train them anew.",
};

export class Gallery extends View<GalleryProps> {
  private first = 0;
  private looking: Looking = { opacity: 0.6, least: 0.3 };
  private visible = false;
  private watched = "null";
  private shown: Predictions | null = null;
  /** What the reader did to the fold; until then it is open where one word would not say it. */
  private unfolded: boolean | null = null;
  private readonly when = el("span", { class: "small" });
  private readonly opacity = this.slider("gallery-opacity", "overlay", { min: 0, max: 100, step: 5, value: 60 }, (value) => {
    this.looking = { ...this.looking, opacity: value / 100 };
  });
  // Less sure ones are not told.
  private readonly least = this.slider("gallery-score", "scores from", { min: 5, max: 95, step: 5, value: 30 }, (value) => {
    this.looking = { ...this.looking, least: value / 100 };
  });
  private readonly legend = el("ul", { class: "gallery-legend", "data-testid": "gallery-legend" });
  private readonly pointed = el("p", { class: "small gallery-pointed", "aria-hidden": "true" });
  private readonly rows = new Rows((text) => setText(this.pointed, text));
  private readonly silence = el("p", { class: "gallery-silence" });
  private readonly frame = el(
    "div",
    { class: "gallery-frame", tabindex: 0, role: "region", "aria-label": "Test images" },
    this.rows.element,
  );
  private readonly place = el("span", { class: "small", "data-testid": "gallery-place" });
  private readonly previous = this.button("gallery-previous", "Previous", () => this.turn(-COUNT));
  private readonly more = this.button("gallery-more", "More images", () => this.turn(COUNT));
  private readonly refresh = this.button("gallery-refresh", "Ask again now", () => this.props.onRefresh());
  private readonly fold = el(
    "details",
    { class: "gallery", ontoggle: () => this.watch() },
    el("summary", { onclick: () => this.toggled(), "data-testid": "gallery-fold" }, el("h2", {}, "What the arms see"), this.when),
    el("div", { class: "gallery-tools" }, this.legend, this.opacity.element, this.least.element, this.refresh),
    this.pointed,
    this.silence,
    this.frame,
    el("div", { class: "gallery-pages" }, this.previous, this.more, this.place),
  );
  private readonly observer = new IntersectionObserver(([entry]) => {
    this.visible = entry?.isIntersecting ?? false;
    this.watch();
  });

  constructor(host: HTMLElement, props: GalleryProps) {
    super(host, props);
    host.replaceChildren(this.fold);
    this.observer.observe(host);
    this.drawAll();
  }

  override destroy(): void {
    this.observer.disconnect();
    this.props.onWatch(null);
    super.destroy();
  }

  protected draw(changed: ReadonlySet<keyof GalleryProps>): void {
    const { dataset, source, predictions } = this.props;
    this.host.hidden = dataset === null;
    if (dataset) this.drawFold(dataset, source, predictions, changed.has("dataset"));
    this.watch();
  }

  private drawFold(dataset: DatasetDescription, source: Source, predictions: Predictions | null, anew: boolean): void {
    const { task, classes, test_images } = dataset;
    if (anew) {
      this.first = 0;
      this.fold.open = this.unfolded ?? task !== "classify";
      this.legend.replaceChildren(...legend(task, classes));
    }
    this.legend.hidden = task === "classify";
    this.opacity.element.hidden = task !== "segment";
    this.least.element.hidden = task !== "detect";
    this.pointed.hidden = task !== "segment";
    if (predictions !== this.shown && predictions) this.rows.build(predictions, classes, this.looking);
    this.shown = predictions;
    this.frame.hidden = predictions === null;
    this.silence.hidden = predictions !== null;
    setText(this.silence, SILENCE[source]);
    setText(this.when, predictions ? `contracted, at step ${count(predictions.step)}` : "");
    const asked = page(this.first, COUNT, test_images);
    // What is shown gives way when the next images come.
    this.frame.classList.toggle("gallery-stale", predictions?.images[0]?.index !== asked.first);
    this.refresh.disabled = source !== "session";
    this.previous.disabled = source !== "session" || asked.first === 0;
    this.more.disabled = source !== "session" || asked.first + asked.count >= test_images;
    setText(this.place, `${asked.first + 1} to ${asked.first + asked.count} of ${count(test_images)} test images`);
  }

  /** Says which images are seen, if that has changed. */
  private watch(): void {
    const { dataset, source } = this.props;
    const seen = dataset !== null && source === "session" && this.fold.open && this.visible;
    const range = seen ? page(this.first, COUNT, dataset.test_images) : null;
    const watched = JSON.stringify(range);
    if (watched === this.watched) return;
    this.watched = watched;
    this.props.onWatch(range);
  }

  /** Heard before the fold moves. */
  private toggled(): void {
    this.unfolded = !this.fold.open;
  }

  private turn(by: number): void {
    this.first = Math.max(0, this.first + by);
    this.draw(new Set());
  }

  private button(name: string, label: string, onclick: () => void): HTMLButtonElement {
    return el("button", { type: "button", class: "button small-button", "data-testid": name, onclick }, label);
  }

  private slider(
    name: string,
    label: string,
    limits: { min: number; max: number; step: number; value: number },
    set: (value: number) => void,
  ): { element: HTMLElement } {
    const output = el("output", {}, percent(limits.value / 100, 0));
    const input = el("input", { type: "range", "data-testid": name, ...limits });
    input.addEventListener("input", () => {
      set(input.valueAsNumber);
      setText(output, percent(input.valueAsNumber / 100, 0));
      this.rows.paint(this.looking);
    });
    return { element: el("label", { class: "gallery-slider" }, label, input, output) };
  }
}
