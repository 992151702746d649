// What an arm's training costs: counted before the race, chain by chain; measured while it runs.
import AxeBuilder from "@axe-core/playwright";
import { expect, open, press, state, test, until } from "./steps";

const cost = (text: string): number => Number(/([\d.]+)×/.exec(text)?.[1]);

test("the count follows the way of execution at once", async ({ page }) => {
  await open(page, "arms=compact,CL&batch=128");
  const summary = page.getByTestId("training-cost");
  const arm = page.locator('.arm:has([data-arm="CL"]) [data-value="cost"]');
  await expect(page.locator('.arm:has([data-arm="compact"]) [data-value="cost"]')).toHaveText("1.00×");
  expect(cost((await arm.textContent()) ?? "")).toBeLessThan(1.2);
  await expect(summary).toContainText(/training cost 1\.\d\d× compact \(layer by layer: 1\d\.\d×\)/);
  await summary.click();
  const conv2 = page.locator('[data-testid="runs"] tr[data-layer="conv2"]');
  await expect(conv2).toContainText("3 maps → 1 convolution, composed once a step");
  await expect(conv2).toContainText(/\d× less/);
  await expect(page.getByTestId("runs")).toContainText("Counted, not timed");

  await page.getByTestId("more").click();
  await page.locator('[data-field="execution"] select').selectOption("layer-by-layer");
  await expect(conv2).toContainText("3 maps, 3 convolutions one after the other");
  await expect(summary).not.toContainText("layer by layer");
  expect(cost((await arm.textContent()) ?? "")).toBeGreaterThan(5);
  // The fold is still open: nothing was drawn anew over it.
  await expect(conv2).toBeVisible();
});

for (const { name, width } of [
  { name: "on a desktop", width: 1440 },
  { name: "on a phone", width: 390 },
]) {
  test(`the table of chains is readable ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 850 });
    await open(page, "arms=compact,CK%2BFC");
    await page.getByTestId("training-cost").click();
    const { violations } = await new AxeBuilder({ page }).include('[data-view="architecture"]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" "))}`)).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over).toBeLessThanOrEqual(0);
    const table = await page.locator('[data-testid="runs"] table').boundingBox();
    const panel = await page.locator('[data-view="architecture"]').boundingBox();
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual((panel?.x ?? 0) + (panel?.width ?? 0));
  });
}

test("the time of a step is measured against the compact arm", async ({ page }) => {
  await open(page, "backend=cpu&arms=compact,CL&batch=8&train_images=160&test_images=16&execution=layer-by-layer");
  await press(page, "play");
  await until(page, "some steps", ({ arms }) => (arms.CL?.step?.step ?? 0) >= 4);
  await press(page, "pause");
  await until(page, "paused", ({ phase }) => phase === "paused" || phase === "finished");
  const cell = (arm: string, value: string) => page.locator(`[data-testid="legend"] [data-arm="${arm}"] [data-value="${value}"]`);
  await expect(cell("compact", "ratio")).toHaveText("1.00×");
  await expect(cell("CL", "ratio")).toHaveText(/^\d+(\.\d+)?×$/);
  await expect(cell("CL", "pace")).toHaveText(/^[\d.]+ (ms|s)$/);
  // Layer by layer CL does many times the compact arm's work.
  expect(cost((await cell("CL", "ratio").textContent()) ?? "")).toBeGreaterThan(1);
  expect((await state(page)).experiment?.execution).toBe("layer-by-layer");
});
