// The training curve of one arm, of bounded length however long the race: neighbours are averaged when it gets full.

/** One or several steps averaged. */
export type Point = { epoch: number; seconds: number; loss: number; accuracy: number; steps: number };

export type Curve = {
  points: readonly Point[];
  /** Steps that make one full point; doubles each time the curve is thinned. */
  stride: number;
};

export const MOST_POINTS = 600;

export const EMPTY: Curve = { points: [], stride: 1 };

/** The curve with one more step. The last point may be partial: it grows until it holds `stride` steps. */
export function extend(curve: Curve, sample: Point, most = MOST_POINTS): Curve {
  const last = curve.points.at(-1);
  if (last && last.steps < curve.stride) {
    return { ...curve, points: [...curve.points.slice(0, -1), merge(last, sample)] };
  }
  const points = [...curve.points, sample];
  return points.length <= most ? { ...curve, points } : { points: halve(points), stride: curve.stride * 2 };
}

function halve(points: readonly Point[]): Point[] {
  const half: Point[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [first, second] = [points[i], points[i + 1]];
    if (first) half.push(second ? merge(first, second) : first);
  }
  return half;
}

/** The mean over both points' steps, standing at the later point's end. */
function merge(a: Point, b: Point): Point {
  const steps = a.steps + b.steps;
  const mean = (x: number, y: number) => (x * a.steps + y * b.steps) / steps;
  return { epoch: b.epoch, seconds: b.seconds, loss: mean(a.loss, b.loss), accuracy: mean(a.accuracy, b.accuracy), steps };
}

/** Exponential smoothing; each value is weighed with all before it, unbiased from the first on. */
export function smooth(values: readonly number[], memory: number): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = sum * memory + value;
    weight = weight * memory + 1;
    return sum / weight;
  });
}
