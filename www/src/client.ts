// The page's side of the worker: calls as promises that can all reject, and a fresh worker after a crash.
import type { Answer, Calls, Report, Verb } from "./messages";
import type { Fault } from "./protocol";

/** The call was refused: bad input, with what to do about it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly faults: Fault[]) {
    super(faults.map((fault) => fault.message).join("; "));
  }
}

/** The worker is gone; what the call wanted is lost. */
export class Crash extends Error {
  override readonly name = "Crash";
}

type Waiting = { resolve: (give: never) => void; reject: (error: Error) => void };

export class Client {
  private worker: Worker | null = null;
  private waiting = new Map<number, Waiting>();
  private last = 0;

  /** `spawn` makes a worker; `onReport` hears what the worker says unasked, a crash included. */
  constructor(
    private readonly spawn: () => Worker,
    private readonly onReport: (report: Report) => void,
  ) {}

  call<V extends Verb>(verb: V, take: Calls[V]["take"]): Promise<Calls[V]["give"]> {
    const worker = this.ensure();
    this.last += 1;
    const id = this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, verb, take });
    });
  }

  /** Ends the worker; the next call starts another. Calls under way reject with `Crash`. */
  end(reason = "the trainer was stopped"): void {
    this.worker?.terminate();
    this.worker = null;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(new Crash(reason));
  }

  private ensure(): Worker {
    if (this.worker) return this.worker;
    const worker = this.spawn();
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.hear(worker, data);
    worker.onmessageerror = () => this.crash(worker, "a message of the trainer could not be read");
    worker.onerror = (event) => {
      event.preventDefault();
      this.crash(worker, event.message || "the trainer could not be loaded");
    };
    this.worker = worker;
    return worker;
  }

  private hear(worker: Worker, answer: Answer): void {
    if (worker !== this.worker) return;
    switch (answer.type) {
      case "answer":
        this.settle(answer.id)?.resolve(answer.give as never);
        break;
      case "refusal":
        this.settle(answer.id)?.reject(new Refusal(answer.faults));
        break;
      case "fatal":
        this.crash(worker, answer.message);
        break;
      default:
        this.onReport(answer);
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private crash(worker: Worker, message: string): void {
    if (worker !== this.worker) return;
    this.end(message);
    this.onReport({ type: "fatal", message });
  }
}
