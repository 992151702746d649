// A race as a recording: JSON lines as `expandnets sweep` writes them, the experiment first, then what the trainer said. Pure.
import type { Event } from "./protocol";
import type { Race } from "./race/race";
import type { SurveyState } from "./state";

const VERSION = 1;

/** The text of the file. Steps are left out; a loss that is no number becomes null, for JSON has no word for it. */
export function recording({ description, events }: Race): string {
  const head = { replay: VERSION, experiment: description.experiment };
  return [head, ...events.filter(({ type }) => type !== "step")].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Where a recording lies, relative to the page. */
export function recordingPath(name: string): string {
  return `replays/${encodeURIComponent(name)}.jsonl`;
}

/** The survey that a recording holds. */
export function recordedSurvey(events: readonly Event[]): SurveyState | null {
  const surveyed = events.filter((event) => event.type === "survey");
  const request = surveyed[0]?.request;
  return request ? { request, rows: surveyed.map(({ portion }) => portion), running: false } : null;
}
