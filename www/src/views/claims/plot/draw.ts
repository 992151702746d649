// Draws line charts and dot plots as SVG. An arm is told by colour, dash and marker at once.
import { lookOf } from "../../../arms";
import { el, svg } from "../../../dom";
import type { Arm } from "../../../protocol";
import { sample } from "../../sample";
import { type Axis, horizontalAxis, verticalAxis } from "./axes";
import type { DotLayout } from "./dots";
import type { LineLayout } from "./lines";

type Texts = Pick<Axis, "label" | "text">;

/** The middle of a sample. */
const SAMPLE = { x: 15, y: 7 };
/** Marks of a dot plot are larger than those on lines, and stand out from their bars. */
const ALONE = 1.35;

/** A group in the arm's colour. */
export function armGroup(arm: Arm, ...children: (Node | null)[]): SVGGElement {
  const group = svg("g", { class: "claim-arm" }, ...children);
  group.style.setProperty("--arm", `var(${lookOf(arm).css})`);
  return group;
}

/** The marker as the key shows it, without its line. */
function mark(arm: Arm, x: number, y: number, title: string, scale = 1): SVGElement {
  const [, ...marker] = sample(arm).children;
  const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale}) translate(${-SAMPLE.x} ${-SAMPLE.y})`;
  return svg("g", { class: "claim-mark", transform }, title ? svg("title", {}, title) : null, ...marker);
}

function dashes(arm: Arm): string {
  return lookOf(arm).dash.join(" ") || "none";
}

export function drawLines({ box, x, y, lines, bands }: LineLayout, across: Texts, up: Texts): SVGElement[] {
  return [
    horizontalAxis({ scale: x, ...across }, box),
    verticalAxis({ scale: y, ...up }, box),
    ...bands.map(({ arm, y: at, top, bottom, title }) =>
      armGroup(
        arm,
        svg(
          "rect",
          { class: "claim-band", x: box.left, width: box.right - box.left, y: top, height: Math.max(0, bottom - top) },
          svg("title", {}, title),
        ),
        svg("line", { class: "claim-line", x1: box.left, x2: box.right, y1: at, y2: at, "stroke-dasharray": dashes(arm) }),
        mark(arm, box.left, at, title),
      ),
    ),
    ...lines.map(({ arm, path, marks, whiskers }) =>
      armGroup(
        arm,
        ...whiskers.map(({ x, low, high }) =>
          svg("path", { class: "claim-whisker", d: `M${x},${low}V${high}M${x - 3},${low}h6M${x - 3},${high}h6` }),
        ),
        svg("path", { class: "claim-line", d: path, "stroke-dasharray": dashes(arm) }),
        ...marks.map(({ x, y, title }) => mark(arm, x, y, title)),
      ),
    ),
  ];
}

export function drawDots({ box, x, reference, rows }: DotLayout, across: Texts): SVGElement[] {
  return [
    horizontalAxis({ scale: x, ...across }, box),
    ...(reference === null
      ? []
      : [svg("line", { class: "claim-reference", x1: reference, x2: reference, y1: box.top, y2: box.bottom })]),
    ...rows.map(({ row, y, name, text, bar, marks }) =>
      armGroup(
        row.arm,
        svg("text", { class: "claim-name", x: name.x, y: name.y, "dominant-baseline": "central" }, row.name),
        svg("text", { x: text.x, y: text.y, "text-anchor": text.anchor, "dominant-baseline": "central" }, row.text),
        bar &&
          svg("path", {
            class: row.strong ? "claim-bar strong" : "claim-bar",
            d: `M${bar[0].toFixed(1)},${y}H${bar[1].toFixed(1)}`,
          }),
        ...marks.map(({ x, tick }) =>
          tick
            ? svg("path", { class: "claim-tick", d: `M${x.toFixed(1)},${y - 6}v12` })
            : mark(row.arm, x, y, `${row.name}: ${row.text}`, ALONE),
        ),
      ),
    ),
  ];
}

/** The key of line charts: every arm's line with its name. */
export function key(arms: readonly Arm[]): HTMLElement[] {
  return arms.map((arm) => {
    const entry = el("li", {}, sample(arm), el("span", { class: "arm-name" }, arm));
    entry.style.setProperty("--arm", `var(${lookOf(arm).css})`);
    return entry;
  });
}
