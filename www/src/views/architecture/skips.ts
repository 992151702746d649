// Values that leave the row of layers and come back later: from where to where, and on which lane above the layers. Pure.
import type { LayerDescription } from "../../protocol";

/** From the layer that keeps a value to one that takes it, by their places in the network. */
export type Skip = { from: number; to: number; name: string };

/** A part of a skip in one row of layers; open where it comes from the row before or goes on in the next. */
export type Span = { skip: Skip; from: number; to: number; opens: boolean; closes: boolean; lane: number };

const KEEPS = new Set(["tag", "split"]);
const TAKES = new Set(["from", "add", "concat"]);

/** The name that a layer keeps a value under, or takes it by. */
export function nameOf({ kind, text }: Pick<LayerDescription, "kind" | "text">): string | null {
  return KEEPS.has(kind) || TAKES.has(kind) ? (text.split(" ")[1] ?? null) : null;
}

export function skips(layers: readonly Pick<LayerDescription, "kind" | "text">[]): Skip[] {
  const kept = new Map<string, number>();
  const found: Skip[] = [];
  layers.forEach((layer, i) => {
    const name = nameOf(layer);
    if (name === null) return;
    const from = kept.get(name);
    if (KEEPS.has(layer.kind)) kept.set(name, i);
    else if (from !== undefined) found.push({ from, to: i, name });
  });
  return found;
}

/** What the row of the layers from `first` to `last` sees of the skips: short ones on low lanes, none on each other. */
export function spans(all: readonly Skip[], first: number, last: number): Span[] {
  const here = all
    .filter(({ from, to }) => from <= last && to >= first)
    .map((skip) => ({
      skip,
      from: Math.max(first, skip.from),
      to: Math.min(last, skip.to),
      opens: skip.from >= first,
      closes: skip.to <= last,
      lane: 0,
    }))
    .sort((a, b) => a.to - a.from - (b.to - b.from));
  here.forEach((span, i) => {
    const under = here.slice(0, i).filter((other) => other.from < span.to && span.from < other.to);
    span.lane = 1 + Math.max(0, ...under.map(({ lane }) => lane));
  });
  return here;
}
