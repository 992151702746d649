// From a race to columns of numbers for a chart, and to the values at a place on it. Pure.
import type { Arm } from "../../protocol";
import { smooth } from "../../race/curve";
import type { ArmRace, Race } from "../../race/race";

export type Metric = "loss" | "accuracy";
export type Axis = "epoch" | "seconds";

type Line = { x: readonly number[]; y: readonly number[] };

/** One shared column of places, then for each arm a column of training and one of test values; null where a line has no point. */
export type Columns = { x: number[]; lines: (number | null)[][] };

/** How much of the past a training value keeps; batches are small and noisy. */
const MEMORY = 0.9;

export function trainLine({ curve }: ArmRace, metric: Metric, axis: Axis): Line {
  const { points } = curve;
  // A thinned curve is averaged already and needs less smoothing.
  const memory = MEMORY ** Math.min(curve.stride, 8);
  const y = smooth(
    points.map((point) => point[metric]),
    memory,
  );
  return { x: points.map((point) => point[axis]), y };
}

export function testLine({ tests }: ArmRace, metric: Metric, axis: Axis): Line {
  const finite = tests.filter((test) => Number.isFinite(test.test_loss));
  return {
    x: finite.map((test) => (axis === "epoch" ? test.epoch : test.seconds)),
    y: finite.map((test) => (metric === "loss" ? test.test_loss : test.test_accuracy)),
  };
}

export function columns(race: Race, metric: Metric, axis: Axis): Columns {
  return align(race.arms.flatMap((arm) => [trainLine(arm, metric, axis), testLine(arm, metric, axis)]));
}

/** Puts lines with places of their own on one sorted column of places. */
export function align(lines: readonly Line[]): Columns {
  const x = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, index) => [value, index]));
  return {
    x,
    lines: lines.map((line) => {
      const column: (number | null)[] = new Array(x.length).fill(null);
      line.x.forEach((value, i) => {
        column[place.get(value) ?? 0] = line.y[i] ?? null;
      });
      return column;
    }),
  };
}

/** The range that shows what separates the arms: a start far off may leave the chart. */
export function range({ lines }: Columns, metric: Metric): [number, number] {
  const values = lines
    .flat()
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  if (least === undefined || most === undefined) return metric === "loss" ? [0, 2.5] : [0, 1];
  const at = (share: number) => values[Math.floor(share * (values.length - 1))] ?? 0;
  if (metric === "accuracy") {
    const low = values.length < 40 ? least : at(0.06);
    return [Math.max(0, Math.floor((low - 0.01) * 20) / 20), Math.min(1, Math.ceil((most + 0.01) * 20) / 20)];
  }
  const high = values.length < 40 ? most : at(0.95);
  const pad = Math.max(0.02, (high - least) * 0.08);
  return [Math.max(0, least - pad), high + pad];
}

/** What a legend row says of an arm. */
export type Reading = {
  arm: Arm;
  trainLoss: number | null;
  trainAccuracy: number | null;
  testLoss: number | null;
  testAccuracy: number | null;
};

/** The values of every arm at a place on the chart, or the latest ones: the last point that is not after it. */
export function readings(race: Race, axis: Axis, at: number | null): Reading[] {
  const last = (line: Line): number | null => {
    const index = at === null ? line.x.length - 1 : line.x.findLastIndex((x) => x <= at + 1e-9);
    return line.y[index] ?? null;
  };
  return race.arms.map((arm) => ({
    arm: arm.arm,
    trainLoss: last(trainLine(arm, "loss", axis)),
    trainAccuracy: last(trainLine(arm, "accuracy", axis)),
    testLoss: last(testLine(arm, "loss", axis)),
    testAccuracy: last(testLine(arm, "accuracy", axis)),
  }));
}
