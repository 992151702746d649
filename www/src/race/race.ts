// What is known of a running race, folded from the trainer's events. Pure.
import type { Arm, Description, Event, Opened } from "../protocol";
import { type Curve, EMPTY, extend } from "./curve";
import { median, NO_TIMES, remember, type Times } from "./pace";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
export type StepEvent = Of<"step">;
export type EpochEvent = Of<"epoch">;
export type StoppedEvent = Of<"stopped">;

/** A test result and the seconds of training it took. */
export type Tested = EpochEvent & { seconds: number };

export type ArmRace = {
  arm: Arm;
  curve: Curve;
  tests: readonly Tested[];
  /** Seconds spent on this arm's steps but the first, which compiles kernels, some of them for other arms too. */
  seconds: number;
  times: Times;
  /** Seconds of a recent step. */
  pace: number | null;
  step: StepEvent | null;
  stopped: StoppedEvent | null;
};

export type Race = {
  /** What is being raced; the form may be ahead of it. */
  description: Description;
  opened: Opened;
  arms: readonly ArmRace[];
  warnings: readonly Of<"warning">[];
  /** The latest events, for hosts and tests. */
  finished: boolean;
};

export function newRace(description: Description, opened: Opened): Race {
  const arms = description.experiment.arms.map((arm) => ({
    arm,
    curve: EMPTY,
    tests: [],
    seconds: 0,
    times: NO_TIMES,
    pace: null,
    step: null,
    stopped: null,
  }));
  return { description, opened, arms, warnings: [], finished: false };
}

export function advance(race: Race, event: Event): Race {
  switch (event.type) {
    case "warning":
      return { ...race, warnings: [...race.warnings.filter(({ message }) => message !== event.message), event] };
    case "finished":
      return { ...race, finished: true };
    default:
      return { ...race, arms: race.arms.map((arm) => (arm.arm === event.arm ? advanceArm(arm, event) : arm)) };
  }
}

function advanceArm(arm: ArmRace, event: StepEvent | EpochEvent | StoppedEvent): ArmRace {
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
    case "stopped":
      return { ...arm, stopped: event };
  }
}

/** How far the race as a whole is: the slowest of the arms that go on, or the furthest if none does. */
export function progress(race: Race): { epoch: number; step: number } {
  const going = race.arms.filter(({ stopped }) => stopped === null);
  const steps = (going.length > 0 ? going : race.arms).map(({ step }) => ({ epoch: step?.epoch ?? 0, step: step?.step ?? 0 }));
  const pick = going.length > 0 ? Math.min : Math.max;
  return { epoch: pick(...steps.map(({ epoch }) => epoch)), step: pick(...steps.map(({ step }) => step)) };
}

/** Seconds of one step of all arms that go on, or did; null before every one of them has a pace. */
export function pace(race: Race): number | null {
  const unstopped = race.arms.filter(({ stopped }) => stopped === null);
  const going = unstopped.length > 0 ? unstopped : race.arms;
  if (going.some((arm) => arm.pace === null)) return null;
  return going.reduce((sum, arm) => sum + (arm.pace ?? 0), 0);
}

/** The last epoch that every arm still going was tested at; −1 before the first. */
export function testedEpoch(race: Race): number {
  const going = race.arms.filter(({ stopped }) => stopped?.reason !== "diverged");
  return going.length === 0 ? -1 : Math.min(...going.map(({ tests }) => tests.at(-1)?.epoch ?? -1));
}
