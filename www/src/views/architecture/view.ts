// The network of one arm: the compact layers, the chains that stand in for them, and the fold that contracts them.
import { contracts, slug } from "../../arms";
import { el, setText, svg } from "../../dom";
import { count, short } from "../../format";
import type { Arm, ArmDescription, ContractionReport, Description } from "../../protocol";
import { sample } from "../sample";
import { Segments } from "../segments";
import { View } from "../view";
import { drawPicture } from "./draw";
import { Fold } from "./fold";
import { picture } from "./layout";
import { Runs } from "./runs";
import { sentences, verdict } from "./words";

export type ArchitectureProps = {
  description: Description | null;
  selected: Arm | null;
  report: ContractionReport | null;
  /** Whether the arm is in the race under way. */
  canContract: boolean;
  contracting: boolean;
  onSelect: (arm: Arm) => void;
  onContract: (arm: Arm) => void;
};

/** Layers, and pixels of their picture, beyond which a network is long. */
const [MANY, TALL] = [30, 620];

export class Architecture extends View<ArchitectureProps> {
  private width = 0;
  /** Whether a long network is shown from end to end. */
  private whole = false;
  private readonly arms = new Segments<Arm>("architecture-arm", "Arm", (arm) => this.props.onSelect(arm));
  private readonly canvas = svg("svg", { class: "architecture", role: "img", "aria-label": "The network of the selected arm" });
  private readonly frame = el("div", { class: "architecture-frame" }, this.canvas);
  private readonly length = el("button", {
    type: "button",
    class: "link-button",
    "data-testid": "whole-network",
    hidden: true,
    onclick: () => {
      this.whole = !this.whole;
      this.drawPicture();
    },
  });
  private readonly words = el("ul", { class: "sr-only" });
  private readonly contract = el(
    "button",
    { type: "button", class: "button primary", "data-testid": "contract", onclick: () => this.press() },
    "Contract",
  );
  private readonly weights = el("dl", { class: "weights" });
  private readonly runs = new Runs();
  private readonly result = el("div", { class: "result", role: "status", "data-testid": "contraction" });
  private readonly fold = new Fold(
    () => this.drawPicture(),
    () => this.canvas.animate({ opacity: [0.1, 1] }, 300),
  );
  private readonly observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width === this.width || width === 0) return;
    this.width = width;
    this.drawPicture();
  });

  constructor(host: HTMLElement, props: ArchitectureProps) {
    super(host, props);
    host.replaceChildren(
      el(
        "header",
        { class: "panel-head" },
        el("h2", {}, "Network"),
        this.arms.element,
        el("span", { class: "tools" }, this.contract),
      ),
      this.weights,
      this.runs.element,
      this.frame,
      this.length,
      this.words,
      this.result,
    );
    this.observer.observe(this.frame);
    this.drawAll();
  }

  override destroy(): void {
    this.observer.disconnect();
    this.fold.stop();
    super.destroy();
  }

  private shown(): ArmDescription | null {
    const { description, selected } = this.props;
    return description?.arms.find(({ arm }) => arm === selected) ?? null;
  }

  /** Contracts, or unfolds again what was contracted. */
  private press(): void {
    const { selected, report } = this.props;
    if (!selected) return;
    if (report && this.fold.folded) this.fold.open();
    else this.props.onContract(selected);
  }

  protected draw(changed: ReadonlySet<keyof ArchitectureProps>): void {
    const { description, selected, report, canContract, contracting } = this.props;
    const arm = this.shown();
    if (changed.has("selected") || changed.has("description")) this.fold.set(report ? 1 : 0);
    else if (changed.has("report")) report ? this.fold.close() : this.fold.set(0);
    this.arms.draw(
      (description?.arms ?? []).map(({ arm }) => ({ value: arm, label: arm, content: sample(arm) })),
      selected,
    );
    this.host.dataset.arm = selected ? slug(selected) : "";
    const expanded = (arm && contracts(arm.arm) && arm.layers.some(({ maps }) => maps.length > 1)) ?? false;
    this.contract.disabled = !canContract || contracting || !expanded;
    this.contract.title = !expanded
      ? "Nothing in this arm can be contracted"
      : canContract
        ? ""
        : "No race of this arm is under way";
    if (arm) {
      this.drawWeights(arm);
      this.runs.draw(arm, description?.experiment.batch ?? 0);
      this.words.replaceChildren(...sentences(arm).map((sentence) => el("li", {}, sentence)));
    }
    this.drawResult();
    this.drawPicture();
  }

  private drawPicture(): void {
    const arm = this.shown();
    const { description, contracting } = this.props;
    setText(this.contract, contracting ? "Contracting…" : this.fold.folded ? "Unfold" : "Contract");
    if (!arm || this.width === 0) return;
    const compact = description?.arms.find(({ arm }) => arm === "compact") ?? null;
    const { folding } = this.fold;
    const drawn = picture({ arm, compact, width: this.width, fold: folding });
    this.canvas.setAttribute("viewBox", `0 0 ${drawn.width} ${drawn.height}`);
    this.canvas.setAttribute("width", String(drawn.width));
    this.canvas.setAttribute("height", String(drawn.height));
    this.canvas.replaceChildren(...drawPicture(drawn, folding));
    this.drawLength(arm.layers.length, drawn.height);
  }

  /** A network of many layers scrolls in a frame of its own until all of it is asked for. */
  private drawLength(layers: number, height: number): void {
    const long = layers > MANY && height > TALL;
    const cut = long && !this.whole;
    this.frame.classList.toggle("long", cut);
    for (const [name, value] of [
      ["tabindex", "0"],
      ["role", "region"],
      ["aria-label", "Layers of the network"],
    ] as const) {
      if (cut) this.frame.setAttribute(name, value);
      else this.frame.removeAttribute(name);
    }
    this.length.hidden = !long;
    this.length.setAttribute("aria-expanded", String(!cut));
    setText(this.length, cut ? `Scroll through ${layers} layers, or show all at once` : "Show fewer layers");
  }

  private drawWeights(arm: ArmDescription): void {
    const part = (name: string, term: string, parameters: number, macs: number, title: string) =>
      el(
        "div",
        { class: `weight weight-${name}`, title },
        el("dt", {}, term),
        el("dd", {}, el("strong", {}, count(parameters)), " parameters, ", el("strong", {}, short(macs)), " MAC"),
      );
    this.weights.replaceChildren(
      part(
        "training",
        "while training",
        arm.parameters,
        arm.macs,
        `${count(arm.macs)} multiply-adds an image, layer by layer, as the paper counts`,
      ),
      part(
        "contracted",
        "after contraction",
        arm.contracted_parameters,
        arm.contracted_macs,
        "The compact network, whatever the arm",
      ),
    );
  }

  private drawResult(): void {
    const { report, selected, description } = this.props;
    this.result.hidden = !report;
    if (!report || !description) return;
    const { exact, error, facts } = verdict(report, description.dataset);
    this.result.dataset.exact = String(exact);
    this.result.replaceChildren(
      el(
        "p",
        { class: "result-head" },
        exact
          ? `${selected} and its contraction compute the same function.`
          : `The contraction of ${selected} differs by more than rounding.`,
      ),
      el(
        "dl",
        { class: "result-facts" },
        el(
          "div",
          {},
          el("dt", {}, "max relative error"),
          el("dd", { "data-testid": "contraction-error", "data-value": report.max_relative_error }, error),
        ),
        ...facts.map(([term, text]) => el("div", {}, el("dt", {}, term), el("dd", {}, text))),
        el("div", {}, el("dt", {}, "at step"), el("dd", {}, count(report.step))),
      ),
    );
  }
}
