// Waiting for the processors of the machine: work handed to a software adapter goes on after the tab it came from is closed.
import { cpus } from "node:os";

/** The share of idle time from which on processors rest. */
const RESTING = 0.9;

/** Processor time so far, in milliseconds. */
function times() {
  const kinds = cpus().map(({ times }) => times);
  const all = kinds.flatMap((kind) => Object.values(kind)).reduce((sum, time) => sum + time, 0);
  return { idle: kinds.reduce((sum, { idle }) => sum + idle, 0), all };
}

/** Waits until the processors rest, but so many seconds at most; whether they do. */
export async function rest(seconds) {
  for (const start = performance.now(); performance.now() - start < 1000 * seconds; ) {
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const after = times();
    if (after.idle - before.idle > RESTING * (after.all - before.all)) return true;
  }
  return false;
}
