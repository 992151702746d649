// Long runs and growing work in the built page: memory must not grow with the steps, nor an image's cost with the number of
// images. Run by `cargo xtask bench soak`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { launch, open, serve } from "./browser.mjs";
import { quantile, ratio } from "./statistics.mjs";

/** Memory may grow by this share, and by so many bytes, from a tenth of the run to its end. */
const GROWTH = { share: 0.05, bytes: 2 ** 20 };
/** An image of many may cost this much more than one of few, beyond the spread of the ratio itself. */
const DEARER = 0.05;

const SPEC = (widths, kernel) =>
  [...widths.map((width) => `conv ${width} k${kernel}; norm; relu; pool 2`), "flatten; dense 64; relu; dense 10"].join("; ");

const BASE = { test_images: 100, schedule: "constant", learning_rate: 0.01, seed: 1, epochs: 1000 };
const LONG = {
  cpu: { ...BASE, dataset: "fashion-mnist", network: SPEC([4, 8], 5), arms: ["compact", "CK+FC"], batch: 16, train_images: 1600 },
  webgpu: {
    ...BASE,
    dataset: "synthetic",
    network: "conv 4 k5; norm; relu; pool 2; flatten; dense 4",
    arms: ["compact", "CK"],
    batch: 8,
    test_images: 0,
  },
};

/** Calls a function of page/soak.js in a tab. */
const call = (page, verb, ...words) =>
  page.evaluate(async ([verb, words]) => (await import("/bench/soak.js"))[verb](...words), [verb, words]);

/** Memory after the garbage is gone. */
async function held(page, cdp) {
  for (let pass = 0; pass < 2; pass++) {
    await cdp.send("HeapProfiler.collectGarbage");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return call(page, "held");
}

/** Many steps of a small race; memory at a tenth, in the middle and at the end. */
async function longRun(page, backend, steps) {
  const fields = { ...LONG[backend], backend };
  const cdp = await page.context().newCDPSession(page);
  const { device } = await call(page, "open", "long", fields);
  const memory = [];
  let loss;
  let done = 0;
  for (const share of [0.1, 0.5, 1]) {
    const until = Math.round(share * steps);
    // In pieces, so that the tab has moments in which it does nothing.
    while (done < until) {
      const piece = Math.min(50, until - done);
      loss = (await call(page, "run", "long", piece, fields.arms.length)).loss;
      done += piece;
    }
    memory.push({ step: done, ...(await held(page, cdp)) });
  }
  await call(page, "close", "long");
  const [start, , end] = memory;
  const grown = ["javascript", "wasm", "gpu"].filter((kind) => end[kind] > start[kind] * (1 + GROWTH.share) + GROWTH.bytes);
  return { backend, device, steps, network: fields.network, arms: fields.arms, batch: fields.batch, loss, memory, grown };
}

/** Milliseconds an image of several races that take turns: `[round, value]` for each. */
async function perImage(page, races, rounds) {
  const results = [];
  for (const [index, { name, fields }] of races.entries()) {
    const { macs } = await call(page, "open", name, fields);
    await call(page, "run", name, 2, 1);
    results.push({ name, batch: fields.batch, macs: macs[0], samples: [], ...races[index].about });
  }
  for (let round = 0; round < rounds; round++) {
    for (const result of results) {
      const { times } = await call(page, "run", result.name, 2, 1);
      result.samples.push([round, quantile(times, 0.5) / result.batch]);
    }
  }
  for (const { name } of races) await call(page, "close", name);
  return results;
}

function work(dist, quick) {
  const base = {
    ...BASE,
    dataset: "fashion-mnist",
    network: "smallnet-7",
    arms: ["CK"],
    backend: "cpu",
    batch: 32,
    test_images: 1,
  };
  const batches = (quick ? [32, 128] : [32, 64, 128, 256, 512]).map((batch) => ({
    name: `batch ${batch}`,
    fields: { ...base, batch },
  }));
  const widths = (quick ? [1, 2] : [1, 2, 4]).map((factor) => ({
    name: `width ×${factor}`,
    fields: {
      ...base,
      network: SPEC(
        [8, 16, 32].map((width) => factor * width),
        7,
      ),
    },
  }));
  // The bundled sets have 5,000 images; all of them only where `cargo xtask data --full` has been run.
  const full = existsSync(join(dist, "data/full"));
  const [dataset, counts] = full ? ["fashion-mnist-full", [10_000, 60_000]] : ["fashion-mnist", [500, 5_000]];
  const images = counts.map((count) => ({
    name: `${count} images`,
    fields: { ...base, dataset, train_images: count },
  }));
  return { batches, widths, images };
}

const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function show({ long, batches, widths, images, dearer }) {
  for (const { backend, device, steps, memory, grown } of long) {
    console.log(`\n${steps} steps, ${backend}, ${device}`);
    for (const { step, javascript, wasm, gpu } of memory) {
      console.log(`  step ${step}: JavaScript ${mib(javascript)}, wasm ${mib(wasm)}, GPU buffers ${mib(gpu)}`);
    }
    console.log(grown.length > 0 ? `  GREW: ${grown.join(", ")}` : "  no growth");
  }
  console.log("\nCK, contracted, CPU: time per image");
  for (const { name, macs, samples } of [...batches, ...widths, ...images]) {
    const milliseconds = quantile(
      samples.map(([, value]) => value),
      0.5,
    );
    console.log(
      `  ${name}: ${milliseconds.toFixed(3)} ms, ${((1e6 * milliseconds) / macs).toFixed(3)} ns a multiply-add of its forward pass`,
    );
  }
  const { quartiles, allowed, fails } = dearer;
  const [low, median, high] = quartiles.map((value) => value.toFixed(3));
  console.log(`  many images / few images: ${median} (${low}–${high}), allowed ${allowed.toFixed(3)}${fails ? ": DEARER" : ""}`);
}

/** What was found, and whether something grows that should not. */
export async function soak({ quick, dist, backends }) {
  const server = await serve({ dist, start: dist });
  const { browser, adapter } = await launch(server.address);
  const result = { date: new Date().toISOString().slice(0, 10), quick, adapter, long: [] };
  try {
    const steps = quick ? { cpu: 200, webgpu: 40 } : { cpu: 2000, webgpu: 2000 };
    for (const backend of backends) {
      const page = await open(browser, server.address);
      result.long.push(await longRun(page, backend, steps[backend]));
      await page.context().close();
    }
    for (const [kind, races] of Object.entries(work(dist, quick))) {
      const page = await open(browser, server.address);
      result[kind] = await perImage(page, races, quick ? 4 : 15);
      await page.context().close();
    }
    const [few, many] = result.images;
    const { quartiles } = ratio(many.samples, few.samples);
    const allowed = 1 + DEARER + (quartiles[2] - quartiles[0]);
    result.dearer = { quartiles, allowed, fails: quartiles[1] > allowed };
  } finally {
    await browser.close();
    server.close();
  }
  show(result);
  return { result, grew: result.dearer.fails || result.long.some(({ grown }) => grown.length > 0) };
}
