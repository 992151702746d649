// Where the lines of a chart run, its marks and whiskers. Pure.
import type { Arm } from "../../../protocol";
import type { Box } from "./axes";
import { ladder, linear, logarithmic, padded, type Range, type Scale } from "./scale";

export type Place = {
  x: number;
  y: number;
  /** Mean ± spread, drawn as a whisker. */
  low?: number;
  high?: number;
  title?: string;
};

export type Line = {
  arm: Arm;
  places: readonly Place[];
  /** Which places get the arm's marker: all, the highest, or some evenly spread ones. */
  marks: "all" | "peak" | "some";
};

/** An arm that has one value for the whole width, with its spread. */
export type Band = { arm: Arm; mean: number; low: number; high: number; title: string };

export type Chart = {
  lines: readonly Line[];
  bands?: readonly Band[];
  /** Named values of a logarithmic horizontal axis; a linear one without. */
  powers?: readonly number[];
  /** Named values of a linear horizontal axis where not any will do. */
  named?: readonly number[];
  /** Whether the horizontal axis counts, such as epochs. */
  counts?: boolean;
  /** Whether the vertical axis is logarithmic. */
  logarithmic?: boolean;
  /** The vertical axis goes at least to these and at most to those ends. */
  include?: readonly number[];
  ends?: Range;
};

export type LineLayout = {
  box: Box;
  x: Scale;
  y: Scale;
  lines: {
    arm: Arm;
    path: string;
    marks: { x: number; y: number; title: string }[];
    whiskers: { x: number; low: number; high: number }[];
  }[];
  bands: { arm: Arm; y: number; top: number; bottom: number; title: string }[];
};

const MARGIN = { left: 46, top: 26, right: 12, bottom: 38 };
/** Pixels between whiskers at the same place. */
const APART = 5;
const SOME = 7;

export function lineLayout(chart: Chart, width: number, height: number): LineLayout {
  const { lines, bands = [] } = chart;
  const box = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const places = lines.flatMap((line) => line.places);
  const x = horizontal(
    places.map((place) => place.x),
    chart,
    [box.left + 8, box.right - 8],
  );
  const heights = [
    ...places.flatMap(({ y, low = y, high = y }) => [y, low, high]),
    ...bands.flatMap(({ mean, low, high }) => [mean, low, high]),
    ...(chart.include ?? []),
  ];
  const y = vertical(heights, chart, [box.bottom, box.top]);
  const dodge = (index: number) => {
    const whiskered = lines.some((line) => line.places.some(({ low, high }) => low !== high));
    return whiskered ? (index - (lines.length - 1) / 2) * APART : 0;
  };
  return {
    box,
    x,
    y,
    lines: lines.map((line, index) => {
      const at = (place: Place) => ({ ...place, x: x.at(place.x) + dodge(index), y: y.at(place.y) });
      const shown = line.places.filter(finite);
      return {
        arm: line.arm,
        path: path(line.places.map(at)),
        marks: marked(shown, line.marks).map((place) => ({ title: place.title ?? "", x: at(place).x, y: at(place).y })),
        whiskers: shown.flatMap((place) =>
          place.low === undefined || place.high === undefined || place.low === place.high
            ? []
            : [{ x: at(place).x, low: y.at(place.low), high: y.at(place.high) }],
        ),
      };
    }),
    bands: bands.map(({ arm, mean, low, high, title }) => ({
      arm,
      y: y.at(mean),
      top: y.at(high),
      bottom: y.at(low),
      title,
    })),
  };
}

function horizontal(values: readonly number[], { powers, named, counts }: Chart, range: Range): Scale {
  const all = values.length > 0 ? values : (powers ?? named ?? [0, 1]);
  const domain: Range = [Math.min(...all), Math.max(...all)];
  if (powers) return logarithmic(domain, range, powers);
  const scale = linear(domain, range, Math.max(2, Math.floor((range[1] - range[0]) / 70)));
  return { ...scale, ticks: named ?? (counts ? scale.ticks.filter(Number.isInteger) : scale.ticks) };
}

function vertical(values: readonly number[], { logarithmic: powers, ends }: Chart, range: Range): Scale {
  if (!powers) return linear(padded(values, 0.06, ends), range, 5);
  const positive = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log);
  const [low, high] = padded(positive, 0.06);
  const domain: Range = [Math.exp(low), Math.exp(high)];
  return logarithmic(domain, range, ladder(domain, 7));
}

function finite({ x, y }: Place): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** The places that get a marker. */
function marked(places: readonly Place[], marks: Line["marks"]): readonly Place[] {
  if (marks === "all" || places.length === 0) return places;
  if (marks === "peak") return [places.reduce((best, place) => (place.y > best.y ? place : best))];
  const step = Math.max(1, Math.round((places.length - 1) / (SOME - 1)));
  return places.filter((_, i) => i % step === 0);
}

/** A line through places in pixels, interrupted where one is not finite. */
export function path(places: readonly Place[]): string {
  let pen = "M";
  let drawn = "";
  for (const place of places) {
    if (!finite(place)) {
      pen = "M";
      continue;
    }
    drawn += `${pen}${place.x.toFixed(1)},${place.y.toFixed(1)}`;
    pen = "L";
  }
  return drawn;
}
