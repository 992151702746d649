// The latest tests by classes as a table: a row a class, then the measures; a column an arm. Formats, computes nothing. Pure.
import { percent } from "../../format";
import type { Arm } from "../../protocol";
import type { Of, Race } from "../../race/race";
import { ended, shownArms } from "../../race/seeds";

export type ClassColumn = {
  arm: Arm;
  /** When it was tested: "epoch 3", with the seed where there are several. */
  when: string;
};

/** `best`: whether the arm's value is the best of its row, as far as it is written out. */
export type ClassCell = { text: string; best: boolean };

export type ClassRow = { name: string; cells: readonly ClassCell[] };

export type ClassTable = {
  /** What the values of the classes are, such as IoU. */
  of: string;
  columns: readonly ClassColumn[];
  classes: readonly ClassRow[];
  measures: readonly ClassRow[];
};

type Latest = { arm: Arm; seed: number | null; event: Of<"detail"> };

/** Of the race under way, or of the last one that an arm took part in. */
function latest(race: Race, arm: Arm): Latest | null {
  const own = race.arms.find((one) => one.arm === arm)?.detail;
  if (own) return { arm, seed: race.run?.seed ?? null, event: own };
  const last = ended(race, arm).findLast(({ detail }) => detail !== null);
  const run = race.runs.find(({ arms }) => last !== undefined && arms.includes(last));
  return last?.detail ? { arm, seed: run?.run.seed ?? null, event: last.detail } : null;
}

/** None before the first test, and for images that have one class each. */
export function classTable(race: Race): ClassTable | null {
  const found = shownArms(race).flatMap((arm) => latest(race, arm) ?? []);
  const [first] = found;
  if (!first) return null;
  const { classes } = race.description.dataset;
  const several = race.description.experiment.seeds > 1;
  const { of_classes, by_class, measures } = first.event.detail;
  const when = ({ seed, event }: Latest) => `epoch ${event.epoch}${several && seed !== null ? `, seed ${seed}` : ""}`;
  return {
    of: of_classes,
    columns: found.map((one) => ({ arm: one.arm, when: when(one) })),
    classes: by_class.map((_, i) => ({
      name: classes[i] ?? `class ${i}`,
      cells: cells(found.map(({ event }) => event.detail.by_class[i] ?? null)),
    })),
    measures: measures.map(({ name }) => ({
      name,
      cells: cells(found.map(({ event }) => event.detail.measures.find((one) => one.name === name)?.value ?? null)),
    })),
  };
}

/** What is equal as written is equally good; where all are, none is the best. */
function cells(values: readonly (number | null)[]): ClassCell[] {
  const most = Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY));
  const texts = values.map((value) => percent(value));
  const best = texts.map((text, i) => values[i] !== null && text === percent(most));
  const some = !best.every(Boolean);
  return texts.map((text, i) => ({ text, best: some && (best[i] ?? false) }));
}
