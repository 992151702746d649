import assert from "node:assert/strict";
import { test } from "node:test";
import { description, doneEvent, epochEvent, opened, runEvent, stepEvent, summaryRow } from "../fixtures";
import type { Arm, Event } from "../protocol";
import { advanceAll, newRace, progress, secondsLeft, share } from "./race";
import { ended, overSeeds, shownArms, spread } from "./seeds";

const confusion = { type: "confusion", arm: "CL", epoch: 1, step: 78, own: [0.5], contracted: null } as unknown as Event;

function raceOf(events: Event[], arms: Arm[] = ["compact", "CL"]) {
  return advanceAll(newRace({ ...description(arms), races: 2 }, opened), events);
}

const first: Event[] = [
  runEvent(1, 2, ["compact", "CL"]),
  stepEvent("compact", 1),
  stepEvent("CL", 1),
  epochEvent("compact", 1, 0.4),
  epochEvent("CL", 1, 0.6),
  confusion,
  doneEvent("compact"),
  doneEvent("CL"),
  { type: "summary", index: 1, of: 2, rows: [summaryRow("compact", 1)] },
];

test("a new race starts its arms anew; the old one stays without its curves", () => {
  const race = raceOf([...first, runEvent(2, 2, ["CL"])]);
  assert.deepEqual(
    race.arms.map(({ arm, tests, curve }) => [arm, tests.length, curve.points.length]),
    [["CL", 0, 0]],
  );
  assert.equal(race.run?.index, 2);
  const [one, two] = race.runs;
  assert.deepEqual([one?.arms[1]?.tests[0]?.test_accuracy, one?.arms[1]?.stopped?.reason], [0.6, "done"]);
  assert.equal(one?.arms[1]?.confusions.length, 1);
  assert.ok(one?.arms.every((arm) => !("curve" in arm)));
  assert.deepEqual(two?.arms[0]?.tests, []);
  assert.equal(race.summary[0]?.arm, "compact");
});

test("what a recording keeps is everything but the steps, in order", () => {
  const { events } = raceOf(first);
  assert.deepEqual(
    events,
    first.filter(({ type }) => type !== "step"),
  );
});

test("progress and time left cover all races", () => {
  const before = raceOf([]);
  assert.deepEqual([share(before), secondsLeft(before)], [0, null]);
  const steps = [1, 2, 3].flatMap((step) => [stepEvent("compact", step), stepEvent("CL", step)]);
  const running = raceOf([runEvent(1, 2, ["compact", "CL"]), ...steps]);
  assert.ok(Math.abs(share(running) - 3 / 78 / 10 / 2) < 1e-9);
  // 780 steps a race, two races, three steps taken, 0.1 s an arm.
  assert.ok(Math.abs((secondsLeft(running) ?? 0) - 0.2 * (2 * 780 - 3)) < 1e-6);
  assert.equal(share(raceOf(first)), 0.5);
  assert.equal(share(raceOf([...first, { type: "finished", step: 1 }])), 1);
});

test("a recording, which has no steps, gets on by its epochs", () => {
  assert.deepEqual(progress(raceOf([runEvent(1, 1, ["CL"]), epochEvent("CL", 2)])), { epoch: 2, step: 156 });
});

test("the spread is that of the population, as the trainer's", () => {
  assert.deepEqual(spread([1, 3]), { mean: 2, std: 1 });
  assert.deepEqual(spread([2]), { mean: 2, std: 0 });
});

test("seeds count together at the same rate; what has no rate counts at every rate", () => {
  const race = raceOf([
    ...first,
    runEvent(2, 4, ["CL"], { rate: 2 }),
    epochEvent("CL", 1, 0.9),
    doneEvent("CL"),
    runEvent(3, 4, ["compact", "CL"], { rate: 2 }),
  ]);
  assert.deepEqual(
    overSeeds(race, "CL").map(({ epoch, n, accuracy }) => [epoch, n, accuracy.mean]),
    [[1, 1, 0.9]],
  );
  assert.equal(ended(race, "compact").length, 1);
});

test("arms that were trained before others stay in view, and what only prepares comes last", () => {
  const arms: Arm[] = ["compact", "CK", "CK+KD"];
  const race = raceOf([runEvent(1, 4, ["compact"]), doneEvent("compact"), runEvent(2, 4, ["teacher"])], arms);
  assert.deepEqual(shownArms(race), ["compact", "teacher"]);
  const diverged = raceOf([runEvent(1, 4, ["compact"]), runEvent(2, 4, ["CK"])], arms);
  assert.deepEqual(shownArms(diverged), ["CK"]);
});
