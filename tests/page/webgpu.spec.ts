// The same race on WebGPU, computed by SwiftShader: slow, so everything is tiny; but the kernels are the real ones.
import { contract, expect, open, press, state, step, test, until } from "./steps";

const NETWORK = encodeURIComponent("conv 4 k5; norm; relu; pool 2; flatten; dense 8; relu; dense 4");
const RACE = `dataset=synthetic&network=${NETWORK}&arms=compact,CK&batch=16&train_images=64&test_images=16&epochs=1&seed=6&rate=2`;
const STEPS = 3;

test("WebGPU takes the same course as the CPU and contracts as exactly", async ({ page }) => {
  test.setTimeout(240_000);
  await open(page, `backend=cpu&${RACE}`);
  const expected = [];
  for (let i = 0; i < STEPS; i += 1) expected.push(await step(page));
  expect((await state(page)).opened?.backend).toBe("cpu");

  await open(page, `backend=webgpu&${RACE}`);
  // Everything the status says, however briefly.
  await page.getByTestId("status").evaluate((status) => {
    window.said = [];
    const note = () => window.said.push(status.textContent ?? "");
    new MutationObserver(note).observe(status, { childList: true, characterData: true, subtree: true });
  });
  const [first] = await Promise.all([
    step(page, 120_000),
    expect(page.getByTestId("badge")).toContainText("compiling kernels", { timeout: 60_000 }),
  ]);
  const said = await page.evaluate(() => window.said.map((text) => /for (.*)/.exec(text)?.[1]).filter((text) => text));
  // Arm after arm: first its test, then its step.
  const course = ["compact… test 1 of 2", "CK… test 2 of 2", "compact… step 1 of 2", "CK… step 2 of 2"];
  expect(said.filter((text) => course.includes(text ?? "")).filter((text, i, all) => text !== all[i - 1])).toEqual(course);
  const found = [first];
  while (found.length < STEPS) found.push(await step(page, 60_000));
  const { opened } = await state(page);
  expect(opened).toMatchObject({ backend: "webgpu", software: true, reason: "WebGPU was asked for" });
  expect(opened?.adapter).toMatch(/swiftshader/i);
  await expect(page.getByTestId("badge")).toContainText(/WebGPU · .*swiftshader.* \(software\)/i);
  await expect(page.getByTestId("badge")).not.toContainText("compiling");
  for (const [i, losses] of found.entries()) {
    for (const arm of ["compact", "CK"]) {
      const [here, there] = [losses[arm] ?? Number.NaN, expected[i]?.[arm] ?? Number.NaN];
      expect(Math.abs(here - there) / there, `${arm}, step ${i + 1}`).toBeLessThan(1e-3);
    }
  }

  await press(page, "play");
  const finished = await until(page, "finished", ({ phase }) => phase === "finished", 60_000);
  expect(finished.arms.CK?.tests.map(({ epoch }) => epoch)).toEqual([0, 1]);
  const report = await contract(page, "CK", 120_000);
  expect(report.max_relative_error).toBeLessThanOrEqual(1e-4);
  expect(report.agreement).toBe(1);
});
