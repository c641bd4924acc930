import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };

const onPostgres = (name: string, files: { include: string[]; exclude?: string[] }, groupOrder: number) => ({
  resolve: { alias },
  test: {
    name,
    ...files,
    globalSetup: ["tests/kit/sealing-keys.ts"],
    setupFiles: ["tests/kit/integration.setup.ts"],
    testTimeout: name === "fault" ? 600_000 : 60_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
    sequence: { groupOrder },
  },
});

const GATEWAY = "tests/integration/gateway-*.test.ts";
const FLEET = "tests/integration/gateway-fleet.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: "unit", include: ["tests/unit/**/*.test.ts"], testTimeout: 20_000, hookTimeout: 20_000, sequence: { groupOrder: 0 } },
      },
      onPostgres("integration", { include: ["tests/integration/**/*.test.ts"], exclude: [GATEWAY] }, 1),
      // Apart from the rest: they wait most of the time, and a lease of a second does not bear a processor that others fill.
      onPostgres("integration: gateway", { include: [GATEWAY], exclude: [FLEET] }, 2),
      // Alone: a round counts only with 100 requests a second at each of three gateways.
      onPostgres("integration: fleet", { include: [FLEET] }, 3),
      // Minutes long: `npm run test:fault`.
      onPostgres("fault", { include: ["tests/fault/**/*.test.ts"] }, 4),
    ],
  },
});
