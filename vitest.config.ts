import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const alias = { "@": import.meta.dirname };
/** Two doubles for the tests on PostgreSQL, by their files: a mocked module would need a process of its own for each test file. */
const doubles = {
  "next/headers": path.join(import.meta.dirname, "tests/kit/next-headers.ts"),
  "@node-rs/argon2": path.join(import.meta.dirname, "tests/kit/argon2.ts"),
};
/** What is waited for comes at once, or late on a busy machine; only what never comes takes this long. */
const expect = { poll: { timeout: 60_000 } };
/** No test has a time of its own: whoever runs them all watches that something moves. */
const unlimited = { testTimeout: 0, hookTimeout: 0, teardownTimeout: 60_000 };

/**
 * Files that change what a process shares (its modules, its environment) or their database's tables: they have a process and a database of their
 * own. The others follow each other in a few processes, whose modules are loaded once, and find the database empty.
 */
const CHANGES_ITS_PROCESS =
  /\bvi\.(mock|doMock|hoisted|stub\w+|useFakeTimers|resetModules)\(|\bprocess\.env(\.\w+|\[.+?\]) \??=[^=]|\(process\.env,|delete process\.env|^\/\/ @apart:/m;

const filesOf = (folder: string, keep: (file: string) => boolean) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".test.ts") && keep(file));

/** Two projects: the files that share processes, and those that do not. */
function bothKinds(files: string[], project: (files: string[], apart: boolean) => object): object[] {
  const isApart = (file: string) => CHANGES_ITS_PROCESS.test(readFileSync(file, "utf8"));
  return [true, false]
    .map((apart) => ({ apart, those: files.filter((file) => isApart(file) === apart) }))
    .filter(({ those }) => those.length > 0)
    .map(({ apart, those }) => project(those, apart));
}

const unit = (files: string[], apart: boolean) => ({
  resolve: { alias },
  test: {
    name: apart ? "unit: apart" : "unit",
    include: files,
    isolate: apart,
    expect,
    ...unlimited,
    restoreMocks: true,
    maxWorkers: 2,
    sequence: { groupOrder: 0 },
  },
});

const onPostgres =
  (name: string, groupOrder: number, maxWorkers: number) =>
  (files: string[], apart: boolean): object => ({
    resolve: { alias: { ...alias, ...doubles } },
    test: {
      name: apart ? `${name} apart` : name,
      include: files,
      isolate: apart,
      provide: { apart },
      globalSetup: ["tests/kit/database.ts"],
      setupFiles: ["tests/kit/integration.setup.ts"],
      expect,
      ...unlimited,
      restoreMocks: true,
      maxWorkers,
      sequence: { groupOrder },
    },
  });

const integration = filesOf("tests/integration", () => true);
const FLEET = "tests/integration/gateway-fleet.test.ts";
const isGateway = (file: string) => /^tests\/integration\/(gateway|promise-connection|promise-failover)/.test(file);

/** The files that take longest, longest first, so that none of them is what a run waits for at its end. */
const LONGEST = [
  ...["support-million", "ops-migrate", "api-keys-lost-reply", "first-login"],
  ...["admin-command", "admin-people", "ops-postgres", "mail-workers", "account-password"],
];

/** Those that have a process of their own come first: who shares one is taken by whichever is free. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

function rank({ moduleId, project }: TestSpecification): number {
  const place = LONGEST.indexOf(path.basename(moduleId, ".test.ts"));
  return (project.config.isolate ? 0 : LONGEST.length + 1) + (place < 0 ? LONGEST.length : place);
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      ...bothKinds(
        filesOf("tests/unit", () => true),
        unit,
      ),
      ...bothKinds(
        integration.filter((file) => !isGateway(file)),
        onPostgres("integration", 1, 4),
      ),
      // By themselves: they wait most of the time, and a gateway that is starved loses its lease.
      ...bothKinds(
        integration.filter((file) => isGateway(file) && file !== FLEET),
        onPostgres("integration: gateway", 2, 4),
      ),
      // Alone: three gateways and thirty clients fill the processors.
      onPostgres("integration: fleet", 3, 4)([FLEET], true),
      // Minutes long: `npm run test:fault`.
      onPostgres(
        "fault",
        4,
        4,
      )(
        filesOf("tests/fault", () => true),
        true,
      ),
    ],
  },
});
