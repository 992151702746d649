// What a race does before every arm has been tested and has taken its first step. Pure.
import type { Arm } from "./protocol";
import type { State } from "./state";

export type WarmUp = {
  /** Whose first test or first step is under way. */
  arm: Arm;
  /** Which of how many arms that is, from 1. */
  place: number;
  of: number;
  what: "test" | "step";
  /** On a graphics adapter the first use of a kernel compiles it, which takes seconds. */
  compiling: boolean;
};

/** Arms are tested, then trained, one after the other: the first without a result is the one under way. */
export function warmUp({ activity, race }: State): WarmUp | null {
  if (activity !== "playing" || !race) return null;
  const untested = race.arms.find(({ tests, stopped }) => tests.length === 0 && !stopped);
  const next = untested ?? race.arms.find(({ step, stopped }) => !step && !stopped);
  if (!next) return null;
  const place = race.arms.indexOf(next) + 1;
  const known = race.runs.slice(0, -1).some(({ arms }) => arms.some(({ arm }) => arm === next.arm));
  const compiling = race.opened.backend === "webgpu" && !known;
  return { arm: next.arm, place, of: race.arms.length, what: untested ? "test" : "step", compiling };
}

/** The arm whose kernels are being compiled. */
export function compilingArm(state: State): Arm | null {
  const warming = warmUp(state);
  return warming?.compiling ? warming.arm : null;
}
