import assert from "node:assert/strict";
import { test } from "node:test";
import { type GpuAdapter, inspectAdapter } from "./adapter";

function gpu(adapter: Partial<GpuAdapter> | null) {
  const whole = { features: new Set(["timestamp-query"]), limits: { maxStorageBufferBindingSize: 128 }, ...adapter };
  return { requestAdapter: async () => (adapter === null ? null : whole) };
}

test("each missing thing has its own sentence", async () => {
  assert.match((await inspectAdapter(undefined)).reason ?? "", /navigator\.gpu/);
  assert.match((await inspectAdapter(gpu(null))).reason ?? "", /no graphics adapter/);
  assert.match((await inspectAdapter(gpu({ features: new Set() }))).reason ?? "", /timestamp-query/);
  const refused = { requestAdapter: () => Promise.reject(new Error("blocked by policy")) };
  assert.match((await inspectAdapter(refused)).reason ?? "", /blocked by policy/);
});

test("a software adapter is called that, however it is found out", async () => {
  const infos = [
    { architecture: "swiftshader" },
    { isFallbackAdapter: true },
    { description: "llvmpipe (LLVM 19)" },
    { device: "Microsoft Basic Render Driver" },
  ];
  for (const info of infos) assert.equal((await inspectAdapter(gpu({ info }))).software, true, JSON.stringify(info));
  const real = await inspectAdapter(gpu({ info: { vendor: "nvidia", architecture: "hopper" } }));
  assert.deepEqual(real, { usable: true, name: "nvidia hopper", software: false, reason: null, largest_buffer: 128 });
});
