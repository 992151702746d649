// Writes docs/benchmarks.md and its chart from the samples. As a program: node tests/bench/report.mjs [FOLDER].
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { draw } from "./chart.mjs";
import { claims } from "./claims.mjs";
import { mismatches, TOLERANCE } from "./losses.mjs";
import { inOrder } from "./series.mjs";
import { quartiles, ratio } from "./statistics.mjs";

export const ARMS = ["compact", "CL", "CK", "CL+FC", "CK+FC"];

/** Who trains, where and how, in words. */
export function rowName({ library, backend, execution, threads }) {
  const way = execution === "contracted" ? ", contracted" : ", layer by layer";
  const cores = `${threads} thread${threads > 1 ? "s" : ""}`;
  if (library === "ours") return `**ours**, browser${way}`;
  if (library === "native") return `**ours**, native, ${cores}${way}`;
  if (library === "pytorch") return `PyTorch, ${cores}`;
  if (library === "jax-js") return backend === "cpu" ? "jax-js, its wasm backend" : "jax-js";
  return backend === "cpu" ? "TensorFlow.js, its cpu backend" : "TensorFlow.js";
}

const number = (value, digits = value < 10 ? 1 : 0) => value.toFixed(digits);

function cell(record) {
  if (!record) return "";
  if (record.samples.length === 0) return "†";
  const [low, median, high] = quartiles(record.samples.map(([, value]) => value));
  return `${number(median)} (${number(low)}–${number(high)})${record.problem ? " †" : ""}`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function groupTable(records) {
  const rows = new Map();
  for (const record of records) {
    // The compact network is listed with the contracted ones; it is the same either way.
    const name = rowName(record);
    rows.set(name, { ...rows.get(name), [record.arm]: record });
  }
  return table(
    ["ms a step", ...ARMS],
    [...rows].map(([name, arms]) => [name, ...ARMS.map((arm) => cell(arms[arm]))]),
  );
}

function claimTable(content) {
  const samples = (id) => content.series.find((record) => record.id === id)?.samples ?? [];
  const rows = claims(content.machine.cores).map(({ text, batch, top, bottom, bar }) => {
    const found = ratio(samples(top), samples(bottom));
    const [low, median, high] = found?.quartiles ?? [];
    const measured = found ? `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})` : "not measured";
    const verdict = bar && found ? (median <= bar ? "met" : "**missed**") : "";
    return [text, batch, measured, bar ? `≤ ${bar}` : "", verdict];
  });
  return table(["ratio", "batch", "measured (quartiles)", "bar", ""], rows);
}

function leftOut(content) {
  const failed = content.series.filter(({ problem }) => problem);
  const wrong = mismatches(content.series);
  const lines = [
    ...failed.map(({ id, problem }) => `- † ${id}: ${problem}`),
    ...wrong.map(({ id, reference, difference }) => `- ${id}: its first losses differ from ${reference} by ${difference}`),
  ];
  return lines.length > 0 ? lines.join("\n") : "Nothing: every series that was tried ran to its end.";
}

function machine({ machine, browser, versions, series }) {
  const { processor, cores, memory_gib: memory } = machine;
  const adapter = !browser.adapter
    ? "no WebGPU adapter"
    : `WebGPU on ${browser.adapter.name}${browser.adapter.software ? ", a **software adapter: no GPU is involved**" : ""}`;
  const torch = series.find(({ library, about }) => library === "pytorch" && about)?.about.version;
  const others = { "jax-js": versions["jax-js"], "TensorFlow.js": versions.tfjs, PyTorch: torch };
  const named = Object.entries(others).map(([name, version]) => (version ? `${name} ${version}` : `no ${name}`));
  return `${processor}, ${cores} cores, ${memory} GiB; ${browser.name} ${browser.version}; ${adapter}; ${named.join(", ")}`;
}

const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);

/** What `cargo xtask bench soak` found, where it has been run. */
function longRuns(soak) {
  if (!soak) return "Not run: `cargo xtask bench soak`.";
  const memory = soak.long.flatMap(({ device, steps, memory, grown }) =>
    memory.map(({ step, javascript, wasm, gpu }, index) => [
      index === 0 ? `${device}, ${steps} steps` : "",
      step,
      ...[javascript, wasm, gpu].map(mib),
      index === memory.length - 1 ? (grown.length > 0 ? `**${grown.join(", ")} grew**` : "no growth") : "",
    ]),
  );
  const costs = [...soak.batches, ...soak.widths, ...soak.images].map(({ name, macs, samples }) => {
    const [low, median, high] = quartiles(samples.map(([, value]) => value)).map((value) => value.toFixed(2));
    return [name, `${median} (${low}–${high})`, ((1e6 * median) / macs).toFixed(2)];
  });
  const [low, median, high] = soak.dearer.quartiles.map((value) => value.toFixed(2));
  return `Run on ${soak.date}${soak.quick ? " with few repetitions" : ""}. Small races in the built page; memory in MiB after a collection of garbage, from a tenth of the run on.

${table(["race", "after step", "JavaScript", "wasm", "GPU buffers", ""], memory)}

CK, contracted, on the CPU backend, SmallNet 7×7 on Fashion-MNIST; batch 32 but where another is named.

${table(["work", "ms an image (quartiles)", "ns a multiply-add of its forward pass"], costs)}

An image of many costs ${median} (${low}–${high}) times what one of few does; allowed ${soak.dearer.allowed.toFixed(2)}, which is 5 % and the spread.`;
}

function markdown(content) {
  const groups = [...new Set(content.series.map(({ group }) => group))];
  const quick = content.quick ? "\n**A quick run, to see that all works: these are not numbers to quote.**\n" : "";
  const tables = groups.map((group) => {
    const [backend, batch] = group.split(" ");
    const records = content.series.filter((record) => record.group === group);
    return `### ${backend === "cpu" ? "CPU" : "WebGPU"}, batch ${batch}\n\n${groupTable(records)}`;
  });
  const load = Object.entries(content.load ?? {}).map(([group, [from, to]]) => `${group}: ${from} to ${to}`);
  return `# Benchmarks

Written by \`cargo xtask bench\` on ${content.date}; every sample is in [benchmarks.json](benchmarks.json).
${machine(content)}.
${quick}
![Milliseconds a training step, by who trains and which network](benchmarks.svg)

## What is timed

One training step of SmallNet 7×7 with three convolutions on CIFAR-10 images (paper §4): forward, mean softmax cross-entropy, backward,
SGD with momentum ${content.recipe.momentum} and weight decay ${content.recipe.weightDecay}, running statistics of the norms. Rate ${content.recipe.rate}, the colour input not widened, as in the authors' code.
A step starts with the batch in main memory and ends when its loss has been read. Ours also cuts the batch out of the
data set and normalises it; the others are handed it ready.

All start from the same weights and must report the same losses on the same images for three steps, within ${TOLERANCE}.
Loading, compiling and those steps are not timed. Then all take turns, round after round, in one browser process and on
one machine: medians, and quartiles in parentheses. Ratios are medians of the ratios within a round. A sample is one step,
or up to ten where they are quick. Slow contenders take part in fewer
rounds. A backend and batch size may have a run of its own, of 3 to 20 rounds: a ratio is always within one.

The others run expanded layers one after the other, as the authors do, on their fastest documented path: in jax-js the
whole step is one \`jit\`, in TensorFlow.js NHWC, \`tidy\` and its own optimiser; nothing but the loss is read. The page they run in is isolated, so
that the wasm backend of jax-js has its threads. TensorFlow.js has no gradient of a convolution in its wasm backend; its
cpu backend is plain JavaScript.

## What is claimed

${claimTable(content)}

## Steps

${tables.join("\n\n")}

## Long runs

${longRuns(content.soak)}

## Left out

${leftOut(content)}

Load of the machine before and after each group (1 is one busy core): ${load.join("; ") || "not recorded"}.

## What ExpandNets do not help with

- Layer by layer, as the paper trains, every expanded network costs several compact steps: see the rows above.
- Contracted, FC still pays for reading and updating its wide matrices, and most so in small batches.
- The contracted network is the compact one: it infers neither faster nor slower.
- A software adapter says nothing about a graphics card; without one, the CPU backend is the faster.
`;
}

export function writeReport(samples, folder) {
  const content = { ...samples, series: inOrder(samples.series) };
  writeFileSync(join(folder, "benchmarks.md"), markdown(content));
  writeFileSync(join(folder, "benchmarks.svg"), draw(content));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs", import.meta.url));
  writeReport(JSON.parse(readFileSync(join(folder, "benchmarks.json"), "utf8")), folder);
}
