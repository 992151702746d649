// Looks into the race under way: the filters of its arms, and what they say of test images. Asks the worker, draws nothing.
import type { Client } from "./client";
import { testedEpoch } from "./race/race";
import { FilterWatch, type Range, TestsWatch } from "./race/watch";
import { hasSession } from "./state";
import type { Store } from "./store";

export type LooksProps = {
  store: Store;
  client: Client;
  /** Runs a call and shows its refusal; null for one that failed. */
  guard: <T>(job: () => Promise<T>) => Promise<T | null>;
};

export class Looks {
  private filters = new FilterWatch();
  private readonly tests = new TestsWatch();

  constructor(private readonly props: LooksProps) {}

  /** Another session: answers that are still under way say nothing of it. */
  begin(): void {
    this.filters = new FilterWatch();
    this.tests.begin();
  }

  /** Something happened, or all arms came to rest. */
  look(resting: boolean): void {
    this.lookAtFilters(resting);
    this.lookAtTests();
  }

  watch(range: Range | null): void {
    this.tests.watch(range);
    this.lookAtTests();
  }

  refresh(): void {
    this.tests.refresh();
    this.lookAtTests();
  }

  private lookAtFilters(resting: boolean): void {
    const { store, client, guard } = this.props;
    const { race } = store.state;
    const watch = this.filters;
    if (!race || !watch.begin(race, performance.now(), resting)) return;
    void guard(() => client.call("filters", null)).then((filters) => {
      watch.done();
      if (filters && watch === this.filters) store.dispatch({ type: "filters", filters });
    });
  }

  private lookAtTests(): void {
    const { store, client, guard } = this.props;
    const { race } = store.state;
    if (!race || !hasSession(store.state)) return;
    const look = this.tests.look(race.run, testedEpoch(race));
    if (!look) return;
    void guard(() => client.call("predictions", look.range)).then((predictions) => {
      const current = this.tests.done(look) && store.state.race?.run === race.run;
      if (predictions && current) store.dispatch({ type: "predictions", predictions });
      // The reader may have gone on, or an epoch ended, in the meantime.
      this.lookAtTests();
    });
  }
}
