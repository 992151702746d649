// The images are the official ones to the last bit: what is missing, damaged or changed is refused by name.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, open, press, step, test, until } from "./steps";

const RACE = "backend=cpu&arms=compact&batch=8&train_images=64&test_images=8";

const original = (name: string): Promise<Buffer> => readFile(fileURLToPath(new URL(`../../dist/data/${name}`, import.meta.url)));

/** The same picture with its last pixel one brighter, a flawless file otherwise. */
function otherPixel(png: Buffer): Buffer {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  const pixels = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  pixels[pixels.length - 1] = ((pixels.at(-1) ?? 0) + 1) % 256;
  const first = chunks.findIndex(({ type }) => type === "IDAT");
  const kept = chunks.filter(({ type }, i) => type !== "IDAT" || i === first);
  const parts = kept.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), type === "IDAT" ? deflateSync(pixels) : data]);
    const frame = Buffer.alloc(4);
    frame.writeUInt32BE(body.length - 4);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([frame, body, check]);
  });
  return Buffer.concat([png.subarray(0, 8), ...parts]);
}

async function refused(page: Page, ...says: (string | RegExp)[]): Promise<void> {
  await press(page, "play");
  const { faults, opened } = await until(page, "refused", ({ faults }) => faults.length > 0);
  expect(opened).toBeNull();
  expect(faults[0]?.field).toBe("dataset");
  const fault = page.locator('[data-field="dataset"] [data-fault-field="dataset"]');
  await expect(fault).toBeVisible();
  for (const words of says) await expect(fault).toContainText(words);
}

test.describe("data that are not as they should be", () => {
  // The browser itself notes an answer of 404.
  test.use({ allowed: [/Failed to load resource/] });

  test("one pixel of 3.9 million is another", async ({ page }) => {
    const body = otherPixel(await original("fashion-mnist-train.png"));
    await page.route("**/fashion-mnist-train.png", (route) => route.fulfill({ body, contentType: "image/png" }));
    await open(page, RACE);
    await refused(page, "pixels", "fashion-mnist-train.png", /SHA-256 [0-9a-f]{64}, expected 219e0834d6dbbfcc/);
    // Put right, it trains.
    await page.unroute("**/fashion-mnist-train.png");
    await open(page, RACE);
    await step(page);
  });

  test("a byte of the file is damaged", async ({ page }) => {
    const body = Buffer.from(await original("fashion-mnist-test.png"));
    const middle = body.length >> 1;
    body[middle] = (body[middle] ?? 0) ^ 0xff;
    await page.route("**/fashion-mnist-test.png", (route) => route.fulfill({ body, contentType: "image/png" }));
    await open(page, RACE);
    await refused(page, "fashion-mnist-test.png", "cargo xtask data");
  });

  test("two labels are exchanged", async ({ page }) => {
    const body = Buffer.from(await original("fashion-mnist-train.labels"));
    const other = body.findIndex((label) => label !== body[0]);
    [body[0], body[other]] = [body[other] as number, body[0] as number];
    await page.route("**/fashion-mnist-train.labels", (route) => route.fulfill({ body }));
    await open(page, RACE);
    await refused(page, "labels", "fashion-mnist-train.labels", "SHA-256");
  });

  test("a file is missing", async ({ page }) => {
    await page.route("**/fashion-mnist-test.labels", (route) => route.fulfill({ status: 404, body: "not found" }));
    await open(page, RACE);
    await refused(page, "fashion-mnist-test.labels", "404");
  });

  test("the host answers with its page instead", async ({ page }) => {
    await page.route("**/fashion-mnist-test.png", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
    );
    await open(page, RACE);
    await refused(page, "fashion-mnist-test.png", "not found");
  });

  test("full sets that were not built say how to build them", async ({ page }) => {
    await page.route("**/data/full/**", (route) => route.fulfill({ status: 404, body: "not found" }));
    await open(page, `${RACE}&dataset=mnist-full`);
    await refused(page, "data/full/", "cargo xtask data --full");
  });
});

test("the colour images, a WebP file, are the official ones too", async ({ page }) => {
  await open(page, `${RACE}&dataset=cifar-10`);
  await step(page);
});
