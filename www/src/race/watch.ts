// When to look at the filters again: after every epoch, every few seconds, and whenever the race comes to rest. Pure.
import { type Race, testedEpoch } from "./race";

/** Milliseconds between looks while training. */
const EVERY = 3000;

export class FilterWatch {
  private time = Number.NEGATIVE_INFINITY;
  private epoch = -1;
  private waiting = false;

  /** Whether it is time; if so, the look counts as begun until `done`. */
  begin(race: Race, now: number, resting: boolean): boolean {
    const epoch = testedEpoch(race);
    if (this.waiting || (!resting && epoch <= this.epoch && now - this.time < EVERY)) return false;
    this.time = now;
    this.epoch = epoch;
    this.waiting = true;
    return true;
  }

  done(): void {
    this.waiting = false;
  }
}
