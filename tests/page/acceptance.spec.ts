// The accuracies that the project promises, on the CPU, with the page's own settings. Half an hour and more on two cores,
// so not part of the normal run: `npm run acceptance` in this folder, after `cargo xtask build`.
import { expect, open, press, test, until } from "./steps";

const PROMISES = [
  { name: "SmallNet-7 on CIFAR-10", query: "backend=cpu&dataset=cifar-10&epochs=10", least: 0.48 },
  { name: "SmallNet-7 on Fashion-MNIST", query: "backend=cpu&epochs=10", least: 0.84 },
];

for (const { name, query, least } of PROMISES) {
  test(`${name} reaches ${100 * least} % within 10 epochs, and every arm learns`, { tag: "@slow" }, async ({ page }) => {
    await open(page, query);
    await press(page, "play");
    const { arms } = await until(page, "finished", ({ phase }) => phase === "finished", 40 * 60_000);
    const best = (arm: string): number => Math.max(...(arms[arm]?.tests ?? []).map(({ test_accuracy }) => test_accuracy));
    for (const [arm, { tests }] of Object.entries(arms)) {
      console.log(`${name}, ${arm}: ${tests.map(({ test_accuracy }) => (100 * test_accuracy).toFixed(1)).join(" ")}`);
    }
    expect(best("compact")).toBeGreaterThanOrEqual(least);
    for (const [arm, { tests, stopped }] of Object.entries(arms)) {
      expect(stopped?.reason, arm).toBe("done");
      expect(tests.at(-1)?.test_loss, arm).toBeLessThan(0.8 * (tests[0]?.test_loss ?? 0));
      expect(best(arm), arm).toBeGreaterThan((tests[0]?.test_accuracy ?? 0) + 0.2);
    }
  });
}
