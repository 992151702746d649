// Draws the axes of a chart: thin lines across for the named values, their texts, and what is measured in which unit.
import { svg } from "../../../dom";
import type { Scale } from "./scale";

/** The part of a chart inside its axes, in pixels. */
export type Box = { left: number; top: number; right: number; bottom: number };

export type Axis = { scale: Scale; label: string; text: (value: number) => string };

export function horizontalAxis({ scale, label, text }: Axis, { left, top, right, bottom }: Box): SVGElement {
  return svg(
    "g",
    { class: "axis" },
    ...scale.ticks.flatMap((tick) => [
      svg("line", { class: "grid", x1: scale.at(tick), x2: scale.at(tick), y1: top, y2: bottom }),
      svg("text", { x: scale.at(tick), y: bottom + 15, "text-anchor": "middle" }, text(tick)),
    ]),
    svg("text", { class: "axis-label", x: (left + right) / 2, y: bottom + 32, "text-anchor": "middle" }, label),
  );
}

export function verticalAxis({ scale, label, text }: Axis, { left, top, right }: Box): SVGElement {
  return svg(
    "g",
    { class: "axis" },
    ...scale.ticks.flatMap((tick) => [
      svg("line", { class: "grid", x1: left, x2: right, y1: scale.at(tick), y2: scale.at(tick) }),
      svg("text", { x: left - 6, y: scale.at(tick), "text-anchor": "end", "dominant-baseline": "central" }, text(tick)),
    ]),
    svg("text", { class: "axis-label", x: 0, y: top - 12 }, label),
  );
}
