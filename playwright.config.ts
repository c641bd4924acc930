import { defineConfig } from "@playwright/test";

const JOURNEY = "**/journey*.spec.ts";

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/kit/e2e.setup.ts",
  workers: 4,
  // In this order: the journey waits for the next 2FA code again and again, and would be waited for alone if it began late.
  projects: [
    { name: "journey", testMatch: JOURNEY },
    { name: "pages", testIgnore: JOURNEY },
  ],
  fullyParallel: true,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: "line",
  use: {
    baseURL: process.env.E2E_ORIGIN,
    launchOptions: { executablePath: process.env.HEADLESS_SHELL_PATH ?? process.env.CHROMIUM_PATH },
    actionTimeout: 20_000,
    contextOptions: { reducedMotion: "reduce" },
    trace: "off",
    viewport: { width: 1280, height: 860 },
  },
});
