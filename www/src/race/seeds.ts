// The test results of an arm over the seeds whose races are over: mean and spread at each epoch. Pure.
import { partsOf, usesRate } from "../arms";
import type { Arm } from "../protocol";
import type { ArmRecord, Race, RunRecord } from "./race";

/** Mean and population standard deviation, as the trainer's own summary has them. */
export type Spread = { mean: number; std: number };

/** An arm after an epoch, over `n` seeds. */
export type OverSeeds = { epoch: number; n: number; seconds: number; loss: Spread; accuracy: Spread };

export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

/** Whether an arm's race counts beside the one under way: at the same rate and kernel, where they matter to it. */
function beside(race: Race, { run }: RunRecord, arm: Arm): boolean {
  const now = race.run ?? run;
  const isTeacher = partsOf(arm).rule === "teacher";
  return (isTeacher || run.kernel === now.kernel) && (!usesRate(arm) || run.rate === now.rate);
}

/** The arm's races that are over and did not diverge, at the rate and kernel of the race under way; the latest last. */
export function ended(race: Race, arm: Arm): ArmRecord[] {
  return race.runs
    .filter((record) => beside(race, record, arm))
    .flatMap(({ arms }) => arms.filter((one) => one.arm === arm && one.stopped?.reason === "done"));
}

export function overSeeds(race: Race, arm: Arm): OverSeeds[] {
  const tests = ended(race, arm).flatMap((record) => record.tests);
  const finite = tests.filter(({ test_loss }) => Number.isFinite(test_loss));
  const epochs = [...new Set(finite.map(({ epoch }) => epoch))].sort((a, b) => a - b);
  return epochs.map((epoch) => {
    const here = finite.filter((test) => test.epoch === epoch);
    return {
      epoch,
      n: here.length,
      seconds: spread(here.map(({ seconds }) => seconds)).mean,
      loss: spread(here.map(({ test_loss }) => test_loss)),
      accuracy: spread(here.map(({ test_accuracy }) => test_accuracy)),
    };
  });
}

/** The arms to draw: those of the race under way and those whose race is over, in the experiment's order. */
export function shownArms(race: Race): Arm[] {
  const here = race.arms.map(({ arm }) => arm);
  const asked = race.description.experiment.arms.filter((arm) => here.includes(arm) || ended(race, arm).length > 0);
  return [...asked, ...here.filter((arm) => !asked.includes(arm))];
}
