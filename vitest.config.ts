import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };
/** What is waited for comes at once, or late on a busy machine; only what never comes takes this long. */
const expect = { poll: { timeout: 15_000 } };

const onPostgres = (name: string, files: { include: string[]; exclude?: string[] }, groupOrder: number, maxWorkers = 4) => ({
  resolve: { alias },
  test: {
    name,
    ...files,
    globalSetup: ["tests/kit/sealing-keys.ts"],
    setupFiles: ["tests/kit/integration.setup.ts"],
    testTimeout: name === "fault" ? 600_000 : 60_000,
    hookTimeout: 60_000,
    expect,
    maxWorkers,
    sequence: { groupOrder },
  },
});

/** Files that change what a process shares (its environment, its modules) have one of their own; the rest share a few, which saves their start. */
const apart = readdirSync("tests/unit", { recursive: true, encoding: "utf8" })
  .map((name) => `tests/unit/${name}`)
  .filter((file) => file.endsWith(".test.ts") && /\bvi\.|process\.env/.test(readFileSync(file, "utf8")));

const unit = (name: string, files: { include: string[]; exclude?: string[] }, isolate: boolean) => ({
  resolve: { alias },
  test: { name, ...files, isolate, expect, maxWorkers: 2, testTimeout: 20_000, hookTimeout: 20_000, sequence: { groupOrder: 0 } },
});

const GATEWAY = "tests/integration/gateway-*.test.ts";
const FLEET = "tests/integration/gateway-fleet.test.ts";

export default defineConfig({
  test: {
    projects: [
      unit("unit", { include: ["tests/unit/**/*.test.ts"], exclude: apart }, false),
      unit("unit: apart", { include: apart }, true),
      onPostgres("integration", { include: ["tests/integration/**/*.test.ts"], exclude: [GATEWAY] }, 1, 6),
      // Apart from the rest: they wait most of the time, and a lease of a second does not bear a processor that others fill.
      onPostgres("integration: gateway", { include: [GATEWAY], exclude: [FLEET] }, 2),
      // Alone: a round counts only with 100 requests a second at each of three gateways.
      onPostgres("integration: fleet", { include: [FLEET] }, 3),
      // Minutes long: `npm run test:fault`.
      onPostgres("fault", { include: ["tests/fault/**/*.test.ts"] }, 4),
    ],
  },
});
