// Before the trainer is there: the form is drawn and works, and what is asked for is done once the trainer has come.
import type { Page } from "@playwright/test";
import { expect, playground, press, ready, state, test, until } from "./steps";

/** Opens the page with the trainer's module held back; gives the function that lets it come. */
async function held(page: Page, query = ""): Promise<() => void> {
  let release = (): void => {};
  const free = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Requests of the page's worker are seen by its context.
  await page.context().route("**/*.wasm", async (route) => {
    await free;
    await route.continue().catch(() => {});
  });
  await page.goto(`${playground()}#${query}`);
  return release;
}

test("the form is drawn and filled in before the trainer is there, and is not drawn anew", async ({ page }) => {
  const release = await held(page);
  const rate = page.locator('[data-field="rate"] input');
  await expect(rate).toHaveValue("4");
  await expect(page.locator("svg.architecture")).toContainText("conv1");
  await expect(page.getByTestId("training-cost")).toContainText("compact");
  await expect(page.getByTestId("status")).toHaveText("Loading the trainer…");
  // Of length unknown: no part of it is claimed to be done.
  await expect(page.locator(".transport progress")).not.toHaveAttribute("value");
  expect((await state(page)).phase).toBe("loading");
  await rate.evaluate((input) => input.setAttribute("data-kept", ""));
  const shown = page.locator('[data-field="arms"]');
  const early = await shown.textContent();
  release();
  await ready(page);
  await expect(page.locator('[data-field="rate"] input[data-kept]')).toHaveValue("4");
  // The trainer says what the page had known.
  expect(await shown.textContent()).toBe(early);
});

test("what is typed before the trainer is there is judged when it is", async ({ page }) => {
  const release = await held(page);
  await page.locator('[data-field="rate"] input').fill("2");
  await page.locator('[data-field="batch"] input').fill("0");
  release();
  await expect(page.locator('[data-field="batch"] .fault')).toBeVisible();
  await expect(page.locator('[data-field="rate"] input')).toHaveValue("2");
  await page.locator('[data-field="batch"] input').fill("16");
  await until(page, "both accepted", ({ experiment }) => experiment?.rate === 2 && experiment.batch === 16);
  await expect.poll(() => new URL(page.url()).hash).toContain("rate=2");
});

test("a race that is asked for before the trainer is there starts when it is", async ({ page }) => {
  const release = await held(page);
  await page.locator('[data-field="arms"] input[value="CL"]').uncheck();
  await page.locator('[data-field="arms"] input[value="CK+FC"]').uncheck();
  await page.locator('[data-field="backend"] select').selectOption("cpu");
  await page.locator('[data-field="batch"] input').fill("8");
  await press(page, "play");
  await expect(page.getByTestId("pause")).toBeVisible();
  await expect(page.getByTestId("status")).toHaveText("Loading the trainer…");
  release();
  const running = await until(page, "a step of both", ({ arms }) => (arms.compact?.step?.step ?? 0) > 0 && arms.CK?.step != null);
  expect(running.experiment).toMatchObject({ arms: ["compact", "CK"], batch: 8 });
  await press(page, "pause");
  await until(page, "paused", ({ phase }) => phase === "paused");
});

test("a race that is taken back before the trainer is there does not start", async ({ page }) => {
  const release = await held(page);
  await press(page, "play");
  await press(page, "reset");
  await expect(page.getByTestId("play")).toBeVisible();
  release();
  await ready(page);
  expect((await state(page)).opened).toBeNull();
});

test("a link's experiment is never mistaken for the default one", async ({ page }) => {
  const release = await held(page, "rate=2&arms=compact,CK");
  await expect(page.getByTestId("status")).toHaveText("Loading the trainer…");
  await expect(page.getByTestId("play")).toBeDisabled();
  await expect(page.locator('[data-field="rate"] input')).toHaveCount(0);
  release();
  await ready(page);
  await expect(page.locator('[data-field="rate"] input')).toHaveValue("2");
});

test.describe("without its worker", () => {
  test.use({ allowed: [/ERR_FAILED/] });

  test("a trainer that does not come is said, and the next try succeeds", async ({ page, context }) => {
    await context.route("**/worker.js", (route) => route.abort());
    await page.goto(playground());
    await expect(page.getByTestId("notice-failure")).toContainText("could not start");
    await context.unroute("**/worker.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await ready(page);
  });
});
