// Recordings: a race that was saved is shown again without training; what is no recording is refused; play trains anew.
import type { Page } from "@playwright/test";
import { download, expect, finish, open, press, SYNTHETIC, state, test, until } from "./steps";

const RACE = `${SYNTHETIC}&arms=compact,CK&epochs=2&train_images=64&seeds=2`;

const offer = (page: Page, text: string, name = "race.jsonl"): Promise<void> =>
  page.getByTestId("recording-file").setInputFiles({ name, mimeType: "application/jsonl", buffer: Buffer.from(text) });

test("a saved race is shown again as it was, without training, and play trains it anew", async ({ page, context }) => {
  await open(page, RACE);
  await expect(page.getByTestId("save-recording")).toBeHidden();
  await press(page, "play");
  const trained = await finish(page);
  const saved = await download(page, "save-recording");
  expect(saved.name).toBe("recording.jsonl");
  const [head, ...events] = saved.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(head).toEqual({ replay: 1, experiment: trained.experiment });
  expect(events.filter(({ type }) => type === "step")).toEqual([]);
  expect(events.map(({ type }) => type).filter((type) => ["run", "summary", "finished"].includes(type))).toEqual([
    "run",
    "summary",
    "run",
    "summary",
    "finished",
  ]);

  const other = await context.newPage();
  await open(other, "seed=5");
  await other.getByTestId("recording-file").setInputFiles(saved.path);
  const shown = await until(other, "the recording", ({ replayed }) => replayed);
  expect(shown.phase).toBe("finished");
  expect(shown.experiment).toEqual(trained.experiment);
  expect(shown.runs).toEqual(trained.runs);
  expect(shown.summary).toEqual(trained.summary);
  await expect(other.getByTestId("badge")).toContainText("Recording");
  await expect(other.getByTestId("status")).toContainText("Recording");
  await expect(other.getByTestId("results")).toHaveText((await page.getByTestId("results").textContent()) ?? "");
  await expect(other.locator(".charts-empty")).toBeHidden();
  // There is no network to take home.
  await expect(other.getByTestId("download-ck-contracted")).toBeDisabled();
  await expect.poll(() => new URL(other.url()).hash).toContain("seeds=2");

  await press(other, "play");
  const again = await finish(other);
  expect(again.replayed).toBe(false);
  expect(again.summary).toEqual(trained.summary);
});

test("what is no recording is refused with its line, and the race stays", async ({ page }) => {
  await open(page, RACE);
  await press(page, "play");
  const trained = await finish(page);
  const experiment = { ...trained.experiment };
  for (const [text, says] of [
    ["", "line 1: the file is empty"],
    ["no recording\n", "line 1: expected"],
    [`${JSON.stringify({ replay: 7, experiment })}\n`, "version 7 is unknown"],
    [`${JSON.stringify({ replay: 1, experiment: { ...experiment, rate: 0 } })}\n`, "widens nothing"],
    [`${JSON.stringify({ replay: 1, experiment })}\n{"type":"nap"}\n`, "line 2"],
  ] as const) {
    await offer(page, text);
    await expect(page.locator(".fault:visible").first()).toContainText(says);
    const now = await state(page);
    expect([now.replayed, now.summary]).toEqual([false, trained.summary]);
  }
});

test("a recording takes the place of a race under way", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=CL&epochs=200`);
  await press(page, "play");
  await until(page, "steps", ({ arms }) => (arms.CL?.step?.step ?? 0) > 1);
  const { experiment } = await state(page);
  await offer(page, `${JSON.stringify({ replay: 1, experiment })}\n`);
  await until(page, "the recording", ({ replayed, phase }) => replayed && phase === "finished");
  await page.waitForTimeout(300);
  expect((await state(page)).arms.CL?.step).toBeNull();
});

test.describe("beside the page", () => {
  // The browser itself notes an answer of 404.
  test.use({ allowed: [/Failed to load resource/] });

  test("a preset's recording is watched where it is, and missed where it is not", async ({ page }) => {
    await open(page, "");
    await expect(page.getByTestId("watch-recording")).toBeHidden();
    await page.getByTestId("preset").selectOption("accuracy");
    await page.route("**/replays/smallnet-7.jsonl", (route) => route.fulfill({ status: 404, body: "not found" }));
    await press(page, "watch-recording");
    await expect(page.getByTestId("notice-recording")).toContainText("replays/smallnet-7.jsonl does not lie beside this page");
    expect((await state(page)).replayed).toBe(false);

    await page.unroute("**/replays/smallnet-7.jsonl");
    const { experiment } = await state(page);
    const body = `${JSON.stringify({ replay: 1, experiment })}\n`;
    await page.route("**/replays/smallnet-7.jsonl", (route) => route.fulfill({ body, contentType: "application/jsonl" }));
    await press(page, "watch-recording");
    await until(page, "the recording", ({ replayed }) => replayed);
    await expect(page.getByTestId("notice-recording")).toHaveCount(0);
  });
});
