// Object detection: boxes are judged by mAP@0.5, class by class, and seen on test images.
import { barriers, expect, finish, open, press, test } from "./steps";

const RACE =
  "dataset=scene-boxes&network=yolo-lite&arms=compact,CL&train_images=32&test_images=16&batch=8&epochs=1&rate=2&backend=cpu";
const CLASSES = ["top", "trouser", "dress", "shoe", "bag"];

test("a race of boxes is told in mAP, by class, and in pictures", async ({ page }) => {
  await open(page, RACE);
  await press(page, "play");
  const { arms } = await finish(page);

  for (const place of ["charts", "legend", "results"]) {
    const shown = page.locator(`[data-view="${place}"], [data-testid="${place}"]`).first();
    await expect(shown).toContainText("mAP@0.5");
    await expect(shown).not.toContainText(/accuracy/i);
  }

  const table = page.getByTestId("by-class");
  await expect(table.locator("tbody th")).toHaveText([...CLASSES, "mAP@0.5", "mAP@[.5:.95]"]);
  for (const [column, arm] of ["compact", "CL"].entries()) {
    const detail = arms[arm]?.detail?.detail;
    expect(detail?.of_classes).toBe("AP@0.5");
    const values = [...(detail?.by_class ?? []), ...(detail?.measures ?? []).map(({ value }) => value)];
    const texts = values.map((value) => (value === null ? "–" : `${(100 * value).toFixed(1)} %`));
    const cells = await table.locator(`tbody td:nth-child(${column + 2}) > span:first-child`).allTextContents();
    expect(cells).toEqual(texts);
  }

  const gallery = page.getByTestId("gallery");
  await gallery.scrollIntoViewIfNeeded();
  await expect(gallery.locator("tbody tr")).toHaveCount(6);
  const truth = gallery.locator('td[data-arm-name="truth"] canvas');
  await expect(truth).toHaveCount(6);
  const named = CLASSES.join("|");
  await expect(truth.first()).toHaveAttribute("aria-label", new RegExp(`^truth, test image 1: \\d objects?: (${named})`));
  for (const arm of ["compact", "CL"]) {
    const pictures = gallery.locator(`td[data-arm-name="${arm}"] canvas`);
    await expect(pictures).toHaveCount(6);
    const label = new RegExp(`^${arm}, test image 1: (no objects|\\d+ objects?: (${named}) \\d\\.\\d\\d)`);
    await expect(pictures.first()).toHaveAttribute("aria-label", label);
  }
  const legend = page.getByTestId("gallery-legend");
  for (const name of [...CLASSES, "truth", "an arm"]) await expect(legend).toContainText(name);
  expect(await barriers(page)).toEqual([]);
});
