import assert from "node:assert/strict";
import { test } from "node:test";
import { description, divergedEvent, doneEvent, epochEvent, opened, runEvent, stepEvent } from "./fixtures";
import { pace, progress, testedEpoch } from "./race/race";
import { snapshot } from "./snapshot";
import { type Action, hasSession, INITIAL, isStale, reduce, type State } from "./state";

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

test("what the arms said of test images is gone with their race", () => {
  const said: Action = { type: "predictions", predictions: { step: 1, task: "segment", shape: [1, 2, 2], images: [] } };
  const begun: Action = { type: "events", events: [runEvent(1, 2, ["compact", "CL"])] };
  const tested: Action = { type: "events", events: [epochEvent("CL", 0)] };
  const state = after(...open, begun, said, tested);
  assert.equal(state.predictions?.step, 1);
  assert.equal(reduce(state, { type: "events", events: [runEvent(2, 2, ["CL"])] }).predictions, null);
  assert.equal(reduce(state, { type: "reset" }).predictions, null);
  assert.equal(after(said).predictions, null);
});

test("what was typed while the trainer judged is kept", () => {
  const typed: Action[] = [...open, { type: "edited", edits: { batch: 1 } }, { type: "edited", edits: { batch: 12 } }];
  const state = after(...typed, { type: "described", description: description(), accepted: { batch: 1 } });
  assert.deepEqual(state.edits, { batch: 12 });
  assert.deepEqual(after(...typed, { type: "described", description: description(), accepted: { batch: 12 } }).edits, {});
});

test("a recording stands in place of a race, with nothing behind it to ask", () => {
  const events = [runEvent(1, 1, ["CK"]), epochEvent("CK", 1, 0.7), doneEvent("CK")];
  const state = after(...open, { type: "replayed", description: description(["CK"], "arms=CK"), events });
  assert.deepEqual([state.activity, state.race?.replayed, hasSession(state), isStale(state)], ["finished", true, false, false]);
  assert.equal(state.race?.arms[0]?.tests[0]?.test_accuracy, 0.7);
  assert.equal(state.selected, "CK");
  assert.equal(isStale(reduce(state, { type: "described", description: description() })), false);
  assert.equal(hasSession(reduce(state, { type: "opened", description: description(), opened })), true);
});

test("what was measured in one race goes with it", () => {
  const report = { arm: "CL", step: 1 } as unknown as Extract<Action, { type: "contracted" }>["report"];
  const measured: Action[] = [...open, { type: "events", events: [runEvent(1, 2, ["CL"])] }, { type: "contracted", report }];
  assert.ok(after(...measured, { type: "events", events: [stepEvent("CL", 1)] }).contractions.CL);
  assert.deepEqual(after(...measured, { type: "events", events: [runEvent(2, 2, ["CL"])] }).contractions, {});
});

test("a survey collects portions until it is over, and goes with the race", () => {
  const request = { size: 5, radius: 1 };
  const portion = { type: "row", arm: "CL", row: 0, of: 5, points: [] } as const;
  const asked: Action[] = [...open, { type: "survey", request }, { type: "surveyed", portion: { ...portion, points: [] } }];
  assert.deepEqual(after(...asked).survey, { request, rows: [portion], running: true });
  assert.equal(after(...asked, { type: "surveyEnded" }).survey?.running, false);
  assert.equal(after(...asked, { type: "failed", message: "unreachable" }).survey?.running, false);
  assert.equal(after(...asked, { type: "opening" }).survey, null);
});

test("a teacher's file outlives races, and its refusal goes with it", () => {
  const teacher = { name: "teacher.safetensors", bytes: new Uint8Array(3) };
  const refused: Action = { type: "refused", faults: [fault, { code: "teacher_does_not_fit", message: "", field: "teacher" }] };
  const state = after(...open, { type: "teacher", teacher }, { type: "reset" }, refused);
  assert.equal(state.teacher?.name, teacher.name);
  const cleared = reduce(state, { type: "teacher", teacher: null });
  assert.deepEqual([cleared.teacher, cleared.faults], [null, [fault]]);
});

test("the snapshot tells every race in brief", () => {
  const events = [runEvent(1, 2, ["CL"]), epochEvent("CL", 1, 0.7), doneEvent("CL"), runEvent(2, 2, ["CK"])];
  const copy = snapshot(after(...open, { type: "events", events })) as { run: { index: number }; runs: unknown[] };
  assert.equal(copy.run.index, 2);
  const end = { epoch: 1, test_accuracy: 0.7, gap: 0, stopped: "done", confusions: 0 };
  assert.deepEqual(copy.runs[0], { index: 1, seed: 1, rate: 4, kernel: null, preparation: false, arms: { CL: end } });
});
