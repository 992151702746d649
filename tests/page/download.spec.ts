// The weights a visitor takes home: opened by Python's safetensors, they make a plain numpy network that sees what the page saw.
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { contract, expect, open, press, test, until } from "./steps";

const IMAGES = 300;
const RACE = `backend=cpu&arms=CL,CK%2BFC&batch=32&train_images=640&test_images=${IMAGES}&epochs=1&seed=8&rate=2`;

type Evaluation = {
  metadata: Record<string, string>;
  tensors: string[];
  parameters: number;
  accuracy: number;
  predictions: number[];
};

/** What the reference reader and numpy make of the files; EXPANDNETS_PYTHON needs the packages of interop/requirements.txt. */
async function evaluate(...files: string[]): Promise<Evaluation[]> {
  const script = fileURLToPath(new URL("../interop/evaluate.py", import.meta.url));
  const { stdout } = await promisify(execFile)(process.env.EXPANDNETS_PYTHON || "python3", [script, ...files], {
    env: { ...process.env, EXPANDNETS_IMAGES: String(IMAGES) },
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function download(page: Page, arm: string, form: string, folder: string): Promise<string> {
  const coming = page.waitForEvent("download");
  await page.locator(`button[data-arm="${arm}"][data-form="${form}"]`).click();
  const arrived = await coming;
  const name = form === "expanded" ? `${arm}.safetensors` : `${arm}.contracted.safetensors`;
  expect(arrived.suggestedFilename()).toBe(name);
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await arrived.saveAs(file);
  await expect(page.getByTestId("download-status")).toContainText("read back and checked");
  expect((await stat(file)).size).toBeGreaterThan(10_000);
  return file;
}

test("downloaded networks predict in numpy what they predicted on the page", async ({ page }, { outputDir }) => {
  const { phase } = await open(page, RACE);
  expect(phase).toBe("none");
  await expect(page.getByTestId("download-cl-expanded")).toBeDisabled();
  await press(page, "play");
  const finished = await until(page, "finished", ({ phase }) => phase === "finished");
  for (const arm of ["CL", "CK+FC"]) {
    const files = [await download(page, arm, "expanded", outputDir), await download(page, arm, "contracted", outputDir)];
    const report = await contract(page, arm);
    const [expanded, contracted] = (await evaluate(...files)) as [Evaluation, Evaluation];

    expect(expanded.accuracy).toBeCloseTo(report.accuracy_before, 9);
    expect(contracted.accuracy).toBeCloseTo(report.accuracy_after, 9);
    expect(expanded.accuracy).toBeCloseTo(finished.arms[arm]?.tests.at(-1)?.test_accuracy ?? 0, 9);
    expect(contracted.predictions).toEqual(expanded.predictions);
    expect(contracted.predictions).toHaveLength(IMAGES);
    // Not one class for everything: the net has learned something that could come out otherwise.
    expect(new Set(contracted.predictions).size).toBeGreaterThan(3);

    // The compact SmallNet for one channel of 28×28, whatever the arm.
    expect(contracted.parameters).toBe(400 + 16 + 6288 + 32 + 25120 + 64 + 18496 + 650);
    expect(expanded.parameters).toBeGreaterThan(contracted.parameters);
    expect(contracted.tensors).toContain("conv1.weight");
    expect(expanded.tensors).toContain("conv1.2.bias");
    for (const { metadata } of [expanded, contracted]) {
      expect(metadata).toMatchObject({ format: "expandnets/1", dataset: "fashion-mnist", seed: "8", steps: "20" });
      expect(Number(metadata.contraction_error)).toBeLessThanOrEqual(1e-5);
      expect(Object.keys(metadata)).toEqual(
        expect.arrayContaining(["spec", "expansion", "normalization", "test_accuracy", "version"]),
      );
    }
    expect(JSON.parse(expanded.metadata.expansion ?? "")).toMatchObject({ rate: 2, dense: arm === "CK+FC" });
    expect(contracted.metadata.expansion).toBe("null");
  }
});
