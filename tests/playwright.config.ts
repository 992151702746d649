// The tests of the built page. One worker: they train, and machines that run them have few cores.
import { defineConfig } from "@playwright/test";
import { executablePath, QUIET, SOFTWARE_GPU } from "./browser";

export default defineConfig({
  testDir: "page",
  outputDir: "test-results/traces",
  globalSetup: "./server.ts",
  workers: 1,
  // A test that passes only now and then has failed.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // Minutes long; see acceptance.config.ts.
  grepInvert: /@slow/,
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath, args: [...QUIET, ...SOFTWARE_GPU] },
    trace: "off",
    screenshot: "only-on-failure",
  },
});
