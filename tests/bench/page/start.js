// The numbers that all contenders start from: initial weights and one batch, as the driver took them from our own side.

/** @param {{ arm: string, batch: number }} series */
export async function readStart({ arm, batch }) {
  const [weights, images, labels] = await Promise.all(
    [`${arm}.safetensors`, "images.f32", "labels.u8"].map(async (name) => {
      const answer = await fetch(`/start/${encodeURIComponent(name)}`);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer.arrayBuffer();
    }),
  );
  const size = 3 * 32 * 32;
  return {
    tensors: readTensors(weights),
    // [N, 3, 32, 32], normalised.
    images: new Float32Array(images, 0, batch * size),
    labels: new Uint8Array(labels, 0, batch),
  };
}

/** A safetensors file: tensors by name, in file order. */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensors = new Map();
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    tensors.set(name, { shape, values: new Float32Array(buffer.slice(from, to)) });
  }
  return tensors;
}

/** The layers of SmallNet in order, and the padding of each, which goes on the first map of a row. */
export const CONVS = ["conv1", "conv2", "conv3"];
export const DENSES = ["fc1", "fc2"];
export const PADDING = 3;

/** PyTorch's batch norm. */
export const EPSILON = 1e-5;
export const NORM_MOMENTUM = 0.1;

/** The linear maps that stand for a layer: `conv1`, or `conv1.0`, `conv1.1` … where it is expanded. */
export function maps(tensors, layer) {
  if (tensors.has(`${layer}.weight`)) return [layer];
  const names = [];
  while (tensors.has(`${layer}.${names.length}.weight`)) names.push(`${layer}.${names.length}`);
  return names;
}

/** Whether a tensor is a running statistic of a norm rather than trained. */
export const isRunning = (name) => name.includes(".running_");
