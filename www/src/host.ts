// What a host page or a test may ask of the page: a copy of its state, and a look around the networks it trains.
import type { App } from "./app";
import type { SurveyRequest } from "./protocol";
import { snapshot } from "./snapshot";

export function expose(app: App): void {
  Object.defineProperty(window, "expandnets", {
    value: Object.freeze({
      state: () => snapshot(app.store.state),
      survey: (request: SurveyRequest) => app.survey(request),
      cancelSurvey: () => app.cancelSurvey(),
    }),
    configurable: true,
  });
}

declare global {
  interface Window {
    /** The worker that the page's head has started, until somebody takes it or it fails. */
    trainer?: Worker | undefined;
  }
}

/** The worker lies beside the bundles, wherever the site is put. */
export function spawnWorker(): Worker {
  const { trainer } = window;
  window.trainer = undefined;
  if (trainer) return trainer;
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "expandnets" });
}
