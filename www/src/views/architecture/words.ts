// The words in the network picture. Pure.
import { count, percent, shape, short, tiny } from "../../format";
import type {
  ArmDescription,
  ContractionReport,
  DatasetDescription,
  LayerDescription,
  LayerKind,
  MapDescription,
  Task,
} from "../../protocol";
import { nameOf, type Skip } from "./skips";

/** How much room there is for words: three short lines, four shorter ones, or two long ones. */
export type Room = "tall" | "narrow" | "flat";

/** Letters that stand upright in a slat. */
const UPRIGHT = 11;

/** What stands for a layer that keeps a value aside or takes one; the name follows. */
const SIGNS: Partial<Record<LayerKind, string>> = { tag: "•", split: "½", from: "←", add: "+", concat: "∥" };

export function slatLabel(layer: LayerDescription, upright: boolean): string {
  if (!upright) return layer.text;
  const sign = SIGNS[layer.kind];
  const label = sign ? `${sign} ${nameOf(layer)}` : layer.text;
  return label.length > UPRIGHT ? `${label.slice(0, UPRIGHT - 1)}…` : label;
}

/** A layer without weights in a sentence. */
export function slatTitle(layer: LayerDescription): string {
  const name = nameOf(layer);
  const became = String(layer.input) === String(layer.output) ? "" : `, ${shape(layer.input)} to ${shape(layer.output)}`;
  switch (layer.kind) {
    case "tag":
      return `${layer.text}: keeps the value as ${name}`;
    case "split":
      return `${layer.text}: keeps the first half of the channels as ${name}, goes on with the second${became}`;
    case "from":
      return `${layer.text}: goes on from the value kept as ${name}${became}`;
    case "add":
      return `${layer.text}: adds the value kept as ${name}`;
    case "concat":
      return `${layer.text}: puts the channels kept as ${name} before these${became}`;
    default:
      return `${layer.text}${became}`;
  }
}

export function skipTitle({ name }: Skip): string {
  return `${name}: a value that skips the layers below`;
}

export function coreTitle({ name, text, input, output }: LayerDescription): string {
  return `${name}: ${text}, ${shape(input)} to ${shape(output)}`;
}

/** Lines on a block: name, channels and kernel, parameters after contraction where they are known. */
export function coreLines(layer: LayerDescription, compact: LayerDescription | null, room: Room): string[] {
  const kernel = /\bk(\d+)\b/.exec(layer.text)?.[1];
  const size = `${count(layer.input[0])} → ${count(layer.output[0])}`;
  const groups = Number(/\bg(\d+)\b/.exec(layer.text)?.[1] ?? 1);
  const lines = [layer.name, ...sizeLines(size, kernel ? `${kernel}×${kernel}${grouped(groups, layer.input[0])}` : "", room)];
  return compact ? [...lines, `${short(compact.parameters)} par.`] : lines;
}

/** Lines on a map of a chain. */
export function mapLines(map: MapDescription, room: Room): string[] {
  const size = sizeLines(`${count(map.inputs)} → ${count(map.outputs)}`, kernelOf(map), room);
  const weights = `${short(map.parameters)} par.`;
  const work = `${short(map.macs)} MAC`;
  return room === "flat" ? [...size, `${weights} · ${work}`] : [...size, weights, work];
}

/** A convolution in as many groups as channels is depthwise. */
function grouped(groups: number, channels: number): string {
  return groups === 1 ? "" : groups === channels ? " dw" : ` g${groups}`;
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

/** The picture in sentences, one per layer that has weights, keeps a value aside or takes one. */
export function sentences({ layers }: ArmDescription): string[] {
  return layers.flatMap((layer) => {
    const { name, text, maps, kind } = layer;
    if (maps.length > 1) return `${name} (${text}) is trained as ${maps.length} maps: ${maps.map(mapTitle).join("; ")}.`;
    if (maps.length > 0) return `${name} (${text}) is trained as it is: ${maps.map(mapTitle).join("")}.`;
    if (kind === "transposed") return `${coreTitle(layer)}, is trained as it is.`;
    return nameOf(layer) === null ? [] : `${slatTitle(layer)}.`;
  });
}

/** A contraction is exact when what is left is rounding. */
export const ROUNDING = 1e-5;

export type Verdict = { exact: boolean; error: string; facts: [term: string, text: string][] };

/** What is compared one by one. */
const COMPARED: Record<Task, string> = { classify: "images", segment: "pixels", detect: "boxes" };

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
