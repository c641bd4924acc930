import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { LONGEST } from "./tests/runner/longest-tests";
import { rowChecks } from "./tests/runner/row-checks-plugin";

const alias = { "@": import.meta.dirname };
/**
 * Two test doubles for the tests on PostgreSQL, aliased by file. A mocked module would need a
 * separate process for each test file.
 */
const doubles = {
  "next/headers": path.join(import.meta.dirname, "tests/kit/next-headers.ts"),
  "@node-rs/argon2": path.join(import.meta.dirname, "tests/kit/people/argon2.ts"),
};
/**
 * What a test waits for comes at once, or late on a busy machine. Only a real failure takes a
 * minute.
 */
const expect = { poll: { timeout: 60_000 } };
/** No test has a time limit of its own: the runner checks that something makes progress. */
const unlimited = { testTimeout: 0, hookTimeout: 0, teardownTimeout: 60_000 };

/**
 * Marks files that change shared state of a process (modules, environment) without undoing it, or
 * that say so with `// @apart`. Each gets its own worker. All other files share a few processes,
 * which load modules once; on PostgreSQL each file finds the database as the migrations left it.
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
    // A thread starts faster than a process.
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
  plugins: [rowChecks()],
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
const integration = filesOf(
  "tests/integration",
  (file) => file !== FLEET && (isGateway(file) || !process.env.TEST_BUN),
);

/** What each file took when it last ran here, in milliseconds. */
const MEMORY = path.join(import.meta.dirname, ".build/test-memory.json");
const remembered: Record<string, number> = existsSync(MEMORY)
  ? (JSON.parse(readFileSync(MEMORY, "utf8")).integration?.ms ?? {})
  : {};

/** Without a remembered duration, the place in `LONGEST` gives the order. */
function expectedMs(file: string): number {
  const place = LONGEST.findIndex((name) => file === `tests/integration/${name}.test.ts`);
  return remembered[file] ?? (place < 0 ? 0 : 1_000 * (LONGEST.length - place));
}

/**
 * Isolated files come first: between two others, an isolated file would end the process that they
 * share. Gateway tests come last and on their own: they mostly wait, and a gateway that gets no
 * processor time loses its lease.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ranked = files.map((each) => ({
      each,
      file: path.relative(import.meta.dirname, each.moduleId).replaceAll(path.sep, "/"),
    }));
    const group = ({ each, file }: (typeof ranked)[number]) =>
      each.project.config.isolate ? 0 : isGateway(file) ? 2 : 1;
    ranked.sort(
      (a, b) => group(a) - group(b) || expectedMs(b.file) - expectedMs(a.file) || a.file.localeCompare(b.file),
    );
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
      // On its own: three gateways and thirty clients use all processors.
      onPostgres("integration: fleet", 2, [FLEET]),
      // Takes minutes: `npm run test:fault`.
      onPostgres(
        "fault",
        3,
        filesOf("tests/fault", () => true),
      ),
    ],
  },
});
