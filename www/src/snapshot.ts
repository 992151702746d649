// A plain copy of what the page knows, for tests and host pages. Pure.
import { isStale, type State } from "./state";

export function snapshot(state: State): unknown {
  const { description, race, activity, trainer, contractions, faults, adapter, notice } = state;
  const arms = race?.arms.map(({ arm, step, tests, stopped, curve, pace, seconds }) => [
    arm,
    { step, epoch: tests.at(-1) ?? null, tests, stopped, points: curve.points.length, pace, seconds },
  ]);
  return structuredClone({
    phase: trainer === "ready" ? activity : trainer,
    experiment: description?.experiment ?? null,
    query: description?.query ?? null,
    opened: race?.opened ?? null,
    arms: Object.fromEntries(arms ?? []),
    warnings: race?.warnings ?? [],
    contractions,
    stale: isStale(state),
    faults,
    failure: state.failure,
    adapter,
    notice,
  });
}
