import assert from "node:assert/strict";
import { test } from "node:test";
import { description, doneEvent, epochEvent, opened, runEvent, stepEvent } from "./fixtures";
import type { Event } from "./protocol";
import { advanceAll, newRace } from "./race/race";
import { recording, recordingPath } from "./recording";

test("a recording is the experiment and, line by line, what was said but the steps", () => {
  const events = [runEvent(1, 1, ["CL"]), stepEvent("CL", 1), epochEvent("CL", 1), doneEvent("CL")];
  const text = recording(advanceAll(newRace(description(["CL"]), opened), events));
  const lines = text.trimEnd().split("\n");
  assert.ok(text.endsWith("}\n"));
  assert.deepEqual(JSON.parse(lines[0] ?? ""), { replay: 1, experiment: description(["CL"]).experiment });
  assert.deepEqual(
    lines.slice(1).map((line) => JSON.parse(line)),
    events.filter(({ type }) => type !== "step"),
  );
});

test("a loss that is no number is null, as the trainer writes it", () => {
  const lost = { ...epochEvent("CL", 1), test_loss: Number.NaN } as Event;
  const text = recording(advanceAll(newRace(description(["CL"]), opened), [lost, epochEvent("CL", 2)]));
  const losses = text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line).test_loss);
  assert.deepEqual(losses, [null, 1]);
});

test("the path of a recording stays in its folder", () => {
  assert.equal(recordingPath("rates"), "replays/rates.jsonl");
  assert.equal(recordingPath("../x"), "replays/..%2Fx.jsonl");
});
