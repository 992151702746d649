// What the trainer's wasm module offers; the module lies beside the bundles, built by wasm-bindgen.
import type {
  AdapterReport,
  Arm,
  ContractionReport,
  Description,
  Event,
  Experiment,
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

export default function init(source: { module_or_path: Response }): Promise<unknown>;
export function fields(): Field[];
export function presets(): Preset[];
/** Throws `Fault[]`. */
export function parse(query: string): Experiment;
/** Throws `Fault[]`. */
export function parse_json(text: string): Experiment;
/** Throws `Fault[]`. */
export function describe(experiment: Experiment, adapter: AdapterReport | null): Description;
/** What opening a race amounts to on this adapter, in words. */
export function opening(experiment: Experiment, adapter: AdapterReport): string;
/** Throws `Fault[]`. */
export function replay(text: string): Replayed;

export class Session {
  /** Rejects with `Fault[]`. */
  static open(
    experiment: Experiment,
    files: Map<string, Uint8Array>,
    adapter: AdapterReport,
    teacher: Uint8Array | undefined,
  ): Promise<Session>;
  opened(): Opened;
  turns(turns: number, steps?: number): Promise<Event[]>;
  contract(arm: Arm): Promise<ContractionReport>;
  filters(): Promise<Filters[]>;
  /** Rejects with `Fault[]`. */
  predictions(first: number, count: number): Promise<Predictions>;
  /** Begins a survey; ends the one before. Rejects with `Fault[]`. */
  survey(request: SurveyRequest): Promise<void>;
  /** The survey's next portion; undefined when all is done. */
  surveyed(): Promise<Surveyed | undefined>;
  noise(): NoiseReport;
  export(arm: Arm, form: Form): Promise<{ name: string; bytes: Uint8Array }>;
  free(): void;
}
