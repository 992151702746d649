// A claim's recording, read for the claim's figure alone: it does not take the place of the race on the page.
import { textAt } from "../../fetch";
import type { Arm, Event, Preset } from "../../protocol";
import { USUAL } from "../../quality";
import { told } from "../../race/race";
import { recordedSurvey, recordingPath } from "../../recording";
import type { ClaimsProps } from "./data";
import { missing } from "./words";

/** What a figure is drawn from. */
export type Recorded = Pick<ClaimsProps, "runs" | "summary" | "arms" | "survey" | "quality">;

/** Losses that were no numbers are written as null. */
const LOSSES = new Set(["loss", "test_loss", "fit_loss"]);

/** Reads a recording that lies beside the page, as the trainer wrote it: the experiment, then an event a line. Pure. */
export function readRecorded(text: string): Recorded {
  const revive = (key: string, value: unknown) => (value === null && LOSSES.has(key) ? Number.NaN : value);
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  const arms: Arm[] = head ? (JSON.parse(head).experiment?.arms ?? []) : [];
  const events: Event[] = lines.map((line) => JSON.parse(line, revive));
  const { runs, summary } = told(events);
  // Of tests by classes, the first measure is the quality itself.
  const detail = events.find((event) => event.type === "detail")?.detail;
  const quality = detail?.measures[0]?.name ?? USUAL;
  return { runs, summary, arms, survey: recordedSurvey(events), quality };
}

/** The recordings asked for so far; each is fetched once. */
export class RecordedResults {
  private readonly asked = new Map<string, Recorded | null>();

  /** `onArrived` is called when a recording can be shown. */
  constructor(private readonly onArrived: () => void) {}

  get(name: string): Recorded | null {
    return this.asked.get(name) ?? null;
  }

  async want(name: string): Promise<void> {
    if (this.asked.has(name)) return;
    this.asked.set(name, null);
    const text = await textAt(new URL(recordingPath(name), document.baseURI));
    if (text === null) return;
    try {
      this.asked.set(name, readRecorded(text));
    } catch {
      // Not a recording: the figure stays empty, and the button beside it says what is wrong.
      return;
    }
    this.onArrived();
  }
}

/** The recording that stands in for a claim's result where the page has none of its own; else null. */
export function recordedInstead(
  presets: readonly Preset[],
  selected: string | null,
  own: Recorded,
  results: RecordedResults,
): Recorded | null {
  const claims = presets.filter(({ claim }) => claim !== null);
  const shown = claims.find(({ name }) => name === selected) ?? claims[0];
  if (!shown?.claim || missing(shown.name, own) === null) return null;
  return results.get(shown.claim.replay);
}
