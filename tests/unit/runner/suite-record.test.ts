import { describe, expect, test } from "vitest";
import type { SuiteEvent } from "../../runner/suite-events";
import { SuiteRecord } from "../../runner/suite-record";

const FILE = "tests/unit/a.test.ts";
const begin = (id: string): SuiteEvent => ({ kind: "begin", id, file: FILE, title: `test ${id}` });
const end = (id: string, status = "passed", message = ""): SuiteEvent => ({
  ...{ kind: "end", id, file: FILE, title: `test ${id}` },
  ...{ status, ms: 1, message, output: "" },
});
const OVER: SuiteEvent = { kind: "over" };
const WELL = { code: 0, output: "the last line", stuck: false, stillSeconds: 60 };

function recordOf(...events: SuiteEvent[]): SuiteRecord {
  const record = new SuiteRecord("unit", () => 3);
  for (const event of events) record.take(event);
  return record;
}
const titles = (record: SuiteRecord, ended = WELL) => record.end(ended).found.failures.map(({ title }) => title);

describe("the result of a suite", () => {
  test("passed tests are counted, and a failed one keeps its message", () => {
    const { found } = recordOf(begin("1"), end("1"), begin("2"), end("2", "failed", "why"), OVER).end({
      ...WELL,
      code: 1,
    });
    expect(found.passed).toBe(1);
    expect(found.failures).toEqual([{ title: "test 2", file: FILE, message: "why", output: "" }]);
  });

  test("a skipped test is not a passed one", () => {
    expect(titles(recordOf(end("1", "skipped"), OVER))).toEqual(["test 1"]);
  });

  test("a browser test that passed only in part is not a passed one", () => {
    expect(titles(recordOf(end("1", "passed only in part"), OVER))).toEqual(["test 1"]);
  });

  test("an error outside all tests is a failure", () => {
    expect(titles(recordOf(end("1"), { kind: "error", title: "an unhandled error", message: "57014" }, OVER))).toEqual([
      "an unhandled error",
    ]);
  });

  test("a suite that was aborted fails, although all tests that ended passed, and names what was running", () => {
    const { failures } = recordOf(end("1"), begin("2")).end(WELL).found;
    expect(failures.map(({ title }) => title)).toEqual(["test 2", "unit did not end well"]);
    expect(failures[1]?.message).toContain("the last line");
  });

  test("a test whose beginning is reported after its end has ended", () => {
    expect(titles(recordOf(end("1"), begin("1"), OVER))).toEqual([]);
  });

  test("a test that hung is named with its last step", () => {
    const stuck = recordOf(begin("1"), { kind: "moved", id: "1", step: "click Generate" }).end({
      ...WELL,
      stuck: true,
      code: null,
    });
    expect(stuck.found.failures[0]).toMatchObject({
      title: "test 1",
      message: expect.stringMatching(/60 s.*click Generate$/),
    });
  });

  test("of a suite that was aborted, the files that were not loaded are left for another process, and the tests that did not run are counted", () => {
    const [hung, fine] = [FILE, "tests/unit/b.test.ts"];
    const files: SuiteEvent = { kind: "files", files: [hung, fine] };
    const record = recordOf(
      files,
      { kind: "loading", file: hung },
      { kind: "collected", file: hung, tests: 4 },
      end("1"),
      begin("2"),
    );
    const first = record.end({ ...WELL, stuck: true, code: null });
    expect(first.left).toEqual([fine]);
    expect(first.found.failures[0]?.message).toContain("2 more tests of its file did not run");
    for (const event of [{ kind: "files", files: [fine] }, { kind: "loading", file: fine }, OVER] as const)
      record.take(event as SuiteEvent);
    const second = record.end(WELL);
    expect(second.left).toEqual([]);
    expect(second.found.failures.map(({ title }) => title)).toEqual(["test 2", "unit did not end well"]);
    expect(record.progress().all).toBe(7);
  });

  test("a suite that ends before it loads any file leaves none for another process, which would do the same", () => {
    expect(recordOf({ kind: "files", files: [FILE] }).end(WELL).left).toEqual([]);
  });

  test("a suite that fails for a reason that no test reports fails", () => {
    expect(titles(recordOf(end("1"), OVER), { ...WELL, code: 1 })).toEqual(["unit did not end well"]);
  });

  test("a suite without tests fails", () => {
    expect(titles(recordOf(OVER))).toEqual(["unit"]);
  });

  test("a test's notes for the reader are kept", () => {
    const record = recordOf(
      { kind: "moved", id: "", step: "other\nnote: 3 answers of 503 were waited out\n" },
      end("1"),
      OVER,
    );
    expect(record.end(WELL).found.notes).toEqual(["3 answers of 503 were waited out"]);
  });
});

describe("the progress of a suite", () => {
  test("a file counts as expected until it was loaded, then by its tests", () => {
    const record = recordOf({ kind: "files", files: [FILE, "tests/unit/b.test.ts"] }, begin("1"), end("1"), begin("2"));
    expect(record.progress()).toMatchObject({ done: 1, all: 6, longest: { title: "test 2" } });
    record.take({ kind: "collected", file: FILE, tests: 2 });
    expect(record.progress().all).toBe(5);
  });
});
