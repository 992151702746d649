import assert from "node:assert/strict";
import { test } from "node:test";
import { divergedEvent, stepEvent } from "../fixtures";
import type { Event } from "../protocol";
import { Pump } from "./pump";

/** A pump whose turns give these events, one list a turn, and then nothing. */
function pump(turns: Event[][]) {
  const said: string[] = [];
  const events: Event[] = [];
  let taken = 0;
  const made = new Pump({
    arms: ["compact", "CL"],
    turn: async () => turns[taken++] ?? [],
    emit: (more) => events.push(...more),
    idle: (reason) => said.push(reason),
    fail: (error) => said.push(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => 0,
  });
  return { made, said, events, taken: () => taken };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

test("a step is over when every arm has taken it, evaluation turns included", async () => {
  const { made, said, events, taken } = pump([
    [],
    [stepEvent("compact", 1)],
    [],
    [stepEvent("CL", 1)],
    [stepEvent("compact", 2)],
  ]);
  made.step();
  await settle();
  assert.equal(taken(), 4);
  assert.equal(events.length, 2);
  assert.deepEqual(said, ["paused"]);
});

test("a pause stops pulling; a step then completes what was cut in two", async () => {
  const { made, taken } = pump([[stepEvent("compact", 1)], [stepEvent("CL", 1)], [stepEvent("compact", 2)]]);
  made.play();
  made.pause();
  await settle();
  assert.ok(taken() <= 1);
  made.step();
  await settle();
  assert.equal(taken(), 2);
});

test("a diverged arm is not waited for", async () => {
  const { made, taken } = pump([[divergedEvent("CL", 1)], [stepEvent("compact", 1)], [stepEvent("compact", 2)]]);
  made.step();
  await settle();
  assert.equal(taken(), 2);
});

test("until every arm has taken a step, nothing said waits for the next turn", async () => {
  let release = (): void => {};
  const held = new Promise<Event[]>((resolve) => {
    release = () => resolve([]);
  });
  const turns = [Promise.resolve([stepEvent("compact", 1)]), held];
  const events: Event[] = [];
  const made = new Pump({
    arms: ["compact", "CL"],
    turn: () => turns.shift() ?? held,
    emit: (more) => events.push(...more),
    idle: () => {},
    fail: (error) => assert.fail(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => 0,
  });
  made.play();
  await settle();
  assert.equal(events.length, 1);
  made.end();
  release();
});

test("the end of the race ends the pumping", async () => {
  const { made, said, taken } = pump([[{ type: "finished", step: 1 }]]);
  made.play();
  await settle();
  assert.equal(taken(), 1);
  assert.deepEqual(said, ["finished"]);
});

test("an ended pump says nothing more", async () => {
  const { made, said, events } = pump([[stepEvent("compact", 1)]]);
  made.play();
  made.end();
  await settle();
  assert.deepEqual([said, events], [[], []]);
});

test("first steps are taken one by one", async () => {
  const asked: number[] = [];
  const turns = [[], [], [stepEvent("compact", 1)], [stepEvent("CL", 1)]];
  const made: Pump = new Pump({
    arms: ["compact", "CL"],
    turn: async (steps) => {
      asked.push(steps);
      if (asked.length === 5) made.pause();
      return turns.shift() ?? [];
    },
    emit: () => {},
    idle: () => {},
    fail: (error) => assert.fail(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => 0,
  });
  made.play();
  await settle();
  assert.deepEqual(asked, [1, 1, 1, 1, 16]);
});

test("a fast device takes more steps a turn, a slow one fewer; a counted step is one", async () => {
  let [clock, turns] = [0, 0];
  const asked: number[] = [];
  const took = [1, 1, 1, 100, 100, 1, 1];
  const made: Pump = new Pump({
    arms: ["compact"],
    turn: async (steps) => {
      asked.push(steps);
      clock += took[turns++] ?? 1;
      if (turns === took.length) made.pause();
      return [stepEvent("compact", turns)];
    },
    emit: () => {},
    idle: () => {},
    fail: (error) => assert.fail(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => clock,
  });
  made.play();
  await settle();
  assert.deepEqual(asked, [1, 2, 4, 8, 4, 2, 4]);
});

test("a pause between arms that take several steps waits for them all", async () => {
  const steps: Record<"compact" | "CL", number> = { compact: 0, CL: 0 };
  let next: "compact" | "CL" = "compact";
  let round = 1;
  const made: Pump = new Pump({
    arms: ["compact", "CL"],
    turn: async (most) => {
      const arm = next;
      if (arm === "compact") round = most;
      next = arm === "compact" ? "CL" : "compact";
      const first = steps[arm] + 1;
      steps[arm] += round;
      if (arm === "compact" && round > 2) made.pause();
      return Array.from({ length: round }, (_, i) => stepEvent(arm, first + i));
    },
    emit: () => {},
    idle: () => {},
    fail: (error) => assert.fail(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => 0,
  });
  made.play();
  await settle();
  assert.ok(steps.compact > 2);
  assert.equal(steps.CL, steps.compact);
  const before = steps.CL;
  made.step();
  await settle();
  assert.deepEqual(steps, { compact: before + 1, CL: before + 1 });
});
