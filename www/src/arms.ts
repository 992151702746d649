// How an arm looks, so that no arm is told apart by colour alone: the rule gives colour and marker, the variant a dash
// and a second mark inside the marker. And what its name says of it.
import type { Arm } from "./protocol";

export type Marker = "circle" | "square" | "triangle" | "diamond" | "plus" | "wedge" | "star";

/** Cut out of the marker. */
export type Mark = "none" | "dot" | "bar" | "cross" | "hollow" | "post" | "half";

export type Look = { css: string; dash: readonly number[]; marker: Marker; mark: Mark };

type Base = Omit<Look, "mark">;

/** By rule. Longer names come first: `CL+FC` begins as `CL` does. */
const BASES: Readonly<Record<string, Base>> = {
  "CL+FC": { css: "--arm-clfc", dash: [9, 3, 2, 3], marker: "plus" },
  "CK+FC": { css: "--arm-ckfc", dash: [5, 2, 1.5, 2, 1.5, 2], marker: "wedge" },
  compact: { css: "--arm-compact", dash: [], marker: "circle" },
  teacher: { css: "--arm-teacher", dash: [1.5, 2, 7, 2], marker: "star" },
  CL: { css: "--arm-cl", dash: [9, 3], marker: "square" },
  CK: { css: "--arm-ck", dash: [4, 3], marker: "triangle" },
  FC: { css: "--arm-fc", dash: [1.5, 3], marker: "diamond" },
};

/** By variant; the plain one keeps the dash of its rule. */
const VARIANTS: Readonly<Record<string, { dash: readonly number[]; mark: Mark }>> = {
  "+KD": { dash: [2, 2], mark: "dot" },
  "+Init": { dash: [12, 4], mark: "bar" },
  "+Init+KD": { dash: [12, 3, 2, 3, 2, 3], mark: "cross" },
  "+nonlinear": { dash: [1, 4], mark: "hollow" },
  "+compact": { dash: [6, 6], mark: "post" },
  "+contracted": { dash: [3, 3, 9, 3], mark: "half" },
};

/** The rule and the variant that an arm's name is put together from. */
export function partsOf(arm: Arm): { rule: string; variant: string } {
  const rule = Object.keys(BASES).find((name) => arm === name || arm.startsWith(`${name}+`)) ?? arm;
  return { rule, variant: arm.slice(rule.length) };
}

export function lookOf(arm: Arm): Look {
  const { rule, variant } = partsOf(arm);
  const base = BASES[rule] ?? { css: "--ink-2", dash: [], marker: "circle" };
  return { ...base, mark: "none", ...VARIANTS[variant] };
}

/** Whether the expansion rate makes a difference to it. */
export function usesRate(arm: Arm): boolean {
  const { rule } = partsOf(arm);
  return rule !== "compact" && rule !== "teacher";
}

/** Whether it learns from a teacher. */
export function distilled(arm: Arm): boolean {
  return arm.endsWith("+KD");
}

/** Whether its network can be contracted, and so be taken home: nonlinear counterparts cannot. */
export function contracts(arm: Arm): boolean {
  return partsOf(arm).variant !== "+nonlinear";
}

/** For attributes: `CL+FC` is no good in a selector. */
export function slug(arm: Arm): string {
  return arm.toLowerCase().replaceAll("+", "-");
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
    case "star":
      return `M${Array.from({ length: 10 }, (_, i) => spike(i, r)).join("L")}Z`;
  }
}

function spike(index: number, r: number): string {
  const [angle, length] = [(index * Math.PI) / 5, index % 2 === 0 ? 1.4 * r : 0.65 * r];
  return `${(length * Math.sin(angle)).toFixed(2)},${(-length * Math.cos(angle)).toFixed(2)}`;
}

/** What is cut out of a marker of radius `r`, as an SVG path to be filled with the paper's colour; empty for no mark. */
export function markPath(mark: Mark, marker: Marker, r: number): string {
  const bar = (w: number, h: number): string => `M${-w},${-h}h${2 * w}v${2 * h}h${-2 * w}Z`;
  switch (mark) {
    case "none":
      return "";
    case "dot":
      return markerPath("circle", 0.42 * r);
    case "bar":
      return bar(1.5 * r, 0.22 * r);
    case "post":
      return bar(0.22 * r, 1.5 * r);
    case "cross":
      return bar(1.5 * r, 0.2 * r) + bar(0.2 * r, 1.5 * r);
    case "hollow":
      return markerPath(marker, 0.62 * r);
    case "half":
      return `M${0.1 * r},${-0.55 * r}h${1.2 * r}v${1.1 * r}h${-1.2 * r}Z`;
  }
}
