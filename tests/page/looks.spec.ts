// How it looks: one screen without scrolling before the race, usable on a phone, readable for everyone, light and dark.
// Screenshots are left in test-results/looks for people to look at.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { barriers, contract, expect, finish, open, press, SYNTHETIC, test, until } from "./steps";

const RACE = "backend=cpu&batch=8&train_images=64&test_images=16&epochs=2";
const SERIES = `${SYNTHETIC}&arms=compact,CK,CL%2BFC,CK%2BKD,CL%2BInit,CL%2Bcontracted&epochs=2&train_images=64&seeds=2`;
const folder = fileURLToPath(new URL("../test-results/looks", import.meta.url));

const SIZES = [
  { name: "desktop", width: 1440, height: 900, scrolls: false },
  { name: "phone", width: 390, height: 844, scrolls: true },
];

const shoot = (page: Page, name: string) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

async function excess(page: Page): Promise<{ width: number; height: number }> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // The claims have their place below the race, which is to be seen whole.
    const race = document.querySelector("main")?.getBoundingClientRect().bottom ?? Number.NaN;
    return { width: scrollWidth - clientWidth, height: race - window.innerHeight };
  });
}

for (const theme of ["light", "dark"] as const) {
  for (const { name, width, height, scrolls } of SIZES) {
    test(`${name}, ${theme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const check = async (when: string): Promise<void> => {
        await shoot(page, `${name}-${theme}-${when}`);
        const over = await excess(page);
        expect.soft(over.width, `${when}: pixels too wide`).toBeLessThanOrEqual(0);
        // What the races came to has its place below them.
        if (!scrolls && when === "before") expect.soft(over.height, `${when}: pixels too high`).toBeLessThanOrEqual(0);
        expect.soft(await barriers(page), when).toEqual([]);
      };
      await open(page, RACE);
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
      await check("before");
      await press(page, "play");
      await finish(page);
      await contract(page, "CL");
      await expect(page.getByTestId("contraction-error")).toBeVisible();
      await check("after");
      await open(page, SERIES);
      await press(page, "play");
      await finish(page);
      await page.getByTestId("more").click();
      await check("series");
    });
  }
}

test("the page is operated by keyboard alone", async ({ page }) => {
  await open(page, RACE);
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");
  for (let i = 0; i < 12 && (await focused()) !== "play"; i += 1) await page.keyboard.press("Tab");
  expect(await focused()).toBe("play");
  await page.keyboard.press("Enter");
  await until(page, "playing", ({ phase }) => phase === "playing");
  // The button that replaces it has the focus.
  await expect.poll(focused).toBe("pause");
  await page.keyboard.press("Enter");
  await until(page, "paused", ({ phase }) => phase === "paused" || phase === "finished");
});
