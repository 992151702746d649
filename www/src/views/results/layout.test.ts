import assert from "node:assert/strict";
import { test } from "node:test";
import { description, opened, runEvent, summaryRow } from "../../fixtures";
import type { SummaryRow } from "../../protocol";
import { advance, newRace } from "../../race/race";
import { interval, results } from "./layout";

function of(rows: SummaryRow[], arms = rows.map(({ arm }) => arm)) {
  const start = newRace(description(arms), opened);
  return results([runEvent(2, 2, arms), { type: "summary", index: 2, of: 2, rows } as const].reduce(advance, start));
}

test("every figure stands with its number of seeds", () => {
  const difference = { mean: 0.012, low: -0.003, high: 0.027, n: 3 };
  const { caption, rows } = of([summaryRow("compact", 3), summaryRow("CK", 3, { difference })]);
  assert.equal(caption, "after race 2 of 2: mean ± standard deviation over n seeds");
  const [compact, ck] = rows;
  assert.deepEqual([compact?.n, compact?.test, compact?.difference], ["3", "50.0 % ± 1.0", "is the baseline"]);
  assert.deepEqual(
    [ck?.best, ck?.gap, ck?.difference, ck?.sign],
    ["55.0 % ± 1.0", "+20.0 ± 1.0", "+1.2 [−0.3, +2.7], n = 3", ""],
  );
});

test("an interval that excludes zero says on which side it lies", () => {
  const row = (low: number, high: number) => summaryRow("CK", 2, { difference: { mean: (low + high) / 2, low, high, n: 2 } });
  const signs = [row(0.01, 0.02), row(-0.02, -0.01), row(-0.01, 0.01)].map(
    (one) => of([summaryRow("compact", 2), one]).rows[1]?.sign,
  );
  assert.deepEqual(signs, ["better", "worse", ""]);
});

test("one seed has no spread and no interval; without a compact arm there is nothing to compare", () => {
  const [, one] = of([summaryRow("compact", 1), summaryRow("CK", 1)]).rows;
  assert.deepEqual([one?.test, one?.difference], ["50.0 %", "needs 2 seeds"]);
  assert.equal(of([summaryRow("CK", 2)]).rows[0]?.difference, "needs the compact arm");
});

test("seeds that diverged are told, and so are rates and kernels", () => {
  const lost = { test_accuracy: null, best_accuracy: null, gap: null, diverged: 2, rate: 0.5, kernel: 7 };
  const [row] = of([summaryRow("CK", 0, lost)]).rows;
  assert.deepEqual([row?.n, row?.test, row?.gap, row?.note, row?.at], ["0", "–", "–", "2 diverged", "rate 0.5, 7×7"]);
});

test("an interval is written with its signs", () => {
  assert.equal(interval({ mean: -0.02, low: -0.031, high: -0.009, n: 5 }), "−2.0 [−3.1, −0.9], n = 5");
});
