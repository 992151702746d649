// Our own trainer as the built page has it. A race of one arm; its turns are what the page's worker asks for.

/** Fields of an experiment for a series: the recipe that all contenders follow. */
export function experiment({ arm, batch, execution, backend }, recipe) {
  return {
    dataset: "cifar-10",
    network: "smallnet-7",
    arms: [arm],
    rate: recipe.rate,
    expand_input: false,
    execution,
    batch,
    optimizer: "sgd",
    learning_rate: recipe.learningRate,
    momentum: recipe.momentum,
    weight_decay: recipe.weightDecay,
    schedule: "constant",
    seed: 1,
    backend,
    test_images: 1,
    epochs: 1000,
  };
}

/** The wasm module, started. */
export async function load() {
  const wasm = await import("/dist/expandnets.js");
  return { wasm, memory: (await wasm.default()).memory };
}

/** What the page tells the trainer about the graphics adapter. */
export async function adapterReport() {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return { usable: false, name: "", software: false, reason: "there is no adapter", largest_buffer: 0 };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(" ");
  const software = Boolean(isFallbackAdapter) || /swiftshader|llvmpipe/i.test(name + architecture);
  return { usable: true, name, software, reason: null, largest_buffer: adapter.limits.maxStorageBufferBindingSize };
}

/** The files of a data set, by name. */
export async function readFiles(names) {
  const read = async (name) => {
    const answer = await fetch(`/dist/data/${name}`);
    if (!answer.ok) throw new Error(`data/${name}: ${answer.status}`);
    return [name, new Uint8Array(await answer.arrayBuffer())];
  };
  return new Map(await Promise.all(names.map(read)));
}

/** Opens a race. A refusal is an array of faults; as an error it can be read. */
export async function openSession(wasm, fields, adapter) {
  try {
    const { dataset } = wasm.describe(fields, adapter);
    return await wasm.Session.open(fields, await readFiles(dataset.files), adapter);
  } catch (error) {
    throw Array.isArray(error) ? new Error(error.map((fault) => fault.message).join("; ")) : error;
  }
}

/** Takes turns until one that trained; its event. Tests of the arm, before and after an epoch, are passed over. */
export async function nextStep(session) {
  for (;;) {
    for (const event of await session.turns(1)) {
      if (event.type === "stopped") throw new Error(event.message);
      if (event.type === "step") return event;
    }
  }
}

export async function open(series, recipe) {
  const { wasm } = await load();
  const adapter = await adapterReport();
  const fields = experiment(series, recipe);

  // As many images as a batch has: every step sees all of them, whatever the order. A resumed run has checked before.
  const losses = [...(series.losses ?? [])];
  if (losses.length < 3) {
    const check = await openSession(wasm, { ...fields, train_images: series.batch }, adapter);
    while (losses.length < 3) losses.push((await nextStep(check)).loss);
    check.free();
  }

  const session = await openSession(wasm, fields, adapter);
  const { backend, adapter: name, software } = session.opened();
  if (backend !== series.backend) throw new Error(`runs on ${backend}: ${session.opened().reason}`);
  const perEpoch = wasm.describe(fields, adapter).steps_per_epoch;
  // Passes the test of the untrained network.
  await nextStep(session);
  let left = perEpoch - 1;

  return {
    about: { device: name, software },
    losses,
    async steps(count) {
      if (left < count) throw new Error("a sample would run into the test at the end of an epoch");
      const events = await session.turns(count);
      if (events.length < count || events.some((event) => event.type !== "step")) throw new Error("these were not steps");
      left -= count;
      return events.at(-1).loss;
    },
    /** Not timed: passes the end of the epoch where fewer than `count` steps are left of it. */
    async prepare(count) {
      if (left >= count) return;
      for (; left > 0; left--) await nextStep(session);
      await nextStep(session);
      left = perEpoch - 1;
    },
  };
}
