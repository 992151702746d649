// Browsers without WebGPU, or with nothing behind it: the badge says which, and training runs on the CPU.
import { chromium } from "@playwright/test";
import { executablePath, QUIET } from "../browser";
import { expect, open, state, step, test } from "./steps";

const TINY = `dataset=synthetic&network=${encodeURIComponent("flatten; dense 4")}&arms=compact&batch=16&test_images=16`;

const BROWSERS = [
  // Over plain http, from a host that is not this machine, browsers hide WebGPU.
  { name: "no WebGPU", host: "lab.example", args: ["--host-resolver-rules=MAP lab.example 127.0.0.1"], says: "offers no WebGPU" },
  { name: "no adapter", host: "127.0.0.1", args: ["--disable-gpu"], says: "no graphics adapter" },
];

for (const { name, host, args, says } of BROWSERS) {
  test(`a browser with ${name} trains on the CPU and says why`, async () => {
    const browser = await chromium.launch({ executablePath, args: [...QUIET, ...args] });
    const page = await browser.newPage();
    const badge = page.getByTestId("badge");
    await open(page, TINY, host);
    await expect(badge).toContainText("CPU");
    await expect(badge).toContainText(says);
    await step(page);
    expect((await state(page)).opened).toMatchObject({ backend: "cpu", reason: expect.stringContaining(says) });

    await open(page, `${TINY}&backend=webgpu`, host);
    await step(page);
    expect((await state(page)).opened).toMatchObject({ backend: "cpu", reason: expect.stringContaining(says) });
    await expect(badge).toContainText("CPU");
    await expect(badge).toContainText("WebGPU was asked for, but");
    await browser.close();
  });
}
