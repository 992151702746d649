import assert from "node:assert/strict";
import { test } from "node:test";
import { distilled, lookOf, markPath, partsOf, slug, usesRate } from "./arms";
import { FIELDS } from "./defaults";
import type { Arm } from "./protocol";

const arms = FIELDS.flatMap((field) => (field.kind === "arms" ? field.arms : [])) as Arm[];

test("every arm that the trainer names has a look of its own, without its colour", () => {
  assert.ok(arms.length > 30);
  const shapes = arms.map((arm) => `${lookOf(arm).marker} ${lookOf(arm).mark}`);
  assert.equal(new Set(shapes).size, arms.length);
  const shown = arms.map((arm) => `${lookOf(arm).css} ${lookOf(arm).dash.join()}`);
  assert.equal(new Set(shown).size, arms.length);
  for (const arm of arms) assert.equal(markPath(lookOf(arm).mark, lookOf(arm).marker, 4) === "", lookOf(arm).mark === "none");
});

test("a name is a rule and a variant", () => {
  const fields = FIELDS.find((field) => field.kind === "arms");
  assert.ok(fields?.kind === "arms");
  const rules = [...fields.rules.map(({ value }) => value), "teacher"];
  const variants = fields.variants.map(({ value }) => value);
  for (const arm of arms) {
    const { rule, variant } = partsOf(arm);
    assert.ok(rules.includes(rule) && variants.includes(variant), arm);
    assert.equal(rule + variant, arm);
  }
  assert.deepEqual(partsOf("CL+compact"), { rule: "CL", variant: "+compact" });
  assert.deepEqual(partsOf("compact+KD"), { rule: "compact", variant: "+KD" });
  assert.deepEqual(partsOf("CK+FC+Init+KD"), { rule: "CK+FC", variant: "+Init+KD" });
});

test("names in attributes are all different and safe in a selector", () => {
  assert.equal(new Set(arms.map(slug)).size, arms.length);
  for (const arm of arms) assert.match(slug(arm), /^[a-z-]+$/);
});

test("the rate matters to what is expanded, and a teacher to what is distilled", () => {
  assert.deepEqual((["compact+KD", "teacher", "FC", "CL+contracted"] as Arm[]).map(usesRate), [false, false, true, true]);
  assert.deepEqual((["compact+KD", "CK+Init", "CK+Init+KD"] as Arm[]).map(distilled), [true, false, true]);
});
