// From typing to an accepted experiment: waits for a pause, asks the trainer, keeps only the latest answer.
import type { Client } from "./client";
import type { Experiment } from "./protocol";
import type { Store } from "./store";

export type Edits = Partial<Record<keyof Experiment, unknown>>;

export type ProposalsProps = {
  store: Store;
  client: Client;
  onAccepted: (query: string) => void;
  onRefused: (error: unknown) => void;
};

/** Milliseconds of quiet before typing is checked. */
const TYPING_PAUSE = 150;

export class Proposals {
  private typing: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  constructor(private readonly props: ProposalsProps) {}

  edit(edits: Edits): void {
    this.props.store.dispatch({ type: "edited", edits });
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.ask(), TYPING_PAUSE);
  }

  /** Has everything typed so far judged; false if something of it is refused. */
  async settle(): Promise<boolean> {
    clearTimeout(this.typing);
    const { store } = this.props;
    if (Object.keys(store.state.edits).length > 0) await this.ask();
    return Object.keys(store.state.edits).length === 0;
  }

  private async ask(): Promise<void> {
    const { store, client, onAccepted, onRefused } = this.props;
    const { trainer, description, edits } = store.state;
    // Without the trainer nothing is judged: what was typed waits for it.
    if (!description || trainer !== "ready") return;
    this.asked += 1;
    const mine = this.asked;
    try {
      const accepted = await client.call("describe", { experiment: { ...description.experiment, ...edits } });
      // A later edit has its own question under way.
      if (mine !== this.asked) return;
      store.dispatch({ type: "described", description: accepted, accepted: edits });
      onAccepted(accepted.query);
    } catch (error) {
      if (mine === this.asked) onRefused(error);
    }
  }
}
