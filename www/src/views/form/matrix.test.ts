import assert from "node:assert/strict";
import { test } from "node:test";
import { FIELDS } from "../../defaults";
import { gridOf } from "./matrix";

const field = FIELDS.find((field) => field.kind === "arms");
assert.ok(field?.kind === "arms");
const grid = gridOf(field);

test("the plain arms are the rules, and every other arm has one place", () => {
  assert.deepEqual(
    grid.plain.map(({ arm }) => arm),
    ["compact", "CL", "CK", "FC", "CL+FC", "CK+FC"],
  );
  assert.deepEqual(grid.others, ["teacher"]);
  const placed = [...grid.plain, ...grid.cells].map(({ arm }) => arm);
  assert.equal(new Set(placed).size, field.arms.length - 1);
});

test("combinations that are not allowed stay empty", () => {
  const has = (rule: string, variant: string) => grid.cells.some((cell) => cell.rule === rule && cell.variant === variant);
  assert.deepEqual(
    [has("compact", "+KD"), has("compact", "+Init"), has("CK", "+compact"), has("CL", "+compact")],
    [true, false, false, true],
  );
});
