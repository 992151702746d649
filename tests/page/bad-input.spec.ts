// What a visitor can get wrong, in a link or in the form: said beside the control, with value and remedy; nothing breaks.
import type { Page } from "@playwright/test";
import { expect, open, press, state, step, test, until } from "./steps";

const SMALL = "backend=cpu&arms=compact&batch=8&train_images=64&test_images=16";
const text = encodeURIComponent;

type Case = { name: string; query: string; field: string; says: (string | RegExp)[] };

const LINKS: Case[] = [
  { name: "an unknown key", query: "colour=red", field: "colour", says: ["colour", "unknown field", "dataset"] },
  { name: "a wrong type", query: "epochs=ten", field: "epochs", says: ["ten", "whole number from 1 to 1000"] },
  { name: "a rate of zero", query: "rate=0", field: "rate", says: [/^0/, "widens nothing", "from 0.25 to 16"] },
  { name: "an absurd batch", query: "batch=1000000", field: "batch", says: ["1000000", "from 1 to 1024"] },
  { name: "a negative batch", query: "batch=-8", field: "batch", says: ["-8", "from 1 to 1024"] },
  { name: "an unknown data set", query: "dataset=imagenet", field: "dataset", says: ["imagenet", "fashion-mnist, cifar-10"] },
  {
    name: "CK on 3×3 kernels",
    query: "network=smallnet-3&arms=compact,CK",
    field: "arms",
    says: ["CK cannot expand conv1", "use CL"],
  },
  { name: "no repeats", query: "seeds=0", field: "seeds", says: [/^0/, "from 1 to 100"] },
  { name: "a rate among several that is too high", query: "rates=0.5,99", field: "rates", says: ["99", "from 0.25 to 16"] },
  { name: "half a kernel", query: "kernels=2.5", field: "kernels", says: ["2.5", "whole numbers"] },
  {
    name: "a variant that a rule does not have",
    query: "arms=compact,CK%2Bcompact",
    field: "arms",
    says: ["CK+compact", "CL+compact"],
  },
  { name: "more noise than labels", query: "label_noise=2", field: "label_noise", says: ["2", "from 0 to 1"] },
  {
    name: "a teacher of other classes",
    query: `arms=CK%2BKD&teacher=${text("conv 8 k7; flatten; dense 3")}`,
    field: "teacher",
    says: ["ends in 3 units", "dense 10"],
  },
  {
    name: "a network that does not fit",
    query: `network=${text("conv 8 k41 p0; flatten; dense 10")}`,
    field: "network",
    says: ["layer 1 (conv 8 k41", "28×28", "smaller kernel"],
  },
  {
    name: "a network of unknown layers",
    query: `network=${text("conv 8 k7; swish")}`,
    field: "network",
    says: ["swish", "the layers are"],
  },
  {
    name: "an absurd width",
    query: `network=${text("conv 99999999 k7; flatten; dense 10")}`,
    field: "network",
    says: ["99999999", "from 1 to 4096"],
  },
  {
    name: "more memory than there is",
    query: `arms=compact&batch=1024&network=${text("conv 512 k7; conv 512 k7; flatten; dense 10")}`,
    field: "batch",
    says: [/needs \d+\.\d GB of \d+\.\d GB/, /use \d+ or less/],
  },
];

const fault = (page: Page, field: string) => page.locator(`[data-fault-field="${field}"]`).first();

test("a link with a mistake says so beside the control and keeps what is right in it", async ({ page }) => {
  await open(page, "seed=76");
  for (const { name, query, field, says } of LINKS) {
    await test.step(name, async () => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `seed=77&${query}`);
      for (const words of says) await expect.soft(fault(page, field), name).toContainText(words);
      await expect.soft(fault(page, field), name).toBeVisible();
      if (field !== "colour") {
        const control = page.locator(`[data-field="${field}"]`);
        await expect.soft(control.locator(`[data-fault-field="${field}"]`), name).toBeVisible();
        await expect.soft(control.locator("[aria-invalid=true]").first(), name).toBeAttached();
      }
      const { experiment, faults } = await state(page);
      const messages = faults.map(({ message }) => message);
      expect.soft(messages, `${name}: said once`).toEqual([...new Set(messages)]);
      expect.soft(experiment?.seed, `${name}: the rest of the link is kept`).toBe(77);
      // Back to an experiment in order, so that the next complaint is a new one.
      await page.evaluate(() => {
        location.hash = "seed=76";
      });
      await until(page, "a link in order", ({ experiment, faults }) => experiment?.seed === 76 && faults.length === 0);
    });
  }
  await step(page);
});

test("a page opened at a link with mistakes starts, shows each, and trains", async ({ page }) => {
  const { experiment, faults } = await open(page, `${SMALL}&colour=red&rate=0&epochs=ten&seed=78`);
  expect(faults.map(({ field }) => field).sort()).toEqual(["colour", "epochs", "rate"]);
  for (const field of ["colour", "epochs", "rate"]) await expect(fault(page, field)).toBeVisible();
  expect(experiment).toMatchObject({ seed: 78, batch: 8, rate: 4, epochs: 10 });
  await step(page);
});

test("typing what is not allowed keeps the last valid experiment; mending it takes the complaint away", async ({ page }) => {
  await open(page, SMALL);
  const valid = await state(page);
  const address = page.url();
  const rate = page.locator('[data-field="rate"] input');
  for (const value of ["0", "-3", "17", ""]) {
    await rate.fill(value);
    await expect(fault(page, "rate")).toBeVisible();
    await expect(fault(page, "rate")).toContainText("from 0.25 to 16");
    expect((await state(page)).experiment).toEqual(valid.experiment);
    await expect(rate).toHaveValue(value);
    expect(page.url()).toBe(address);
  }
  await rate.fill("2");
  await expect(fault(page, "rate")).toBeHidden();
  await expect.poll(() => page.url()).toContain("rate=2");

  const epochs = page.locator('[data-field="epochs"] input');
  await epochs.fill("2.5");
  await expect(fault(page, "epochs")).toContainText("whole number");
  await epochs.fill("2");
  await expect(fault(page, "epochs")).toBeHidden();
  await step(page);
});

test("a network is written out layer by layer", async ({ page }) => {
  await open(page, SMALL);
  await page.getByTestId("network-edit").click();
  const area = page.getByTestId("network-text");
  await expect(area).toHaveValue(/^conv 8 k7\nnorm\nrelu\npool 2\nconv 16 k7/);
  const before = (await state(page)).experiment;

  for (const [written, says] of [
    ["conv 8 k7\nflatten", "end with dense"],
    ["conv 8\nflatten\ndense 10", "the kernel is missing"],
    ["conv 8 k7\ndense 10", "put flatten before it"],
    ["flatten\ndense 3", "end with dense 10"],
    ["", "the network is empty"],
  ] as const) {
    await area.fill(written);
    await expect(fault(page, "network")).toContainText(says);
    await expect(area).toHaveValue(written);
    expect((await state(page)).experiment).toEqual(before);
  }

  await area.fill("conv 6 k5 s2\nnorm\nrelu\nflatten\ndense 10");
  await expect(fault(page, "network")).toBeHidden();
  await expect.poll(async () => (await state(page)).experiment?.network).toBe("conv 6 k5 s2; norm; relu; flatten; dense 10");
  await expect(page.locator("svg.architecture")).toContainText("5×5");
  await step(page);
  await page.reload();
  await expect(page.getByTestId("status")).toHaveText("Ready");
  expect((await state(page)).experiment?.network).toBe("conv 6 k5 s2; norm; relu; flatten; dense 10");
});

test("the last arm cannot be taken away", async ({ page }) => {
  await open(page, SMALL);
  await page.locator('[data-field="arms"] input[value="compact"]').uncheck();
  await expect(fault(page, "arms")).toContainText("use one or more of");
  expect((await state(page)).experiment?.arms).toEqual(["compact"]);
  await page.locator('[data-field="arms"] input[value="CL"]').check();
  await expect(fault(page, "arms")).toBeHidden();
  expect((await state(page)).experiment?.arms).toEqual(["CL"]);
});

test("a race goes on while the form is wrong, and a new link replaces the experiment", async ({ page }) => {
  await open(page, `${SMALL}&epochs=50`);
  await press(page, "play");
  await until(page, "steps", ({ arms }) => (arms.compact?.step?.step ?? 0) >= 2);
  await page.locator('[data-field="batch"] input').fill("0");
  await expect(fault(page, "batch")).toContainText("from 1 to 1024");
  const then = (await state(page)).arms.compact?.step?.step ?? 0;
  await until(page, "more steps", ({ arms }) => (arms.compact?.step?.step ?? 0) > then + 2);
  await page.evaluate(() => {
    location.hash = "seed=5&backend=cpu&rate=nought";
  });
  await expect(fault(page, "rate")).toContainText("nought");
  await expect.poll(async () => (await state(page)).experiment).toMatchObject({ seed: 5, rate: 4, batch: 64 });
  await expect(page.getByTestId("stale")).toBeVisible();
});
