import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, readMost, withoutFaulty } from "./url";

const fault = (field: string | null) => ({ code: "", message: "", field });

test("faulty pairs are dropped, the rest keeps its order", () => {
  assert.equal(withoutFaulty("#epochs=3&colour=red&batch=0&seed=7", [fault("colour"), fault("batch")]), "epochs=3&seed=7");
  assert.equal(withoutFaulty("epochs=3", [fault(null)]), "epochs=3");
  assert.equal(withoutFaulty("colour", [fault("colour")]), "");
});

test("the default experiment has a bare address", () => {
  assert.equal(addressOf("https://x.org/a/#epochs=3", ""), "https://x.org/a/");
  assert.equal(addressOf("./index.html", "arms=CL+FC"), "./index.html#arms=CL+FC");
});

/** Refuses `a` of 0, the key `x`, and `n` of small beside the default of another field. */
function strict(query: string): string {
  const pairs = query.split("&");
  const faults = [];
  if (pairs.includes("a=0")) faults.push({ ...fault("a"), message: "a is 0" });
  if (pairs.some((pair) => pair.startsWith("x="))) faults.push({ ...fault("x"), message: "x is unknown" });
  if (pairs.includes("n=small") && !pairs.includes("arms=one")) faults.push({ ...fault("arms"), message: "arms and n conflict" });
  if (faults.length > 0) throw faults;
  return query;
}

test("as much of a link is read as can be", () => {
  const read = (query: string) => {
    const { value, faults } = readMost(query, strict, (error) => error as ReturnType<typeof fault>[]);
    return [value, faults.map(({ message }) => message)];
  };
  assert.deepEqual(read("#s=7"), ["s=7", []]);
  assert.deepEqual(read("#s=7&a=0&x=1"), ["s=7", ["a is 0", "x is unknown"]]);
  assert.deepEqual(read("s=7&n=small"), ["s=7", ["arms and n conflict"]]);
  assert.deepEqual(read("s=7&n=small&arms=two"), ["s=7", ["arms and n conflict"]]);
  assert.deepEqual(read("s=7&n=small&arms=one"), ["s=7&n=small&arms=one", []]);
});
