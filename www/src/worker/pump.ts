// Pulls from the session: turns while the races play, portions of a survey while they rest. Pausing is not pulling; nothing
// is pushed.
import type { Arm, Event, Surveyed } from "../protocol";

/** What the pump needs of the world; a test gives it plain functions. */
export type PumpProps = {
  /** One turn: one arm takes up to so many steps. */
  turn: (steps: number) => Promise<Event[]>;
  /** A survey's next portion; undefined when all is done. */
  portion: () => Promise<Surveyed | undefined>;
  emit: (events: Event[]) => void;
  idle: (reason: "paused" | "finished") => void;
  surveyed: (portion: Surveyed) => void;
  /** A survey is over, or was broken off: by training that goes on, or by an error. */
  surveyEnded: (error: unknown) => void;
  fail: (error: unknown) => void;
  /** Lets waiting messages in before the next turn. */
  breathe: () => Promise<void>;
  now: () => number;
};

/** A turn that answers sooner than this many milliseconds may take twice the steps, a slower one takes half as many. */
const QUICK = 15;
const SLOW = 60;
const MOST_STEPS = 16;

/** Events are posted together when this many milliseconds have passed. */
const POST_EVERY = 60;

export class Pump {
  private goal: number | "stop" | "never" = "stop";
  private running = false;
  /** Settles when the turns under way are over. */
  private rest: Promise<void> = Promise.resolve();
  private finished = false;
  private ended = false;
  /** Steps of the arms that go on in the race under way. */
  private steps = new Map<Arm, number>();
  private pending: Event[] = [];
  private posted = 0;
  /** Steps of a turn while nobody counts them: a fast device is read less often. */
  private stride = 1;
  /** Whether the arms take several steps at once just now. */
  private strides = false;
  /** Counts surveys begun or broken off: an older one that comes back from the session has nothing to say. */
  private surveys = 0;

  constructor(private readonly props: PumpProps) {}

  play(): void {
    this.goal = "never";
    this.start();
  }

  /** Plays until every arm that goes on has taken one more step; completes a step that a pause cut in two. */
  step(): void {
    this.goal = this.slowest() + 1;
    this.start();
  }

  pause(): void {
    this.goal = "stop";
  }

  /** The session is going away: nothing more is said. */
  end(): void {
    this.goal = "stop";
    this.ended = true;
    this.surveys += 1;
  }

  /** Pauses; when all arms rest, begins a survey and pulls its portions until all is done or training goes on. */
  async survey(begin: () => Promise<void>): Promise<void> {
    this.goal = "stop";
    this.surveys += 1;
    const mine = this.surveys;
    await this.rest;
    if (mine !== this.surveys) return;
    await begin();
    void this.look(mine);
  }

  cancelSurvey(): void {
    this.surveys += 1;
  }

  private async look(mine: number): Promise<void> {
    let wrong: unknown = null;
    try {
      while (mine === this.surveys && this.goal === "stop") {
        const portion = await this.props.portion();
        if (mine !== this.surveys || !portion) break;
        this.props.surveyed(portion);
        await this.props.breathe();
      }
    } catch (error) {
      wrong = error;
    }
    if (mine === this.surveys) this.props.surveyEnded(wrong);
  }

  /** None yet where a race is over and the next one was not announced. */
  private slowest(): number {
    return this.steps.size === 0 ? 0 : Math.min(...this.steps.values());
  }

  /** Whether some arms have taken steps that others have yet to take. */
  private uneven(): boolean {
    return new Set(this.steps.values()).size > 1;
  }

  private wanted(): boolean {
    if (this.finished || this.ended) return false;
    // Several steps at once are quick ones: a pause waits for all arms, so that a counted step is one step again.
    if (this.goal === "stop") return this.strides && this.uneven();
    return this.goal === "never" || this.slowest() < this.goal;
  }

  private start(): void {
    if (!this.running) this.rest = this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.wanted()) {
        const start = this.props.now();
        // An arm's first step compiles kernels; alone in its turn, it keeps that time to itself.
        const steps = this.goal === "never" && this.slowest() > 0 ? this.stride : 1;
        if (!this.uneven()) this.strides = steps > 1;
        this.take(await this.props.turn(steps));
        this.pace(this.props.now() - start);
        await this.props.breathe();
      }
      this.flush();
      if (!this.ended) this.props.idle(this.finished ? "finished" : "paused");
    } catch (error) {
      this.flush();
      if (!this.ended) this.props.fail(error);
    } finally {
      this.running = false;
    }
    // A play that came between the last look and the end of the loop.
    if (this.wanted()) await this.run();
  }

  private pace(milliseconds: number): void {
    if (milliseconds < QUICK) this.stride = Math.min(this.stride * 2, MOST_STEPS);
    else if (milliseconds > SLOW) this.stride = Math.max(this.stride / 2, 1);
  }

  private take(events: Event[]): void {
    for (const event of events) {
      if (event.type === "run") this.enter(event.arms);
      if (event.type === "step") this.steps.set(event.arm, event.step);
      if (event.type === "stopped") this.steps.delete(event.arm);
      if (event.type === "finished") this.finished = true;
    }
    this.pending.push(...events);
    // The first turns take seconds each where they compile kernels: no word of them waits for the next one.
    if (this.slowest() === 0 || this.props.now() - this.posted >= POST_EVERY) this.flush();
  }

  /** The next race: its arms start at no step, and so does a step that was asked for. */
  private enter(arms: readonly Arm[]): void {
    this.steps = new Map(arms.map((arm) => [arm, 0]));
    this.strides = false;
    if (typeof this.goal === "number") this.goal = 1;
  }

  private flush(): void {
    if (this.pending.length === 0 || this.ended) return;
    this.props.emit(this.pending);
    this.pending = [];
    this.posted = this.props.now();
  }
}
