// Takes out of the wasm module what only a debugger reads: a quarter of it. Trunk runs it on its staging folder.
// Usage: node strip.mjs [FOLDER]
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const CUSTOM = 0;
const DROPPED = ["name", "producers"];

/** An unsigned LEB128 number and where it ends. */
function number(bytes, at) {
  let [value, shift, byte] = [0, 0, 0];
  do {
    byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
  } while (byte & 0x80);
  return [value, at];
}

/** The module without its names of functions and of the tools that made it. */
function strip(bytes) {
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const [size, start] = number(bytes, at + 1);
    const end = start + size;
    const [length, name] = number(bytes, start);
    const dropped = bytes[at] === CUSTOM && DROPPED.includes(bytes.toString("utf8", name, name + length));
    if (!dropped) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

const file = join(resolve(process.argv[2] ?? process.env.TRUNK_STAGING_DIR), "expandnets_bg.wasm");
await writeFile(file, strip(await readFile(file)));
