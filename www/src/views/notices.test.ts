import assert from "node:assert/strict";
import { test } from "node:test";
import { description, divergedEvent, opened, runEvent } from "../fixtures";
import { advanceAll, newRace } from "../race/race";
import { INITIAL } from "../state";
import { notices, remedy } from "./notices";

test("an arm that diverged in several seeds is told once, with the seeds", () => {
  const experiment = { ...description().experiment, seeds: 3 };
  const events = [1, 2, 3].flatMap((seed) => [
    runEvent(seed, 3, ["compact", "CL"]),
    ...(seed === 2 ? [] : [divergedEvent("CL", 5)]),
  ]);
  const race = advanceAll(newRace({ ...description(), experiment }, opened), events);
  const [notice, ...more] = notices({ ...INITIAL, race });
  assert.deepEqual(more, []);
  assert.deepEqual([notice?.id, notice?.text], ["diverged-CL", "CL, seed 1, 3: the loss is not finite."]);
  const single = advanceAll(newRace(description(), opened), events.slice(0, 2));
  assert.equal(notices({ ...INITIAL, race: single })[0]?.text, "CL: the loss is not finite.");
});

test("a recording that is missing is said, and nothing is to be mended", () => {
  const state = { ...INITIAL, missing: "replays/rates.jsonl" };
  assert.match(notices(state)[0]?.text ?? "", /replays\/rates\.jsonl does not lie beside this page/);
  assert.equal(remedy(state), null);
});
