// What is known of an experiment's races, folded from the trainer's events: the one under way in full, all of them in brief.
// Pure.
import type { Arm, Description, Event, Opened, SummaryRow } from "../protocol";
import { type Curve, EMPTY, extend } from "./curve";
import { median, NO_TIMES, remember, type Times } from "./pace";

export type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
export type StepEvent = Of<"step">;
export type EpochEvent = Of<"epoch">;
export type StoppedEvent = Of<"stopped">;

/** A test result and the seconds of training it took. */
export type Tested = EpochEvent & { seconds: number };

/** What stays of an arm when its race is over: no curve. */
export type ArmRecord = {
  arm: Arm;
  tests: readonly Tested[];
  stopped: StoppedEvent | null;
  confusions: readonly Of<"confusion">[];
  /** The latest test by classes; none where images have one class each. */
  detail: Of<"detail"> | null;
};

export type ArmRace = ArmRecord & {
  curve: Curve;
  /** Seconds spent on this arm's steps but the first, which compiles kernels, some of them for other arms too. */
  seconds: number;
  times: Times;
  /** Seconds of a recent step. */
  pace: number | null;
  step: StepEvent | null;
};

export type RunRecord = { run: Of<"run">; arms: readonly ArmRecord[] };

export type Race = {
  /** What is being raced; the form may be ahead of it. */
  description: Description;
  opened: Opened;
  /** The race under way, or the last one; null before the trainer has announced it. */
  run: Of<"run"> | null;
  /** The arms of that race. */
  arms: readonly ArmRace[];
  /** All races so far, that one included. */
  runs: readonly RunRecord[];
  /** What the races so far amount to. */
  summary: readonly SummaryRow[];
  /** Everything the trainer said but the steps: what a recording keeps. */
  events: readonly Event[];
  warnings: readonly Of<"warning">[];
  finished: boolean;
  /** Shown from a recording: nothing is trained. */
  replayed: boolean;
};

export function newRace(description: Description, opened: Opened, replayed = false): Race {
  const { arms } = description.experiment;
  const empty = { run: null, runs: [], summary: [], events: [], warnings: [], finished: false };
  return { description, opened, arms: arms.map(fresh), ...empty, replayed };
}

function fresh(arm: Arm): ArmRace {
  const untested = { tests: [], confusions: [], detail: null, stopped: null };
  return { arm, ...untested, curve: EMPTY, seconds: 0, times: NO_TIMES, pace: null, step: null };
}

export function advanceAll(race: Race, events: readonly Event[]): Race {
  const said = events.filter(({ type }) => type !== "step");
  const next = events.reduce(advance, race);
  return said.length === 0 ? next : { ...next, events: [...race.events, ...said] };
}

/** What events change. */
export type Told = Pick<Race, "run" | "arms" | "runs" | "summary" | "warnings" | "finished">;

/** What events alone amount to, without an experiment they are of. */
export function told(events: readonly Event[]): Told {
  const nothing: Told = { run: null, arms: [], runs: [], summary: [], warnings: [], finished: false };
  return events.reduce(advance, nothing);
}

export function advance<T extends Told>(race: T, event: Event): T {
  switch (event.type) {
    case "run": {
      const arms = event.arms.map(fresh);
      return { ...race, run: event, arms, runs: [...race.runs, { run: event, arms: arms.map(inBrief) }] };
    }
    case "summary":
      return { ...race, summary: event.rows };
    case "warning":
      return { ...race, warnings: [...race.warnings.filter(({ message }) => message !== event.message), event] };
    case "finished":
      return { ...race, finished: true };
    case "survey":
      // Kept beside the race, see the state.
      return race;
    default: {
      const arms = race.arms.map((arm) => (arm.arm === event.arm ? advanceArm(arm, event) : arm));
      return { ...race, arms, runs: event.type === "step" ? race.runs : withLast(race.runs, arms) };
    }
  }
}

function inBrief({ arm, tests, stopped, confusions, detail }: ArmRecord): ArmRecord {
  return { arm, tests, stopped, confusions, detail };
}

function withLast(runs: readonly RunRecord[], arms: readonly ArmRace[]): readonly RunRecord[] {
  const last = runs.at(-1);
  return last ? [...runs.slice(0, -1), { ...last, arms: arms.map(inBrief) }] : runs;
}

function advanceArm(arm: ArmRace, event: StepEvent | EpochEvent | StoppedEvent | Of<"confusion" | "detail">): ArmRace {
  switch (event.type) {
    case "step": {
      const seconds = arm.seconds + (arm.step === null ? 0 : event.seconds);
      const times = remember(arm.times, event.step, event.seconds);
      // A loss that is not finite ends the arm and has no place on a chart.
      const { epoch, loss, accuracy } = event;
      const curve = Number.isFinite(loss) ? extend(arm.curve, { epoch, seconds, loss, accuracy, steps: 1 }) : arm.curve;
      return { ...arm, seconds, times, pace: median(times.seconds), step: event, curve };
    }
    case "epoch":
      return { ...arm, tests: [...arm.tests, { ...event, seconds: arm.seconds }] };
    case "confusion":
      return { ...arm, confusions: [...arm.confusions, event] };
    case "detail":
      return { ...arm, detail: event };
    case "stopped":
      return { ...arm, stopped: event };
  }
}

/** The arms that go on, or all of them if none does. */
function going({ arms }: Race): readonly ArmRace[] {
  const unstopped = arms.filter(({ stopped }) => stopped === null);
  return unstopped.length > 0 ? unstopped : arms;
}

/** How far the race under way is: the slowest of the arms that go on, or the furthest if none does. */
export function progress(race: Race): { epoch: number; step: number } {
  const ended = race.arms.every(({ stopped }) => stopped !== null);
  const pick = ended ? Math.max : Math.min;
  // A recording has no steps, but epochs.
  const at = going(race).map(({ step, tests }) => {
    const test = tests.at(-1);
    return { epoch: step?.epoch ?? test?.epoch ?? 0, step: step?.step ?? test?.step ?? 0 };
  });
  return { epoch: pick(...at.map(({ epoch }) => epoch)), step: pick(...at.map(({ step }) => step)) };
}

/** Part of all races that is done, 0 to 1: each counts the same. */
export function share(race: Race): number {
  if (race.finished) return 1;
  const { epochs } = race.description.experiment;
  const ended = race.arms.every(({ stopped }) => stopped !== null);
  const here = ended ? 1 : Math.min(1, progress(race).epoch / epochs);
  const { index, of } = race.run ?? { index: 1, of: race.description.races };
  return (index - 1 + here) / of;
}

/** Seconds of one step of all arms that go on, or did; null before every one of them has a pace. */
export function pace(race: Race): number | null {
  const arms = going(race);
  if (arms.some((arm) => arm.pace === null)) return null;
  return arms.reduce((sum, arm) => sum + (arm.pace ?? 0), 0);
}

/**
 * Seconds that the steps to come take at the pace so far, those of later races included, each of which counts as the race
 * under way; null before there is a pace. Testing comes on top.
 */
export function secondsLeft(race: Race): number | null {
  const each = pace(race);
  if (each === null) return null;
  const { description, run } = race;
  const steps = description.experiment.epochs * description.steps_per_epoch;
  const ended = race.arms.every(({ stopped }) => stopped !== null);
  const here = ended ? 0 : Math.max(0, steps - progress(race).step);
  const later = run ? run.of - run.index : description.races - 1;
  return each * (here + later * steps);
}

/** The last epoch that every arm still going was tested at; −1 before the first. */
export function testedEpoch(race: Race): number {
  const sound = race.arms.filter(({ stopped }) => stopped?.reason !== "diverged");
  return sound.length === 0 ? -1 : Math.min(...sound.map(({ tests }) => tests.at(-1)?.epoch ?? -1));
}
