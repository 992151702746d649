// Runs the unit tests: bundles every src/**/*.test.ts for Node and hands them to its test runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const names = await readdir("src", { recursive: true });
const entryPoints = names.filter((name) => name.endsWith(".test.ts")).map((name) => join("src", name));
if (entryPoints.length === 0) throw new Error("no tests found under src/");
const outdir = await mkdtemp(join(tmpdir(), "playground-tests-"));
await build({
  entryPoints,
  outdir,
  outbase: "src",
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
});
const files = entryPoints.map((file) => join(outdir, file.replace(/^src\//, "").replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
await rm(outdir, { recursive: true });
process.exit(status ?? 1);
