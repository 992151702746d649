// What the project says about its speed, as ratios of two series of one run, each with the bar it is held to.
import { cpus } from "node:os";

const compact = (who, batch) => `${who} compact compact ${batch}`;
const contracted = (who, arm, batch) => `${who} ${arm} contracted ${batch}`;
const layers = (who, arm, batch) => `${who} ${arm} layer-by-layer ${batch}`;

/** What a contracted step may cost, in compact steps. */
const BARS = { CL: 1.1, CK: 1.06, "CL+FC": 1.4, "CK+FC": 1.4 };

const PLACES = { "ours-cpu": "CPU", "ours-webgpu": "WebGPU" };

/** `text`, `batch`, the two series' ids, and the `bar`, the largest ratio allowed, where there is one. */
export function claims(cores = cpus().length) {
  const list = [];
  const add = (text, batch, top, bottom, bar) => list.push({ text, batch, top, bottom, bar });
  for (const [who, place] of Object.entries(PLACES)) {
    for (const [arm, bar] of Object.entries(BARS)) {
      add(`${place}: ${arm}, contracted / compact`, 128, contracted(who, arm, 128), compact(who, 128), bar);
    }
    for (const batch of [32, 128]) {
      for (const arm of ["CL", "CK"]) {
        add(`${place}: ${arm}, layer by layer / contracted`, batch, layers(who, arm, batch), contracted(who, arm, batch));
      }
    }
  }
  const gpu = "ours-webgpu";
  for (const batch of [32, 128]) {
    add("WebGPU: compact / jax-js compact", batch, compact(gpu, batch), compact("jax-js-webgpu", batch), 0.7);
  }
  add("WebGPU: CK, contracted / jax-js CK", 128, contracted(gpu, "CK", 128), layers("jax-js-webgpu", "CK", 128), 0.2);
  add("WebGPU: compact / tfjs compact", 32, compact(gpu, 32), compact("tfjs-webgpu", 32), 0.2);
  for (const batch of [32, 128]) {
    add("browser CPU: compact / PyTorch compact, 1 thread", batch, compact("ours-cpu", batch), compact("pytorch-1", batch), 2.5);
    for (const [arm, bar] of Object.entries({ CK: 0.6, CL: 0.45 })) {
      const text = `browser CPU: ${arm}, contracted / PyTorch ${arm}, 1 thread`;
      add(text, batch, contracted("ours-cpu", arm, batch), layers("pytorch-1", arm, batch), bar);
    }
    for (const threads of new Set([1, cores])) {
      const text = `native: compact / PyTorch compact, ${threads} thread${threads > 1 ? "s" : ""}`;
      add(text, batch, compact(`native-${threads}`, batch), compact(`pytorch-${threads}`, batch), 1.3);
    }
  }
  return list;
}
