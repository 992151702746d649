// A survey as pictures: which rows of which arm have come, levels of loss that all arms share, and where they run. Pure.
import { contours } from "d3-contour";
import type { Arm, Point, Surveyed } from "../../../protocol";
import { ladder } from "./scale";

export type Grid = {
  arm: Arm;
  /** Points a side. */
  size: number;
  /** One a beta, from low to high; null where it has not come yet. */
  rows: readonly (readonly Point[] | null)[];
};

/** Every arm's grid, as far as it has come. */
export function grids(surveyed: readonly Surveyed[], arms: readonly Arm[], size: number): Grid[] {
  return arms.map((arm) => {
    const rows: (readonly Point[] | null)[] = new Array(size).fill(null);
    for (const portion of surveyed) {
      if (portion.type === "row" && portion.arm === arm && portion.row < size) rows[portion.row] = portion.points;
    }
    return { arm, size, rows };
  });
}

/** The slice through the network along the first direction. */
export function slice({ rows, size }: Grid): readonly Point[] {
  return rows[(size - 1) / 2] ?? [];
}

/** The network's own place. */
export function middle(grid: Grid): Point | null {
  return slice(grid)[(grid.size - 1) / 2] ?? null;
}

export function losses(grid: Grid): number[] {
  return grid.rows.flatMap((row) => row?.map(({ loss }) => loss) ?? []);
}

const MOST_LEVELS = 10;
/** The share of losses that levels cover: a few far off would take them all. */
const COVERED = 0.97;
/** What a logarithm can be taken of. */
const LEAST_LOSS = 1e-9;

/** Losses at which bands change, evenly spaced on a logarithmic scale; the same for all arms. */
export function levels(all: readonly Grid[]): number[] {
  const found = all.flatMap(losses).filter((loss) => Number.isFinite(loss) && loss > 0);
  found.sort((a, b) => a - b);
  const [low, high] = [found[0], found[Math.floor(COVERED * (found.length - 1))]];
  return low === undefined || high === undefined ? [] : ladder([low, high], MOST_LEVELS);
}

export type Block = {
  /** Rows from the bottom, in pixels from the picture's top. */
  y: number;
  height: number;
  /** The area of at least each level, lowest first; inside the block. */
  areas: string[];
};

/** Neighbouring rows that have come, each block with its areas, in a square of `side` pixels; beta points upwards. */
export function blocks({ rows, size }: Grid, thresholds: readonly number[], side: number): Block[] {
  const step = side / (size - 1);
  const found: Block[] = [];
  for (let low = 0; low < size; low++) {
    let high = low;
    while (high < size && rows[high]) high++;
    // A row alone has no area.
    if (high - low >= 2) {
      const height = (high - 1 - low) * step;
      const areas = areasOf(rows.slice(low, high) as Point[][], size, thresholds, (x, y) => [x * step, height - y * step]);
      found.push({ y: side - (high - 1) * step, height, areas });
    }
    low = Math.max(low, high - 1);
  }
  return found;
}

function areasOf(
  rows: readonly (readonly Point[])[],
  size: number,
  thresholds: readonly number[],
  place: (x: number, y: number) => [number, number],
): string[] {
  const top = Math.log(Math.max(LEAST_LOSS, thresholds.at(-1) ?? 1)) + 1;
  // Infinite or not a number: above everything.
  const heights = rows.flatMap((row) =>
    row.map(({ loss }) => (Number.isFinite(loss) ? Math.log(Math.max(LEAST_LOSS, loss)) : top)),
  );
  const ring = (points: readonly number[][]) => {
    const drawn = points.map(([x = 0, y = 0]) => {
      // A grid point lies in the middle of its cell.
      const [left, up] = place(x - 0.5, y - 0.5);
      return `${left.toFixed(1)},${up.toFixed(1)}`;
    });
    return `M${drawn.join("L")}Z`;
  };
  const shapes = contours().size([size, rows.length]).thresholds(thresholds.map(Math.log))(heights);
  return shapes.map(({ coordinates }) => coordinates.flat().map(ring).join(""));
}

/** Rows that have come and rows there will be, over all arms. */
export function progress(all: readonly Grid[]): { done: number; of: number } {
  const done = all.reduce((sum, { rows }) => sum + rows.filter((row) => row !== null).length, 0);
  return { done, of: all.reduce((sum, { size }) => sum + size, 0) };
}
