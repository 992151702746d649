import assert from "node:assert/strict";
import { test } from "node:test";
import { description, epochEvent, opened } from "./fixtures";
import { errorOf, lossOf, qualityOf } from "./quality";
import { advance, newRace } from "./race/race";
import { verdict } from "./views/architecture/words";
import { summary } from "./views/charts/table";

test("the quality is that of the data set, and accuracy before there is one", () => {
  assert.equal(qualityOf(null), "accuracy");
  const { dataset } = description();
  assert.equal(qualityOf({ dataset: { ...dataset, quality: "mIoU" } }), "mIoU");
});

test("only what is missing from an accuracy is an error", () => {
  assert.deepEqual([errorOf("accuracy"), errorOf("mAP@0.5")], ["error", "1 − mAP@0.5"]);
  assert.equal(new Set([lossOf("classify"), lossOf("segment"), lossOf("detect")]).size, 3);
});

test("a race is told in the quality of its own data set", () => {
  const described = description(["CL"]);
  const dataset = { ...described.dataset, task: "segment", quality: "mIoU" } as const;
  const race = advance(newRace({ ...described, dataset }, opened), epochEvent("CL", 1, 0.25));
  assert.equal(summary(race), "Test mIoU after epoch 1: CL 25.0 %.");
});

test("a contraction is judged by it too, pixel by pixel", () => {
  const report = { agreement: 0.9999, probe: 16, max_relative_error: 1e-7, accuracy_before: 0.5, accuracy_after: 0.5 };
  const { facts } = verdict(report as Parameters<typeof verdict>[0], { task: "segment", quality: "mIoU" });
  assert.deepEqual(facts.slice(0, 2), [
    ["same class", "99.99 % of the pixels of 16 images"],
    ["test mIoU", "50.0 % → 50.0 %"],
  ]);
});
