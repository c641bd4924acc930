import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const alias = { "@": import.meta.dirname };
/** Two doubles for the tests on PostgreSQL, by their files: a mocked module would need a process of its own for each test file. */
const doubles = {
  "next/headers": path.join(import.meta.dirname, "tests/kit/next-headers.ts"),
  "@node-rs/argon2": path.join(import.meta.dirname, "tests/kit/people/argon2.ts"),
};
/** What is waited for comes at once, or late on a busy machine; only what never comes takes this long. */
const expect = { poll: { timeout: 60_000 } };
/** No test has a time of its own: whoever runs them all watches that something moves. */
const unlimited = { testTimeout: 0, hookTimeout: 0, teardownTimeout: 60_000 };

/**
 * Files that change what a process shares, its modules or its environment, and do not undo it, or say so (`// @apart`): they have a process of their own. The others follow each other in
 * a few processes, whose modules are loaded once, and those on PostgreSQL find its database as the migrations left it.
 */
const CHANGES_ITS_PROCESS =
  /^\/\/ @apart\b|\bvi\.(mock|doMock|hoisted|stubGlobal|resetModules)\(|\bprocess\.env(\.\w+|\[.+?\]) \??=[^=]|\(process\.env,|delete process\.env/m;

const filesOf = (folder: string, keep: (file: string) => boolean) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".test.ts") && keep(file));

const isApart = (file: string) => CHANGES_ITS_PROCESS.test(readFileSync(file, "utf8"));

const unit = (files: string[], apart: boolean) => ({
  resolve: { alias },
  test: {
    name: apart ? "unit: apart" : "unit",
    include: files,
    isolate: apart,
    // A thread starts quicker than a process.
    pool: apart ? "threads" : "forks",
    expect,
    ...unlimited,
    restoreMocks: true,
    unstubEnvs: true,
    maxWorkers: 2,
    sequence: { groupOrder: 0 },
  },
});

const onPostgres = (name: string, groupOrder: number, files: string[], apart = false): object => ({
  resolve: { alias: { ...alias, ...doubles } },
  test: {
    name,
    include: files,
    isolate: apart,
    globalSetup: ["tests/kit/database/database.ts"],
    setupFiles: ["tests/kit/integration.setup.ts"],
    expect,
    ...unlimited,
    restoreMocks: true,
    maxWorkers: 4,
    sequence: { groupOrder },
  },
});

const FLEET = "tests/integration/gateway/fleet.test.ts";
const isGateway = (file: string) => /^tests\/integration\/(gateway\/|promise\/(connection|failover))/.test(file);
/** On another runtime than Node only the gateway is tested. */
const integration = filesOf("tests/integration", (file) => file !== FLEET && (isGateway(file) || !process.env.TEST_BUN));

/** The files that take longest, longest first: so that in a new clone too none of them is what a run waits for at its end. */
const LONGEST = [
  ...["runner-ends", "promise-failover", "role-limits", "sealing-rotate", "api-keys-deactivate", "busy-statements", "api-keys-edit-ips"],
  ...["first-login", "api-keys-lost-reply", "ops-migrate", "mail-smtp", "retire-keys", "stalls-locked-table", "operations-race"],
  ...["promise-restart", "busy-processes", "admin-command", "api-keys-one-code", "mail-invitation", "ops-run", "busy-actions"],
  ...["login-answers", "integration-programs", "login-limits", "mail-workers", "passkeys-login", "mail-outbox", "stalls-usage"],
  ...["gateway-process", "gateway-lease", "gateway-migration", "gateway-usage", "gateway-sealing-start", "gateway-sealing-load"],
  ...["gateway-whose-refusal", "gateway-acknowledgement", "gateway-forward", "gateway-protocol", "gateway-rolling", "gateway-heavy-bodies"],
];

/** What each file took when it last ran here, in milliseconds. */
const MEMORY = path.join(import.meta.dirname, ".build/test-memory.json");
const remembered: Record<string, number> = existsSync(MEMORY) ? (JSON.parse(readFileSync(MEMORY, "utf8")).integration?.ms ?? {}) : {};

/** Where nothing is remembered only the order counts. */
function expectedMs(file: string): number {
  const place = LONGEST.indexOf(path.basename(file, ".test.ts"));
  return remembered[file] ?? (place < 0 ? 0 : 1_000 * (LONGEST.length - place));
}

/**
 * Those that have a process of their own come first, since one that comes between two others ends the process they would share. Gateways come last, by
 * themselves: they wait most of the time, and one that is starved loses its lease.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranked = files.map((each) => ({ each, file: path.relative(import.meta.dirname, each.moduleId).replaceAll(path.sep, "/") }));
    const group = ({ each, file }: (typeof ranked)[number]) => (each.project.config.isolate ? 0 : isGateway(file) ? 2 : 1);
    ranked.sort((a, b) => group(a) - group(b) || expectedMs(b.file) - expectedMs(a.file) || a.file.localeCompare(b.file));
    return ranked.map(({ each }) => each);
  }
}

const unitFiles = filesOf("tests/unit", () => true);
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    experimental: { fsModuleCache: true, fsModuleCachePath: ".build/vitest" },
    projects: [
      unit(unitFiles.filter(isApart), true),
      unit(
        unitFiles.filter((file) => !isApart(file)),
        false,
      ),
      onPostgres(
        "integration",
        1,
        integration.filter((file) => !isApart(file)),
      ),
      onPostgres("integration: apart", 1, integration.filter(isApart), true),
      // Alone: three gateways and thirty clients fill the processors.
      onPostgres("integration: fleet", 2, [FLEET]),
      // Minutes long: `npm run test:fault`.
      onPostgres(
        "fault",
        3,
        filesOf("tests/fault", () => true),
      ),
    ],
  },
});
