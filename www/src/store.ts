// Holds the state, applies actions, and tells listeners at most once a frame.
import { type Action, INITIAL, reduce, type State } from "./state";

export class Store {
  private current: State = INITIAL;
  private readonly listeners = new Set<(state: State) => void>();
  private waiting = false;

  get state(): State {
    return this.current;
  }

  dispatch(action: Action): void {
    const next = reduce(this.current, action);
    if (next === this.current) return;
    this.current = next;
    if (this.waiting) return;
    this.waiting = true;
    // A hidden page gets no frames; there is nothing to draw either, and the next frame draws the latest state.
    requestAnimationFrame(() => {
      this.waiting = false;
      for (const listener of this.listeners) listener(this.current);
    });
  }

  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    listener(this.current);
    return () => this.listeners.delete(listener);
  }
}
