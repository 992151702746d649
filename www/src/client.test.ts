import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, Crash, Refusal } from "./client";
import type { Answer, Call, Report } from "./messages";

/** A worker that a test speaks for. */
class FakeWorker {
  calls: Call[] = [];
  ended = false;
  onmessage: (message: { data: Answer }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  onmessageerror: () => void = () => {};

  postMessage(call: Call): void {
    this.calls.push(call);
  }

  terminate(): void {
    this.ended = true;
  }

  say(answer: Answer): void {
    this.onmessage({ data: answer });
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const reports: Report[] = [];
  const client = new Client(
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
    (report) => reports.push(report),
  );
  return { client, workers, reports };
}

test("answers find their call in any order; refusals carry their faults", async () => {
  const { client, workers } = setUp();
  const [first, second] = [client.call("filters", null), client.call("play", null)];
  const faults = [{ code: "no_session", message: "press play first", field: null }];
  workers[0]?.say({ type: "refusal", id: 2, faults });
  workers[0]?.say({ type: "answer", id: 1, give: [] });
  assert.deepEqual(await first, []);
  await assert.rejects(second, (error) => error instanceof Refusal && error.faults === faults);
  assert.equal(workers.length, 1);
});

test("a crash ends the worker, rejects every call, is reported, and the next call gets a fresh worker", async () => {
  const { client, workers, reports } = setUp();
  const lost = client.call("play", null);
  workers[0]?.say({ type: "fatal", message: "unreachable" });
  await assert.rejects(lost, Crash);
  assert.equal(workers[0]?.ended, true);
  assert.deepEqual(reports, [{ type: "fatal", message: "unreachable" }]);
  void client.call("play", null);
  assert.equal(workers.length, 2);
});

test("what an ended worker still says is not heard", () => {
  const { client, workers, reports } = setUp();
  void client.call("play", null).catch(() => {});
  workers[0]?.say({ type: "fatal", message: "unreachable" });
  workers[0]?.say({ type: "events", events: [] });
  assert.equal(reports.length, 1);
});
