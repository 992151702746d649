// Where the rows of a dot plot lie: a name, a bar with its marks along a shared axis, and the numbers in words. Pure.
import type { Arm } from "../../../protocol";
import type { Box } from "./axes";
import { linear, padded, type Range, type Scale } from "./scale";

export type DotRow = {
  arm: Arm;
  /** The arm, and its rate and kernel where there are several. */
  name: string;
  /** From, to: an interval, a spread, or the way between two marks. */
  bar: Range | null;
  /** A thick bar says that what it shows is certain enough. */
  strong: boolean;
  /** The arm's own marker, or a plain tick for a second value. */
  marks: readonly { value: number; tick: boolean }[];
  /** The numbers in words. */
  text: string;
};

export type DotChart = {
  rows: readonly DotRow[];
  /** A value with a line of its own, such as no difference. */
  reference?: number;
  ends?: Range;
};

export type DotLayout = {
  height: number;
  box: Box;
  x: Scale;
  reference: number | null;
  rows: {
    row: DotRow;
    y: number;
    name: { x: number; y: number };
    text: { x: number; y: number; anchor: "start" | "end" };
    bar: Range | null;
    marks: { x: number; tick: boolean }[];
  }[];
};

const TOP = 6;
const AXIS = 38;
/** Pixels a character of the page's font takes at most, on average. */
const LETTER = 6.6;
const LEAST_PLOT = 170;

/** Beside each other where there is room; else names and numbers stand above their bars. */
export function dotLayout({ rows, reference, ends }: DotChart, width: number): DotLayout {
  const longest = (texts: readonly string[]) => Math.ceil(Math.max(0, ...texts.map((text) => text.length)) * LETTER);
  const names = longest(rows.map(({ name }) => name)) + 12;
  const texts = longest(rows.map(({ text }) => text)) + 12;
  const wide = width - names - texts >= LEAST_PLOT;
  const pitch = wide ? 30 : 44;
  const bottom = TOP + rows.length * pitch;
  const box = { left: wide ? names : 4, top: TOP, right: wide ? width - texts : width - 4, bottom };
  const values = rows.flatMap(({ bar, marks }) => [...(bar ?? []), ...marks.map(({ value }) => value)]);
  const domain = padded(reference === undefined ? values : [...values, reference], 0.06, ends);
  const scale = linear(domain, [box.left + 8, box.right - 8], Math.max(2, Math.floor((box.right - box.left) / 46)));
  // Without a value there is nothing that an axis could name.
  const x = values.length > 0 ? scale : { ...scale, ticks: reference === undefined ? [] : [reference] };
  return {
    height: bottom + AXIS,
    box,
    x,
    reference: reference === undefined ? null : x.at(reference),
    rows: rows.map((row, index) => {
      const top = TOP + index * pitch;
      const y = wide ? top + pitch / 2 : top + 30;
      const words = wide ? y : top + 11;
      return {
        row,
        y,
        name: { x: 0, y: words },
        text: { x: width, y: words, anchor: "end" },
        bar: row.bar && [x.at(row.bar[0]), x.at(row.bar[1])],
        marks: row.marks.map(({ value, tick }) => ({ x: x.at(value), tick })),
      };
    }),
  };
}
