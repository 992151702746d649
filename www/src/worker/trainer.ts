// Owns the wasm module and the session inside the worker. One call at a time reaches the session.
import { type Gpu, inspectAdapter } from "../adapter";
import type { Session } from "../expandnets";
import type { Calls, Report, Verb } from "../messages";
import type { AdapterReport, Experiment, Fault } from "../protocol";
import { readMost } from "../url";
import { Files } from "./files";
import type { Module, ModuleLoading } from "./module";
import { Pump } from "./pump";

type Handlers = { [V in Verb]: (take: Calls[V]["take"]) => Promise<Calls[V]["give"]> | Calls[V]["give"] };

const NO_SESSION: Fault[] = [{ code: "no_session", message: "no race is open; press play first", field: null }];

export class Trainer implements Handlers {
  private module!: Module;
  private adapter!: AdapterReport;
  private session: Session | null = null;
  private pump: Pump | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private openings: Promise<unknown> = Promise.resolve();
  private readonly files: Files;
  private readonly inspection: Promise<AdapterReport>;

  constructor(
    private readonly loading: ModuleLoading,
    gpu: Gpu | undefined,
    base: URL,
    private readonly report: (report: Report) => void,
  ) {
    this.files = new Files(base);
    // Beside the module: waking a graphics adapter takes its time too.
    this.inspection = inspectAdapter(gpu);
  }

  async start(): Promise<Calls["start"]["give"]> {
    this.loading.listen((loaded, total) => this.report({ type: "loading", file: "expandnets_bg.wasm", loaded, total }));
    const [module, adapter] = await Promise.all([this.loading.module, this.inspection]);
    this.module = module;
    this.adapter = adapter;
    return { fields: module.fields(), presets: module.presets(), adapter };
  }

  /** Drops what is wrong until the rest reads; without any usable key that is the default experiment. */
  read({ query }: Calls["read"]["take"]): Calls["read"]["give"] {
    const read = (rest: string) => this.module.describe(this.module.parse(rest), this.adapter);
    const { value, faults } = readMost(query, read, (error) => {
      if (!isFaults(error)) throw error;
      return error;
    });
    return { description: value, faults };
  }

  describe({ experiment }: Calls["describe"]["take"]): Calls["describe"]["give"] {
    // Through JSON, since that reading names every field that is wrong.
    const checked: Experiment = this.module.parse_json(JSON.stringify(experiment));
    return this.module.describe(checked, this.adapter);
  }

  open(take: Calls["open"]["take"]): Promise<Calls["open"]["give"]> {
    return this.inTurn(() => this.openNow(take));
  }

  private async openNow({ description, teacher }: Calls["open"]["take"]): Promise<Calls["open"]["give"]> {
    await this.closeNow();
    const files = await this.files.load(description.dataset, (file, loaded, total) =>
      this.report({ type: "loading", file, loaded, total }),
    );
    this.report({ type: "opening", stage: this.module.opening(description.experiment, this.adapter) });
    const { Session } = this.module;
    const session = await this.alone(() => Session.open(description.experiment, files, this.adapter, teacher ?? undefined));
    this.session = session;
    this.pump = new Pump({
      turn: (steps) => this.alone(() => session.turns(1, steps)),
      portion: () => this.alone(() => session.surveyed()),
      emit: (events) => this.report({ type: "events", events }),
      idle: (reason) => this.report({ type: "idle", reason }),
      surveyed: (portion) => this.report({ type: "surveyed", portion }),
      surveyEnded: (error) => this.surveyEnded(error),
      fail: (error) => this.report({ type: "fatal", message: messageOf(error) }),
      breathe,
      now: () => performance.now(),
    });
    return session.opened();
  }

  play(): null {
    this.running().pump.play();
    return null;
  }

  pause(): null {
    this.pump?.pause();
    return null;
  }

  step(): null {
    this.running().pump.step();
    return null;
  }

  contract({ arm }: Calls["contract"]["take"]): Promise<Calls["contract"]["give"]> {
    return this.alone(() => this.running().session.contract(arm));
  }

  filters(): Promise<Calls["filters"]["give"]> {
    return this.alone(() => this.running().session.filters());
  }

  predictions({ first, count }: Calls["predictions"]["take"]): Promise<Calls["predictions"]["give"]> {
    return this.alone(() => this.running().session.predictions(first, count));
  }

  async survey(request: Calls["survey"]["take"]): Promise<null> {
    const { pump, session } = this.running();
    await pump.survey(() => this.alone(() => session.survey(request)));
    return null;
  }

  cancelSurvey(): null {
    this.pump?.cancelSurvey();
    return null;
  }

  /** A network without a landscape, such as one that diverged, ends a survey and nothing else. */
  private surveyEnded(error: unknown): void {
    if (error === null || isFaults(error)) this.report({ type: "surveyEnded", faults: error ?? [] });
    else this.report({ type: "fatal", message: messageOf(error) });
  }

  noise(): Promise<Calls["noise"]["give"]> {
    return this.alone(() => this.running().session.noise());
  }

  replay({ text }: Calls["replay"]["take"]): Calls["replay"]["give"] {
    return this.module.replay(text);
  }

  async export({ arm, form }: Calls["export"]["take"]): Promise<Calls["export"]["give"]> {
    const { name, bytes } = await this.alone(() => this.running().session.export(arm, form));
    // A copy of its own: the page gets the buffer itself, and a view into the module's memory must not travel.
    return { name, bytes: new Uint8Array(bytes) };
  }

  close(): Promise<null> {
    return this.inTurn(() => this.closeNow());
  }

  private async closeNow(): Promise<null> {
    this.pump?.end();
    this.pump = null;
    const session = this.session;
    this.session = null;
    if (session) await this.alone(() => session.free());
    return null;
  }

  private running(): { session: Session; pump: Pump } {
    if (!this.session || !this.pump) throw NO_SESSION;
    return { session: this.session, pump: this.pump };
  }

  /** Opens and closes one after the other. */
  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.openings.then(job);
    this.openings = result.catch(() => {});
    return result;
  }

  /** Runs a job when the jobs before it are through, whether they succeeded or not. */
  private alone<T>(job: () => Promise<T> | T): Promise<T> {
    const result = this.queue.then(job);
    this.queue = result.catch(() => {});
    return result;
  }
}

export function isFaults(error: unknown): error is Fault[] {
  return Array.isArray(error) && error.every((item) => typeof item === "object" && item !== null && "message" in item);
}

export function messageOf(error: unknown): string {
  if (isFaults(error)) return error.map((fault) => fault.message).join("; ");
  return error instanceof Error ? error.message : String(error);
}

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** A macrotask: messages of the page that wait get their turn. A timer would cost 4 ms. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
