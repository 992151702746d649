// Several races one after the other: seeds with their mean and spread, what must be trained before, and the buttons across races.
import { download, expect, finish, open, press, SYNTHETIC, state, step, stepsOf, test, until } from "./steps";

test("two seeds give means with a spread, and a difference with its interval", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK&epochs=2&seeds=2&seed=4`);
  await expect(page.getByTestId("race-place")).toHaveText("2 races, one after the other");
  await expect(page.getByTestId("results")).toBeHidden();
  await press(page, "play");
  const { runs, summary } = await finish(page);
  expect(runs.map(({ seed, preparation }) => [seed, preparation])).toEqual([
    [4, false],
    [5, false],
  ]);
  await expect(page.getByTestId("race-place")).toHaveText("race 2 of 2 · seed 5");
  await expect(page.locator(".key-spread")).toBeVisible();
  await expect(page.getByTestId("legend")).toContainText("mean of 2 seeds");

  const cell = (arm: string, value: string) =>
    page.locator(`[data-testid="results"] [data-arm="${arm}"] [data-value="${value}"]`);
  await expect(cell("compact", "difference")).toHaveText("is the baseline");
  await expect(cell("CK", "n")).toHaveText("2");
  await expect(cell("CK", "test")).toHaveText(/^\d+\.\d % ± \d+\.\d$/);
  await expect(cell("CK", "difference")).toHaveText(/^[+−]\d+\.\d \[[+−]\d+\.\d, [+−]\d+\.\d\], n = 2/);
  // The table says what the races came to.
  for (const { arm, test_accuracy } of summary) {
    const last = runs.map((run) => run.arms[arm]?.test_accuracy ?? Number.NaN);
    expect(test_accuracy?.mean).toBeCloseTo(last.reduce((sum, value) => sum + value, 0) / 2, 9);
    await expect(cell(arm, "test")).toContainText(`${(100 * (test_accuracy?.mean ?? 0)).toFixed(1)} %`);
  }
});

test("one seed is no claim", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK&epochs=1`);
  await press(page, "play");
  await finish(page);
  await expect(page.locator('[data-testid="results"] [data-arm="CK"] [data-value="difference"]')).toHaveText("needs 2 seeds");
  await expect(page.locator(".key-spread")).toBeHidden();
});

test("an arm that learns from a teacher has one trained before it, which can be taken home", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK%2BKD&epochs=1`);
  await expect(page.getByTestId("race-place")).toHaveText("2 races, one after the other · preparing: teacher");
  await step(page);
  expect(stepsOf(await state(page))).toEqual({ teacher: 1 });
  await expect(page.getByTestId("race-place")).toHaveText("race 1 of 2 · seed 1 · preparing: teacher");
  await expect(page.getByTestId("download-teacher-contracted")).toBeEnabled();
  await expect(page.getByTestId("download-ck-kd-contracted")).toBeDisabled();
  await press(page, "play");
  const { runs } = await finish(page);
  expect(runs.map(({ preparation, arms }) => [preparation, Object.keys(arms)])).toEqual([
    [true, ["teacher"]],
    [false, ["compact", "CK+KD"]],
  ]);
  await expect(page.getByTestId("download-ck-kd-contracted")).toBeEnabled();
  await expect(page.locator('[data-testid="results"] [data-arm="teacher"]')).toContainText("preparation");
});

test("a step at the end of a race is the first of the next; play goes on to the end", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK&epochs=1&train_images=32&seeds=3`);
  await step(page);
  await step(page);
  expect((await state(page)).run?.index).toBe(1);
  await press(page, "step");
  const next = await until(page, "the second race", ({ phase, run }) => phase === "paused" && run?.index === 2);
  expect(stepsOf(next)).toEqual({ compact: 1, CK: 1 });
  expect(next.runs[0]?.arms.CK?.stopped).toBe("done");
  await press(page, "play");
  const { runs, summary } = await finish(page);
  expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
  expect(summary.map(({ test_accuracy }) => test_accuracy?.n)).toEqual([3, 3]);
});

test("rates are gone through, and each has its row", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK&epochs=1&train_images=32`);
  await page.getByTestId("more").click();
  const rates = page.locator('[data-field="rates"] input');
  await rates.fill("0.5, 2.5");
  await until(page, "the rates", ({ experiment }) => String(experiment?.rates) === "0.5,2.5");
  await press(page, "play");
  const { runs } = await finish(page);
  expect(runs.map(({ rate, arms }) => [rate, Object.keys(arms).join()])).toEqual([
    [0.5, "compact,CK"],
    [2.5, "CK"],
  ]);
  await expect(page.locator('[data-testid="results"] [data-arm="CK"] [data-value="at"]')).toHaveText(["rate 0.5", "rate 2.5"]);
  // The compact arm, which has no rate, stays in view.
  await expect(page.locator('[data-testid="legend"] [data-arm]')).toHaveCount(2);
});

test("which labels are noise can be taken home", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact&epochs=1&label_noise=0.25&seed=9`);
  await expect(page.getByTestId("noise")).toBeHidden();
  await step(page);
  const { name, text } = await download(page, "noise");
  expect(name).toBe("noisy-labels-seed-9.json");
  await expect(page.getByTestId("download-status")).toContainText("images");
  const { images, seed } = JSON.parse(text);
  expect([seed, images.length]).toEqual([9, (await state(page)).run?.noisy_labels]);
  expect(images.length).toBeGreaterThan(10);
});

test("more ways to train are a matrix behind a fold, on a phone too", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `${SYNTHETIC}&arms=compact,CK`);
  const box = (arm: string) => page.locator(`[data-field="arms"] input[value="${arm}"]`);
  await expect(box("CK")).toBeVisible();
  await expect(box("CK+KD")).toBeHidden();
  await page.getByTestId("ways").click();
  await box("CK+KD").check();
  await box("CL+contracted").check();
  await until(page, "four arms", ({ experiment }) => String(experiment?.arms) === "compact,CK,CK+KD,CL+contracted");
  await expect(box("compact+Init")).toHaveCount(0);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  // A link that asks for one opens the fold.
  await page.reload();
  await expect(box("CK+KD")).toBeVisible();
  await expect(box("CK+KD")).toBeChecked();
});
