// Fetches the image files of a data set, with progress, once per data set and worker.
import type { DatasetDescription, Fault } from "../protocol";
import { each, sizeOf } from "./bytes";

export type Progress = (file: string, loaded: number, total: number | null) => void;

export class Files {
  private readonly sets = new Map<string, Map<string, Uint8Array>>();

  /** `base` is the folder the files are relative to. */
  constructor(private readonly base: URL) {}

  /** The files by name. Throws `Fault[]` naming the file that is missing. */
  async load(dataset: DatasetDescription, progress: Progress): Promise<Map<string, Uint8Array>> {
    const known = this.sets.get(dataset.name);
    if (known) return known;
    const files = new Map<string, Uint8Array>();
    for (const file of dataset.files) files.set(file, await this.fetch(file, dataset, progress));
    this.sets.set(dataset.name, files);
    return files;
  }

  private async fetch(file: string, dataset: DatasetDescription, progress: Progress): Promise<Uint8Array> {
    let response: Response;
    try {
      response = await fetch(new URL(file, this.base));
    } catch {
      throw missing(file, dataset, "the server did not answer");
    }
    // A server that answers every path with its page must not pass for one that has the file.
    const isPage = response.headers.get("content-type")?.startsWith("text/html");
    if (!response.ok || !response.body || isPage)
      throw missing(file, dataset, response.ok ? "not found" : `HTTP ${response.status}`);
    const total = sizeOf(response);
    return collect(response.body, (loaded) => progress(file, loaded, total));
  }
}

async function collect(body: ReadableStream<Uint8Array>, progress: (loaded: number) => void): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const size = await each(body, (part, loaded) => {
    parts.push(part);
    progress(loaded);
  });
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function missing(file: string, dataset: DatasetDescription, reason: string): Fault[] {
  const remedy = dataset.name.endsWith("-full")
    ? "build it with `cargo xtask data --full` and serve the page again, or choose the small set"
    : "check that the folder `data/` lies beside the page, then reset and play again";
  return [{ code: "file_missing", message: `data/${file} could not be loaded (${reason}); ${remedy}`, field: "dataset" }];
}
