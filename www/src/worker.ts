// The dedicated worker: everything that computes runs here. Answers calls of the page, one message each.
import type { Gpu } from "./adapter";
import type { Answer, Call } from "./messages";
import { ModuleLoading } from "./worker/module";
import { isFaults, messageOf, Trainer } from "./worker/trainer";

type Scope = {
  onmessage: ((message: MessageEvent<Call>) => void) | null;
  postMessage(answer: Answer, transfer?: Transferable[]): void;
  addEventListener(type: "error" | "unhandledrejection", listener: (event: ErrorEvent & PromiseRejectionEvent) => void): void;
};

const scope = self as unknown as Scope;

const gpu = (navigator as Navigator & { gpu?: Gpu }).gpu;
const here = new URL("./", self.location.href);
// At once, not when the page asks: the page may still be loading its own script.
const loading = new ModuleLoading(() => import("./expandnets.js"), new URL("expandnets_bg.wasm", here));
const trainer = new Trainer(loading, gpu, new URL("data/", here), (report) => scope.postMessage(report));

async function answer({ id, verb, take }: Call): Promise<void> {
  try {
    const handler = trainer[verb].bind(trainer) as (take: unknown) => unknown;
    const give = await handler(take);
    scope.postMessage(
      { type: "answer", id, give },
      verb === "export" ? [(give as { bytes: Uint8Array<ArrayBuffer> }).bytes.buffer] : [],
    );
  } catch (error) {
    if (isFaults(error)) scope.postMessage({ type: "refusal", id, faults: error });
    else fatal(error);
  }
}

/** A panic of the trainer leaves its memory unusable: the page ends this worker and starts another. */
function fatal(error: unknown): void {
  scope.postMessage({ type: "fatal", message: messageOf(error) });
}

scope.onmessage = ({ data }) => void answer(data);
scope.addEventListener("error", (event) => {
  event.preventDefault();
  fatal(event.error ?? event.message);
});
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fatal(event.reason);
});
