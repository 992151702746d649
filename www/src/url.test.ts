import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, withoutFaulty } from "./url";

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
