// Everything the page knows, and the one function that changes it. Pure: no DOM, no worker, no clock.
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
  Opened,
  Predictions,
  Preset,
  Replayed,
  Surveyed,
  SurveyRequest,
} from "./protocol";
import { advanceAll, newRace, type Race } from "./race/race";
import { recordedSurvey } from "./recording";

/** What the race is doing; lost: the trainer crashed, its curves remain. */
export type Activity = "none" | "opening" | "playing" | "paused" | "finished" | "lost";

export type Loading = { file: string; loaded: number; total: number | null };

/** A look around every arm's network: what was asked for and the portions so far. */
export type SurveyState = { request: SurveyRequest; rows: readonly Surveyed[]; running: boolean };

/** A teacher's weights from a file of the reader's. */
export type TeacherFile = { name: string; bytes: Uint8Array };

/** The form and the default experiment, as the trainer describes them. */
export type Known = { fields: readonly Field[]; presets: readonly Preset[]; description: Description };

export type State = {
  /** The trainer itself: asleep before a click in an embed, then loading, then ready; failed says why below. */
  trainer: "asleep" | "loading" | "ready" | "failed";
  failure: string | null;
  fields: readonly Field[];
  presets: readonly Preset[];
  adapter: AdapterReport | null;
  /** The last experiment that was accepted. */
  description: Description | null;
  /** What the form shows that has not been accepted, by field. */
  edits: Readonly<Partial<Record<keyof Experiment, unknown>>>;
  faults: readonly Fault[];
  activity: Activity;
  loading: Loading | null;
  /** What opening the race amounts to, once the images are loaded. */
  stage: string | null;
  race: Race | null;
  survey: SurveyState | null;
  /** Used in place of the experiment's teacher until it is cleared. */
  teacher: TeacherFile | null;
  contractions: Readonly<Partial<Record<Arm, ContractionReport>>>;
  contracting: Arm | null;
  filters: readonly Filters[];
  /** What the arms say of some test images. */
  predictions: Predictions | null;
  /** The arm that the architecture view unfolds. */
  selected: Arm | null;
  /** A short message for everyone, announced once. */
  notice: string | null;
  /** The recording that was asked for and does not lie beside the page. */
  missing: string | null;
};

export const INITIAL: State = {
  trainer: "asleep",
  failure: null,
  fields: [],
  presets: [],
  adapter: null,
  description: null,
  edits: {},
  faults: [],
  activity: "none",
  loading: null,
  stage: null,
  race: null,
  survey: null,
  teacher: null,
  contractions: {},
  contracting: null,
  filters: [],
  predictions: null,
  selected: null,
  notice: null,
  missing: null,
};

export type Action =
  | { type: "starting" }
  /** What is known before the trainer is loaded. */
  | ({ type: "known" } & Known)
  | { type: "started"; fields: readonly Field[]; presets: readonly Preset[]; adapter: AdapterReport }
  | { type: "failed"; message: string }
  | { type: "edited"; edits: Partial<Record<keyof Experiment, unknown>> }
  | { type: "described"; description: Description; faults?: readonly Fault[]; accepted?: State["edits"] }
  | { type: "refused"; faults: readonly Fault[] }
  | { type: "opening" }
  | { type: "loading"; loading: Loading }
  | { type: "stage"; stage: string }
  | { type: "opened"; description: Description; opened: Opened }
  | ({ type: "replayed" } & Replayed)
  | { type: "teacher"; teacher: TeacherFile | null }
  | { type: "survey"; request: SurveyRequest }
  | { type: "surveyed"; portion: Surveyed }
  | { type: "surveyEnded" }
  | { type: "activity"; activity: Activity }
  | { type: "events"; events: readonly Event[] }
  | { type: "contracting"; arm: Arm | null }
  | { type: "contracted"; report: ContractionReport }
  | { type: "filters"; filters: readonly Filters[] }
  | { type: "predictions"; predictions: Predictions }
  | { type: "selected"; arm: Arm }
  | { type: "notice"; notice: string | null }
  | { type: "missing"; path: string }
  | { type: "reset" };

const NO_RACE = {
  race: null,
  survey: null,
  missing: null,
  activity: "none",
  loading: null,
  stage: null,
  contractions: {},
  contracting: null,
  filters: [],
  predictions: null,
} as const;

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "starting":
      return { ...state, trainer: "loading", loading: null };
    case "known":
      return {
        ...state,
        fields: action.fields,
        presets: action.presets,
        description: action.description,
        selected: pickArm(action.description, state.selected),
      };
    case "started":
      // After a crash the message stays until the reader goes on.
      return {
        ...state,
        trainer: "ready",
        loading: null,
        // Never twice: the form may be in use already.
        fields: state.fields.length > 0 ? state.fields : action.fields,
        presets: state.presets.length > 0 ? state.presets : action.presets,
        adapter: action.adapter,
        failure: state.race ? state.failure : null,
      };
    case "failed":
      // The curves stay: they are what the reader was looking at.
      return {
        ...state,
        trainer: "failed",
        failure: action.message,
        activity: state.race ? "lost" : "none",
        loading: null,
        stage: null,
        contracting: null,
        survey: state.survey && { ...state.survey, running: false },
      };
    case "edited":
      return { ...state, edits: { ...state.edits, ...action.edits } };
    case "described": {
      const selected = pickArm(action.description, state.selected);
      // What was typed while the trainer judged is not judged yet.
      const { accepted } = action;
      const open = accepted
        ? Object.entries(state.edits).filter(([name, value]) => accepted[name as keyof Experiment] !== value)
        : [];
      return {
        ...state,
        description: action.description,
        edits: Object.fromEntries(open),
        missing: null,
        faults: action.faults ?? [],
        selected,
      };
    }
    case "refused":
      return {
        ...state,
        faults: action.faults,
        activity: state.activity === "opening" ? "none" : state.activity,
        loading: null,
        stage: null,
      };
    case "opening":
      return { ...state, ...NO_RACE, activity: "opening", failure: null, faults: [], notice: null };
    case "loading":
      return { ...state, loading: action.loading };
    case "stage":
      return state.activity === "opening" ? { ...state, loading: null, stage: action.stage } : state;
    case "opened":
      return { ...state, loading: null, stage: null, activity: "paused", race: newRace(action.description, action.opened) };
    case "activity":
      return state.race ? { ...state, activity: action.activity } : state;
    case "events":
      return state.race ? heard(state, advanceAll(state.race, action.events)) : state;
    case "replayed": {
      const { description, events } = action;
      const race = advanceAll(newRace(description, RECORDING, true), events);
      const shown = { description, edits: {}, faults: [], selected: pickArm(description, state.selected) };
      const survey = recordedSurvey(events);
      return { ...state, ...NO_RACE, ...shown, failure: null, notice: null, activity: "finished", race, survey };
    }
    case "teacher":
      return { ...state, teacher: action.teacher, faults: state.faults.filter(({ field }) => field !== "teacher") };
    case "survey":
      return { ...state, survey: { request: action.request, rows: [], running: true } };
    case "surveyed":
      return state.survey ? { ...state, survey: { ...state.survey, rows: [...state.survey.rows, action.portion] } } : state;
    case "surveyEnded":
      return state.survey ? { ...state, survey: { ...state.survey, running: false } } : state;
    case "contracting":
      return { ...state, contracting: action.arm };
    case "contracted":
      return { ...state, contracting: null, contractions: { ...state.contractions, [action.report.arm]: action.report } };
    case "filters":
      return state.race ? { ...state, filters: action.filters } : state;
    case "predictions":
      return state.race ? { ...state, predictions: action.predictions } : state;
    case "selected":
      return { ...state, selected: action.arm };
    case "notice":
      return { ...state, notice: action.notice };
    case "missing":
      return { ...state, missing: action.path };
    case "reset":
      return { ...state, ...NO_RACE, failure: null };
  }
}

/** What stands where a device would, for a race that nothing computes. */
const RECORDING: Opened = {
  backend: "cpu",
  adapter: "a recording",
  software: false,
  reason: "played from a recording; nothing is trained",
  memory: 0,
};

/** What was measured on the arms of one race says nothing of the next one's. */
function heard(state: State, race: Race): State {
  const { contractions, contracting, filters, predictions } = NO_RACE;
  return { ...state, race, ...(race.run === state.race?.run ? {} : { contractions, contracting, filters, predictions }) };
}

/** Keeps the selected arm if it is still there; else the first that expands something. */
function pickArm(description: Description, selected: Arm | null): Arm | null {
  const arms = description.arms.map(({ arm }) => arm);
  if (selected && arms.includes(selected)) return selected;
  return arms.find((arm) => arm !== "compact") ?? arms[0] ?? null;
}

/** Whether the form is ahead of the race; a recording does not go on, so nothing is ahead of it. */
export function isStale({ race, description }: State): boolean {
  return race !== null && !race.replayed && description !== null && race.description.query !== description.query;
}

/** The description that the pictures show: that of the race while there is one. */
export function shownDescription(state: State): Description | null {
  return state.race?.description ?? state.description;
}

/** Whether the trainer holds a race that can be asked to contract or export. */
export function hasSession(state: State): boolean {
  if (state.race?.replayed) return false;
  return state.activity === "playing" || state.activity === "paused" || state.activity === "finished";
}
