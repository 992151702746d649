// The words after `cargo xtask bench`. Run as a program it only checks them, which xtask does before anything is built.
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTENDERS } from "./series.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const USAGE = `cargo xtask bench [options]         times training steps beside other libraries; writes docs/benchmarks.*
cargo xtask bench soak [options]    long runs and growing work in the built page: memory and cost per image

  --only A,B          contenders, of ours, jax-js, tfjs, native, pytorch
  --backend cpu|webgpu
  --arms A,B          of compact, CL, CK, CL+FC, CK+FC
  --batch N,N         images a step (32,128)
  --quick             few repetitions: to see that all works, not for numbers to quote
  --rounds N          how often all take turns (20; 4 with --quick)
  --limit N           seconds that a step may take before its contender is left out (120; 40 with --quick)
  --minutes N         stop after the round in which so many minutes have passed; --resume goes on
  --resume            go on with the samples in the output folder
  --out FOLDER        where to write (docs; with --quick or a filter, bench in the cache folder)
  --dist FOLDER       another built page than dist/`;

/** What was asked for; throws an error with a `usage` when it cannot be understood. */
export function parse(words) {
  const options = {
    soak: false,
    only: CONTENDERS,
    backends: ["cpu", "webgpu"],
    arms: ["compact", "CL", "CK", "CL+FC", "CK+FC"],
    batches: [32, 128],
    quick: false,
    rounds: undefined,
    limit: undefined,
    minutes: Number.POSITIVE_INFINITY,
    resume: false,
    out: undefined,
    dist: `${ROOT}dist`,
  };
  let filtered = false;
  const rest = [...words];
  if (rest[0] === "soak") options.soak = Boolean(rest.shift());
  const filter = (word, text, allowed) => {
    filtered = true;
    const chosen = text.split(",");
    const unknown = chosen.find((name) => !allowed.includes(name));
    if (unknown !== undefined) throw refuse(`${word} ${unknown}: use some of ${allowed.join(", ")}`);
    return allowed.filter((name) => chosen.includes(name));
  };
  const number = (word, text) => {
    if (!(Number(text) > 0)) throw refuse(`${word} ${text}: expected a number above 0`);
    return Number(text);
  };
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--quick") options.quick = true;
    else if (word === "--resume") options.resume = true;
    else if (rest.length === 0) throw refuse(`${word}: unknown, or needs a value`);
    else if (word === "--only") options.only = filter(word, rest.shift(), CONTENDERS);
    else if (word === "--backend") options.backends = filter(word, rest.shift(), options.backends);
    else if (word === "--arms") options.arms = filter(word, rest.shift(), options.arms);
    else if (word === "--batch") {
      filtered = true;
      options.batches = rest
        .shift()
        .split(",")
        .map((text) => number(word, text));
    } else if (word === "--rounds") options.rounds = number(word, rest.shift());
    else if (word === "--limit") options.limit = number(word, rest.shift());
    else if (word === "--minutes") options.minutes = number(word, rest.shift());
    else if (word === "--out") options.out = folder(rest.shift());
    else if (word === "--dist") options.dist = folder(rest.shift());
    else throw refuse(`${word}: unknown`);
  }
  options.rounds ??= options.quick ? 4 : 20;
  options.limit ??= options.quick ? 40 : 120;
  // What is published comes from whole runs only.
  const cache = process.env.EXPANDNETS_CACHE ? `${process.env.EXPANDNETS_CACHE}/bench` : `${ROOT}target/bench`;
  options.out ??= options.quick || filtered ? cache : `${ROOT}docs`;
  return options;
}

const folder = (path) => (isAbsolute(path) ? path : resolve(ROOT, path));

function refuse(problem) {
  return Object.assign(new Error(problem), { usage: `${problem}\n\n${USAGE}` });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  try {
    if (words.includes("--help")) console.log(USAGE);
    else parse(words);
  } catch (error) {
    console.error(error.usage ?? error);
    process.exitCode = 2;
  }
}
