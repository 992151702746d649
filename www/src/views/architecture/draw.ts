// Draws the network picture as SVG.
import { svg } from "../../dom";
import type { Arc, Core, Link, Picture, Slat, Wedge, Wire } from "./layout";

/** `solid`: how far the blocks have taken over from their chains, 0 to 1. */
export function drawPicture(picture: Picture, solid: number): SVGElement[] {
  return [
    ...picture.wires.map((wire) => line(wire, "wire")),
    ...(solid < 0.5 ? picture.hangers.map((wire) => line(wire, "hanger")) : []),
    ...picture.arcs.flatMap(arc),
    ...picture.slats.map(slat),
    ...picture.cores.map((core) => block(core, solid)),
    ...picture.links.filter(({ opacity }) => opacity > 0.01).map(link),
  ];
}

function line({ x1, y1, x2, y2 }: Wire, name: string): SVGElement {
  return svg("line", { class: name, x1, y1, x2, y2 });
}

/** Letters that stand upright in a slat with room to spare. */
const ROOMY = 9;

/** The line of a value that skips layers, with an arrow where it arrives. */
function arc({ line, arrow, title }: Arc): SVGElement[] {
  const [x = 0, y = 0] = line.at(-1) ?? [];
  const path = svg("path", { class: "arc", d: `M${line.map((point) => point.join(",")).join("L")}` }, svg("title", {}, title));
  return arrow ? [path, svg("path", { class: "arc-head", d: `M${x - 3},${y - 5}h6l-3,5Z` })] : [path];
}

function slat({ x, y, w, h, label, title, upright, aside }: Slat): SVGElement {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const turn = upright ? `rotate(-90 ${cx} ${cy})` : null;
  return svg(
    "g",
    { class: aside ? "slat slat-aside" : "slat" },
    svg("title", {}, title),
    svg("rect", { x, y, width: w, height: h, rx: 3 }),
    svg(
      "text",
      {
        class: upright && label.length > ROOMY ? "cramped" : null,
        x: cx,
        y: cy,
        transform: turn,
        "text-anchor": "middle",
        "dominant-baseline": "central",
      },
      label,
    ),
  );
}

function block({ wedge, lines, expanded, title }: Core, solid: number): SVGElement {
  const state = expanded ? (solid > 0.5 ? "core folded" : "core open") : "core plain";
  return svg(
    "g",
    { class: state },
    svg("title", {}, title),
    svg("rect", { class: "core-box", x: wedge.x, y: wedge.y, width: wedge.w, height: wedge.h, rx: 5 }),
    svg("path", { class: "core-wedge", d: wedgePath(wedge) }),
    text(wedge, lines, 1),
  );
}

function link({ wedge, lines, title, opacity }: Link): SVGElement {
  return svg(
    "g",
    { class: "link", opacity: opacity.toFixed(3) },
    svg("title", {}, title),
    svg("rect", { class: "link-box", x: wedge.x, y: wedge.y, width: wedge.w, height: wedge.h, rx: 3 }),
    svg("path", { class: "link-wedge", d: wedgePath(wedge) }),
    text(wedge, lines, opacity),
  );
}

/** Lines of text around the middle of a box; they give way before the shape does. */
function text({ x, y, w, h }: Wedge, lines: readonly string[], opacity: number): SVGElement {
  const pitch = lines.length > 3 ? 11.5 : 12;
  const top = y + h / 2 - ((lines.length - 1) * pitch) / 2;
  return svg(
    "text",
    { "text-anchor": "middle", "dominant-baseline": "central", opacity: Math.max(0, 2 * opacity - 1).toFixed(3) },
    ...lines.map((line, i) => svg("tspan", { class: `line-${i}`, x: x + w / 2, y: top + i * pitch }, line)),
  );
}

function wedgePath({ x, y, w, h, from, to, across }: Wedge): string {
  const [cx, cy] = [x + w / 2, y + h / 2];
  const points = across
    ? [
        [x, cy - from / 2],
        [x + w, cy - to / 2],
        [x + w, cy + to / 2],
        [x, cy + from / 2],
      ]
    : [
        [cx - from / 2, y],
        [cx + from / 2, y],
        [cx + to / 2, y + h],
        [cx - to / 2, y + h],
      ];
  return `M${points.map((point) => point.map((value) => value?.toFixed(1)).join(",")).join("L")}Z`;
}
