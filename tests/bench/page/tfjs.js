// SmallNet on TensorFlow.js, expanded layers run layer by layer as the ExpandNets authors do. NHWC and HWIO, which is what
// its kernels are written for; the library's own momentum optimiser; every step tidied; nothing read but the loss.
import { CONVS, DENSES, EPSILON, isRunning, maps, NORM_MOMENTUM, PADDING } from "./start.js";

const CLASSES = 10;

function script(source) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: source, onload: resolve });
    element.onerror = () => reject(new Error(`${source} cannot be loaded`));
    document.head.append(element);
  });
}

/** A tensor in the layout that tfjs wants; `flat` is the shape [C, H, W] of what the first dense layer takes. */
function arrange(tf, { shape, values }, flat) {
  return tf.tidy(() => {
    const tensor = tf.tensor(values, shape);
    if (shape.length === 4) return tensor.transpose([2, 3, 1, 0]);
    if (shape.length !== 2) return tensor;
    if (!flat) return tensor.transpose();
    const [outputs] = shape;
    return tensor
      .reshape([outputs, ...flat])
      .transpose([2, 3, 1, 0])
      .reshape([-1, outputs]);
  });
}

export async function open({ backend, batch }, { learningRate, momentum, weightDecay }, readStart) {
  await script("/packages/@tensorflow/tfjs/dist/tf.min.js");
  if (backend === "webgpu") await script("/packages/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js");
  const { tf } = globalThis;
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs cannot start its backend ${backend}`);
  await tf.ready();
  const start = await readStart();
  const layers = Object.fromEntries([...CONVS, ...DENSES].map((layer) => [layer, maps(start.tensors, layer)]));
  const [parameters, running] = [{}, {}];
  for (const [name, tensor] of start.tensors) {
    const flat = name === `${layers.fc1[0]}.weight` && [32, 4, 4];
    const value = arrange(tf, tensor, flat);
    if (isRunning(name)) running[name] = tf.keep(value);
    else parameters[name] = tf.variable(value);
  }
  // [N, H, W, C], as it would come from a decoder.
  const chw = tf.tensor(start.images, [batch, 3, 32, 32]);
  const images = await tf.tidy(() => chw.transpose([0, 2, 3, 1])).data();
  const optimizer = tf.train.momentum(learningRate, momentum);

  let statistics;
  function norm(x, layer) {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const count = x.size / x.shape[3];
    // Kept, or they would go with the other intermediate results.
    statistics[`${layer}_bn.running_mean`] = tf.keep(mean.clone());
    statistics[`${layer}_bn.running_var`] = tf.keep(variance.mul(count / (count - 1)));
    return tf.batchNorm(x, mean, variance, parameters[`${layer}_bn.bias`], parameters[`${layer}_bn.weight`], EPSILON);
  }

  function loss(x, labels) {
    statistics = {};
    for (const layer of CONVS) {
      layers[layer].forEach((name, index) => {
        const padding = index === 0 ? PADDING : 0;
        x = tf.conv2d(x, parameters[`${name}.weight`], 1, padding).add(parameters[`${name}.bias`]);
      });
      x = tf.maxPool(tf.relu(norm(x, layer)), 2, 2, "valid");
    }
    x = x.reshape([batch, -1]);
    for (const layer of DENSES) {
      for (const name of layers[layer]) x = tf.matMul(x, parameters[`${name}.weight`]).add(parameters[`${name}.bias`]);
      if (layer !== DENSES.at(-1)) x = tf.relu(x);
    }
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, CLASSES), x);
  }

  function step() {
    return tf.tidy(() => {
      const x = tf.tensor(images, [batch, 32, 32, 3]);
      const labels = tf.tensor1d(start.labels, "int32");
      const { value, grads } = tf.variableGrads(() => loss(x, labels));
      if (weightDecay > 0) {
        for (const [name, variable] of Object.entries(parameters)) {
          grads[variable.name] = grads[variable.name].add(parameters[name].mul(weightDecay));
        }
      }
      optimizer.applyGradients(grads);
      for (const name of Object.keys(running)) {
        const mixed = running[name].mul(1 - NORM_MOMENTUM).add(statistics[name].mul(NORM_MOMENTUM));
        statistics[name].dispose();
        running[name].dispose();
        running[name] = tf.keep(mixed);
      }
      return value;
    });
  }

  return {
    about: { device: tf.getBackend() },
    async steps(turns) {
      let value;
      for (let turn = 0; turn < turns; turn++) {
        value?.dispose();
        value = step();
      }
      const [number] = await value.data();
      value.dispose();
      return number;
    },
  };
}
