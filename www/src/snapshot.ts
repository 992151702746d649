// A plain copy of what the page knows, for tests and host pages. Pure.
import type { RunRecord } from "./race/race";
import { isStale, type State } from "./state";

export function snapshot(state: State): unknown {
  const { description, race, activity, trainer, contractions, faults, adapter, notice } = state;
  const arms = race?.arms.map(({ arm, step, tests, stopped, detail, curve, pace, seconds }) => [
    arm,
    { step, epoch: tests.at(-1) ?? null, tests, stopped, detail, points: curve.points.length, pace, seconds },
  ]);
  const { survey, teacher } = state;
  return structuredClone({
    phase: trainer === "ready" ? activity : trainer,
    experiment: description?.experiment ?? null,
    query: description?.query ?? null,
    opened: race?.opened ?? null,
    arms: Object.fromEntries(arms ?? []),
    run: race?.run ?? null,
    runs: race?.runs.map(brief) ?? [],
    summary: race?.summary ?? [],
    replayed: race?.replayed ?? false,
    survey,
    teacher: teacher?.name ?? null,
    warnings: race?.warnings ?? [],
    contractions,
    stale: isStale(state),
    faults,
    failure: state.failure,
    adapter,
    notice,
  });
}

/** A race in a few numbers: its arms with how they ended. */
function brief({ run, arms }: RunRecord): unknown {
  const { index, seed, rate, kernel, preparation } = run;
  const ends = arms.map(({ arm, tests, stopped, confusions }) => {
    const last = tests.at(-1);
    const end = { epoch: last?.epoch ?? null, test_accuracy: last?.test_accuracy ?? null, gap: last?.gap ?? null };
    return [arm, { ...end, stopped: stopped?.reason ?? null, confusions: confusions.length }];
  });
  return { index, seed, rate, kernel, preparation, arms: Object.fromEntries(ends) };
}
