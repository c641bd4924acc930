import { existsSync, readFileSync } from "node:fs";

/**
 * What a runner found. A skipped test proves nothing, so it counts as failed.
 * @typedef {{ passed: number, failures: { title: string, message: string }[] }} Found
 */

/** @returns {Found | null} null when the runner left no report */
export function readVitest(file) {
  const report = read(file);
  if (!report) return null;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = report.testResults.filter(({ status, assertionResults }) => status === "failed" && !assertionResults.some(failed));
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failures: [
      ...tests
        .filter((test) => test.status !== "passed")
        .map((test) => ({ title: test.fullName.trim(), message: test.failureMessages?.join("\n") || `It was ${test.status}.` })),
      ...broken.map(({ name, message }) => ({ title: name, message: message || "The file could not be run." })),
    ],
  };
}

/** @returns {Found | null} */
export function readPlaywright(file) {
  const report = read(file);
  if (!report) return null;
  const tests = report.suites.flatMap((suite) => testsIn(suite, []));
  const broken = (report.errors ?? []).map(({ message }) => ({ title: "The browser tests could not be run", message: message ?? "" }));
  return {
    passed: tests.filter(({ status }) => status === "expected").length,
    failures: [
      ...tests
        .filter(({ status }) => status !== "expected")
        .map(({ title, message, status }) => ({ title, message: message || `It was ${status}.` })),
      ...broken,
    ],
  };
}

function testsIn({ title, suites = [], specs = [] }, parents) {
  const path = [...parents, title];
  const own = specs.flatMap((spec) =>
    spec.tests.map(({ status, results }) => ({
      title: [...path, spec.title].join(" › "),
      status,
      message: results.flatMap(({ errors }) => errors.map((error) => error.message ?? "")).join("\n"),
    })),
  );
  return [...own, ...suites.flatMap((suite) => testsIn(suite, path))];
}

const failed = ({ status }) => status === "failed";

function read(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
