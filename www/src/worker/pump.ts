// Pulls turns from the session while the race plays. Pausing is not pulling; nothing is pushed.
import type { Arm, Event } from "../protocol";

/** What the pump needs of the world; a test gives it plain functions. */
export type PumpProps = {
  arms: readonly Arm[];
  /** One turn: one arm takes up to so many steps. */
  turn: (steps: number) => Promise<Event[]>;
  emit: (events: Event[]) => void;
  idle: (reason: "paused" | "finished") => void;
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
  private finished = false;
  private ended = false;
  private steps = new Map<Arm, number>();
  private pending: Event[] = [];
  private posted = 0;
  /** Steps of a turn while nobody counts them: a fast device is read less often. */
  private stride = 1;
  /** Whether the arms take several steps at once just now. */
  private strides = false;

  constructor(private readonly props: PumpProps) {
    for (const arm of props.arms) this.steps.set(arm, 0);
  }

  play(): void {
    this.goal = "never";
    void this.run();
  }

  /** Plays until every arm that goes on has taken one more step; completes a step that a pause cut in two. */
  step(): void {
    this.goal = this.slowest() + 1;
    void this.run();
  }

  pause(): void {
    this.goal = "stop";
  }

  /** The session is going away: nothing more is said. */
  end(): void {
    this.goal = "stop";
    this.ended = true;
  }

  private slowest(): number {
    return Math.min(...this.steps.values());
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

  private async run(): Promise<void> {
    if (this.running) return;
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
    if (this.wanted()) void this.run();
  }

  private pace(milliseconds: number): void {
    if (milliseconds < QUICK) this.stride = Math.min(this.stride * 2, MOST_STEPS);
    else if (milliseconds > SLOW) this.stride = Math.max(this.stride / 2, 1);
  }

  private take(events: Event[]): void {
    for (const event of events) {
      if (event.type === "step") this.steps.set(event.arm, event.step);
      if (event.type === "stopped") this.steps.delete(event.arm);
      if (event.type === "finished") this.finished = true;
    }
    if (this.steps.size === 0) this.finished = true;
    this.pending.push(...events);
    // The first turns take seconds each where they compile kernels: no word of them waits for the next one.
    if (this.slowest() === 0 || this.props.now() - this.posted >= POST_EVERY) this.flush();
  }

  private flush(): void {
    if (this.pending.length === 0 || this.ended) return;
    this.props.emit(this.pending);
    this.pending = [];
    this.posted = this.props.now();
  }
}
