// The paper's claims, each tested at one click: run here, or shown from the recording that lies beside the page.
import { expect, finish, open, press, SYNTHETIC, state, test, until } from "./steps";

const CLAIMS = [
  "accuracy",
  "distillation",
  "start",
  "confusion",
  "generalization",
  "landscape",
  "rates",
  "segmentation",
  "detection",
];

test("every claim has its recording beside the page, which fills its figure", async ({ page }) => {
  await open(page, "");
  const tabs = page.locator('[data-view="claims"] [role="tab"]');
  await expect(tabs).toHaveCount(CLAIMS.length);
  for (const [index] of CLAIMS.entries()) {
    await tabs.nth(index).click();
    await page.getByRole("button", { name: "Show the recorded result" }).click();
    await until(page, "the recording", ({ replayed, phase }) => replayed && phase === "finished");
    const figure = page.locator('[data-view="claims"] .claim-result');
    await expect(figure.locator("svg, canvas").first(), CLAIMS[index]).toBeVisible();
    const { summary } = await state(page);
    // A claim rests on several seeds; the look at landscapes on one.
    const seeds = Math.max(...summary.map(({ test_accuracy }) => test_accuracy?.n ?? 0));
    expect(seeds, CLAIMS[index]).toBeGreaterThanOrEqual(CLAIMS[index] === "landscape" ? 1 : 2);
    await page.getByRole("button", { name: "Reset" }).click();
  }
});

test("a claim's recorded result is there without a click, and the page's own race takes its place", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CL&epochs=1`);
  const result = page.locator('[data-view="claims"] .claim-result');
  await result.scrollIntoViewIfNeeded();
  await expect(result.locator("svg, canvas").first()).toBeVisible();
  await expect(page.getByTestId("claim-source")).toContainText("Recorded");
  expect((await state(page)).replayed).toBe(false);
  await press(page, "play");
  await finish(page);
  await expect(page.getByTestId("claim-source")).toContainText("From the race on this page");
});

test("one click runs a claim's experiment", async ({ page }) => {
  await open(page, "backend=cpu");
  await page.locator('[data-view="claims"] [role="tab"]').nth(1).click();
  await page.getByRole("button", { name: "Run it here" }).click();
  const playing = await until(page, "training", ({ phase }) => phase === "playing");
  expect(playing.experiment).toMatchObject({ arms: ["compact", "compact+KD", "CK", "CK+KD"], seeds: 2 });
  await press(page, "pause");
});

test("the landscape is surveyed from its tab, and the survey can be taken back", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=compact,CK&epochs=1`);
  await press(page, "play");
  await finish(page);
  await page.getByRole("tab", { name: "Loss landscape" }).click();
  await page.getByRole("button", { name: "Survey" }).click();
  const done = await until(page, "surveyed", ({ survey }) => survey !== null && !survey.running);
  expect(done.survey?.rows.filter(({ type }) => type === "row")).toHaveLength(30);
  await expect(page.locator('[data-view="claims"]')).toContainText("eigenvalue");
});
