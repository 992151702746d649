// The paper's claims, one a tab: what is claimed, how to look at it, the experiment that tests it, and what it came to.
import { el, setText } from "../../dom";
import type { Preset } from "../../protocol";
import { View } from "../view";
import type { ClaimsProps } from "./data";
import { AccuracyFigure } from "./figures/accuracy";
import { ConfusionFigure } from "./figures/confusion";
import type { Figure } from "./figures/figure";
import { GeneralizationFigure } from "./figures/generalization";
import { LandscapeFigure } from "./figures/landscape";
import { RatesFigure } from "./figures/rates";
import { Tabs } from "./tabs";
import { type Kind, kindOf, missing, provenance } from "./words";

export type { ArmRecord, ClaimsProps, RunRecord, Survey } from "./data";

/** Figures are redrawn at most this often, in milliseconds. */
const REDRAW_EVERY = 250;

const MAKERS: Record<Kind, () => Figure> = {
  accuracy: () => new AccuracyFigure(),
  confusion: () => new ConfusionFigure(),
  generalization: () => new GeneralizationFigure(),
  landscape: () => new LandscapeFigure(),
  rates: () => new RatesFigure(),
};

export class Claims extends View<ClaimsProps> {
  private width = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly made = new Map<Kind, Figure>();
  private readonly tabs = new Tabs("claim", "Claims", (name) => this.props.onSelect(name));
  private readonly text = el("p", { class: "claim-text" });
  private readonly look = el("p", {});
  private readonly source = el("p", { class: "small", "data-testid": "claim-source" });
  private readonly missing = el("p", { class: "claim-missing", "data-testid": "claim-missing" });
  private readonly figure = el("div", { class: "claim-figure-place" });
  /** Whether it has been in view: before, nothing is fetched. */
  private seen = false;
  private readonly sight = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    this.seen = true;
    this.sight.disconnect();
    this.drawFigure();
  });
  private readonly observer = new ResizeObserver(() => {
    const width = this.host.clientWidth;
    if (width === this.width) return;
    this.width = width;
    this.drawFigure();
  });

  constructor(host: HTMLElement, props: ClaimsProps) {
    super(host, props);
    const button = (name: string, label: string, press: (preset: Preset) => void) => {
      const onclick = () => {
        const shown = this.shown();
        if (shown) press(shown);
      };
      return el(
        "button",
        { type: "button", class: name, "data-testid": label.toLowerCase().replaceAll(" ", "-"), onclick },
        label,
      );
    };
    this.tabs.panel.append(
      el(
        "div",
        { class: "claim-words" },
        this.text,
        el("h3", {}, "What to look for"),
        this.look,
        el(
          "div",
          { class: "claim-buttons" },
          button("button primary", "Run it here", ({ query }) => this.props.onTake(query)),
          button("button", "Show the recorded result", ({ claim }) => claim && this.props.onReplay(claim.replay)),
        ),
        el("p", { class: "small" }, "A run takes about two minutes on a laptop’s CPU."),
      ),
      el("div", { class: "claim-result" }, this.source, this.missing, this.figure),
    );
    host.replaceChildren(
      el(
        "header",
        { class: "panel-head" },
        el("h2", {}, "The paper’s claims, tested"),
        el("p", { class: "small" }, "each by an experiment small enough for this page"),
      ),
      this.tabs.list,
      this.tabs.panel,
    );
    this.observer.observe(host);
    this.sight.observe(host);
    this.drawAll();
  }

  override destroy(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.sight.disconnect();
    super.destroy();
  }

  private claims(): Preset[] {
    return this.props.presets.filter(({ claim }) => claim !== null);
  }

  private shown(): Preset | null {
    const claims = this.claims();
    return claims.find(({ name }) => name === this.props.selected) ?? claims[0] ?? null;
  }

  protected draw(changed: ReadonlySet<keyof ClaimsProps>): void {
    const shown = this.shown();
    const tabs = this.claims().map(({ name, label, help }) => ({ name, label, title: help }));
    this.host.hidden = tabs.length === 0;
    this.tabs.draw(tabs, shown?.name ?? null);
    setText(this.text, shown?.claim?.text ?? "");
    setText(this.look, shown?.claim?.look ?? "");
    // What a press of the page changed is drawn at once; what training brings, every now and then.
    if (changed.has("selected") || changed.has("presets") || changed.has("recorded")) this.drawFigure();
    else this.timer ??= setTimeout(() => requestAnimationFrame(() => this.drawFigure()), REDRAW_EVERY);
  }

  private drawFigure(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const shown = this.shown();
    if (!shown) return;
    const kind = kindOf(shown.name);
    const lacking = missing(shown.name, this.props);
    if (lacking !== null && this.seen && shown.claim) this.props.onWanted(shown.claim.replay);
    setText(this.source, provenance(this.props.runs, this.props.recorded));
    this.source.hidden = this.props.runs.length === 0;
    setText(this.missing, lacking ?? "");
    this.missing.hidden = lacking === null;
    // The landscape's controls are what fills it.
    if (lacking !== null && kind !== "landscape") {
      this.figure.replaceChildren();
      return;
    }
    const figure = this.made.get(kind) ?? MAKERS[kind]();
    this.made.set(kind, figure);
    if (this.figure.firstElementChild !== figure.element) this.figure.replaceChildren(figure.element);
    figure.draw(this.props);
  }
}
