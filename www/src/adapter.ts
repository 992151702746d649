// Asks the browser about WebGPU before the trainer touches it. Runs in the worker.
import type { AdapterReport } from "./protocol";

/** The part of the WebGPU interface that is looked at. */
export type Gpu = {
  requestAdapter(options?: { powerPreference?: "high-performance" }): Promise<GpuAdapter | null>;
};

export type GpuAdapter = {
  features: { has(name: string): boolean };
  limits: { maxStorageBufferBindingSize?: number };
  info?: { vendor?: string; architecture?: string; device?: string; description?: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
};

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

/** Looks for a usable adapter; `gpu` is `navigator.gpu`. Never rejects: a missing GPU is a state with a sentence. */
export async function inspectAdapter(gpu: Gpu | undefined): Promise<AdapterReport> {
  if (!gpu) return unusable("this browser offers no WebGPU (navigator.gpu is missing)");
  let adapter: GpuAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    return unusable(`the browser refused a graphics adapter: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!adapter) return unusable("the browser has WebGPU but offers no graphics adapter");
  const report = {
    name: adapterName(adapter),
    software: isSoftware(adapter),
    largest_buffer: adapter.limits.maxStorageBufferBindingSize ?? 0,
  };
  if (!adapter.features.has("timestamp-query")) {
    return { ...report, usable: false, reason: "the graphics adapter lacks timestamp-query, which the trainer needs" };
  }
  return { ...report, usable: true, reason: null };
}

/** The most telling name the browser gives; some browsers give none. */
export function adapterName(adapter: GpuAdapter): string {
  const { vendor = "", architecture = "", device = "", description = "" } = adapter.info ?? {};
  const words = [vendor, architecture].filter(Boolean).join(" ");
  return description || device || words || "unnamed adapter";
}

/** Whether the adapter computes on the CPU. */
export function isSoftware(adapter: GpuAdapter): boolean {
  const info = adapter.info ?? {};
  if (info.isFallbackAdapter || adapter.isFallbackAdapter) return true;
  return [info.vendor, info.architecture, info.device, info.description].some(
    (text) => text !== undefined && SOFTWARE.test(text),
  );
}

function unusable(reason: string): AdapterReport {
  return { usable: false, name: "", software: false, reason, largest_buffer: 0 };
}
