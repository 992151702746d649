// Bundles the page, the embed and the worker beside the trainer's module.
// Usage: node build.mjs [FOLDER]; without a folder, Trunk's staging folder (TRUNK_STAGING_DIR) or ./dist.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? process.env.TRUNK_STAGING_DIR ?? join(here, "dist"));

const shared = { bundle: true, minify: true, outdir: out, logLevel: "warning", absWorkingDir: here };

await mkdir(out, { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: ["src/main.ts", "src/embed.ts", "src/worker.ts"],
    format: "esm",
    target: "es2022",
    // The module that wasm-bindgen writes; it lies beside the bundles when the site is complete.
    external: ["./expandnets.js"],
    legalComments: "linked",
  }),
  build({ ...shared, entryPoints: ["style.css"], target: ["chrome120", "firefox120", "safari17"] }),
  copyFile(join(here, "embed.html"), join(out, "embed.html")),
]);
