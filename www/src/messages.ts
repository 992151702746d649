// What passes between page and worker: numbered calls one way, numbered answers and unasked reports the other.
import type {
  AdapterReport,
  Arm,
  ContractionReport,
  Description,
  Event,
  Experiment,
  Fault,
  Field,
  Filters,
  Form,
  NoiseReport,
  Opened,
  Predictions,
  Preset,
  Replayed,
  Surveyed,
  SurveyRequest,
} from "./protocol";

/** Every call the page can make: what it takes and what it resolves with. */
export type Calls = {
  /** Loads the trainer and asks the browser about its graphics adapter. */
  start: { take: null; give: { fields: Field[]; presets: Preset[]; adapter: AdapterReport } };
  /** Reads the text after the `#` of a link; wrong keys come back as faults, the rest is kept. */
  read: { take: { query: string }; give: { description: Description; faults: Fault[] } };
  /** Checks an experiment as the form has it; unknown types on purpose, the trainer judges. */
  describe: { take: { experiment: Record<keyof Experiment, unknown> }; give: Description };
  /** Loads the images and opens a session, with a teacher's file if there is one; frees the session before. */
  open: { take: { description: Description; teacher: Uint8Array | null }; give: Opened };
  play: { take: null; give: null };
  pause: { take: null; give: null };
  /** One step of every arm. */
  step: { take: null; give: null };
  contract: { take: { arm: Arm }; give: ContractionReport };
  filters: { take: null; give: Filters[] };
  /** What every arm, contracted, says of `count` test images from the one at `first` on. */
  predictions: { take: { first: number; count: number }; give: Predictions };
  /** Pauses, then looks around every arm's network; portions come as reports, until all is done or training goes on. */
  survey: { take: SurveyRequest; give: null };
  cancelSurvey: { take: null; give: null };
  /** The training images of the race under way whose labels were drawn at random. */
  noise: { take: null; give: NoiseReport };
  /** Reads a recording; needs no session. */
  replay: { take: { text: string }; give: Replayed };
  export: { take: { arm: Arm; form: Form }; give: { name: string; bytes: Uint8Array<ArrayBuffer> } };
  close: { take: null; give: null };
};

export type Verb = keyof Calls;

/** Page to worker. */
export type Call = { [V in Verb]: { id: number; verb: V; take: Calls[V]["take"] } }[Verb];

/** Worker to page, unasked. */
export type Report =
  | { type: "events"; events: Event[] }
  /** Bytes loaded of the trainer or of an image file, and its size where the server tells. */
  | { type: "loading"; file: string; loaded: number; total: number | null }
  /** The images are there; what opening the race amounts to on this device. */
  | { type: "opening"; stage: string }
  | { type: "idle"; reason: "paused" | "finished" }
  | { type: "surveyed"; portion: Surveyed }
  /** Of its own accord, for training that went on, or for a reason. */
  | { type: "surveyEnded"; faults: Fault[] }
  /** The trainer cannot go on: it panicked or could not be loaded. */
  | { type: "fatal"; message: string };

/** Worker to page. */
export type Answer = { type: "answer"; id: number; give: unknown } | { type: "refusal"; id: number; faults: Fault[] } | Report;
