// Which notices the state calls for. Pure.
import type { Arm } from "../protocol";
import type { Race, StoppedEvent } from "../race/race";
import type { State } from "../state";
import type { Notice } from "./notice/view";

export function notices(state: State): Notice[] {
  const list: Notice[] = [];
  if (state.failure !== null) {
    const text = state.race ? "The trainer crashed and the race is lost." : "The trainer could not start.";
    list.push({ id: "failure", kind: "bad", text, hint: `It said: ${firstLine(state.failure)}` });
  }
  if (state.missing !== null) {
    const hint = "Press play to train instead, or open a recording of yours.";
    list.push({ id: "recording", kind: "warn", text: `${state.missing} does not lie beside this page.`, hint });
  }
  for (const { arm, seeds, stopped } of diverged(state.race)) {
    const text = `${arm}${seeds === "" ? "" : `, ${seeds}`}: ${stopped.message}.`;
    list.push({ id: `diverged-${arm}`, kind: "warn", text, hint: stopped.hint });
  }
  for (const { code, message } of state.race?.warnings ?? []) list.push({ id: `warning-${code}`, kind: "plain", text: message });
  for (const { code, message } of state.description?.warnings ?? [])
    list.push({ id: `warning-${code}`, kind: "plain", text: message });
  return list;
}

/** The arms that diverged in any race, once each, and in which races where there are several. */
function diverged(race: Race | null): { arm: Arm; seeds: string; stopped: StoppedEvent }[] {
  const found = new Map<Arm, { seeds: Set<number>; stopped: StoppedEvent }>();
  for (const { run, arms } of race?.runs ?? []) {
    for (const { arm, stopped } of arms) {
      if (stopped?.reason !== "diverged") continue;
      found.set(arm, { seeds: new Set(found.get(arm)?.seeds).add(run.seed), stopped });
    }
  }
  const several = (race?.description.experiment.seeds ?? 1) > 1;
  return [...found].map(([arm, { seeds, stopped }]) => ({
    arm,
    seeds: several ? `seed ${[...seeds].join(", ")}` : "",
    stopped,
  }));
}

/** What the button of the notices offers; null where there is nothing to mend. */
export function remedy(state: State): string | null {
  if (state.failure === null || state.trainer === "loading") return null;
  return state.race ? "Restart the race" : "Try again";
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.slice(0, 300) ?? "";
}
