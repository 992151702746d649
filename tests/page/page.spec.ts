// What a visitor meets first: something to see at once, what is going to be trained, on what, and why there.
import { expect, playground, press, ready, state, step, test } from "./steps";

test("the first paint comes within a second and does not wait for the trainer", async ({ browser }) => {
  const paints: number[] = [];
  for (let visit = 0; visit < 3; visit += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    let loaded = false;
    // The trainer's module is held back until the page has been painted.
    let release = (): void => {};
    const painted = new Promise<void>((resolve) => {
      release = resolve;
    });
    await context.route("**/*.wasm", async (route) => {
      await painted;
      loaded = true;
      // A visit may be over by now.
      await route.continue().catch(() => {});
    });
    await page.goto(playground());
    const paint = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    expect(loaded).toBe(false);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("ExpandNets Playground");
    await expect(page.getByTestId("status")).toContainText("Loading");
    release();
    if (visit === 0) await ready(page);
    paints.push((await paint.jsonValue()) as number);
    await context.close();
  }
  paints.sort((a, b) => a - b);
  expect(paints[1]).toBeLessThan(1000);
});

test("the default experiment is described and nothing but its page is loaded", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(playground());
  const { experiment, query, opened } = await ready(page);
  expect(experiment).toMatchObject({ dataset: "fashion-mnist", network: "smallnet-7", epochs: 10, rate: 4 });
  expect(query).toBe("");
  expect(opened).toBeNull();
  await expect(page.locator('[data-field="dataset"] select')).toHaveValue("fashion-mnist");
  await expect(page.locator('[data-field="rate"] input')).toHaveValue("4");
  await expect(page.getByTestId("dataset")).toContainText("5,000 + 1,000");
  await expect(page.getByTestId("dataset")).toContainText("MIT");
  await expect(page.locator("svg.architecture")).toContainText("conv1");
  // From this host alone, from the folder of the page, and no images before they are asked for.
  const folder = playground("./");
  expect(requests.filter((url) => !url.startsWith(folder) && !url.startsWith("data:"))).toEqual([]);
  expect(requests.filter((url) => url.includes("/data/"))).toEqual([]);
});

test("no header of the host isolates the page", async ({ page }) => {
  const response = await page.goto(playground());
  expect(Object.keys(response?.headers() ?? {}).filter((name) => name.startsWith("cross-origin"))).toEqual([]);
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
});

test("the badge names the adapter and, once chosen, the device with the reason", async ({ page }) => {
  await page.goto(`${playground()}#dataset=synthetic&network=flatten;dense%204&arms=compact&train_images=64&test_images=16`);
  await ready(page);
  const badge = page.getByTestId("badge");
  await expect(badge).toContainText(/swiftshader/i);
  await expect(badge).toContainText("(software)");
  await step(page);
  // In doubt the page decides; a software adapter loses to the CPU.
  expect((await state(page)).opened).toMatchObject({ backend: "cpu", software: false });
  await expect(badge).toContainText("CPU");
  await expect(badge).toContainText(/software.*slower/);
});

test("CIFAR-10 is one choice away and is loaded only then", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${playground()}#arms=compact&backend=cpu&batch=8&test_images=8`);
  await ready(page);
  await page.locator('[data-field="dataset"] select').selectOption("cifar-10");
  await expect(page.getByTestId("dataset")).toContainText("32×32");
  await expect.poll(() => page.url()).toContain("dataset=cifar-10");
  expect(requests.filter((url) => url.includes("cifar"))).toEqual([]);
  await step(page);
  expect(requests.filter((url) => url.includes("cifar"))).toHaveLength(4);
  await press(page, "reset");
  await step(page);
  // Once loaded, the images stay.
  expect(requests.filter((url) => url.includes("cifar"))).toHaveLength(4);
});
