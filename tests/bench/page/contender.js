// What the driver calls in a tab: opens one library on one network, then takes steps and says how long they took.
import { readStart } from "./start.js";

const LIBRARIES = { ours: "./ours.js", "jax-js": "./jax.js", tfjs: "./tfjs.js" };

/** Steps that all contenders take from the same numbers on the same images before any is timed. */
const CHECKED = 3;

/** Milliseconds of steps after the first and before any that counts. */
const WARM_UP = 1000;

let contender;

async function timed(count) {
  await contender.prepare?.(count);
  const start = performance.now();
  const loss = await contender.steps(count);
  return { milliseconds: (performance.now() - start) / count, loss };
}

globalThis.bench = {
  /**
   * Loads the library, takes the checked steps and stays ready. The answer: the losses of those steps, how long one
   * step took once all was compiled, and what the library says about its device.
   */
  async open(series, recipe) {
    const begin = performance.now();
    const { open } = await import(LIBRARIES[series.library]);
    contender = await open(series, recipe, () => readStart(series));
    // Ours has taken the checked steps in a race of their own.
    const losses = contender.losses ?? [];
    const keep = ({ loss }) => losses.length < CHECKED && losses.push(loss);
    // The first step compiles. Quick ones go on for a while: some compilers work in the background.
    keep(await timed(1));
    let milliseconds = 0;
    for (const start = performance.now(); losses.length < CHECKED || performance.now() - start < WARM_UP; ) {
      const step = await timed(1);
      milliseconds = step.milliseconds;
      keep(step);
    }
    return { losses, milliseconds, warmUp: performance.now() - begin, about: contender.about };
  },

  /** Milliseconds a step, over `count` steps; the time ends when the loss of the last one has been read. */
  async time(count) {
    return (await timed(count)).milliseconds;
  },
};
