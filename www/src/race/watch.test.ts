import assert from "node:assert/strict";
import { test } from "node:test";
import { TestsWatch } from "./watch";

const six = { first: 0, count: 6 };
const [one, two] = [{}, {}];

test("nobody asks before anybody looks, nor before the first test", () => {
  const watch = new TestsWatch();
  assert.equal(watch.look(one, 3), null);
  watch.watch(six);
  assert.equal(watch.look(one, -1), null);
  assert.deepEqual(watch.look(one, 0)?.range, six);
});

test("one look an epoch, one at a time", () => {
  const watch = new TestsWatch();
  watch.watch(six);
  const look = watch.look(one, 0);
  assert.ok(look);
  assert.equal(watch.look(one, 1), null, "one is under way");
  assert.equal(watch.done(look), true);
  const next = watch.look(one, 1);
  assert.ok(next);
  assert.equal(watch.done(next), true);
  assert.equal(watch.look(one, 1), null, "that epoch was seen");
});

test("a look is due when asked for, when other images are shown, and when another race begins", () => {
  const watch = new TestsWatch();
  const done = (look: ReturnType<TestsWatch["look"]>) => look !== null && watch.done(look);
  watch.watch(six);
  assert.ok(done(watch.look(one, 2)));
  watch.refresh();
  assert.ok(done(watch.look(one, 2)));
  assert.equal(watch.look(one, 2), null);
  watch.watch({ first: 6, count: 6 });
  assert.ok(done(watch.look(one, 2)));
  assert.ok(done(watch.look(two, 0)));
  watch.watch(null);
  assert.equal(watch.look(two, 5), null);
});

test("an answer of another session is not wanted", () => {
  const watch = new TestsWatch();
  watch.watch(six);
  const look = watch.look(one, 0);
  assert.ok(look);
  watch.begin();
  assert.equal(watch.done(look), false);
  assert.ok(watch.look(one, 0));
});
