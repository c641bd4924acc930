import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "@/lib/ops/run.mjs";
import { childEnv, root } from "../../kit/child-env";
import type { SuiteEvent } from "../../runner/suite-events";
import { type PartResult, SuiteRecord } from "../../runner/suite-record";

let folder: string;
beforeAll(() => {
  // Inside the repository, where the runners' packages can be found.
  folder = mkdtempSync(path.join(root, ".build/reported-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The result of a runner's suite of these files, as our reporter reports it. */
async function foundBy(args: string[], files: Record<string, string>): Promise<PartResult> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const record = new SuiteRecord("suite", () => 0);
  const ended = await run(args, { env: childEnv(), onMessage: (event: SuiteEvent) => record.take(event) });
  return record.end({ ...ended, stillSeconds: 60 }).found;
}

const messages = ({ failures }: PartResult) =>
  failures.map(({ title, message }) => `${path.basename(title)}: ${message}`);

test("of Vitest: only a test that failed, was skipped, could not be loaded or was never awaited is a failure", async () => {
  const config = path.join(folder, "vitest.config.mjs");
  const reporter = path.join(root, "tests/runner/vitest-reporter.ts");
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    `--config=${config}`,
    `--root=${folder}`,
    `--reporter=${reporter}`,
  ];
  const found = await foundBy(args, {
    "vitest.config.mjs": "export default { test: { include: ['*.test.mjs'] } };",
    "some.test.mjs": `import { describe, expect, test } from "vitest";
      describe("a group", () => test("passes", () => console.log("note: noted")));
      test("fails", () => expect(1).toBe(2));
      test.skip("skipped", () => {});`,
    "broken.test.mjs": 'import "../nowhere.mjs";',
    "forgotten.test.mjs": `import { test } from "vitest";
      test("forgets", async () => { Promise.reject(new Error("never awaited")); await new Promise((done) => setTimeout(done, 50)); });`,
  });
  expect(found.passed).toBe(2);
  expect(found.notes).toEqual(["noted"]);
  expect(messages(found).sort()).toEqual([
    expect.stringMatching(/^an unhandled error: .*never awaited/),
    expect.stringMatching(/^broken\.test\.mjs: .*nowhere/),
    expect.stringMatching(/^fails: .*expected 1 to be 2/),
    expect.stringMatching(/^skipped: It was skipped\./),
  ]);
  const only = async (title: string) => foundBy([...args, "-t", `^${title}$`, "some.test.mjs"], {});
  expect(await only("a group passes"), "nobody asked for the others").toMatchObject({ passed: 1, failures: [] });
  expect(messages(await only("skipped"))).toEqual([expect.stringMatching(/^skipped: It was skipped\./)]);
});

test("of Playwright: only a test that failed, was skipped or passed on a retry is a failure, and an error outside all tests", async () => {
  const reporter = path.join(root, "tests/runner/playwright-reporter.ts");
  const config = path.join(folder, "playwright.config.mjs");
  const args = ["node_modules/@playwright/test/cli.js", "test", `--config=${config}`, `--reporter=${reporter}`];
  const found = await foundBy(args, {
    "playwright.config.mjs":
      "export default { testDir: '.', testMatch: '*.spec.mjs', workers: 1, outputDir: './results' };",
    "some.spec.mjs": `import { expect, test } from "@playwright/test";
      test.describe("a group", () => test("passes", () => {}));
      test("fails", () => expect(1).toBe(2));
      test.skip("skipped", () => {});
      test.describe(() => {
        test.describe.configure({ retries: 1 });
        test("second time", ({}, { retry }) => expect(retry).toBe(1));
      });`,
    "broken.spec.mjs": 'throw new Error("outside");',
  });
  expect(messages(found).filter((message) => message.includes("outside"))).toHaveLength(1);
  rmSync(path.join(folder, "broken.spec.mjs"));
  const whole = await foundBy(args, {});
  expect(whole.passed).toBe(1);
  expect(whole.failures.map(({ title }) => title).sort()).toEqual(["fails", "second time", "second time", "skipped"]);
});
