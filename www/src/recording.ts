// A race as a recording: JSON lines as `expandnets sweep` writes them, the experiment first, then what the trainer said. Pure.
import type { Event } from "./protocol";
import type { Race } from "./race/race";

const VERSION = 1;

/** The text of the file. Steps are left out, and tests whose loss is no number: JSON has no word for it. */
export function recording({ description, events }: Race): string {
  const head = { replay: VERSION, experiment: description.experiment };
  return [head, ...events.filter(writable)].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function writable(event: Event): boolean {
  return event.type !== "step" && Object.values(event).every((value) => typeof value !== "number" || Number.isFinite(value));
}

/** Where the recording of a preset lies, relative to the page. */
export function recordingPath(preset: string): string {
  return `replays/${encodeURIComponent(preset)}.jsonl`;
}
