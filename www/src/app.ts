// What the reader can do, as methods; page and embed share it. Talks to the worker, changes the store, draws nothing.
import { distilled } from "./arms";
import { Client, Crash, Refusal } from "./client";
import { bytes } from "./format";
import { Looks } from "./looks";
import type { Report } from "./messages";
import { type Edits, Proposals } from "./proposals";
import type { Arm, Fault, Form, SurveyRequest } from "./protocol";
import type { Range } from "./race/watch";
import { Recordings } from "./recordings";
import { hasSession, type Known, type TeacherFile } from "./state";
import { Store } from "./store";

export type AppProps = {
  spawn: () => Worker;
  /** An experiment was accepted: for the address. */
  onQuery: (query: string) => void;
  save: (name: string, content: Uint8Array<ArrayBuffer>) => void;
  /** Nothing was started, since something typed is refused. */
  onBlocked: () => void;
  /** What the trainer will say of the default experiment: shown, and ready for use, before the trainer is there. */
  known?: Known;
};

export class App {
  readonly store = new Store();
  private readonly client: Client;
  private readonly proposals: Proposals;
  private readonly recordings: Recordings;
  private readonly looks: Looks;
  private attempts = 0;
  /** The link that was asked for last, to be read again after a failed start. */
  private query = "";
  /** Settles when the trainer is ready or has failed. */
  private starting: Promise<void> = Promise.resolve();

  constructor(private readonly props: AppProps) {
    this.client = new Client(props.spawn, (report) => this.hear(report));
    const shared = { store: this.store, client: this.client };
    const onAccepted = (query: string): void => {
      this.query = query;
      props.onQuery(query);
    };
    this.proposals = new Proposals({ ...shared, onAccepted, onRefused: (error) => this.refuse(error) });
    this.looks = new Looks({ ...shared, guard: (job) => this.guard(job) });
    const onClose = () => this.reset();
    this.recordings = new Recordings({ ...shared, save: props.save, onClose, onOpened: onAccepted });
  }

  /** Loads the trainer and reads the experiment of a link. */
  start(query: string): Promise<void> {
    this.query = query;
    this.store.dispatch({ type: "starting" });
    const { known } = this.props;
    if (known && query === "" && !this.store.state.description) this.store.dispatch({ type: "known", ...known });
    this.starting = this.load();
    return this.starting;
  }

  private async load(): Promise<void> {
    // Typed while the trainer loaded: judged now. After a crash it is dropped, for it may be what crashed the trainer.
    const typed = this.store.state.adapter === null ? { accepted: {} } : {};
    await this.guard(async () => {
      const started = await this.client.call("start", null);
      const read = await this.client.call("read", { query: this.query });
      this.query = read.description.query;
      this.store.dispatch({ type: "started", ...started });
      this.store.dispatch({ type: "described", ...read, ...typed });
    });
    if (this.ready()) await this.proposals.settle();
  }

  /** Another link was opened in the same page. */
  async read(query: string): Promise<void> {
    this.query = query;
    await this.starting;
    if (!this.ready() || query === this.store.state.description?.query) return;
    await this.guard(async () => {
      const read = await this.client.call("read", { query });
      this.query = read.description.query;
      this.store.dispatch({ type: "described", ...read });
    });
  }

  /** Starts from a named experiment; what was typed and not accepted is dropped. */
  async take(query: string): Promise<void> {
    await this.read(query);
    if (this.store.state.description?.query === query) this.props.onQuery(query);
  }

  edit(edits: Edits): void {
    this.proposals.edit(edits);
  }

  play(): Promise<void> {
    return this.go("play");
  }

  async pause(): Promise<void> {
    if (this.store.state.activity === "opening") return this.reset();
    if (this.store.state.activity === "playing") await this.guard(() => this.client.call("pause", null));
  }

  step(): Promise<void> {
    return this.go("step");
  }

  async reset(): Promise<void> {
    this.attempts += 1;
    this.store.dispatch({ type: "reset" });
    await this.guard(() => this.client.call("close", null));
  }

  restart(): Promise<void> {
    return this.reset().then(() => this.play());
  }

  select(arm: Arm): void {
    this.store.dispatch({ type: "selected", arm });
  }

  async contract(arm: Arm): Promise<void> {
    this.store.dispatch({ type: "contracting", arm });
    const report = await this.guard(() => this.client.call("contract", { arm }));
    if (report) this.store.dispatch({ type: "contracted", report });
    else this.store.dispatch({ type: "contracting", arm: null });
  }

  async export(arm: Arm, form: Form): Promise<void> {
    this.say(`Writing ${arm}…`);
    const file = await this.guard(() => this.client.call("export", { arm, form }));
    if (!file) return this.say(null);
    this.props.save(file.name, file.bytes);
    this.say(`${file.name}, ${bytes(file.bytes.length)}, read back and checked`);
  }

  /** The test images that the reader looks at, as far as the arms are to be asked about them; null for none. */
  watchTests(range: Range | null): void {
    this.looks.watch(range);
  }

  /** Asks the arms about those images as they are now. */
  refreshTests(): void {
    this.looks.refresh();
  }

  /** Shows a recorded race, whose text this is, in place of what is there. */
  async replay(text: string): Promise<void> {
    await this.starting;
    if (this.ready()) await this.guard(() => this.recordings.open(text));
  }

  /** Shows a recording that lies beside the page. */
  async watchRecording(name: string): Promise<void> {
    await this.starting;
    if (this.ready()) await this.guard(() => this.recordings.fetch(name));
  }

  saveRecording(): void {
    this.recordings.save();
  }

  /** A teacher's weights to use from the next race on; null to train the experiment's own. */
  teach(teacher: TeacherFile | null): void {
    this.store.dispatch({ type: "teacher", teacher });
  }

  /** Pauses, then looks around every arm's network: portions come into the state until all is done or training goes on. */
  async survey(request: SurveyRequest): Promise<void> {
    if (!hasSession(this.store.state)) return this.say("There is no race to look around in; press play first");
    this.store.dispatch({ type: "survey", request });
    const begun = await this.guard(() => this.client.call("survey", request).then(() => true));
    // Anew: until then, what came was still the survey before.
    if (begun && this.store.state.survey?.running) this.store.dispatch({ type: "survey", request });
    if (!begun) this.store.dispatch({ type: "surveyEnded" });
  }

  async cancelSurvey(): Promise<void> {
    this.store.dispatch({ type: "surveyEnded" });
    await this.guard(() => this.client.call("cancelSurvey", null));
  }

  /** Saves which training labels of the race under way were drawn at random. */
  async noise(): Promise<void> {
    const report = await this.guard(() => this.client.call("noise", null));
    if (!report) return;
    const name = `noisy-labels-seed-${report.seed}.json`;
    this.props.save(name, new TextEncoder().encode(`${JSON.stringify(report)}\n`));
    this.say(`${name}, ${report.images.length} images`);
  }

  /** After a crash or a failed load. */
  async recover(): Promise<void> {
    const { trainer, race } = this.store.state;
    if (trainer !== "ready") await this.start(this.query);
    if (race && this.store.state.trainer === "ready") await this.restart();
  }

  private ready(): boolean {
    return this.store.state.trainer === "ready";
  }

  private say(notice: string | null): void {
    this.store.dispatch({ type: "notice", notice });
  }

  private async go(verb: "play" | "step"): Promise<void> {
    await this.guard(async () => {
      if (!hasSession(this.store.state) && !(await this.open())) return;
      this.store.dispatch({ type: "activity", activity: "playing" });
      await this.client.call(verb, null);
      // Once more: word of an earlier pause may have come in between.
      this.store.dispatch({ type: "activity", activity: "playing" });
    });
  }

  private async open(): Promise<boolean> {
    this.attempts += 1;
    const mine = this.attempts;
    if (this.store.state.trainer === "loading") {
      this.store.dispatch({ type: "opening" });
      await this.starting;
      if (mine !== this.attempts || !this.ready()) return false;
    }
    const accepted = await this.proposals.settle();
    const { description, activity } = this.store.state;
    if (mine !== this.attempts) return false;
    if (!accepted || !description) {
      if (activity === "opening") this.store.dispatch({ type: "reset" });
      if (!accepted) this.props.onBlocked();
      return false;
    }
    this.looks.begin();
    this.store.dispatch({ type: "opening" });
    const taught = description.experiment.arms.some(distilled);
    const teacher = taught ? (this.store.state.teacher?.bytes ?? null) : null;
    const opened = await this.client.call("open", { description, teacher });
    // Reset, or opened anew, while the images were loading: that call takes care of this session.
    if (mine !== this.attempts) return false;
    this.store.dispatch({ type: "opened", description, opened });
    return true;
  }

  private hear(report: Report): void {
    switch (report.type) {
      case "events":
        this.store.dispatch({ type: "events", events: report.events });
        this.looks.look(false);
        break;
      case "loading":
        this.store.dispatch({ type: "loading", loading: report });
        break;
      case "opening":
        this.store.dispatch({ type: "stage", stage: report.stage });
        break;
      case "idle":
        this.store.dispatch({ type: "activity", activity: report.reason });
        this.looks.look(true);
        break;
      case "surveyed":
        this.store.dispatch({ type: "surveyed", portion: report.portion });
        break;
      case "surveyEnded":
        this.store.dispatch({ type: "surveyEnded" });
        if (report.faults.length > 0) this.store.dispatch({ type: "refused", faults: report.faults });
        break;
      case "fatal":
        this.crashed(report.message);
        break;
    }
  }

  /** The client has ended the worker; a fresh one is started if the trainer had been running. */
  private crashed(message: string): void {
    const { trainer } = this.store.state;
    this.store.dispatch({ type: "failed", message });
    if (trainer === "ready") void this.start(this.query);
  }

  /** Runs calls; a refusal is shown, a crash has been reported already. */
  private async guard<T>(job: () => Promise<T>): Promise<T | null> {
    try {
      return await job();
    } catch (error) {
      this.refuse(error);
      return null;
    }
  }

  private refuse(error: unknown): void {
    if (error instanceof Crash) return;
    const faults: Fault[] =
      error instanceof Refusal
        ? error.faults
        : [{ code: "page", message: error instanceof Error ? error.message : String(error), field: null }];
    if (faults.every(({ code }) => code === "no_session")) return;
    this.store.dispatch({ type: "refused", faults });
  }
}
