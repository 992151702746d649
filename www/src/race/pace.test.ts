import assert from "node:assert/strict";
import { test } from "node:test";
import { median, NO_TIMES, RECENT, ratioToCompact, remember, type Times } from "./pace";

function times(...seconds: number[]): Times {
  return seconds.reduce((all, taken, i) => remember(all, i + 1, taken), NO_TIMES);
}

test("a median is the value in the middle, or between the two there", () => {
  assert.deepEqual([median([]), median([3]), median([9, 1, 2]), median([1, 9, 2, 4])], [null, 3, 2, 3]);
});

test("the first step is left out, and the memory is bounded", () => {
  assert.deepEqual(times(9).seconds, []);
  const many = times(9, ...Array.from({ length: 100 }, (_, i) => i));
  assert.equal(many.seconds.length, RECENT);
  assert.deepEqual([many.last, many.seconds.at(-1)], [101, 99]);
});

test("an arm is compared with the compact arm at the same steps", () => {
  const arms = [
    { arm: "compact" as const, times: times(9, 1, 2, 4, 8) },
    // One step behind: the compact arm's last step has no counterpart yet.
    { arm: "CL" as const, times: times(9, 2, 4, 12) },
  ];
  assert.equal(ratioToCompact(arms, "CL"), 2);
  assert.equal(ratioToCompact(arms, "compact"), 1);
});

test("without a compact arm, or before a second step, there is no ratio", () => {
  assert.equal(ratioToCompact([{ arm: "CL", times: times(1, 2) }], "CL"), null);
  const fresh = [
    { arm: "compact" as const, times: times(1) },
    { arm: "CL" as const, times: times(1) },
  ];
  assert.equal(ratioToCompact(fresh, "CL"), null);
});
