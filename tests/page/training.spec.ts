// A race on real images, on the CPU: it learns, obeys its buttons, leaves the page free, and a link repeats it.
import { contract, expect, losses, open, press, state, step, stepsOf, TINY, test, until } from "./steps";

const RACE = "backend=cpu&arms=compact,CK&batch=32&train_images=1280&test_images=300&epochs=2&seed=3";
const SHORT = "backend=cpu&arms=compact,CL,CK&batch=16&train_images=640&test_images=100&epochs=3&seed=11";

test("a short race on Fashion-MNIST learns, and the page stays free meanwhile", async ({ page }) => {
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(duration);
    }).observe({ type: "longtask" });
  });
  await open(page, RACE);
  const first = await step(page);
  await page.evaluate(() => {
    window.longTasks.length = 0;
  });
  await press(page, "play");
  const finished = await until(page, "finished", ({ phase }) => phase === "finished", 100_000);
  expect(finished.opened?.backend).toBe("cpu");
  expect(Object.keys(finished.arms)).toEqual(["compact", "CK"]);
  for (const [arm, { tests, step, stopped }] of Object.entries(finished.arms)) {
    expect(step?.step).toBe(80);
    expect(tests.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(stopped?.reason).toBe("done");
    const [untrained, , trained] = tests;
    // Untrained, ten classes are guessed: the loss is that of a guess, ln 10.
    expect(untrained?.test_loss).toBeGreaterThan(2);
    expect(trained?.train_loss ?? 9, arm).toBeLessThan(0.6 * (first[arm] ?? 0));
    expect(trained?.test_loss ?? 9, arm).toBeLessThan(0.6 * (untrained?.test_loss ?? 0));
    expect(trained?.test_accuracy ?? 0, arm).toBeGreaterThan(0.55);
  }
  await expect(page.getByTestId("status")).toHaveText("Finished");
  await expect(page.getByTestId("epoch")).toHaveText(/^2(\.0+)? of 2$/);
  await expect(page.locator('[data-testid="legend"] [data-arm="CK"] [data-value="test-accuracy"]')).toHaveText(/^\d+(\.\d)?.%$/);
  await expect(page.getByTestId("filters-ck")).toBeVisible();
  expect(Math.max(0, ...(await page.evaluate(() => window.longTasks)))).toBeLessThanOrEqual(100);

  const report = await contract(page, "CK");
  expect(report.max_relative_error).toBeLessThanOrEqual(1e-5);
  expect(report.max_relative_error).toBeGreaterThan(0);
  expect(report.agreement).toBe(1);
  expect(report.accuracy_after).toBe(report.accuracy_before);
  expect(report.accuracy_before).toBeCloseTo(finished.arms.CK?.tests.at(-1)?.test_accuracy ?? 0, 9);
  const shown = page.getByTestId("contraction-error");
  await expect(shown).toBeVisible();
  expect(Number(await shown.getAttribute("data-value"))).toBe(report.max_relative_error);
});

test("pause stops, step takes one step of every arm, reset begins anew", async ({ page }) => {
  await open(page, SHORT);
  const first = await step(page);
  expect(stepsOf(await state(page))).toEqual({ compact: 1, CL: 1, CK: 1 });
  await expect(page.getByTestId("step-count")).toHaveText("1");
  await step(page);
  expect(stepsOf(await state(page))).toEqual({ compact: 2, CL: 2, CK: 2 });

  await press(page, "play");
  await until(page, "some steps", (now) => (stepsOf(now).CK ?? 0) >= 6);
  await press(page, "pause");
  const paused = await until(page, "paused", ({ phase }) => phase === "paused");
  await page.waitForTimeout(1500);
  expect(stepsOf(await state(page))).toEqual(stepsOf(paused));
  expect(losses(await state(page))).toEqual(losses(paused));

  // Where the pause fell between two arms, the step is completed for the others.
  const slowest = Math.min(...Object.values(stepsOf(paused)));
  await step(page);
  expect(stepsOf(await state(page))).toEqual({ compact: slowest + 1, CL: slowest + 1, CK: slowest + 1 });

  await press(page, "reset");
  await until(page, "nothing opened", ({ phase, opened }) => phase === "none" && opened === null);
  await expect(page.getByTestId("epoch")).toHaveText(/^0(\.0+)? of 3$/);
  expect(await step(page)).toEqual(first);
});

test("the link of an experiment reproduces it, to the last digit of its losses", async ({ page, context }) => {
  await open(page, "backend=cpu");
  // Set by hand, one field after another; the address follows.
  await page.locator('[data-field="arms"] input[value="CL"]').uncheck();
  await page.locator('[data-field="arms"] input[value="CK+FC"]').uncheck();
  await page.locator('[data-field="batch"] input').fill("16");
  await page.locator('[data-field="seed"] input').fill("42");
  await page.getByTestId("more").click();
  await page.locator('[data-field="flip"] input').check();
  await page.locator('[data-field="test_images"] input').fill("64");
  await expect
    .poll(async () => (await state(page)).experiment)
    .toMatchObject({ batch: 16, seed: 42, flip: true, test_images: 64 });
  const { experiment, query } = await state(page);
  expect(experiment?.arms).toEqual(["compact", "CK"]);
  await expect.poll(() => new URL(page.url()).hash).toBe(`#${query}`);
  const course = [await step(page), await step(page), await step(page)];
  expect(course[0]).not.toEqual(course[1]);

  await page.reload();
  await expect(page.getByTestId("status")).toHaveText("Ready");
  expect((await state(page)).experiment).toEqual(experiment);
  expect([await step(page), await step(page), await step(page)]).toEqual(course);

  const elsewhere = await context.newPage();
  const again = await open(elsewhere, query ?? "");
  expect(again.experiment).toEqual(experiment);
  expect(await step(elsewhere)).toEqual(course[0]);
  await press(elsewhere, "reset");
  await elsewhere.locator('[data-field="seed"] input').fill("43");
  await until(elsewhere, "another seed", ({ experiment }) => experiment?.seed === 43);
  expect(await step(elsewhere)).not.toEqual(course[0]);
});

test("both executions of a chain take the same course", async ({ page }) => {
  const query = "backend=cpu&arms=CL,CK%2BFC&batch=16&train_images=160&test_images=32&seed=2&rate=2";
  await open(page, query);
  const contracted = [await step(page), await step(page)];
  await open(page, `${query}&execution=layer-by-layer`);
  for (const expected of contracted) {
    for (const [arm, loss] of Object.entries(await step(page))) {
      expect(Math.abs(loss - (expected[arm] ?? 0)) / loss, arm).toBeLessThan(1e-4);
    }
  }
});

test("an arm that diverges stops with a message and a hint", async ({ page }) => {
  // The decay takes ten times every weight away at each step: they grow ninefold until they leave the range of numbers.
  const grow = "learning_rate=10&weight_decay=1&momentum=0&schedule=constant";
  await open(
    page,
    `backend=cpu&dataset=synthetic&network=${TINY}&arms=compact&batch=16&epochs=20&train_images=320&test_images=16&${grow}`,
  );
  await press(page, "play");
  const finished = await until(page, "finished", ({ phase }) => phase === "finished");
  expect(finished.arms.compact?.stopped).toMatchObject({ reason: "diverged" });
  await expect(page.getByTestId("notice-diverged-compact")).toContainText("the loss is not a number");
  await expect(page.getByTestId("notice-diverged-compact")).toContainText("lower the");
});
