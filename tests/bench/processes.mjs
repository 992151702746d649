// Contenders outside the browser: programs that print JSON lines and take a step for every line they are sent.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { experiment } from "./page/ours.js";

/** A program whose answers are read one line at a time. */
class Program {
  constructor(file, words, environment, closers) {
    closers.push(() => this.close());
    this.child = spawn(file, words, { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "pipe"] });
    this.errors = "";
    this.child.stderr.on("data", (text) => {
      this.errors = (this.errors + text).slice(-2000);
    });
    // Writing to a program that has ended; its end is reported by `next`.
    this.child.stdin.on("error", () => {});
    this.failed = new Promise((_, reject) => this.child.on("error", reject));
    this.failed.catch(() => {});
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async next() {
    const { value, done } = await Promise.race([this.lines.next(), this.failed]);
    if (done) throw new Error(this.errors.trim().split("\n").at(-1) || "ended without a word");
    return JSON.parse(value);
  }

  send(line) {
    this.child.stdin.write(`${line}\n`);
  }

  close() {
    this.child.kill();
  }
}

/** The losses of the first three steps, and how long a step takes after about a second of them. */
async function checked(step) {
  const steps = [await step(), await step(), await step()];
  const losses = steps.map(({ loss }) => loss);
  for (const start = performance.now(); performance.now() - start < 1000; ) steps.push(await step());
  return { losses, milliseconds: steps.at(-1).milliseconds };
}

/** Our own command. A race on as many images as a batch has gives the losses; a second one on all of them is timed. */
export async function openNative(series, recipe, folder, closers) {
  const file = process.env.EXPANDNETS;
  if (!file) throw new Error("the expandnets command was not built");
  const fields = experiment(series, recipe);
  const start = async (name, more) => {
    const path = join(folder, `${series.who}-${series.arm}-${name}.json`);
    writeFileSync(path, JSON.stringify({ ...fields, ...more }));
    const words = ["bench", path, "--paced", "--steps", "1000000"];
    const program = new Program(file, words, { RAYON_NUM_THREADS: String(series.threads) }, closers);
    return { program, about: await program.next() };
  };
  const stepOf = (program) => async () => {
    program.send("");
    const { seconds, loss } = await program.next();
    return { milliseconds: 1000 * seconds, loss };
  };
  const check = await start("check", { train_images: series.batch });
  const { losses } = await checked(stepOf(check.program));
  check.program.close();
  const { program, about } = await start("time", {});
  const step = stepOf(program);
  const { milliseconds } = await checked(step);
  return { losses, milliseconds, about, time: timer(step) };
}

/** PyTorch on the authors' layers. */
export async function openTorch(series, recipe, folder, closers) {
  const python = process.env.EXPANDNETS_TORCH;
  if (!python) throw new Error("PyTorch is not installed");
  const script = fileURLToPath(new URL("torch_steps.py", import.meta.url));
  const words = [script, folder, series.arm, series.batch, series.threads];
  const environment = { OMP_NUM_THREADS: String(series.threads) };
  const program = new Program(python, [...words, JSON.stringify(recipe)].map(String), environment, closers);
  const about = await program.next();
  const step = async () => {
    program.send("");
    return program.next();
  };
  const { losses, milliseconds } = await checked(step);
  return { losses, milliseconds, about, time: timer(step) };
}

/** Milliseconds a step, over several. */
function timer(step) {
  return async (count) => {
    let sum = 0;
    for (let turn = 0; turn < count; turn++) sum += (await step()).milliseconds;
    return sum / count;
  };
}
