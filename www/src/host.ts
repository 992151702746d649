// What a host page or a test may ask of the page: a copy of its state, nothing more.
import type { App } from "./app";
import { snapshot } from "./snapshot";

export function expose(app: App): void {
  Object.defineProperty(window, "expandnets", {
    value: Object.freeze({ state: () => snapshot(app.store.state) }),
    configurable: true,
  });
}

/** The worker lies beside the bundles, wherever the site is put. */
export function spawnWorker(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "expandnets" });
}
