// A look around the networks: pauses the race, comes in portions, ends when training goes on or nobody wants it any more.
import type { Page } from "@playwright/test";
import { expect, open, press, SYNTHETIC, state, step, test, until } from "./steps";

const RACE = `${SYNTHETIC}&arms=compact,CK&epochs=300`;

const survey = (page: Page, size: number, radius = 0.5): Promise<void> =>
  page.evaluate((request) => window.expandnets.survey(request), { size, radius });

test("a survey gives every row and the sharpness of every arm", async ({ page }) => {
  await open(page, RACE);
  await step(page);
  await survey(page, 5);
  const { survey: found, phase } = await until(page, "surveyed", ({ survey }) => survey !== null && !survey.running);
  expect(phase).toBe("paused");
  expect(found?.request).toEqual({ size: 5, radius: 0.5 });
  for (const arm of ["compact", "CK"]) {
    const rows = found?.rows.filter((row) => row.arm === arm) ?? [];
    expect(rows.filter(({ type }) => type === "row")).toHaveLength(5);
    const search = rows.filter(({ type }) => type === "sharpness");
    // An iteration at a time, after all rows.
    expect(search.map(({ sharpness }) => sharpness?.iterations)).toEqual(search.map((_, index) => index + 1));
    expect(search.at(-1)?.sharpness?.converged).toBe(true);
  }
});

test("a survey pauses training; playing on ends it; it can be taken back", async ({ page }) => {
  await open(page, RACE);
  await press(page, "play");
  await until(page, "steps", ({ arms }) => (arms.CK?.step?.step ?? 0) > 3);
  await survey(page, 51);
  const paused = await until(page, "rows", ({ survey, phase }) => phase === "paused" && (survey?.rows.length ?? 0) > 0);
  expect(paused.survey?.running).toBe(true);
  await press(page, "play");
  await until(page, "ended", ({ survey, phase }) => phase === "playing" && survey?.running === false);
  const then = (await state(page)).arms.CK?.step?.step ?? 0;
  await until(page, "more steps", ({ arms }) => (arms.CK?.step?.step ?? 0) > then);

  await survey(page, 51);
  await until(page, "rows", ({ survey }) => (survey?.rows.length ?? 0) > 0);
  await page.evaluate(() => window.expandnets.cancelSurvey());
  const { survey: left } = await state(page);
  expect(left?.running).toBe(false);
  await page.waitForTimeout(300);
  expect((await state(page)).survey?.rows.length).toBe(left?.rows.length);
  await step(page);
});

test("what cannot be surveyed is refused", async ({ page }) => {
  await open(page, RACE);
  await survey(page, 5);
  expect((await state(page)).survey).toBeNull();
  await step(page);
  await survey(page, 4);
  await until(page, "refused", ({ faults, survey }) => faults[0]?.field === "size" && survey?.running === false);
  await survey(page, 5, 9);
  await until(page, "refused", ({ faults }) => faults[0]?.field === "radius");
  await step(page);
});
