// Chromium and the address that its tabs load from: the built page, the packages of the rivals, the numbers to start from.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-quic", ...QUIET, "--enable-precise-memory-info"];
const HARDWARE = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];
const SOFTWARE = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Serves `/bench/`, `/packages/`, `/dist/` and `/start/`; the answer has the address and a way to stop. */
export async function serve({ dist, start }) {
  const folders = { "/bench/": join(HERE, "page"), "/packages/": join(HERE, "node_modules"), "/dist/": dist, "/start/": start };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const found = Object.entries(folders).find(([prefix]) => path.startsWith(prefix));
    const file = found && normalize(join(found[1], path.slice(found[0].length)));
    if (!file?.startsWith(normalize(found[1])) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      // An isolated page has threads: jax-js uses them. Ours needs none.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, close };
}

/** Starts Chromium on a graphics card where there is one, else on a software adapter, and says which it is. */
export async function launch(address) {
  const executablePath = process.env.CHROME || "/usr/bin/chromium";
  for (const gpu of [HARDWARE, SOFTWARE]) {
    const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...gpu] });
    const page = await open(browser, address);
    const adapter = await page.evaluate(async () => {
      const found = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
      if (!found) return undefined;
      const { vendor, architecture, device, description, isFallbackAdapter } = found.info;
      const name = description || device || [vendor, architecture].filter(Boolean).join(" ");
      return { name, software: Boolean(isFallbackAdapter) || /swiftshader|llvmpipe/i.test(`${name} ${architecture}`) };
    });
    await page.context().close();
    if (adapter || gpu === SOFTWARE) return { browser, version: browser.version(), adapter };
    await browser.close();
  }
  throw new Error("unreachable");
}

/** A tab with the functions of page/contender.js; apart from the others, so that one that hangs stops no other. */
export async function open(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${address}/bench/index.html`);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  return page;
}

/** Rejects when `promise` takes longer than `seconds`. */
export async function within(seconds, promise, what) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), 1000 * seconds);
  });
  // A rejection after the limit has nobody to hear it.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
