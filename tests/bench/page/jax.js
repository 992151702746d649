// SmallNet on jax-js, expanded layers run layer by layer as the ExpandNets authors do. The whole step is one `jit`, which
// is the library's fast path: forward, gradients, SGD with momentum, running statistics. NCHW is the only layout it has.
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { CONVS, DENSES, EPSILON, isRunning, maps, NORM_MOMENTUM, PADDING } from "./start.js";

const CLASSES = 10;

// A function owns its arguments here: `.ref` keeps an array for another use.
const column = (vector) => vector.reshape([1, -1, 1, 1]);

function norm(x, weight, bias) {
  const mean = np.mean(x.ref, [0, 2, 3]);
  const centred = x.sub(column(mean.ref));
  const variance = np.mean(np.square(centred.ref), [0, 2, 3]);
  const scale = column(weight.div(np.sqrt(variance.ref.add(EPSILON))));
  return { y: centred.mul(scale).add(column(bias)), mean, variance };
}

const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);

/** Mean cross-entropy, and the statistics of the norms. */
function lossOf(layers, batch) {
  return (parameters, images, labels) => {
    const statistics = {};
    let x = images;
    for (const layer of CONVS) {
      layers[layer].forEach((name, index) => {
        const padding = index === 0 ? PADDING : 0;
        const pairs = [padding, padding];
        x = lax.convGeneralDilated(x, parameters[`${name}.weight`], [1, 1], [pairs, pairs]);
        x = x.add(column(parameters[`${name}.bias`]));
      });
      const normed = norm(x, parameters[`${layer}_bn.weight`], parameters[`${layer}_bn.bias`]);
      statistics[`${layer}_bn.running_mean`] = normed.mean;
      statistics[`${layer}_bn.running_var`] = normed.variance;
      x = pool(nn.relu(normed.y));
    }
    x = x.reshape([batch, -1]);
    for (const layer of DENSES) {
      for (const name of layers[layer]) {
        // [N, I] × [O, I]ᵀ
        x = np.dot(x, parameters[`${name}.weight`].transpose()).add(parameters[`${name}.bias`]);
      }
      if (layer !== DENSES.at(-1)) x = nn.relu(x);
    }
    const loss = nn
      .logSoftmax(x)
      .mul(nn.oneHot(labels, CLASSES))
      .sum()
      .mul(-1 / batch);
    return [loss, statistics];
  };
}

export async function open({ backend, batch }, { learningRate, momentum, weightDecay }, readStart) {
  const device = backend === "cpu" ? "wasm" : "webgpu";
  const devices = await init(device);
  if (!devices.includes(device)) throw new Error(`jax-js offers ${devices.join(", ") || "no device"} here, not ${device}`);
  defaultDevice(device);
  const start = await readStart();
  const layers = Object.fromEntries([...CONVS, ...DENSES].map((layer) => [layer, maps(start.tensors, layer)]));
  const pixels = [CONVS.length, 32, 32];
  const count = { [CONVS[0]]: batch * 32 * 32, [CONVS[1]]: batch * 16 * 16, [CONVS[2]]: batch * 8 * 8 };

  let [parameters, velocity, running] = [{}, {}, {}];
  for (const [name, { shape, values }] of start.tensors) {
    const array = np.array(values).reshape(shape);
    if (isRunning(name)) running[name] = array;
    else {
      parameters[name] = array;
      velocity[name] = np.zeros(shape);
    }
  }

  const gradient = valueAndGrad(lossOf(layers, batch), { hasAux: true });
  const step = jit((parameters, velocity, running, images, labels) => {
    const [[loss, statistics], gradients] = gradient(tree.ref(parameters), images, labels);
    const [nextParameters, nextVelocity, nextRunning] = [{}, {}, {}];
    for (const name of Object.keys(parameters)) {
      const decay = weightDecay > 0;
      const change = decay ? gradients[name].add(parameters[name].ref.mul(weightDecay)) : gradients[name];
      nextVelocity[name] = velocity[name].mul(momentum).add(change);
      nextParameters[name] = parameters[name].sub(nextVelocity[name].ref.mul(learningRate));
    }
    for (const name of Object.keys(running)) {
      const layer = name.split("_")[0];
      // The variance that is remembered is the unbiased one.
      const unbiased = name.endsWith("_var") ? count[layer] / (count[layer] - 1) : 1;
      nextRunning[name] = running[name].mul(1 - NORM_MOMENTUM).add(statistics[name].mul(NORM_MOMENTUM * unbiased));
    }
    return [nextParameters, nextVelocity, nextRunning, loss];
  });
  await blockUntilReady([parameters, velocity, running]);

  return {
    about: { device, threads: device === "wasm" && globalThis.crossOriginIsolated ? "several" : "one" },
    async steps(turns) {
      let loss;
      for (let turn = 0; turn < turns; turn++) {
        loss?.dispose();
        // The batch goes to the device in every step, as it does in training.
        const images = np.array(start.images).reshape([batch, ...pixels]);
        const labels = np.array(Int32Array.from(start.labels), { dtype: np.int32 });
        [parameters, velocity, running, loss] = step(parameters, velocity, running, images, labels);
      }
      const [value] = await loss.data();
      return value;
    },
  };
}
