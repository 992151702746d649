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
  const status = page.getByTestId("status");
  const [first] = await Promise.all([
    step(page, 120_000),
    // Arm after arm: first its test, then its step.
    (async () => {
      for (const words of ["compact… test 1", "CK… test 2", "compact… step 1", "CK… step 2"]) {
        await expect(status).toContainText(`Compiling kernels for ${words} of 2`, { timeout: 60_000 });
      }
    })(),
    expect(page.getByTestId("badge")).toContainText("compiling kernels", { timeout: 60_000 }),
  ]);
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
