import assert from "node:assert/strict";
import { test } from "node:test";
import { divergedEvent, doneEvent, runEvent, stepEvent } from "../fixtures";
import type { Arm, Event, Surveyed } from "../protocol";
import { Pump, type PumpProps } from "./pump";

const PAIR = runEvent(1, 1, ["compact", "CL"]);

/** A pump in a world where nothing happens but what a test says. */
function pumpWith(props: Partial<PumpProps>): Pump {
  return new Pump({
    turn: async () => [],
    portion: async () => undefined,
    emit: () => {},
    idle: () => {},
    surveyed: () => {},
    surveyEnded: () => {},
    fail: (error) => assert.fail(String(error)),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => 0,
    ...props,
  });
}

/** A pump whose turns give these events, one list a turn, and then nothing. */
function pump(turns: Event[][]) {
  const said: string[] = [];
  const events: Event[] = [];
  let taken = 0;
  const made = pumpWith({
    turn: async () => turns[taken++] ?? [],
    emit: (more) => events.push(...more),
    idle: (reason) => said.push(reason),
    fail: (error) => said.push(String(error)),
  });
  return { made, said, events, taken: () => taken };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

test("a step is over when every arm has taken it, evaluation turns included", async () => {
  const { made, said, events, taken } = pump([
    [PAIR],
    [stepEvent("compact", 1)],
    [],
    [stepEvent("CL", 1)],
    [stepEvent("compact", 2)],
  ]);
  made.step();
  await settle();
  assert.equal(taken(), 4);
  assert.equal(events.length, 3);
  assert.deepEqual(said, ["paused"]);
});

test("a pause stops pulling; a step then completes what was cut in two", async () => {
  const { made, taken } = pump([[PAIR, stepEvent("compact", 1)], [stepEvent("CL", 1)], [stepEvent("compact", 2)]]);
  made.play();
  made.pause();
  await settle();
  assert.ok(taken() <= 1);
  made.step();
  await settle();
  assert.equal(taken(), 2);
});

test("a diverged arm is not waited for", async () => {
  const { made, taken } = pump([[PAIR, divergedEvent("CL", 1)], [stepEvent("compact", 1)], [stepEvent("compact", 2)]]);
  made.step();
  await settle();
  assert.equal(taken(), 2);
});

test("until every arm has taken a step, nothing said waits for the next turn", async () => {
  let release = (): void => {};
  const held = new Promise<Event[]>((resolve) => {
    release = () => resolve([]);
  });
  const turns = [Promise.resolve([PAIR, stepEvent("compact", 1)]), held];
  const events: Event[] = [];
  const made = pumpWith({ turn: () => turns.shift() ?? held, emit: (more) => events.push(...more) });
  made.play();
  await settle();
  assert.equal(events.length, 2);
  made.end();
  release();
});

test("the end of the last race ends the pumping, the end of another does not", async () => {
  const first = [runEvent(1, 2, ["compact"]), stepEvent("compact", 1), doneEvent("compact")];
  const { made, said, events, taken } = pump([first, [runEvent(2, 2, ["CL"])], [doneEvent("CL"), { type: "finished", step: 1 }]]);
  made.play();
  await settle();
  assert.equal(taken(), 3);
  assert.equal(events.length, 6);
  assert.deepEqual(said, ["finished"]);
});

test("a step at the end of a race is the first step of the next", async () => {
  const { made, said, taken } = pump([
    [runEvent(1, 2, ["compact"]), stepEvent("compact", 1), stepEvent("compact", 2)],
    [doneEvent("compact")],
    [runEvent(2, 2, ["CL", "CK"])],
    [stepEvent("CL", 1)],
    [stepEvent("CK", 1)],
    [stepEvent("CL", 2)],
  ]);
  made.step();
  await settle();
  assert.equal(taken(), 1);
  made.step();
  await settle();
  assert.equal(taken(), 5);
  assert.deepEqual(said, ["paused", "paused"]);
});

test("an ended pump says nothing more", async () => {
  const { made, said, events } = pump([[PAIR, stepEvent("compact", 1)]]);
  made.play();
  made.end();
  await settle();
  assert.deepEqual([said, events], [[], []]);
});

test("first steps of every race are taken one by one", async () => {
  const asked: number[] = [];
  const turns = [[PAIR], [], [stepEvent("compact", 1)], [stepEvent("CL", 1)], [runEvent(2, 2, ["CK"])], [], []];
  const made: Pump = pumpWith({
    turn: async (steps) => {
      asked.push(steps);
      if (asked.length === turns.length) made.pause();
      return turns[asked.length - 1] ?? [];
    },
  });
  made.play();
  await settle();
  assert.deepEqual(asked, [1, 1, 1, 1, 16, 1, 1]);
});

test("a fast device takes more steps a turn, a slow one fewer; a counted step is one", async () => {
  let [clock, turns] = [0, 0];
  const asked: number[] = [];
  const took = [1, 1, 1, 100, 100, 1, 1];
  const made: Pump = pumpWith({
    turn: async (steps) => {
      asked.push(steps);
      clock += took[turns++] ?? 1;
      if (turns === took.length) made.pause();
      return turns === 1 ? [runEvent(1, 1, ["compact"]), stepEvent("compact", 1)] : [stepEvent("compact", turns)];
    },
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
  const made: Pump = pumpWith({
    turn: async (most) => {
      const arm = next;
      if (arm === "compact") round = most;
      next = arm === "compact" ? "CL" : "compact";
      const first = steps[arm] + 1;
      steps[arm] += round;
      if (arm === "compact" && round > 2) made.pause();
      const taken = Array.from({ length: round }, (_, i) => stepEvent(arm, first + i));
      return arm === "compact" && first === 1 ? [PAIR, ...taken] : taken;
    },
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

/** A pump with a survey of some portions; tells what was heard of it, and whether it was over. */
function surveying(portions: number, more: Partial<PumpProps> = {}) {
  const heard: number[] = [];
  const ends: unknown[] = [];
  const row = (index: number): Surveyed => ({ type: "row", arm: "compact" as Arm, row: index, of: portions, points: [] });
  let given = 0;
  const made = pumpWith({
    portion: async () => (given < portions ? row(given++) : undefined),
    surveyed: (portion) => portion.type === "row" && heard.push(portion.row),
    surveyEnded: (error) => ends.push(error),
    ...more,
  });
  return { made, heard, ends };
}

test("a survey pauses, waits until the arms rest, and gives every portion", async () => {
  const order: string[] = [];
  const { made, heard, ends } = surveying(3, {
    turn: async () => {
      order.push("turn");
      return [];
    },
    idle: (reason) => order.push(reason),
  });
  made.play();
  await made.survey(async () => {
    order.push("survey");
  });
  await settle();
  assert.deepEqual(order, ["turn", "paused", "survey"]);
  assert.deepEqual([heard, ends], [[0, 1, 2], [null]]);
});

test("training that goes on ends a survey; a survey that is taken back says nothing more", async () => {
  const played = surveying(1000);
  await played.made.survey(async () => {});
  played.made.play();
  await settle();
  played.made.end();
  assert.deepEqual(played.ends, [null]);
  assert.ok(played.heard.length < 1000);

  const cancelled = surveying(1000);
  await cancelled.made.survey(async () => {});
  cancelled.made.cancelSurvey();
  const count = cancelled.heard.length;
  await settle();
  assert.deepEqual([cancelled.ends, cancelled.heard.length], [[], count]);
});

test("a portion that fails ends the survey with its reason", async () => {
  const { made, ends } = surveying(1, { portion: () => Promise.reject(["no landscape"]) });
  await made.survey(async () => {});
  await settle();
  assert.deepEqual(ends, [["no landscape"]]);
});
