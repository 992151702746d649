// How an arm looks: colour, dash and marker, so that no arm is told apart by colour alone.
import type { Arm } from "./protocol";

export type Marker = "circle" | "square" | "triangle" | "diamond" | "plus" | "wedge";

export type Look = { css: string; dash: readonly number[]; marker: Marker };

const LOOKS: Record<Arm, Look> = {
  compact: { css: "--arm-compact", dash: [], marker: "circle" },
  CL: { css: "--arm-cl", dash: [9, 3], marker: "square" },
  CK: { css: "--arm-ck", dash: [4, 3], marker: "triangle" },
  FC: { css: "--arm-fc", dash: [1.5, 3], marker: "diamond" },
  "CL+FC": { css: "--arm-clfc", dash: [9, 3, 2, 3], marker: "plus" },
  "CK+FC": { css: "--arm-ckfc", dash: [5, 2, 1.5, 2, 1.5, 2], marker: "wedge" },
};

export function lookOf(arm: Arm): Look {
  return LOOKS[arm];
}

/** For attributes: `CL+FC` is no good in a selector. */
export function slug(arm: Arm): string {
  return arm.toLowerCase().replace("+", "-");
}

/** A marker of radius `r` around the origin, as an SVG path; the canvas draws the same path. */
export function markerPath(marker: Marker, r: number): string {
  switch (marker) {
    case "circle":
      return `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case "square":
      return `M${-r * 0.9},${-r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}Z`;
    case "triangle":
      return `M0,${-r * 1.2}L${r * 1.1},${r * 0.8}H${-r * 1.1}Z`;
    case "wedge":
      return `M0,${r * 1.2}L${r * 1.1},${-r * 0.8}H${-r * 1.1}Z`;
    case "diamond":
      return `M0,${-r * 1.3}L${r * 1.2},0L0,${r * 1.3}L${-r * 1.2},0Z`;
    case "plus": {
      const t = r * 0.45;
      const s = r * 1.2;
      return `M${-t},${-s}h${2 * t}V${-t}H${s}v${2 * t}H${t}V${s}h${-2 * t}V${t}H${-s}v${-2 * t}H${-t}Z`;
    }
  }
}
