// A short stroke of an arm's line with its marker, and the arm's name: the key that legend, form and tables share.
import { lookOf, markerPath, markPath, slug } from "../arms";
import { el, svg } from "../dom";
import type { Arm } from "../protocol";

export function sample(arm: Arm): SVGSVGElement {
  const { dash, marker, mark } = lookOf(arm);
  const transform = "translate(15 7)";
  return svg(
    "svg",
    { class: `sample arm-${slug(arm)}`, viewBox: "0 0 30 14", width: 30, height: 14, "aria-hidden": "true", focusable: "false" },
    svg("path", { class: "sample-line", d: "M1 7H29", "stroke-dasharray": dash.join(" ") || "none" }),
    svg("path", { class: "sample-marker", d: markerPath(marker, mark === "none" ? 4 : 5), transform }),
    mark === "none" ? null : svg("path", { class: "sample-mark", d: markPath(mark, marker, 5), transform }),
  );
}

/** The stroke and the arm's name, which may break after a plus where room is short. */
export function named(arm: Arm, ...more: Node[]): HTMLElement {
  const [first = "", ...rest] = arm.split(/(?<=\+)/);
  const name = el("span", { class: "arm-name" }, first, ...rest.flatMap((part) => [el("wbr"), part]), ...more);
  return el("span", { class: "arm-key" }, sample(arm), name);
}
