import { expect, test } from "vitest";
import { progressOf } from "../../runner/progress";
import { SuiteRecord } from "../../runner/suite-record";

test("progress shows how many tests of all are done, the time, and the test that has been running longest", () => {
  const record = new SuiteRecord("integration", () => 0);
  record.take({ kind: "files", files: ["a.test.ts"] });
  record.take({ kind: "collected", file: "a.test.ts", tests: 1_304 });
  for (const id of ["1", "2"]) record.take({ kind: "begin", id, file: "a.test.ts", title: `test ${id}` });
  expect(progressOf(record, 83_400)).toBe("  integration: 0 of 1,304 tests, 1:23, longest 0 s: test 1");
});
