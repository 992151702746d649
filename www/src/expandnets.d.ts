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
  Opened,
  Preset,
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

export class Session {
  /** Rejects with `Fault[]`. */
  static open(experiment: Experiment, files: Map<string, Uint8Array>, adapter: AdapterReport): Promise<Session>;
  opened(): Opened;
  turns(turns: number, steps?: number): Promise<Event[]>;
  contract(arm: Arm): Promise<ContractionReport>;
  filters(): Promise<Filters[]>;
  export(arm: Arm, form: Form): Promise<{ name: string; bytes: Uint8Array }>;
  free(): void;
}
