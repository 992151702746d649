// From a race to columns of numbers for a chart, and to the values at a place on it. Pure.
import type { Arm } from "../../protocol";
import { smooth } from "../../race/curve";
import type { ArmRace, Race, Tested } from "../../race/race";
import { overSeeds, shownArms } from "../../race/seeds";

export type Metric = "loss" | "accuracy";
export type Axis = "epoch" | "seconds";

type Line = { x: readonly number[]; y: readonly number[] };

/** Mean ± standard deviation over seeds, at each place. */
export type Band = { x: readonly number[]; low: readonly number[]; high: readonly number[] };

/**
 * One shared column of places, then for each arm three columns: training values, test values of the race under way where
 * they stand beside a mean, and the test values that count; null where a line has no point. And a band for each arm.
 */
export type Columns = { x: number[]; lines: (number | null)[][]; bands: Band[] };

/** Columns of an arm. */
export const PARTS = ["train", "running", "test"] as const;

export const NOTHING: Columns = { x: [], lines: [], bands: [] };

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

export function testLine(tests: readonly Tested[], metric: Metric, axis: Axis): Line {
  const finite = tests.filter((test) => Number.isFinite(test.test_loss));
  return {
    x: finite.map((test) => (axis === "epoch" ? test.epoch : test.seconds)),
    y: finite.map((test) => (metric === "loss" ? test.test_loss : test.test_accuracy)),
  };
}

const EMPTY_LINE: Line = { x: [], y: [] };

/** What is drawn of one arm. */
export type ArmLines = { arm: Arm; train: Line; running: Line; test: Line; band: Band; n: number };

/** The test line that counts is the mean over the seeds that are through; before there is one, that of the race under way. */
export function armLines(race: Race, arm: Arm, metric: Metric, axis: Axis): ArmLines {
  const here = race.arms.find((one) => one.arm === arm);
  const means = overSeeds(race, arm);
  const own = here ? testLine(here.tests, metric, axis) : EMPTY_LINE;
  const train = here ? trainLine(here, metric, axis) : EMPTY_LINE;
  const place = (mean: (typeof means)[number]) => (axis === "epoch" ? mean.epoch : mean.seconds);
  const several = means.filter(({ n }) => n > 1);
  return {
    arm,
    train,
    running: means.length > 0 && here && !here.stopped ? own : EMPTY_LINE,
    test: means.length > 0 ? { x: means.map(place), y: means.map((mean) => mean[metric].mean) } : own,
    band: {
      x: several.map(place),
      low: several.map((mean) => mean[metric].mean - mean[metric].std),
      high: several.map((mean) => mean[metric].mean + mean[metric].std),
    },
    n: Math.max(0, ...means.map(({ n }) => n)),
  };
}

export function columns(race: Race, metric: Metric, axis: Axis): Columns {
  const drawn = shownArms(race).map((arm) => armLines(race, arm, metric, axis));
  const lines = align(drawn.flatMap(({ train, running, test }) => [train, running, test]));
  return { ...lines, bands: drawn.map(({ band }) => band) };
}

/** Puts lines with places of their own on one sorted column of places. */
export function align(lines: readonly Line[]): Pick<Columns, "x" | "lines"> {
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
export function range({ lines, bands }: Columns, metric: Metric): [number, number] {
  const values = [...lines.flat(), ...bands.flatMap(({ low, high }) => [...low, ...high])]
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
  /** Seeds that the test values are a mean over; 0 for the race under way alone. */
  n: number;
};

/** The values of every arm at a place on the chart, or the latest ones: the last point that is not after it. */
export function readings(race: Race, axis: Axis, at: number | null): Reading[] {
  const last = (line: Line): number | null => {
    const index = at === null ? line.x.length - 1 : line.x.findLastIndex((x) => x <= at + 1e-9);
    return line.y[index] ?? null;
  };
  return shownArms(race).map((arm) => {
    const [loss, accuracy] = [armLines(race, arm, "loss", axis), armLines(race, arm, "accuracy", axis)];
    return {
      arm,
      trainLoss: last(loss.train),
      trainAccuracy: last(accuracy.train),
      testLoss: last(loss.test),
      testAccuracy: last(accuracy.test),
      n: loss.n,
    };
  });
}
