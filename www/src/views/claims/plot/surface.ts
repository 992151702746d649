// One arm's landscape as a filled contour picture, with its top eigenvalue; and the key of levels that all pictures share.
import { lookOf } from "../../../arms";
import { el, svg } from "../../../dom";
import { loss, percent } from "../../../format";
import type { Arm, Sharpness } from "../../../protocol";
import { sample } from "../../sample";
import { eigenvalueText } from "../words";
import { blocks, type Grid, losses, middle } from "./contours";

export type SurfaceProps = {
  grid: Grid;
  thresholds: readonly number[];
  radius: number;
  running: boolean;
  sharpness: Sharpness | null;
  /** What the error is, in words. */
  error: string;
  /** What losses are counted in; empty for a detector's. */
  unit: string;
};

const FOOT = 20;
const EDGE = 22;
const RIGHT = 6;
const USUAL_WIDTH = 200;

/** The colour of a band, low losses first: `--level-low` over `--level-middle` to `--level-high`. */
function colour(band: number, bands: number): string {
  const share = bands < 2 ? 0 : band / (bands - 1);
  const [from, to, part] = share < 0.5 ? ["low", "middle", 2 * share] : ["middle", "high", 2 * share - 1];
  return `color-mix(in oklab, var(--level-${to}) ${(100 * Number(part)).toFixed(0)}%, var(--level-${from}))`;
}

function filled<E extends SVGElement>(element: E, band: number, bands: number): E {
  element.style.fill = colour(band, bands);
  return element;
}

export class Surface {
  private readonly canvas = svg("svg", { class: "claim-plot", role: "img" });
  private readonly facts = el("dl", {});
  readonly element: HTMLElement;

  constructor(private readonly arm: Arm) {
    const title = el("figcaption", { class: "arm-label" }, sample(arm), el("span", { class: "arm-name" }, arm));
    this.element = el("figure", { class: "claim-surface", "data-arm-name": arm }, title, this.canvas, this.facts);
    this.element.style.setProperty("--arm", `var(${lookOf(arm).css})`);
  }

  draw({ grid, thresholds, radius, running, sharpness, error, unit }: SurfaceProps): void {
    const width = Math.floor(this.element.clientWidth) || USUAL_WIDTH;
    const side = width - EDGE - RIGHT;
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${side + FOOT + 6}`);
    this.canvas.setAttribute("width", String(width));
    this.canvas.setAttribute("height", String(side + FOOT + 6));
    this.canvas.replaceChildren(
      svg("g", { transform: `translate(${EDGE} 5)` }, ...picture(grid, thresholds, side), ...axis(radius, side)),
    );
    const come = grid.rows.filter((row) => row !== null).length;
    this.canvas.setAttribute(
      "aria-label",
      `Contours of the loss around ${this.arm}, ${come} of ${grid.size} rows; ${grid.size}×${grid.size} places up to ${radius} from the network`,
    );
    this.drawFacts(grid, running, sharpness, error, unit);
  }

  private drawFacts(grid: Grid, running: boolean, sharpness: Sharpness | null, error: string, unit: string): void {
    const own = middle(grid);
    const lost = losses(grid).filter((value) => !Number.isFinite(value)).length;
    const fact = (term: string, text: string, more: string, name: string) =>
      el("div", {}, el("dt", {}, term), el("dd", { "data-value": name }, el("strong", {}, text), ` ${more}`));
    const products = sharpness ? `, ${sharpness.iterations} Hessian products` : "";
    const state = `${unit.trim() || "loss"} per squared unit${sharpness?.converged ? products : ` (not converged${products})`}`;
    this.facts.replaceChildren(
      fact(
        "top Hessian eigenvalue",
        sharpness ? eigenvalueText(sharpness.eigenvalue) : running ? "…" : "–",
        sharpness ? state : "",
        "eigenvalue",
      ),
      own
        ? fact(
            "at the network itself",
            loss(own.loss),
            `${unit === "" ? "" : `${unit.trim()}, `}${error} ${percent(own.error).replace(" ", "\u00a0")}`,
            "middle",
          )
        : "",
      lost > 0 ? fact("not finite at", String(lost), "places, drawn as the highest band", "lost") : "",
    );
  }
}

function picture(grid: Grid, thresholds: readonly number[], side: number): SVGElement[] {
  const bands = thresholds.length + 1;
  const centre = side / 2;
  return [
    svg("rect", { class: "claim-blank", width: side, height: side }),
    // A block clips what d3 draws around the outermost points.
    ...blocks(grid, thresholds, side).map(({ y, height, areas }) =>
      svg(
        "svg",
        { x: 0, y, width: side, height, class: "claim-block" },
        filled(svg("rect", { width: side, height }), 0, bands),
        ...areas.map((d, i) => filled(svg("path", { class: "claim-level", d, "fill-rule": "evenodd" }), i + 1, bands)),
      ),
    ),
    svg("path", { class: "claim-here-under", d: `M${centre - 6},${centre}h12M${centre},${centre - 6}v12` }),
    svg("path", { class: "claim-here", d: `M${centre - 6},${centre}h12M${centre},${centre - 6}v12` }),
  ];
}

function axis(radius: number, side: number): SVGElement[] {
  const label = (value: number) => String(Number(value.toFixed(2))).replace("-", "−");
  return [-radius, 0, radius].flatMap((value, i) => [
    svg("text", { x: (side * i) / 2, y: side + 15, "text-anchor": "middle" }, label(value)),
    svg("text", { x: -5, y: side - (side * i) / 2, "text-anchor": "end", "dominant-baseline": "central" }, label(value)),
  ]);
}

/** The key of levels: a strip of bands with the losses at which they change. */
export function levelKey(thresholds: readonly number[], unit: string): HTMLElement {
  const bands = thresholds.length + 1;
  const width = 30;
  const strip = svg(
    "svg",
    {
      class: "claim-plot",
      viewBox: `0 0 ${bands * width} 30`,
      style: `width: min(100%, ${bands * width}px)`,
      "aria-hidden": "true",
    },
    ...Array.from({ length: bands }, (_, i) => filled(svg("rect", { x: i * width, width, height: 12 }), i, bands)),
    ...thresholds.map((value, i) => svg("text", { x: (i + 1) * width, y: 26, "text-anchor": "middle" }, String(value))),
  );
  const words = el(
    "p",
    { class: "small" },
    `loss${unit === "" ? "" : ` in${unit}`}, the same levels for all arms; + is the network itself. Axes: steps along the first direction (across) and the second (up); 1 is as far as a filter is long.`,
  );
  const spoken = el("p", { class: "sr-only" }, `Levels of loss: ${thresholds.join(", ")}${unit}.`);
  return el("div", {}, el("div", { class: "claim-strip" }, strip), words, spoken);
}
