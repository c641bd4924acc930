import path from "node:path";
import { run } from "./run.mjs";
import { readPlaywright, readVitest } from "./test-results.mjs";

const MINUTE = 60_000;
const bin = {
  biome: "node_modules/@biomejs/biome/bin/biome",
  tsc: "node_modules/typescript/bin/tsc",
  next: "node_modules/next/dist/bin/next",
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
};

/**
 * One function a part of the tests. Each answers with what it found, and never throws for a test that fails.
 * @param {{ env: Record<string, string>, reports: string, filter: string[] }} given
 * @returns {Record<"lint" | "types" | "unit" | "integration" | "fault" | "bun" | "e2e", () => Promise<import("./test-results.mjs").Found>>}
 */
export function runners({ env, reports, filter }) {
  const check = (title, args, limit) => async () => {
    const { code, output, timedOut } = await run(args, { env, limit });
    return code === 0 && !timedOut ? { passed: 1, failures: [] } : { passed: 0, failures: [{ title, message: tail(output, timedOut) }] };
  };
  const counted =
    (title, args, { limit, report, read, extra = {} }) =>
    async () => {
      const { code, output, timedOut } = await run([...args, ...filter], { env: { ...env, ...extra }, limit });
      const found = read(report) ?? { passed: 0, failures: [] };
      // Crashed, ran out of time, or ended badly for a reason its report does not know of.
      if (timedOut || (code !== 0 && found.failures.length === 0))
        found.failures.push({ title: `${title} did not end well`, message: tail(output, timedOut) });
      if (found.passed + found.failures.length === 0) found.failures.push({ title, message: "There is no such test." });
      return found;
    };
  const vitest = (name, limit, projects = `${name}*`) => {
    const report = path.join(reports, `${name}.json`);
    return counted(
      name,
      [bin.vitest, "run", "--project", projects, "--reporter=json", "--reporter=default", `--outputFile.json=${report}`],
      {
        limit,
        report,
        read: readVitest,
      },
    );
  };
  const report = path.join(reports, "e2e.json");
  return {
    lint: check("lint", [bin.biome, "check", "--colors=off", "--reporter=concise", "--max-diagnostics=none", "."], MINUTE),
    types: check("types", [bin.tsc, "--noEmit", "--pretty", "false"], 3 * MINUTE),
    unit: vitest("unit", 3 * MINUTE),
    integration: vitest("integration", 10 * MINUTE),
    fault: vitest("fault", 15 * MINUTE),
    // The gateway's, all of them.
    bun: vitest("bun", 10 * MINUTE, "integration: *"),
    e2e: counted("e2e", [bin.playwright, "test", "--reporter=json", `--global-timeout=${14 * MINUTE}`], {
      limit: 15 * MINUTE,
      report,
      read: readPlaywright,
      extra: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    }),
  };
}

/** What tsc needs to know of the pages, where no build has written it. */
export const writePageTypes = (env) => run([bin.next, "typegen"], { env, limit: 2 * MINUTE });

const tail = (output, timedOut) =>
  (timedOut ? "It took too long and was ended.\n" : "") + output.trimEnd().split("\n").slice(-60).join("\n");
