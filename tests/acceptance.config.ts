// The minutes-long races behind the accuracies that the project promises: npm run acceptance.
import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

const { grepInvert: _, ...rest } = base;

export default defineConfig({ ...rest, grep: /@slow/, timeout: 45 * 60_000 });
