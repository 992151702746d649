// Times training steps of all contenders in turns, on one machine and in one browser. Run by `cargo xtask bench`.
// Samples are written as they come, so that `--resume` goes on where a run ended. What does not work is named, not fatal.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, platform, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { launch, open, serve, within } from "./browser.mjs";
import { mismatches } from "./losses.mjs";
import { parse } from "./options.mjs";
import { openNative, openTorch } from "./processes.mjs";
import { writeReport } from "./report.mjs";
import { rest } from "./rest.mjs";
import { series as listSeries } from "./series.mjs";
import { soak } from "./soak.mjs";
import { writeStart } from "./start.mjs";
import { quartiles } from "./statistics.mjs";

/** What every contender trains with: the trainer's defaults, at a rate that stays. */
const RECIPE = { rate: 4, learningRate: 0.05, momentum: 0.9, weightDecay: 0 };

const options = parse(process.argv.slice(2));
/** Seconds of timing that a slow series gets, and the samples it gets at least. */
const [BUDGET, LEAST] = options.quick ? [8, 2] : [60, 3];
/** A sample of quick steps is several: waiting for the device, and caches that others emptied, count no more than the work. */
const SAMPLE_MILLISECONDS = 500;
const MOST_STEPS = 10;

const begin = performance.now();
const outOfTime = () => performance.now() - begin > 60_000 * options.minutes;

function installed(name) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

const PACKAGES = { "jax-js": "@jax-js/jax", tfjs: "@tensorflow/tfjs" };

class Store {
  constructor() {
    this.file = join(options.out, "benchmarks.json");
    const old = existsSync(this.file) ? JSON.parse(readFileSync(this.file, "utf8")) : { series: [] };
    // The steps and the long runs are measured apart and told of together.
    this.content = options.resume || options.soak ? old : { series: [], soak: old.soak };
  }

  save() {
    mkdirSync(options.out, { recursive: true });
    // In one piece, also when the run is stopped here.
    writeFileSync(`${this.file}.part`, `${pretty(this.content)}\n`);
    renameSync(`${this.file}.part`, this.file);
  }

  /** The record of a series; one that failed is tried again. */
  record(series) {
    let record = this.content.series.find(({ id }) => id === series.id);
    if (!record) {
      record = { ...series, samples: [] };
      this.content.series.push(record);
    }
    delete record.problem;
    return record;
  }
}

/** JSON with one line a series, and one for the long runs. */
function pretty({ series, soak, ...head }) {
  const lines = series.map((record) => `    ${JSON.stringify(record)}`);
  const more = `  "soak": ${JSON.stringify(soak ?? null)},\n  "series": [\n${lines.join(",\n")}\n  ]\n}`;
  return Object.keys(head).length > 0 ? JSON.stringify(head, null, 2).replace(/\n\}$/, `,\n${more}`) : `{\n${more}`;
}

/**
 * Opens a series wherever it runs: its losses, its first time, and a function to time it. What has to be ended
 * afterwards, also when this fails or hangs, is added to `closers`.
 */
async function openSeries(series, place, closers) {
  if (series.library === "native") return openNative(series, RECIPE, place.folder, closers);
  if (series.library === "pytorch") return openTorch(series, RECIPE, place.folder, closers);
  const name = PACKAGES[series.library];
  if (name && !installed(name)) throw new Error(`the package ${name} is not installed`);
  const page = await open(place.browser, place.address);
  closers.push(() => page.context().close());
  // A tab that ran out of memory says nothing more.
  const crash = new Promise((_, reject) => page.on("crash", () => reject(new Error("its tab crashed"))));
  crash.catch(() => {});
  const call = (verb, ...words) =>
    Promise.race([page.evaluate(([verb, words]) => globalThis.bench[verb](...words), [verb, words]), crash]);
  const opened = await call("open", series, RECIPE);
  return { ...opened, time: (count) => call("time", count) };
}

/** Ends tabs and programs; one that does not end in time is left to the end of the browser. */
async function closeAll(closers) {
  for (const close of closers.splice(0)) await within(10, Promise.resolve(close()), "closing").catch(() => {});
}

const sentence = (error) =>
  String(error.message ?? error)
    .split("\n")[0]
    .replace(/^page\.evaluate: /, "");

/** What one that was left out has begun must not be timed with the others. */
async function calm() {
  if (!(await rest(8 * options.limit))) console.log("  the processors are busy with something else");
}

/** Opens what still lacks samples; the answer is what can be timed. */
async function openGroup(group, store, place) {
  const ready = [];
  for (const series of group) {
    const record = store.record(series);
    if (record.samples.length > 0 && record.samples.length >= record.wanted) continue;
    // Opening takes some steps and compiles what they need.
    const seconds = 8 * options.limit;
    const closers = [];
    try {
      const opened = await within(seconds, openSeries({ ...series, losses: record.losses }, place, closers), "opening it");
      const { losses, milliseconds, about, warmUp } = opened;
      const fits = Math.floor((1000 * BUDGET) / milliseconds);
      record.wanted = Math.min(options.rounds, Math.max(fits, LEAST));
      const steps = Math.min(MOST_STEPS, Math.max(1, Math.round(SAMPLE_MILLISECONDS / milliseconds)));
      Object.assign(record, { about, losses, warmUp: Math.round(warmUp ?? 0), steps });
      if (milliseconds > 1000 * options.limit) throw new Error(`a step took longer than ${options.limit} s`);
      ready.push({ record, steps, opened, closers });
      console.log(
        `  ${series.id}: ready, ${milliseconds.toFixed(0)} ms, loss ${losses.map((loss) => loss.toFixed(5)).join(" ")}`,
      );
    } catch (error) {
      record.problem = sentence(error);
      console.log(`  ${series.id}: left out: ${record.problem}`);
      await closeAll(closers);
    }
    store.save();
  }
  return ready;
}

/** Whether a series that wants fewer samples than there are rounds takes part in this one. */
function due(round, { wanted }) {
  return Math.floor(((round + 1) * wanted) / options.rounds) > Math.floor((round * wanted) / options.rounds);
}

async function timeGroup(ready, store) {
  await calm();
  for (let round = 0; round < options.rounds; round++) {
    for (const { record, steps, opened, closers } of ready) {
      const done = record.samples.some(([earlier]) => earlier === round);
      if (record.problem || done || !due(round, record)) continue;
      // Threads of the one before may spin a little after its work.
      await new Promise((resolve) => setTimeout(resolve, 20));
      try {
        const milliseconds = await within(options.limit * steps, opened.time(steps), "a step");
        record.samples.push([round, Number(milliseconds.toPrecision(5))]);
      } catch (error) {
        record.problem = sentence(error);
        console.log(`  ${record.id}: left out from round ${round + 1} on: ${record.problem}`);
        await closeAll(closers);
        await calm();
      }
    }
    store.save();
    console.log(`  round ${round + 1} of ${options.rounds}`);
    if (outOfTime()) return;
  }
}

async function measure() {
  const store = new Store();
  const folder = mkdtempSync(join(tmpdir(), "expandnets-bench-"));
  const server = await serve({ dist: options.dist, start: folder });
  const { browser, version, adapter } = await launch(server.address);
  const { address } = server;
  Object.assign(store.content, {
    about: "Training steps timed by cargo xtask bench. Samples are [round, milliseconds a step].",
    date: new Date().toISOString().slice(0, 10),
    quick: options.quick,
    rounds: options.rounds,
    limit: options.limit,
    machine: {
      processor: cpus()[0].model.trim(),
      cores: cpus().length,
      memory_gib: Math.round(totalmem() / 2 ** 30),
      system: platform(),
    },
    browser: { name: "Chromium, headless", version, adapter: adapter ?? null },
    versions: {
      ...Object.fromEntries(Object.entries(PACKAGES).map(([who, name]) => [who, installed(name)])),
      node: process.versions.node,
    },
    recipe: RECIPE,
  });
  store.save();
  try {
    const all = listSeries(options);
    const count = Math.max(...options.batches);
    await writeStart({ browser, address, folder, arms: [...new Set(all.map(({ arm }) => arm))], recipe: RECIPE, count });
    for (const name of new Set(all.map(({ group }) => group))) {
      if (outOfTime()) {
        console.log("\nThe minutes are over; --resume goes on");
        break;
      }
      console.log(`\n${name}`);
      const before = loadavg()[0];
      const ready = await openGroup(
        all.filter(({ group }) => group === name),
        store,
        { browser, address, folder },
      );
      if (ready.length === 0) continue;
      await timeGroup(ready, store);
      store.content.load = { ...store.content.load, [name]: [before, loadavg()[0]].map((load) => Number(load.toFixed(2))) };
      for (const { record, closers } of ready) {
        if (record.samples.length > 0) {
          const [low, median, high] = quartiles(record.samples.map(([, value]) => value)).map((value) => value.toFixed(1));
          console.log(`  ${record.id}: ${median} ms (${low}–${high})`);
        }
        await closeAll(closers);
      }
      store.save();
    }
  } finally {
    await within(20, browser.close(), "closing the browser").catch(() => {});
    server.close();
    rmSync(folder, { recursive: true });
  }
  return store.content;
}

if (options.soak) {
  const store = new Store();
  const { result, grew } = await soak(options);
  store.content.soak = result;
  store.save();
  if (store.content.machine) writeReport(store.content, options.out);
  process.exitCode = grew ? 1 : 0;
} else {
  const content = await measure();
  writeReport(content, options.out);
  const wrong = mismatches(content.series);
  for (const { id, difference } of wrong) console.log(`${id} does not train the same: its loss is off by ${difference}`);
  console.log(
    `\nWritten to ${options.out}/benchmarks.md, .json and .svg in ${Math.round((performance.now() - begin) / 60_000)} min`,
  );
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
// A program that hangs must not hold this one.
process.exit();
