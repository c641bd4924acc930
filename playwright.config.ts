import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/kit/e2e.setup.ts",
  workers: 3,
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
