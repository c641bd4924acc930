import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readPlaywright, readVitest } from "@/lib/ops/test-results.mjs";

const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
  const file = path.join(folder, "report.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const vitestFile = (...statuses: string[]) => ({
  name: "a.test.ts",
  status: statuses.includes("failed") ? "failed" : "passed",
  message: "",
  assertionResults: statuses.map((status) => ({
    fullName: `a ${status} test`,
    status,
    failureMessages: status === "failed" ? ["why"] : [],
  })),
});

describe("the count of npm test", () => {
  test("a runner that left no report, or half of one, has no result", () => {
    expect(readVitest(path.join(folder, "none.json"))).toBeNull();
    expect(readVitest(report('{"testResults": ['))).toBeNull();
    expect(readPlaywright(path.join(folder, "none.json"))).toBeNull();
  });

  test("a skipped test is not a passed one", () => {
    const found = readVitest(report({ testResults: [vitestFile("passed", "skipped", "todo")] }));
    expect(found).toMatchObject({ passed: 1, failures: [{ title: "a skipped test" }, { title: "a todo test" }] });
  });

  test("a file that could not be loaded is a failure, although none of its tests failed", () => {
    const broken = { name: "b.test.ts", status: "failed", message: "Cannot find module", assertionResults: [] };
    expect(readVitest(report({ testResults: [vitestFile("passed"), broken] }))).toEqual({
      passed: 1,
      failures: [{ title: "b.test.ts", message: "Cannot find module" }],
    });
  });

  test("a browser test that passed only when it was tried again is not a passed one", () => {
    const spec = (title: string, status: string) => ({ title, tests: [{ status, results: [{ errors: [{ message: "late" }] }] }] });
    const suites = [{ title: "a.spec.ts", specs: [spec("one", "expected")], suites: [{ title: "inner", specs: [spec("two", "flaky")] }] }];
    expect(readPlaywright(report({ suites, errors: [] }))).toEqual({
      passed: 1,
      failures: [{ title: "a.spec.ts › inner › two", message: "late" }],
    });
  });

  test("an error outside all browser tests is a failure", () => {
    expect(readPlaywright(report({ suites: [], errors: [{ message: "the set-up threw" }] }))?.failures).toHaveLength(1);
  });
});
