// What the tests share: opening the page at an experiment, reading its state, and a watch over the console.
import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Frame, type Page } from "@playwright/test";

export { expect };

export type Contraction = {
  arm: string;
  max_relative_error: number;
  agreement: number;
  probe: number;
  accuracy_before: number;
  accuracy_after: number;
};

export type Stat = { mean: number; std: number; n: number };

export type SummaryRow = {
  arm: string;
  test_accuracy: Stat | null;
  difference: { mean: number; low: number; high: number; n: number } | null;
};

/** A race in brief. */
export type Run = {
  index: number;
  seed: number;
  rate: number;
  preparation: boolean;
  arms: Record<string, { epoch: number | null; test_accuracy: number | null; stopped: string | null }>;
};

export type SurveyRow = { type: string; arm: string; sharpness?: { iterations: number; converged: boolean } };
export type Survey = { request: { size: number; radius: number }; rows: SurveyRow[]; running: boolean };

export type Detail = {
  of_classes: string;
  by_class: (number | null)[];
  measures: { name: string; value: number | null }[];
};

export type ArmState = {
  step: { step: number; loss: number; accuracy: number } | null;
  tests: { epoch: number; train_loss: number | null; test_loss: number; test_accuracy: number }[];
  stopped: { reason: string; message: string; hint: string } | null;
  detail: { epoch: number; detail: Detail } | null;
};

/** What `window.expandnets.state()` gives, as far as the tests look at it. */
export type State = {
  phase: string;
  experiment: Record<string, unknown> | null;
  query: string | null;
  opened: { backend: string; adapter: string; software: boolean; reason: string } | null;
  arms: Record<string, ArmState>;
  run: { index: number; of: number; seed: number; noisy_labels: number; preparation: boolean } | null;
  runs: Run[];
  summary: SummaryRow[];
  replayed: boolean;
  survey: Survey | null;
  teacher: string | null;
  contractions: Record<string, Contraction>;
  faults: { code: string; message: string; field: string | null }[];
};

declare global {
  interface Window {
    expandnets: {
      state(): unknown;
      survey(request: { size: number; radius: number }): Promise<void>;
      cancelSurvey(): Promise<void>;
    };
    longTasks: number[];
    said: string[];
  }
}

/** Learns the test set, whose images are 12×12 in four classes. */
export const TINY = encodeURIComponent("conv 4 k5; relu; pool 2; flatten; dense 8; relu; dense 4");

const TEACHER = encodeURIComponent("conv 8 k5; relu; pool 2; flatten; dense 16; relu; dense 4");

/** Races of seconds on the CPU, on the test set. */
export const SYNTHETIC = `backend=cpu&dataset=synthetic&network=${TINY}&teacher=${TEACHER}&batch=16&train_images=160&test_images=64&rate=2`;

/** A test that fails if the page, or a worker of it, writes an error or a warning that it does not allow. */
export const test = base.extend<{ allowed: RegExp[]; watched: undefined }>({
  allowed: [[], { option: true }],
  watched: [
    async ({ context, allowed }, use) => {
      const complaints: string[] = [];
      const hear = (text: string): void => {
        if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text);
      };
      context.on("console", (message) => {
        if (["error", "warning", "assert"].includes(message.type())) hear(`${message.type()}: ${message.text()}`);
      });
      context.on("weberror", (error) => hear(`uncaught: ${error.error().message}`));
      await use(undefined);
      expect(complaints, "what was written to the console").toEqual([]);
    },
    { auto: true },
  ],
});

export function playground(file = "index.html"): string {
  const address = process.env.PLAYGROUND;
  if (!address) throw new Error("PLAYGROUND is not set; run the tests with npx playwright test");
  return new URL(file, address).href;
}

export function notes(): string {
  return process.env.NOTES ?? "";
}

export async function state(page: Page | Frame): Promise<State> {
  return (await page.evaluate(() => window.expandnets.state())) as State;
}

/** Waits until the state is as asked; the message of a failure shows what it was instead. */
export async function until(
  page: Page | Frame,
  what: string,
  check: (state: State) => boolean,
  timeout = 60_000,
): Promise<State> {
  let last: State | undefined;
  await expect
    .poll(
      async () => {
        last = await state(page);
        return check(last) ? what : JSON.stringify({ phase: last.phase, faults: last.faults, arms: last.arms });
      },
      { timeout, intervals: [100] },
    )
    .toBe(what);
  return last as State;
}

/** Opens the page at an experiment, a link's text after the `#`, and waits until it can be played. */
export async function open(page: Page, query = "", host = "127.0.0.1"): Promise<State> {
  // Another document each time: a change after the # alone would not load the page anew.
  await page.goto("about:blank");
  await page.goto(`${playground().replace("127.0.0.1", host)}#${query}`);
  return ready(page);
}

export async function ready(page: Page | Frame): Promise<State> {
  await expect(page.getByTestId("status")).toHaveText("Ready");
  return state(page);
}

export const press = (page: Page | Frame, name: string): Promise<void> => page.getByTestId(name).click();

export const finish = (page: Page | Frame): Promise<State> => until(page, "finished", ({ phase }) => phase === "finished");

/** Presses a button that hands out a file; its name and its text. */
export async function download(page: Page, button: string): Promise<{ name: string; path: string; text: string }> {
  const coming = page.waitForEvent("download");
  await press(page, button);
  const arrived = await coming;
  const path = await arrived.path();
  return { name: arrived.suggestedFilename(), path, text: await readFile(path, "utf8") };
}

/** One step of every arm; their losses. */
export async function step(page: Page, timeout?: number): Promise<Record<string, number>> {
  const before = stepsOf(await state(page));
  const goal = Math.min(...Object.values(before), Number.POSITIVE_INFINITY);
  const next = Number.isFinite(goal) ? goal + 1 : 1;
  await press(page, "step");
  const after = await until(page, `step ${next}`, (now) => now.phase !== "playing" && allAt(now, next), timeout);
  return losses(after);
}

export function stepsOf({ arms }: State): Record<string, number> {
  return Object.fromEntries(Object.entries(arms).map(([arm, { step }]) => [arm, step?.step ?? 0]));
}

export function losses({ arms }: State): Record<string, number> {
  return Object.fromEntries(Object.entries(arms).map(([arm, { step }]) => [arm, step?.loss ?? Number.NaN]));
}

function allAt(now: State, step: number): boolean {
  const steps = Object.values(stepsOf(now));
  return steps.length > 0 && steps.every((at) => at === step);
}

/** Folds the selected arm, or the one that is named; what was measured. */
export async function contract(page: Page | Frame, arm: string, timeout = 60_000): Promise<Contraction> {
  await page.locator(`input[name="architecture-arm"][value="${arm}"]`).check({ force: true });
  await press(page, "contract");
  const after = await until(page, `contraction of ${arm}`, ({ contractions }) => arm in contractions, timeout);
  return after.contractions[arm] as Contraction;
}

/** What keeps people from using the page, as axe-core finds it. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}
