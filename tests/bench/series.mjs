// What is measured: which contender trains which arm, where, and how it runs expanded layers. A group takes turns.
import { cpus } from "node:os";

export const CONTENDERS = ["ours", "native", "jax-js", "tfjs", "pytorch"];

const EXPANDED = ["CL", "CK", "CL+FC", "CK+FC"];
const ALL = ["compact", ...EXPANDED];
const LAYERS = "layer-by-layer";

// Where a library is slow by an order of magnitude, some of its arms and batches say as much.
const TABLE = [
  { library: "ours", place: "browser", backend: "cpu", execution: "contracted", arms: ALL },
  { library: "ours", place: "browser", backend: "cpu", execution: LAYERS, arms: EXPANDED },
  { library: "native", place: "native", backend: "cpu", execution: "contracted", arms: ALL, threads: true },
  { library: "native", place: "native", backend: "cpu", execution: LAYERS, arms: ["CL", "CK"], threads: true },
  { library: "pytorch", place: "native", backend: "cpu", execution: LAYERS, arms: ALL, threads: true },
  { library: "jax-js", place: "browser", backend: "cpu", execution: LAYERS, arms: ["compact", "CL", "CK"], batches: [32] },
  { library: "tfjs", place: "browser", backend: "cpu", execution: LAYERS, arms: ["compact", "CK"], batches: [32] },
  { library: "ours", place: "browser", backend: "webgpu", execution: "contracted", arms: ALL },
  { library: "ours", place: "browser", backend: "webgpu", execution: LAYERS, arms: ["CL", "CK"] },
  { library: "jax-js", place: "browser", backend: "webgpu", execution: LAYERS, arms: ALL },
  { library: "tfjs", place: "browser", backend: "webgpu", execution: LAYERS, arms: ["compact", "CL", "CK"] },
];

/** Records in the order of the table, whatever the order in which resumed runs added them. */
export function inOrder(records) {
  const row = ({ library, backend, execution }) =>
    TABLE.findIndex((row) => row.library === library && row.backend === backend && row.execution === execution);
  const key = (record) => [record.backend === "cpu" ? 0 : 1, record.batch, row(record), record.threads, ALL.indexOf(record.arm)];
  const compare = (a, b) => {
    const at = a.findIndex((value, index) => value !== b[index]);
    return at < 0 ? 0 : a[at] - b[at];
  };
  return [...records].sort((a, b) => compare(key(a), key(b)));
}

/** Every series that was asked for, group after group; within a group in the order of their turns. */
export function series({ only, backends, arms, batches }) {
  const cores = cpus().length;
  const list = [];
  for (const batch of batches) {
    for (const backend of backends) {
      for (const row of TABLE) {
        if (row.backend !== backend || !only.includes(row.library) || row.batches?.includes(batch) === false) continue;
        const counts = row.threads ? [...new Set([1, cores])] : [1];
        for (const threads of counts) {
          for (const arm of row.arms.filter((arm) => arms.includes(arm))) {
            const { library, place, execution } = row;
            // A compact network has one map a layer: the two ways to run it are one.
            const way = arm === "compact" ? "compact" : execution;
            const who = place === "native" ? `${library}-${threads}` : `${library}-${backend}`;
            const id = [who, arm, way, batch].join(" ");
            list.push({ id, group: `${backend} ${batch}`, who, library, place, backend, execution, arm, batch, threads });
          }
        }
      }
    }
  }
  return list;
}
