// Loads the trainer's wasm module as soon as the worker runs; compiled while it loads, its bytes counted.
import { each, sizeOf } from "./bytes";

export type Module = typeof import("../expandnets");
export type Progress = (loaded: number, total: number | null) => void;

/** Milliseconds between two words of progress. */
const TELL_EVERY = 100;

export class ModuleLoading {
  readonly module: Promise<Module>;
  private tell: Progress = () => {};
  private last: Parameters<Progress> | null = null;

  /** `script` imports what wasm-bindgen wrote for the module of this address. */
  constructor(script: () => Promise<Module>, wasm: URL) {
    this.module = this.load(script, wasm);
    // Whoever waits for it hears of a failure; nobody may wait yet.
    this.module.catch(() => {});
  }

  /** Hears the progress so far and all that follows. */
  listen(tell: Progress): void {
    this.tell = tell;
    if (this.last) tell(...this.last);
  }

  private async load(script: () => Promise<Module>, wasm: URL): Promise<Module> {
    const [module, response] = await Promise.all([script(), fetch(wasm)]);
    // A copy is counted: for the original the browser may keep compiled code.
    void this.count(response.clone());
    await module.default({ module_or_path: response });
    return module;
  }

  /** A load that breaks off is reported by the module itself. */
  private async count(response: Response): Promise<void> {
    if (!response.ok || !response.body) return;
    const total = sizeOf(response);
    let told = performance.now();
    await each(response.body, (_, loaded) => {
      this.last = [loaded, total];
      if (loaded !== total && performance.now() - told < TELL_EVERY) return;
      told = performance.now();
      this.tell(loaded, total);
    }).catch(() => {});
  }
}
