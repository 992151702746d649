// A short stroke of an arm's line with its marker: the key that legend, form and tables share.
import { lookOf, markerPath, slug } from "../arms";
import { svg } from "../dom";
import type { Arm } from "../protocol";

export function sample(arm: Arm): SVGSVGElement {
  const look = lookOf(arm);
  return svg(
    "svg",
    { class: `sample arm-${slug(arm)}`, viewBox: "0 0 30 14", width: 30, height: 14, "aria-hidden": "true", focusable: "false" },
    svg("path", { class: "sample-line", d: "M1 7H29", "stroke-dasharray": look.dash.join(" ") || "none" }),
    svg("path", { class: "sample-marker", d: markerPath(look.marker, 4), transform: "translate(15 7)" }),
  );
}
