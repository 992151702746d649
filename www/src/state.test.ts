import assert from "node:assert/strict";
import { test } from "node:test";
import { description, divergedEvent, epochEvent, opened, stepEvent } from "./fixtures";
import { pace, progress, testedEpoch } from "./race/race";
import { snapshot } from "./snapshot";
import { type Action, INITIAL, isStale, reduce, type State } from "./state";

const fault = { code: "bad_value", message: "0 is not allowed", field: "batch" };

function after(...actions: Action[]): State {
  return actions.reduce(reduce, INITIAL);
}

const open: Action[] = [
  {
    type: "started",
    fields: [],
    presets: [],
    adapter: { usable: false, name: "", software: false, reason: "", largest_buffer: 0 },
  },
  { type: "described", description: description() },
  { type: "opening" },
  { type: "opened", description: description(), opened },
];

test("a refusal keeps the last accepted experiment and what was typed", () => {
  const state = after(...open, { type: "edited", edits: { batch: 0 } }, { type: "refused", faults: [fault] });
  assert.equal(state.description?.query, "");
  assert.deepEqual(state.edits, { batch: 0 });
  assert.deepEqual(state.faults, [fault]);
  assert.notEqual(state.race, null);
});

test("an accepted experiment clears refusals and makes the race stale, not gone", () => {
  const state = after(
    ...open,
    { type: "refused", faults: [fault] },
    { type: "described", description: description(["CK"], "arms=CK") },
  );
  assert.deepEqual(state.faults, []);
  assert.equal(isStale(state), true);
  assert.equal(state.selected, "CK");
  assert.equal(state.race?.description.query, "");
});

test("the selected arm is the first that expands something", () => {
  assert.equal(after(...open).selected, "CL");
  assert.equal(after({ type: "described", description: description(["compact"]) }).selected, "compact");
});

test("events reach their arm only, and a diverged arm leaves the others going", () => {
  const events = [stepEvent("compact", 1), stepEvent("CL", 1), divergedEvent("CL", 1), stepEvent("compact", 2)];
  const { race } = after(...open, { type: "events", events });
  assert.ok(race);
  assert.deepEqual(
    race.arms.map(({ step }) => step?.step),
    [2, 1],
  );
  assert.equal(race.arms[1]?.stopped?.reason, "diverged");
  assert.deepEqual(progress(race), { epoch: 2 / 78, step: 2 });
});

test("the pace leaves out the first step and adds up the arms", () => {
  const events = [1, 2, 3].flatMap((step) => [stepEvent("compact", step), stepEvent("CL", step)]);
  const one = after(...open, { type: "events", events: events.slice(0, 2) }).race;
  const three = after(...open, { type: "events", events }).race;
  assert.ok(one && three);
  assert.equal(pace(one), null);
  assert.ok(Math.abs((pace(three) ?? 0) - 0.2) < 1e-9);
});

test("an epoch counts as tested when every arm was", () => {
  const one = after(...open, { type: "events", events: [epochEvent("compact", 1)] }).race;
  const both = after(...open, { type: "events", events: [epochEvent("compact", 1), epochEvent("CL", 1)] }).race;
  assert.ok(one && both);
  assert.equal(testedEpoch(one), -1);
  assert.equal(testedEpoch(both), 1);
});

test("a crash keeps the curves and says so; opening again forgets it", () => {
  const crashed = after(...open, { type: "events", events: [stepEvent("CL", 1)] }, { type: "failed", message: "unreachable" });
  assert.equal(crashed.activity, "lost");
  assert.equal(crashed.race?.arms[1]?.step?.step, 1);
  assert.equal(reduce(crashed, { type: "opening" }).failure, null);
});

test("a loss that is not finite is no point on the chart", () => {
  const { race } = after(...open, { type: "events", events: [stepEvent("CL", 1), stepEvent("CL", 2, Number.NaN)] });
  assert.equal(race?.arms[1]?.curve.points.length, 1);
});

test("a form in use is not made anew when the trainer is there", () => {
  const fields = [{ name: "rate" }] as unknown as State["fields"];
  const known: Action = { type: "known", fields, presets: [], description: description() };
  const started = { type: "started", fields: [...fields], presets: [], adapter: null } as unknown as Action;
  const typed: Action[] = [{ type: "starting" }, known, { type: "edited", edits: { rate: 2 } }, started];
  const state = after(...typed, { type: "described", description: description(), accepted: {} });
  assert.equal(state.fields, fields);
  assert.deepEqual(state.edits, { rate: 2 });
});

test("the snapshot is plain data that changes nothing", () => {
  const state = after(...open, { type: "events", events: [stepEvent("CL", 1)] });
  const copy = snapshot(state) as { phase: string; arms: { CL: { step: { step: number } } } };
  copy.arms.CL.step.step = 99;
  assert.equal(copy.phase, "paused");
  assert.equal(state.race?.arms[1]?.step?.step, 1);
});

test("what was typed while the trainer judged is kept", () => {
  const typed: Action[] = [...open, { type: "edited", edits: { batch: 1 } }, { type: "edited", edits: { batch: 12 } }];
  const state = after(...typed, { type: "described", description: description(), accepted: { batch: 1 } });
  assert.deepEqual(state.edits, { batch: 12 });
  assert.deepEqual(after(...typed, { type: "described", description: description(), accepted: { batch: 12 } }).edits, {});
});
