// The same seed gives the same curves here and in the native command, within what 32-bit floats round.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { download, expect, finish, open, press, test } from "./steps";

type Line = { type: string; arm: string; epoch: number; test_loss: number; fit_loss: number; train_loss: number | null };

test("a race in the browser has the native command's curves", async ({ page }) => {
  // Small steps: what rounds otherwise there grows with each step, and with large ones soon tells.
  const experiment = {
    arms: ["compact", "CL", "CK+FC"],
    epochs: 3,
    batch: 32,
    learning_rate: 0.005,
    train_images: 320,
    test_images: 200,
    seed: 6,
  };
  await open(
    page,
    `backend=cpu&${new URLSearchParams(Object.entries(experiment).map(([name, value]) => [name, String(value)]))}`,
  );
  await press(page, "play");
  await finish(page);
  const here = epochs((await download(page, "save-recording")).text);

  const folder = await mkdtemp(join(tmpdir(), "same-curve-"));
  const file = join(folder, "experiment.json");
  await writeFile(file, JSON.stringify(experiment));
  await promisify(execFile)(process.env.EXPANDNETS ?? "expandnets", ["train", file, "--out", join(folder, "out")]);
  const there = epochs(await readFile(join(folder, "out", "metrics.jsonl"), "utf8"));

  expect(here.map(({ arm, epoch }) => [arm, epoch])).toEqual(there.map(({ arm, epoch }) => [arm, epoch]));
  expect(here.length).toBe(12);
  here.forEach((mine, index) => {
    const other = there[index] as Line;
    // Sums are made in another order there; each step hands the difference on and enlarges it.
    for (const name of ["test_loss", "fit_loss"] as const) {
      expect(Math.abs(mine[name] - other[name]) / other[name], `${mine.arm} ${name} at epoch ${mine.epoch}`).toBeLessThan(1e-3);
    }
  });
  // Untrained there is nothing to enlarge.
  expect(Math.abs((here[0]?.test_loss ?? 0) - (there[0]?.test_loss ?? 1))).toBeLessThan(1e-5);
});

function epochs(text: string): Line[] {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return lines.filter(({ type }) => type === "epoch");
}
