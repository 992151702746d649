// Times training steps in the built page's wasm, on the CPU backend of headless Chromium: the arms of one race take turns
// on the same batches, so each row's ratios come from one run. Writes docs/benchmarks.md. Run by `cargo xtask bench`.
import { createReadStream, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WARM_UP = 2;
const STEPS = 12;
const ARMS = ["compact", "CL", "CK", "CL+FC", "CK+FC"];
const RUNS = [
  { batch: 32, execution: "contracted" },
  { batch: 128, execution: "contracted" },
  { batch: 32, execution: "layer-by-layer" },
  { batch: 128, execution: "layer-by-layer" },
];

/** Runs in the page: a race of `WARM_UP + STEPS` steps; each arm's milliseconds a step, warm-up left out. */
async function race({ experiment, warmUp, steps }) {
  const wasm = await import("./expandnets.js");
  await wasm.default();
  const adapter = { usable: false, name: "", software: false, reason: "timed on the CPU", largest_buffer: 0 };
  const { dataset } = wasm.describe(experiment, adapter);
  const files = new Map();
  for (const name of dataset.files) {
    files.set(name, new Uint8Array(await (await fetch(`data/${name}`)).arrayBuffer()));
  }
  const session = await wasm.Session.open(experiment, files, adapter);
  const times = Object.fromEntries(experiment.arms.map((arm) => [arm, []]));
  for (let last = 0; last < warmUp + steps; ) {
    for (const event of await session.turns(1)) {
      if (event.type !== "step") continue;
      if (event.step > warmUp) times[event.arm].push(1000 * event.seconds);
      if (event.arm === experiment.arms.at(-1)) last = event.step;
    }
  }
  session.free();
  return times;
}

/** Lower quartile, median and upper quartile. */
function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
}

const server = createServer((request, response) => {
  const path = `${ROOT}dist${new URL(request.url, "http://host").pathname}`;
  if (path.includes("..") || !existsSync(path)) return response.writeHead(404).end();
  const type = { html: "text/html", js: "text/javascript", wasm: "application/wasm" }[path.split(".").at(-1)];
  response.writeHead(200, { "content-type": type ?? "application/octet-stream" });
  createReadStream(path).pipe(response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const browser = await chromium.launch({
  executablePath: process.env.CHROME ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-quic", ...quiet],
});
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/embed.html`);

const rows = [];
for (const { batch, execution } of RUNS) {
  const experiment = { ...{ dataset: "cifar-10", network: "smallnet-7", expand_input: false, test_images: 100 } };
  Object.assign(experiment, { arms: ARMS, batch, execution, backend: "cpu" });
  const times = await page.evaluate(race, { experiment, warmUp: WARM_UP, steps: STEPS });
  const compact = quartiles(times.compact)[1];
  for (const arm of ARMS) {
    const [low, median, high] = quartiles(times[arm]);
    const cells = [batch, execution, arm, `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`];
    rows.push(`| ${[...cells, (median / compact).toFixed(2)].join(" | ")} |`);
    console.log(rows.at(-1));
  }
}
const version = browser.version();
await browser.close();
server.close();

writeFileSync(
  `${ROOT}docs/benchmarks.md`,
  `# Benchmarks

Written by \`cargo xtask bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${cpus().length} cores, headless
Chromium ${version}, CPU backend (WebAssembly SIMD, one thread). SmallNet 7×7 with three convs on CIFAR-10 images, rate 4,
input not widened, SGD with momentum. A step is batch preparation, forward, backward, update and reading the logits;
loading, testing and the first ${WARM_UP} steps are left out. Medians and quartiles of ${STEPS} steps; within a table row's batch and
execution all arms took turns on the same batches in one race, and the ratio is to its compact arm.

| batch | execution | arm | ms a step (quartiles) | against compact |
|---|---|---|---|---|
${rows.join("\n")}

Where expansion does not help: layer by layer, as the paper trains, every expanded arm costs several compact steps;
contracted, FC still pays for its wide matrices. WebGPU is not timed here: on a software adapter it says nothing about a GPU.
`,
);
