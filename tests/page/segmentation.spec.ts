// Semantic segmentation: what is learned of pixels is judged by mIoU, class by class, and seen on test images.
import { barriers, download, expect, finish, open, press, state, step, test, until } from "./steps";

const RACE =
  "dataset=scene-masks&network=unet&arms=compact,CL&train_images=32&test_images=16&batch=8&epochs=1&rate=2&backend=cpu";
const CLASSES = ["background", "top", "trouser", "dress", "shoe", "bag"];
const MEASURES = ["mIoU", "mean recall", "mean precision", "pixel accuracy"];

test("a race of masks is told in mIoU, by class, and in pictures", async ({ page }) => {
  await open(page, RACE);
  await expect(page.getByTestId("by-class")).toBeHidden();
  await expect(page.getByTestId("gallery-fold")).toBeHidden();
  await press(page, "play");
  const { arms } = await finish(page);

  for (const place of ["charts", "legend", "results"]) {
    const shown = page.locator(`[data-view="${place}"], [data-testid="${place}"]`).first();
    await expect(shown).toContainText("mIoU");
    await expect(shown).not.toContainText(/accuracy/i);
  }

  const table = page.getByTestId("by-class");
  await expect(table.locator("tbody th")).toHaveText([...CLASSES, ...MEASURES]);
  for (const [column, arm] of ["compact", "CL"].entries()) {
    const detail = arms[arm]?.detail?.detail;
    expect(detail?.of_classes).toBe("IoU");
    const values = [...(detail?.by_class ?? []), ...(detail?.measures ?? []).map(({ value }) => value)];
    const texts = values.map((value) => (value === null ? "–" : `${(100 * value).toFixed(1)} %`));
    const cells = await table.locator(`tbody td:nth-child(${column + 2}) > span:first-child`).allTextContents();
    expect(cells).toEqual(texts);
    expect(arms[arm]?.detail?.epoch).toBe(1);
  }

  const gallery = page.getByTestId("gallery");
  await gallery.scrollIntoViewIfNeeded();
  await expect(page.locator('[data-view="gallery"]')).toContainText("at step 4");
  await expect(gallery.locator("tbody tr")).toHaveCount(6);
  for (const who of ["truth", "compact", "CL"]) {
    const pictures = gallery.locator(`td[data-arm-name="${who}"] canvas`);
    await expect(pictures).toHaveCount(6);
    await expect(pictures.first()).toHaveAttribute("aria-label", new RegExp(`^${who}, test image 1: .*% of the pixels$`));
  }
  const legend = page.getByTestId("gallery-legend");
  for (const name of CLASSES) await expect(legend).toContainText(name);

  // Another arm says another thing; the truth has every colour of its classes.
  const colours = (who: string) =>
    gallery
      .locator(`td[data-arm-name="${who}"] canvas`)
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const opaque = await colours("truth");
  await page.getByTestId("gallery-opacity").fill("0");
  expect(await colours("truth")).not.toBe(opaque);
  // Without its overlay a mask is the image.
  expect(await colours("truth")).toBe(await colours("CL"));
  await page.getByTestId("gallery-opacity").fill("60");

  await press(page, "gallery-more");
  await expect(gallery.locator("tbody tr").first()).toHaveAttribute("data-image", "6");
  await press(page, "gallery-more");
  await expect(gallery.locator("tbody tr")).toHaveCount(4);
  await expect(page.getByTestId("gallery-more")).toBeDisabled();
  await press(page, "gallery-previous");
  await expect(gallery.locator("tbody tr").first()).toHaveAttribute("data-image", "6");

  await gallery.locator('td[data-arm-name="CL"] canvas').first().hover();
  await expect(page.locator(".gallery-pointed")).toContainText(/test image 7: truth \w+, compact \w+, CL \w+/);
  expect(await barriers(page)).toEqual([]);
});

test("pictures are asked for when somebody sees them, and anew by a button", async ({ page }) => {
  // Too low for the gallery to be seen.
  await page.setViewportSize({ width: 1440, height: 400 });
  await open(page, RACE);
  await step(page);
  await page.getByTestId("gallery-fold").scrollIntoViewIfNeeded();
  const when = page.locator('[data-view="gallery"] summary');
  await expect(when).toContainText("at step 1");
  await step(page);
  // Not at every step.
  await expect(when).toContainText("at step 1");
  await press(page, "gallery-refresh");
  await expect(when).toContainText("at step 2");
});

test("a recording has the table and says that there is nobody to ask for pictures", async ({ page, context }) => {
  await open(page, RACE);
  await press(page, "play");
  await finish(page);
  const saved = await download(page, "save-recording");
  const table = await page.getByTestId("by-class").textContent();

  const other = await context.newPage();
  await open(other, "");
  await other.getByTestId("recording-file").setInputFiles(saved.path);
  await until(other, "the recording", ({ replayed }) => replayed);
  await expect(other.getByTestId("by-class")).toHaveText(table ?? "");
  await expect(other.locator('[data-view="gallery"]')).toContainText("A recording holds no networks");
  await expect(other.getByTestId("gallery-refresh")).toBeDisabled();
  expect((await state(other)).arms.CL?.detail?.epoch).toBe(1);
});

test("a long network scrolls in its place, on a phone too", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "dataset=cifar-10&network=mobilenet-v2&arms=compact,CL&backend=cpu");
  const whole = page.getByTestId("whole-network");
  await expect(whole).toContainText(/1\d\d layers/);
  const height = () => page.locator(".architecture-frame").evaluate((frame) => frame.clientHeight);
  expect(await height()).toBeLessThan(600);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  expect(await barriers(page)).toEqual([]);
  await whole.click();
  expect(await height()).toBeGreaterThan(2000);
});
