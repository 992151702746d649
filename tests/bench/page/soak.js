// What the soak bench calls in a tab: races of our own trainer, several at once, and what memory they hold.
import { adapterReport, load, nextStep, openSession } from "./ours.js";

/** Bytes of GPU buffers that were made and neither destroyed nor collected. */
let gpuBytes = 0;

/** Counts buffers from here on; before the trainer asks for a device. */
function countBuffers() {
  if (!globalThis.GPUDevice) return;
  const create = GPUDevice.prototype.createBuffer;
  const destroy = GPUBuffer.prototype.destroy;
  const sizes = new WeakMap();
  const collected = new FinalizationRegistry((held) => {
    if (!held.gone) gpuBytes -= held.size;
    held.gone = true;
  });
  GPUDevice.prototype.createBuffer = function (description) {
    const buffer = create.call(this, description);
    const held = { size: description.size, gone: false };
    sizes.set(buffer, held);
    collected.register(buffer, held);
    gpuBytes += held.size;
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    const held = sizes.get(this);
    if (held && !held.gone) gpuBytes -= held.size;
    if (held) held.gone = true;
    return destroy.call(this);
  };
}

countBuffers();
const { wasm, memory } = await load();
const adapter = await adapterReport();
const races = new Map();

export async function open(name, fields) {
  const session = await openSession(wasm, fields, adapter);
  const { backend, adapter: device } = session.opened();
  if (backend !== fields.backend) throw new Error(session.opened().reason);
  races.set(name, session);
  const description = wasm.describe(fields, adapter);
  return { device, macs: description.arms.map((arm) => arm.contracted_macs) };
}

/** Takes `steps` steps of every arm and gives milliseconds of each that trained; tests in between are not among them. */
export async function run(name, steps, arms) {
  const times = [];
  let loss;
  for (let turn = 0; turn < steps * arms; turn++) {
    const event = await nextStep(races.get(name));
    times.push(1000 * event.seconds);
    loss = event.loss;
  }
  return { times, loss };
}

export function close(name) {
  races.get(name).free();
  races.delete(name);
}

/** Bytes held: by JavaScript, by the wasm module (this never shrinks), in GPU buffers. */
export function held() {
  return { javascript: performance.memory.usedJSHeapSize, wasm: memory.buffer.byteLength, gpu: gpuBytes };
}
