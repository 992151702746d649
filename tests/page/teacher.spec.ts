// A teacher from a file: what was trained and downloaded here before. One that does not fit is refused at its field.
import { writeFile } from "node:fs/promises";
import { download, expect, finish, open, press, SYNTHETIC, state, step, test, until } from "./steps";

test("a downloaded teacher teaches; no other is trained", async ({ page }) => {
  await open(page, `${SYNTHETIC}&arms=teacher&epochs=2`);
  await press(page, "play");
  await finish(page);
  const { path } = await download(page, "download-teacher-expanded");

  await open(page, `${SYNTHETIC}&arms=compact&epochs=1`);
  await page.getByTestId("more").click();
  const used = page.getByTestId("teacher-used");
  await page.getByTestId("teacher-file").setInputFiles(path);
  await expect(used).toContainText("not used, no +KD arm is ticked");
  await page.getByTestId("ways").click();
  await page.locator('[data-field="arms"] input[value="CK+KD"]').check();
  await expect(used).toContainText("used from the next race on");
  await press(page, "play");
  const taught = await finish(page);
  expect(taught.runs.map(({ arms }) => Object.keys(arms))).toEqual([["compact", "CK+KD"]]);

  // Held until it is cleared.
  await press(page, "reset");
  expect((await state(page)).teacher).not.toBeNull();
  await press(page, "teacher-clear");
  await step(page);
  expect((await state(page)).run).toMatchObject({ of: 2, preparation: true });
});

test("a teacher for other images is refused at its field, and so is what is no teacher", async ({ page }, { outputDir }) => {
  await open(page, `${SYNTHETIC}&arms=teacher&epochs=1&train_images=32`);
  await press(page, "play");
  await finish(page);
  const { path } = await download(page, "download-teacher-expanded");

  await open(page, "backend=cpu&arms=compact%2BKD&batch=8&train_images=64&test_images=16");
  await page.getByTestId("more").click();
  const fault = page.locator('[data-field="teacher"] [data-fault-field="teacher"]');
  await page.getByTestId("teacher-file").setInputFiles(path);
  await press(page, "play");
  await until(page, "refused", ({ faults, phase }) => faults[0]?.code === "teacher_does_not_fit" && phase === "none");
  await expect(fault).toContainText("takes images of [1, 12, 12]");

  const broken = `${outputDir}.safetensors`;
  await writeFile(broken, "no weights at all");
  await page.getByTestId("teacher-file").setInputFiles(broken);
  await expect(fault).toBeHidden();
  await press(page, "play");
  await until(page, "refused", ({ faults }) => faults[0]?.field === "teacher");
  await expect(fault).toBeVisible();
  await press(page, "teacher-clear");
  await expect(fault).toBeHidden();
  await step(page);
});
