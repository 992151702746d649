import assert from "node:assert/strict";
import { test } from "node:test";
import { description, doneEvent, epochEvent, opened, runEvent, stepEvent } from "../../fixtures";
import type { Event } from "../../protocol";
import { type Action, INITIAL, reduce, type State } from "../../state";
import { compilingArm } from "../../warmup";
import { expectation, readout } from "./layout";

const adapter = { usable: true, name: "a GPU", software: false, reason: null, largest_buffer: 0 };
const known: Action = { type: "known", fields: [], presets: [], description: description() };
const ready: Action[] = [
  { type: "starting" },
  known,
  { type: "started", fields: [], presets: [], adapter },
  { type: "described", description: description() },
];

function after(...actions: Action[]): State {
  return actions.reduce(reduce, INITIAL);
}

function playing(backend: "cpu" | "webgpu", ...events: Event[]): State {
  const open: Action[] = [
    { type: "opening" },
    { type: "opened", description: description(), opened: { ...opened, backend } },
    { type: "activity", activity: "playing" },
    { type: "events", events },
  ];
  return after(...ready, ...open);
}

const said = (state: State): string => {
  const { status, amount } = readout(state);
  return `${status} ${amount}`.trim();
};

test("while the trainer loads, its bytes are told and the race can be asked for", () => {
  const loading = (loaded: number, total: number | null): Action => ({
    type: "loading",
    loading: { file: "expandnets_bg.wasm", loaded, total },
  });
  const asleep = after({ type: "starting" }, known);
  assert.deepEqual([said(asleep), readout(asleep).share, readout(asleep).canPlay], ["Loading the trainer…", null, true]);
  assert.equal(said(reduce(asleep, loading(4e6, 16e6))), "Loading the trainer… 4.0 MB of 16 MB");
  assert.equal(said(reduce(asleep, loading(4e6, null))), "Loading the trainer… 4.0 MB");
  assert.equal(said(reduce(asleep, loading(16e6, 16e6))), "Compiling the trainer…");
  assert.equal(said(after(...ready)), "Ready");
});

test("without a described experiment nothing can be played", () => {
  assert.equal(readout(after({ type: "starting" })).canPlay, false);
});

test("opening a race says what it amounts to", () => {
  const opening = after(...ready, { type: "opening" });
  assert.equal(said(opening), "Preparing the race…");
  assert.equal(said(reduce(opening, { type: "stage", stage: "Starting WebGPU" })), "Starting WebGPU…");
  assert.match(expectation(opening, "idle"), /Getting ready/);
  assert.equal(expectation(after(...ready), "idle"), "idle");
});

test("on WebGPU the arm whose kernels are compiled is named, from its first test to its first step", () => {
  const course: [Event[], string][] = [
    [[], "Compiling kernels for compact… test 1 of 2"],
    [[epochEvent("compact", 0)], "Compiling kernels for CL… test 2 of 2"],
    [[epochEvent("CL", 0)], "Compiling kernels for compact… step 1 of 2"],
    [[stepEvent("compact", 1)], "Compiling kernels for CL… step 2 of 2"],
    [[stepEvent("CL", 1)], "Training"],
  ];
  const events: Event[] = [];
  for (const [more, words] of course) {
    events.push(...more);
    const state = playing("webgpu", ...events);
    assert.equal(said(state), words);
    // No progress is claimed before there is any.
    assert.equal(readout(state).share === null, words !== "Training");
  }
  assert.equal(compilingArm(playing("webgpu", epochEvent("compact", 0))), "CL");
});

test("on the CPU nothing is compiled", () => {
  const state = playing("cpu");
  assert.equal(said(state), "Testing untrained compact… test 1 of 2");
  assert.equal(compilingArm(state), null);
});

test("a paused race compiles nothing", () => {
  assert.equal(said(reduce(playing("webgpu"), { type: "activity", activity: "paused" })), "Paused");
});

test("the place tells which race of how many, of what, and what it prepares", () => {
  const place = (...events: Event[]) => readout(playing("cpu", ...events)).place;
  assert.equal(place(runEvent(1, 1, ["compact", "CL"])), "");
  assert.equal(place(runEvent(3, 12, ["teacher"], { seed: 2, preparation: true })), "race 3 of 12 · seed 2 · preparing: teacher");
  assert.equal(place(runEvent(2, 3, ["CL"], { kernel: 5 })), "race 2 of 3 · kernel 5×5");
  const ahead = { ...description(), races: 4, preparation: ["teacher" as const] };
  const said = readout(after(...ready, { type: "described", description: ahead })).place;
  assert.equal(said, "4 races, one after the other · preparing: teacher");
});

test("the bar and the time left are those of all races", () => {
  const steps = [1, 2, 3].flatMap((step) => [stepEvent("compact", step), stepEvent("CL", step)]);
  const { share, left } = readout(
    playing("cpu", runEvent(2, 2, ["compact", "CL"]), epochEvent("compact", 0), epochEvent("CL", 0), ...steps),
  );
  assert.ok((share ?? 0) > 0.5 && (share ?? 0) < 0.51);
  assert.equal(left, "2 min 35 s");
});

test("in a later race, kernels that were compiled before are not compiled again", () => {
  const again = [runEvent(1, 2, ["compact"]), doneEvent("compact"), runEvent(2, 2, ["compact", "CL"])];
  assert.equal(compilingArm(playing("webgpu", ...again)), null);
  assert.equal(compilingArm(playing("webgpu", ...again, epochEvent("compact", 0))), "CL");
});

test("a recording can be played, which trains anew", () => {
  const state = after(...ready, { type: "replayed", description: description(), events: [runEvent(1, 1, ["compact", "CL"])] });
  const { canPlay, canReset, status, left } = readout(state);
  assert.deepEqual([canPlay, canReset, status, left], [true, true, "Recording; play trains it anew", "–"]);
});
