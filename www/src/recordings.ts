// Recordings of races: opened from a file or from beside the page, and saved. Talks to the worker, draws nothing.
import type { Client } from "./client";
import { textAt } from "./fetch";
import type { Replayed } from "./protocol";
import { recording, recordingPath } from "./recording";
import type { Store } from "./store";

export type RecordingsProps = {
  store: Store;
  client: Client;
  save: (name: string, content: Uint8Array<ArrayBuffer>) => void;
  /** What is shown goes away. */
  onClose: () => Promise<void>;
  /** A recording is shown: for the address. */
  onOpened: (query: string) => void;
};

export class Recordings {
  private asked = 0;

  constructor(private readonly props: RecordingsProps) {}

  /** Reads a recording's text, then shows it in place of the race. Throws a refusal if it is none. */
  async open(text: string): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const { client, store, onClose, onOpened } = this.props;
    const replayed: Replayed = await client.call("replay", { text });
    if (mine !== this.asked) return;
    await onClose();
    store.dispatch({ type: "replayed", ...replayed });
    onOpened(replayed.description.query);
  }

  /** A recording that a claim names, where the site has it; says so where it has not. */
  async fetch(name: string): Promise<void> {
    const path = recordingPath(name);
    const text = await textAt(new URL(path, document.baseURI));
    if (text !== null) return this.open(text);
    this.props.store.dispatch({ type: "missing", path });
  }

  save(): void {
    const { store, save } = this.props;
    const { race, presets } = store.state;
    if (!race) return;
    const preset = presets.find(({ query }) => query === race.description.query)?.name ?? "recording";
    save(`${preset}.jsonl`, new TextEncoder().encode(recording(race)));
    store.dispatch({ type: "notice", notice: `${preset}.jsonl, ${race.events.length} events` });
  }
}
