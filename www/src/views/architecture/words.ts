// The words in the network picture. Pure.
import { count, percent, short, tiny } from "../../format";
import type {
  ArmDescription,
  ContractionReport,
  DatasetDescription,
  LayerDescription,
  MapDescription,
  Task,
} from "../../protocol";

/** How much room there is for words: three short lines, four shorter ones, or two long ones. */
export type Room = "tall" | "narrow" | "flat";

/** Lines on a block: name, channels and kernel, parameters after contraction where they are known. */
export function coreLines(layer: LayerDescription, compact: LayerDescription | null, room: Room): string[] {
  const kernel = /\bk(\d+)\b/.exec(layer.text)?.[1];
  const size = `${count(layer.input[0])} → ${count(layer.output[0])}`;
  const lines = [layer.name, ...sizeLines(size, kernel ? `${kernel}×${kernel}` : "", room)];
  return compact ? [...lines, `${short(compact.parameters)} par.`] : lines;
}

/** Lines on a map of a chain. */
export function mapLines(map: MapDescription, room: Room): string[] {
  const size = sizeLines(`${count(map.inputs)} → ${count(map.outputs)}`, kernelOf(map), room);
  const weights = `${short(map.parameters)} par.`;
  const work = `${short(map.macs)} MAC`;
  return room === "flat" ? [...size, `${weights} · ${work}`] : [...size, weights, work];
}

function sizeLines(size: string, kernel: string, room: Room): string[] {
  if (kernel === "") return [size];
  return room === "narrow" ? [size, kernel] : [`${size} · ${kernel}`];
}

export function mapTitle(map: MapDescription): string {
  const more = [
    map.stride > 1 ? `stride ${map.stride}` : "",
    map.dilation > 1 ? `dilation ${map.dilation}` : "",
    map.groups > 1 ? `${map.groups} groups` : "",
  ].filter(Boolean);
  return `${map.name}: ${[
    `${map.inputs} to ${map.outputs} channels`,
    kernelOf(map),
    ...more,
    `${count(map.parameters)} parameters`,
    `${count(map.macs)} multiply-adds per image`,
  ]
    .filter(Boolean)
    .join(", ")}`;
}

function kernelOf({ name, kernel }: MapDescription): string {
  return name.startsWith("fc") ? "" : `${kernel}×${kernel}`;
}

/** The picture in sentences, one per layer that has weights. */
export function sentences({ layers }: ArmDescription): string[] {
  return layers
    .filter(({ maps }) => maps.length > 0)
    .map((layer) =>
      layer.maps.length > 1
        ? `${layer.name} (${layer.text}) is trained as ${layer.maps.length} maps: ${layer.maps.map(mapTitle).join("; ")}.`
        : `${layer.name} (${layer.text}) is trained as it is: ${layer.maps.map(mapTitle).join("")}.`,
    );
}

/** A contraction is exact when what is left is rounding. */
export const ROUNDING = 1e-5;

export type Verdict = { exact: boolean; error: string; facts: [term: string, text: string][] };

/** What is compared one by one. */
const COMPARED: Record<Task, string> = { classify: "images", segment: "pixels", detect: "cells" };

export function verdict(report: ContractionReport, { task, quality }: Pick<DatasetDescription, "task" | "quality">): Verdict {
  const agreement = percent(report.agreement, report.agreement === 1 ? 0 : 2);
  const images = `${count(report.probe)} images`;
  return {
    exact: report.max_relative_error <= ROUNDING,
    error: tiny(report.max_relative_error),
    facts: [
      ["same class", task === "classify" ? `${agreement} of ${images}` : `${agreement} of the ${COMPARED[task]} of ${images}`],
      [`test ${quality}`, `${percent(report.accuracy_before)} → ${percent(report.accuracy_after)}`],
      ["parameters", `${count(report.parameters_before)} → ${count(report.parameters_after)}`],
    ],
  };
}
