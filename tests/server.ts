// Serves the built page as a static host would: from a sub-path, without special headers, to two sites.
// Playwright calls it before the tests; the addresses reach them in the environment.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What lies under which path. */
const FOLDERS: Record<string, string> = {
  "/some/course/playground/": join(root, "dist"),
  "/notes/": join(root, "docs/course-notes"),
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".webp": "image/webp",
  ".md": "text/plain; charset=utf-8",
};

function fileOf(address: string): string | undefined {
  const path = decodeURIComponent(new URL(address, "http://host").pathname);
  const found = Object.entries(FOLDERS).find(([prefix]) => path.startsWith(prefix));
  if (!found) return undefined;
  const [prefix, folder] = found;
  const file = normalize(join(folder, path.slice(prefix.length) || "index.html"));
  return file.startsWith(folder) && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

function answer(address: string, response: ServerResponse): void {
  const file = fileOf(address);
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    return;
  }
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "content-length": statSync(file).size });
  createReadStream(file).pipe(response);
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => answer(request.url ?? "/", response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

export default async function serve(): Promise<() => Promise<void>> {
  if (!existsSync(join(root, "dist/index.html"))) throw new Error("dist/ is missing: run cargo xtask build first");
  const [page, notes] = await Promise.all([listen(), listen()]);
  process.env.PLAYGROUND = `http://127.0.0.1:${page.port}/some/course/playground/`;
  // Another name, not only another port: to the browser this is another site.
  process.env.NOTES = `http://localhost:${notes.port}/notes/`;
  return async () => {
    for (const { server } of [page, notes]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
}
