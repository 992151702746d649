// When to look into the race again. Pure.
import { type Race, testedEpoch } from "./race";

/** Milliseconds between looks at the filters while training. */
const EVERY = 3000;

/** Filters: after every epoch, every few seconds, and whenever the race comes to rest. */
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

/** Some test images in a row. */
export type Range = { first: number; count: number };

function same(a: Range, b: Range): boolean {
  return a.first === b.first && a.count === b.count;
}

/** A look at test images, and what it was a look at. */
export type TestsLook = { range: Range; run: unknown; epoch: number };

/** What the arms say of test images: after every epoch and when asked, while somebody sees them; one look at a time. */
export class TestsWatch {
  private range: Range | null = null;
  private asked = false;
  private last: TestsLook | null = null;
  private under: TestsLook | null = null;

  /** Another session. */
  begin(): void {
    this.last = null;
    this.under = null;
    this.asked = false;
  }

  /** What somebody sees; null while nobody does. */
  watch(range: Range | null): void {
    this.range = range;
  }

  refresh(): void {
    this.asked = true;
  }

  /** The look that is due in this run, whose arms were all tested after that epoch; it counts as under way until `done`. */
  look(run: unknown, epoch: number): TestsLook | null {
    const { range, last } = this;
    if (this.under || !range) return null;
    const known = last !== null && last.run === run && last.epoch >= epoch && same(last.range, range);
    // Nothing is asked of its own accord before the first test is over.
    if (!this.asked && (known || epoch < 0)) return null;
    this.asked = false;
    this.under = { range, run, epoch };
    this.last = this.under;
    return this.under;
  }

  /** Whether its answer is wanted: not after another session has begun. */
  done(look: TestsLook): boolean {
    if (look !== this.under) return false;
    this.under = null;
    return true;
  }
}
