// Course notes of another site with the playground in a frame: silent until a click, as tall as it needs to be, trains.
import type { Frame } from "@playwright/test";
import { contract, expect, notes, playground, press, test, until } from "./steps";

const RACE = "backend=cpu&arms=compact,CK&batch=16&train_images=160&test_images=64&epochs=1";

test("a frame in course notes of another site trains after a click, not before", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  const loaded = (pattern: RegExp): string[] => requests.filter((path) => pattern.test(path));

  const address = `${playground("embed.html")}#${RACE}`;
  await page.goto(`${notes()}index.html?playground=${encodeURIComponent(address)}`);
  const element = page.locator("iframe#playground");
  await element.scrollIntoViewIfNeeded();
  const frame = (await (await element.elementHandle())?.contentFrame()) as Frame;
  await expect(frame.getByTestId("run")).toBeVisible();
  expect(new URL(frame.url()).origin).not.toBe(new URL(page.url()).origin);
  expect(await page.evaluate(() => document.querySelector("iframe")?.contentDocument)).toBeNull();

  // Time enough for a page that would load something by itself.
  await page.waitForTimeout(1500);
  expect(loaded(/\.wasm$|worker\.js$|\/data\//)).toEqual([]);
  expect(page.workers()).toEqual([]);
  const height = async (): Promise<number> => (await element.boundingBox())?.height ?? 0;
  const closed = await height();

  await press(frame, "run");
  const finished = await until(frame, "finished", ({ phase }) => phase === "finished");
  expect(finished.experiment).toMatchObject({ arms: ["compact", "CK"], batch: 16 });
  expect(finished.arms.CK?.step?.step).toBe(10);
  expect(loaded(/\.wasm$/)).toHaveLength(1);
  await expect(frame.getByTestId("badge")).toContainText("CPU");

  // The frame has become as tall as what it shows: nothing in it needs to be scrolled.
  await expect.poll(height).toBeGreaterThan(closed);
  await expect
    .poll(() => frame.evaluate(() => document.documentElement.scrollHeight - window.innerHeight))
    .toBeLessThanOrEqual(0);

  expect((await contract(frame, "CK")).max_relative_error).toBeLessThanOrEqual(1e-5);
  await expect(frame.getByTestId("full-page")).toHaveAttribute("href", /index\.html#.*arms=compact,CK/);
});

test("other pages cannot set the height of the frame, nor script into it", async ({ page }) => {
  await page.goto(`${notes()}index.html?playground=${encodeURIComponent(playground("embed.html"))}`);
  const element = page.locator("iframe#playground");
  await element.scrollIntoViewIfNeeded();
  await expect(page.frameLocator("iframe#playground").getByTestId("run")).toBeVisible();
  await page.evaluate(() => postMessage({ source: "expandnets", v: 1, type: "resize", height: 3333 }, "*"));
  await page.waitForTimeout(300);
  expect((await element.boundingBox())?.height).toBeLessThan(3000);
});

test("notes refuse an address that is no page", async ({ page }) => {
  await page.goto(`${notes()}index.html?playground=${encodeURIComponent("javascript:document.title='taken'")}`);
  await page.locator("iframe#playground").scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  expect(await page.title()).toContain("Course notes");
  expect(await page.locator("iframe#playground").getAttribute("src")).toBeNull();
});
