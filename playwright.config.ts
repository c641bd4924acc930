import { defineConfig } from "@playwright/test";

/**
 * How long a test waits for anything it expects. Tests have no limit of their own: the runner
 * checks that something makes progress.
 */
const MINUTE = 60_000;

/**
 * One renderer process shows all pages of a context. Otherwise each page would start a process
 * that reads and compiles the scripts again.
 */
const ONE_RENDERER = ["--renderer-process-limit=1", "--disable-site-isolation-trials"];

/**
 * What waits for real time, or restarts what it tests: one after the other in a process of their
 * own, which begins with the others and ends before them.
 */
const LONG = ["journey.spec.ts", "from-clone.spec.ts", "team.spec.ts"].map((name) => `**/${name}`);

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: process.env.TEST_OUTPUT_DIR,
  globalSetup: "./tests/kit/e2e.setup.ts",
  workers: 4,
  fullyParallel: true,
  projects: [
    { name: "long", testMatch: LONG, workers: 1 },
    { name: "others", testIgnore: LONG },
  ],
  forbidOnly: true,
  timeout: 0,
  expect: { timeout: MINUTE },
  reporter: "line",
  use: {
    baseURL: process.env.E2E_ORIGIN,
    launchOptions: {
      executablePath: process.env.HEADLESS_SHELL_PATH ?? process.env.CHROMIUM_PATH,
      args: ONE_RENDERER,
    },
    actionTimeout: MINUTE,
    navigationTimeout: MINUTE,
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    trace: "off",
    viewport: { width: 1280, height: 860 },
  },
});
