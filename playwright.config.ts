import { defineConfig } from "@playwright/test";

/** Where the back-forward cache matters, which Playwright switches off and the headless shell does not have. */
const WITH_CACHE = ["**/journey.spec.ts", "**/reveal-back-forward.spec.ts"];
/** No test has a limit of its own: whoever runs them watches that something moves. What a test waits for comes within a minute. */
const MINUTE = 60_000;

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: process.env.TEST_OUTPUT_DIR,
  globalSetup: "./tests/kit/e2e.setup.ts",
  workers: 3,
  // In this order: the journey waits for the next 2FA code again and again, and would be waited for alone if it began late.
  projects: [
    {
      name: "journey",
      testMatch: WITH_CACHE,
      use: { launchOptions: { executablePath: process.env.CHROMIUM_PATH, ignoreDefaultArgs: ["--disable-back-forward-cache"] } },
    },
    { name: "pages", testIgnore: WITH_CACHE },
  ],
  fullyParallel: true,
  forbidOnly: true,
  timeout: 0,
  expect: { timeout: MINUTE },
  reporter: "line",
  use: {
    baseURL: process.env.E2E_ORIGIN,
    launchOptions: { executablePath: process.env.HEADLESS_SHELL_PATH ?? process.env.CHROMIUM_PATH },
    actionTimeout: MINUTE,
    navigationTimeout: MINUTE,
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    trace: "off",
    viewport: { width: 1280, height: 860 },
  },
});
