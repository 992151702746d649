// Where everything of the network picture stands. Pure: numbers in, rectangles out.
//
// A layer with weights is a block whose sides are as long as its channels are many; the others are slats between them.
// Under (or, on a narrow page, beside) an expanded layer hangs its chain: one trapezoid a map, wide where the channels are
// many, so that a chain swells and narrows. Values that skip layers run above them. `fold` moves every map from its place in the chain (0) into the block (1).
import type { ArmDescription, LayerDescription, MapDescription } from "../../protocol";
import { nameOf, type Span, skips, spans } from "./skips";
import { coreLines, coreTitle, mapLines, mapTitle, type Room, skipTitle, slatLabel, slatTitle } from "./words";

export type Box = { x: number; y: number; w: number; h: number };

/** A four-sided shape: a box whose first edge is `from` long and the opposite one `to`, both centred. */
export type Wedge = Box & { from: number; to: number; across: boolean };

/** `aside`: it keeps a value for later, or takes one. */
export type Slat = Box & { label: string; title: string; upright: boolean; aside: boolean };
export type Core = { wedge: Wedge; lines: readonly string[]; expanded: boolean; title: string };
export type Link = { wedge: Wedge; lines: readonly string[]; title: string; opacity: number };
/** A value on its way over layers: a line, and an arrow down into the layer that takes it. */
export type Arc = { line: readonly (readonly [x: number, y: number])[]; arrow: boolean; title: string };
export type Wire = { x1: number; y1: number; x2: number; y2: number };

export type Picture = {
  width: number;
  height: number;
  slats: Slat[];
  cores: Core[];
  links: Link[];
  wires: Wire[];
  hangers: Wire[];
  arcs: Arc[];
};

export type PictureInput = {
  arm: ArmDescription;
  /** The compact network, for what a layer weighs after contraction; null if it is not in the race. */
  compact: ArmDescription | null;
  width: number;
  fold: number;
};

const SLAT = 15;
const GAP = 3;
const CORE = { least: 74, most: 132, height: 62 };
/** Room above a row for values that skip layers: below the first lane, and from lane to lane. */
const LANE = { foot: 4, pitch: 5 };
const LINK = { tall: 52, flat: 30, gap: 2, drop: 12 };
/** Below this width of a block, channels and kernel get a line each. */
const ROOMY = 96;
/** Below this width the network runs downwards. */
const NARROW = 560;

/** Length of an edge of `channels` channels, at most `length`: logarithmic, since chains multiply. */
export function edge(channels: number, most: number, length: number): number {
  const share = Math.log2(channels + 1) / Math.log2(most + 1);
  return Math.round(length * (0.22 + 0.78 * Math.min(1, share)));
}

export function picture(input: PictureInput): Picture {
  return input.width < NARROW ? downwards(input) : rightwards(input);
}

/** Transposed convolutions have weights but no chain. */
export const hasWeights = ({ maps, kind }: LayerDescription) => maps.length > 0 || kind === "transposed";
const mix = (a: number, b: number, t: number) => a + (b - a) * t;

function widest({ layers }: ArmDescription): number {
  return Math.max(1, ...layers.flatMap(({ maps }) => maps.flatMap(({ inputs, outputs }) => [inputs, outputs])));
}

function bare(width: number): Picture {
  return { width, height: 0, slats: [], cores: [], links: [], wires: [], hangers: [], arcs: [] };
}

/** The maps of one chain from their places down to the block they fold into; each starts a little after the one below it. */
function chain(
  maps: readonly MapDescription[],
  places: readonly Box[],
  into: Box,
  most: number,
  fold: number,
  room: Room,
): Link[] {
  return maps.map((map, i) => {
    const place = places[i] ?? into;
    const lead = (0.35 * i) / Math.max(1, maps.length);
    const t = ease(Math.min(1, Math.max(0, (fold - lead) / (1 - 0.35))));
    const box = {
      x: mix(place.x, into.x, t),
      y: mix(place.y, into.y, t),
      w: mix(place.w, into.w, t),
      h: mix(place.h, into.h, t),
    };
    const [from, to] = [edge(map.inputs, most, box.w), edge(map.outputs, most, box.w)];
    return { wedge: { ...box, from, to, across: false }, lines: mapLines(map, room), title: mapTitle(map), opacity: 1 - t ** 3 };
  });
}

function ease(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

function core(layer: LayerDescription, box: Box, most: number, across: boolean, room: Room, input: PictureInput): Core {
  const length = across ? box.h : box.w;
  const compact = input.compact?.layers.find(({ name }) => name === layer.name) ?? null;
  return {
    wedge: { ...box, from: edge(layer.input[0], most, length), to: edge(layer.output[0], most, length), across },
    lines: coreLines(layer, compact, room),
    expanded: layer.maps.length > 1,
    title: coreTitle(layer),
  };
}

/** Layers from left to right, in as many rows as the width asks for; chains hang below. */
function rightwards(input: PictureInput): Picture {
  const { arm, width, fold } = input;
  const most = widest(arm);
  const out = bare(width);
  const all = skips(arm.layers);
  let y = 0;
  let first = 0;
  for (const row of rows(arm.layers, width)) {
    const over = spans(all, first, first + row.length - 1);
    const lanes = Math.max(0, ...over.map(({ lane }) => lane));
    const places: Box[] = [];
    y += lanes > 0 ? LANE.foot + LANE.pitch * lanes : 0;
    const cores = row.filter(hasWeights).length;
    const slats = row.length - cores;
    const room = width - slats * SLAT - (row.length - 1) * GAP;
    const w = Math.min(CORE.most, Math.max(CORE.least, Math.floor(room / Math.max(1, cores))));
    const words = w < ROOMY ? "narrow" : "tall";
    let x = 0;
    const middle = y + CORE.height / 2;
    for (const layer of row) {
      const wide = hasWeights(layer) ? w : SLAT;
      if (x > 0 && layer.kind !== "from") out.wires.push({ x1: x - GAP, y1: middle, x2: x, y2: middle });
      if (hasWeights(layer)) {
        const box = { x, y, w: wide, h: CORE.height };
        out.cores.push(core(layer, box, most, true, words, input));
        if (layer.maps.length > 1) {
          const top = y + CORE.height + LINK.drop;
          const below = layer.maps.map((_, i) => ({ x, y: top + i * (LINK.tall + LINK.gap), w: wide, h: LINK.tall }));
          out.hangers.push({ x1: x + wide / 2, y1: y + CORE.height, x2: x + wide / 2, y2: top });
          out.links.push(...chain(layer.maps, below, box, most, fold, words));
        }
        places.push(box);
      } else {
        const slat = slatOf(layer, { x, y: y + 4, w: wide, h: CORE.height - 8 }, true);
        out.slats.push(slat);
        places.push(slat);
      }
      x += wide + GAP;
    }
    out.arcs.push(...over.map((span) => arcOf(span, places, first, y, x - GAP)));
    first += row.length;
    const longest = Math.max(0, ...row.map(({ maps }) => (maps.length > 1 ? maps.length : 0)));
    // The room of a folded chain closes behind it.
    const below = longest > 0 ? LINK.drop + longest * (LINK.tall + LINK.gap) : 0;
    y += CORE.height + below * (1 - ease(fold)) + 14;
  }
  return { ...out, height: Math.max(0, y - 14) };
}

function slatOf(layer: LayerDescription, box: Box, upright: boolean): Slat {
  const aside = nameOf(layer) !== null;
  return { ...box, label: slatLabel(layer, upright), title: slatTitle(layer), upright, aside };
}

/** Up from the layer that keeps the value, across, and down into the one that takes it, as far as they are in the row. */
function arcOf(span: Span, places: readonly Box[], first: number, top: number, end: number): Arc {
  const middle = (index: number) => {
    const { x, w } = places[index - first] ?? { x: 0, w: 0 };
    return x + w / 2;
  };
  const y = top - LANE.foot - LANE.pitch * (span.lane - 0.5);
  // Where several values meet, each has a line of its own.
  const [left, right] = [span.opens ? middle(span.from) : 0, span.closes ? middle(span.to) : end];
  const line: [number, number][] = [
    [left, y],
    [right, y],
  ];
  if (span.opens) line.unshift([left, top + 4]);
  if (span.closes) line.push([right, top + 3]);
  return { line, arrow: span.closes, title: skipTitle(span.skip) };
}

/** Breaks the layers into rows that fit when every block has its least width. */
function rows(layers: readonly LayerDescription[], width: number): LayerDescription[][] {
  const all: LayerDescription[][] = [[]];
  let used = 0;
  for (const layer of layers) {
    const wide = (hasWeights(layer) ? CORE.least : SLAT) + GAP;
    if (used + wide > width + GAP) {
      all.push([]);
      used = 0;
    }
    all.at(-1)?.push(layer);
    used += wide;
  }
  return all;
}

/** Layers from top to bottom; chains stand beside them. */
function downwards(input: PictureInput): Picture {
  const { arm, width, fold } = input;
  const most = widest(arm);
  const out = bare(width);
  const w = 104;
  const beside = { x: w + LINK.drop, w: width - w - LINK.drop };
  let y = 0;
  for (const layer of arm.layers) {
    if (y > 0 && layer.kind !== "from") out.wires.push({ x1: w / 2, y1: y - GAP, x2: w / 2, y2: y });
    const links = layer.maps.length > 1 ? layer.maps.length : 0;
    const open = Math.max(CORE.height, links * (LINK.flat + LINK.gap) - LINK.gap);
    const h = hasWeights(layer) ? mix(open, CORE.height, ease(fold)) : SLAT;
    if (hasWeights(layer)) {
      const box = { x: 0, y, w, h };
      out.cores.push(core(layer, box, most, false, "tall", input));
      if (links > 0) {
        const top = y + (h - links * (LINK.flat + LINK.gap) + LINK.gap) / 2;
        const places = layer.maps.map((_, i) => ({ ...beside, y: top + i * (LINK.flat + LINK.gap), h: LINK.flat }));
        out.hangers.push({ x1: w, y1: y + h / 2, x2: beside.x, y2: y + h / 2 });
        out.links.push(...chain(layer.maps, places, box, most, fold, "flat"));
      }
    } else out.slats.push(slatOf(layer, { x: 8, y, w: w - 16, h }, false));
    y += h + GAP;
  }
  return { ...out, height: Math.max(0, y - GAP) };
}
